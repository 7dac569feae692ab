"""woodelf, which explains many rows at once."""
import numpy as np
import pandas as pd
from woodelf.explainer import WoodelfExplainer

from .session import Job
from .shap_kernel import load_model


class Woodelf:
    def __init__(self):
        self.models = {}

    def load(self, name, file):
        self.models[name] = load_model(file)

    def bind(self, task, name, rows):
        if task != "shap_batch":
            raise ValueError(f"it does not do {task}")
        seen = rows.astype(np.float32).astype(np.float64)  # it compares in float64 what the trees compare in float32
        table = pd.DataFrame(seen, columns=[f"f{i}" for i in range(rows.shape[1])])
        explainer = WoodelfExplainer(self.models[name], feature_perturbation="tree_path_dependent")
        return Job(len(rows), lambda first: self.sign(name) * np.asarray(explainer.shap_values(table, verbose=False)))

    def sign(self, name):
        """Of a forest it explains the probability of the first class."""
        return -1 if hasattr(self.models[name], "estimators_") else 1
