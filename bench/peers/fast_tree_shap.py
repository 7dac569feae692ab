"""FastTreeSHAP, algorithm v2. It is handed the trees as arrays, since it knows no current version of any library."""
import fasttreeshap
import numpy as np

from .session import all_at_once

ARRAYS = ["children_left", "children_right", "children_default", "features", "thresholds", "values", "node_sample_weight"]


class FastTreeShap:
    def __init__(self):
        self.models = {}

    def load(self, name, file):
        with np.load(file) as arrays:
            ends = np.cumsum(arrays["tree_sizes"])[:-1]
            split = {key: np.split(arrays[key], ends) for key in ARRAYS}
        trees = [{key: split[key][i] for key in ARRAYS} for i in range(len(ends) + 1)]
        self.models[name] = fasttreeshap.TreeExplainer({"trees": trees}, algorithm="v2", n_jobs=1)

    def bind(self, task, name, rows):
        if task != "shap_batch":
            raise ValueError(f"it does not do {task}")
        explainer = self.models[name]
        seen = rows.astype(np.float32).astype(np.float64)  # as in woodelf_batch
        return all_at_once(lambda part: explainer.shap_values(part, check_additivity=False), seen)
