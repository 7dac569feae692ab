import sys

from .session import serve


def contender(name):
    if name == "scikit-learn":
        from .scikit_learn import ScikitLearn

        return ScikitLearn()
    if name == "shap":
        from .shap_kernel import ShapKernel

        return ShapKernel()
    if name == "woodelf":
        from .woodelf_batch import Woodelf

        return Woodelf()
    if name == "fasttreeshap":
        from .fast_tree_shap import FastTreeShap

        return FastTreeShap()
    raise SystemExit(f'there is no peer "{name}"')


serve(contender(sys.argv[1]))
