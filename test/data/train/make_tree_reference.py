#!/usr/bin/env python3
"""Makes tree_reference.json: scikit-learn's DecisionTreeClassifier on the rows that decision_tree_test.cpp rebuilds bit for
bit from the same generator, pruned by several ccp_alpha. Run: ./make_tree_reference.py > tree_reference.json
Needs numpy and scikit-learn (1.9.1 made the file)."""
import json
import sys

import numpy as np
import sklearn
from sklearn.tree import DecisionTreeClassifier

from make_reference import rows

SEED, COUNT = 3, 3000


def main():
    x, y = rows(SEED, COUNT)
    fresh, _ = rows(SEED + 1, 40)
    trees = []
    for balanced in (False, True):
        for depth, leaf in ((4, 60), (5, 30)):
            for alpha in (1e-12, 2e-4, 1e-3, 5e-3, 1.0):
                tree = DecisionTreeClassifier(
                    max_depth=depth, min_samples_leaf=leaf, ccp_alpha=alpha, random_state=0,
                    class_weight="balanced" if balanced else None)
                tree.fit(x, y)
                trees.append({"balanced": balanced, "max_depth": depth, "min_leaf": leaf, "alpha": alpha,
                              "leaves": int(tree.get_n_leaves()),
                              "probabilities": [float(p) for p in tree.predict_proba(fresh)[:, 1]]})
    json.dump({"tool": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "seed": SEED, "rows": COUNT, "trees": trees},
              sys.stdout)


main()
