#!/usr/bin/env python3
"""Makes reference.json: scikit-learn's figures on data that random_forest_test.cpp and metrics_test.cpp rebuild bit
for bit from the same generator. Run: ./make_reference.py > reference.json
Needs numpy and scikit-learn below 1.8: from then on balanced class weights steer the bootstrap's draws instead of the
impurity, which is another algorithm."""
import json
import sys

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier

MASK = (1 << 64) - 1


class Random:
    """core/random.hpp."""

    def __init__(self, seed, stream=0):
        state, mixed = self.split_mix(seed)
        state = mixed ^ stream
        state, first = self.split_mix(state)
        state, second = self.split_mix(state)
        self.state = [first, second]

    @staticmethod
    def split_mix(state):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return state, z ^ (z >> 31)

    def next(self):
        a, b = self.state
        result = (a + b) & MASK
        b ^= a
        rotate = lambda x, k: ((x << k) | (x >> (64 - k))) & MASK
        self.state = [rotate(a, 24) ^ b ^ ((b << 16) & MASK), rotate(b, 37)]
        return result

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53


def rows(seed, count):
    """Six features, the last one missing in a fifth of the rows; a label that leans on the first four."""
    random = Random(seed)
    x = np.empty((count, 6))
    y = np.empty(count, dtype=int)
    for i in range(count):
        for f in range(4):
            x[i, f] = random.uniform()
        x[i, 4] = int(random.uniform() * 10)
        noise = random.uniform()
        x[i, 5] = np.nan if random.uniform() < 0.2 else noise
        risk = x[i, 0] * x[i, 1] + 0.5 * (x[i, 2] - 0.5) + (0.2 if x[i, 3] > 0.7 else 0.0)
        y[i] = random.uniform() < risk
    return x, y


def leaves_of(tree):
    """The leaves but for those below pure nodes, which scikit-learn splits where a rounding error hides the purity."""
    smaller_share = tree.value[:, 0, :].min(axis=1)
    return tree.n_leaves - np.sum((tree.children_left >= 0) & (smaller_share < 1e-12))


def forest(seed, count, trees, runs):
    x, y = rows(seed, count)
    fresh_x, fresh_y = rows(seed + 1, 4000)
    aucs, briers, leaves, importance = [], [], [], []
    for state in range(runs):
        model = RandomForestClassifier(n_estimators=trees, max_depth=10, min_samples_split=10, min_samples_leaf=5,
                                       class_weight="balanced", random_state=state).fit(x, y)
        p = model.predict_proba(fresh_x)[:, 1]
        aucs.append(metrics.roc_auc_score(fresh_y, p))
        briers.append(metrics.brier_score_loss(fresh_y, p))
        leaves.append(np.mean([leaves_of(tree.tree_) for tree in model.estimators_]))
        importance.append(model.feature_importances_)
    return {"runs": runs, "rows": count, "positives": int(y.sum()), "auc_mean": np.mean(aucs), "auc_sd": np.std(aucs),
            "brier_mean": np.mean(briers), "brier_sd": np.std(briers), "leaves_mean": np.mean(leaves),
            "leaves_sd": np.std(leaves), "importance_mean": list(np.mean(importance, axis=0)),
            "importance_sd": list(np.std(importance, axis=0))}


def ranking():
    random = Random(3)
    score, label = [], []
    for _ in range(500):
        score.append(int(random.uniform() * 64) / 64)  # many ties
        label.append(int(random.uniform() < score[-1]))
    false_rate, true_rate, _ = metrics.roc_curve(label, score, drop_intermediate=False)
    predicted = [int(s > 0.5) for s in score]
    tn, fp, fn, tp = (int(v) for v in metrics.confusion_matrix(label, predicted).ravel())
    return {"auc": metrics.roc_auc_score(label, score), "ks": float(np.max(np.abs(true_rate - false_rate))),
            "brier": metrics.brier_score_loss(label, score), "confusion": [tp, fp, tn, fn],
            "accuracy": metrics.accuracy_score(label, predicted), "precision": metrics.precision_score(label, predicted),
            "recall": metrics.recall_score(label, predicted), "f1": metrics.f1_score(label, predicted)}


if __name__ == "__main__":
    json.dump({"made_by": f"make_reference.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}, "
                          f"Python {sys.version.split()[0]}; seeds in the script",
               "forest": forest(1, 1500, 100, 20), "large_forest": forest(5, 6000, 30, 10),
               "ranking": ranking()}, sys.stdout, indent=1, default=float)
    print()
