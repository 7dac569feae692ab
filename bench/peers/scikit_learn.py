"""scikit-learn: predict_proba, and its forest's training."""
import time

import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier

from .session import all_at_once, one_by_one


class ScikitLearn:
    def __init__(self):
        self.models = {}

    def load(self, name, file):
        self.models[name] = joblib.load(file)
        self.models[name].n_jobs = 1

    def bind(self, task, name, rows):
        model = self.models[name]
        floats = rows.astype(np.float32)  # what its trees compare
        jobs = {"predict_one": one_by_one, "predict_batch": all_at_once, "margin": all_at_once}
        return jobs[task](lambda part: model.predict_proba(part)[:, 1], floats)

    def train(self, algorithm, rows, target, trees, depth):
        if algorithm != "random_forest":
            raise ValueError(f"no {algorithm} here")
        forest = RandomForestClassifier(
            n_estimators=trees, max_depth=depth, class_weight="balanced", random_state=42, n_jobs=1
        )
        start = time.process_time()
        forest.fit(rows, target)
        return time.process_time() - start, forest

    def probabilities(self, model, rows):
        return model.predict_proba(rows)[:, 1]
