"""The C kernel of the shap library, called as its own wrapper calls it, without the wrapper.

Only the event's probability is explained: the wrapper would have the kernel explain that of the other class too, at up to
twice the cost.
"""
import joblib
import numpy as np
import shap
from shap import _cext

from .session import all_at_once, one_by_one

INTERVENTIONAL, PATH_DEPENDENT = 0, 1  # as in shap/cext/tree_shap.h
IDENTITY = 0


def load_model(file):
    if file.endswith(".pickle"):
        return joblib.load(file)
    if file.endswith(".lightgbm.txt"):
        import lightgbm

        return lightgbm.Booster(model_file=file)
    import xgboost

    return xgboost.Booster(model_file=file)


def explainer_of(model):
    return shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")


class Kernel:
    """The arguments of the kernel that stay the same from call to call."""

    def __init__(self, explainer, code):
        model = explainer.model
        self.code = code
        self.input_type = model.input_dtype
        self.trees = [
            model.children_left, model.children_right, model.children_default, model.features, model.thresholds,
            model.threshold_types, np.ascontiguousarray(model.values[:, :, -1:]), model.node_sample_weight,
            model.max_depth,
        ]
        self.background = [explainer.data, explainer.data_missing]
        self.count = model.values.shape[0]
        self.offset = np.ascontiguousarray(np.ravel(model.base_offset)[-1:], dtype=np.float64)

    def __call__(self, rows):
        phi = np.zeros((rows.shape[0], rows.shape[1] + 1, 1))
        missing = np.zeros(rows.shape, dtype=bool)
        _cext.dense_tree_shap(
            *self.trees, rows, missing, None, *self.background, self.count, self.offset, phi, self.code, IDENTITY, False
        )
        return phi[:, :, 0]


class ShapKernel:
    def __init__(self):
        self.models, self.kernels, self.backgrounds = {}, {}, {}

    def load(self, name, file):
        self.models[name] = load_model(file)
        self.kernels[name] = Kernel(explainer_of(self.models[name]), PATH_DEPENDENT)

    def background(self, name, rows):
        seen = rows.astype(self.kernels[name].input_type).astype(np.float64)
        explainer = shap.TreeExplainer(self.models[name], data=seen, feature_perturbation="interventional")
        self.backgrounds[name] = Kernel(explainer, INTERVENTIONAL)

    def bind(self, task, name, rows):
        kernel = self.backgrounds[name] if task.startswith("interventional") else self.kernels[name]
        seen = rows.astype(kernel.input_type).astype(np.float64)
        return (one_by_one if task.endswith("_one") else all_at_once)(kernel, seen)
