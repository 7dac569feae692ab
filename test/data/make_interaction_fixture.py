"""Makes interactions_shap.json for test/core/golden_test.cpp: SHAP interaction values of the models of other fixtures.

Run by hand, from any folder, after make_forest_fixture.py:  python3 test/data/make_interaction_fixture.py
Needs numpy, shap. Nothing is random: the models and rows are those of the files named below, the first rows of each.
"""
import json
import math
import os
import platform

import numpy as np
import shap

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = ["forest_sklearn.json", "boosted_xgboost.json"]
ROWS = 6


def shap_dictionary(tree, strict, parts):
    """One tree of credit_risk.model.v1 as shap takes it: x <= threshold, doubles; the rows are float32."""
    leaf = np.asarray(tree["left"]) < 0
    threshold = np.asarray(tree["threshold"], dtype=np.float64)
    if strict:
        threshold = np.nextafter(threshold.astype(np.float32), np.float32(-np.inf)).astype(np.float64)
    return {
        "children_left": np.asarray(tree["left"], dtype=np.int32),
        "children_right": np.asarray(tree["right"], dtype=np.int32),
        "children_default": np.where(np.asarray(tree["default_left"]) == 1, tree["left"], tree["right"]).astype(np.int32),
        "features": np.asarray(tree["feature"], dtype=np.int32),
        "thresholds": np.where(leaf, 0.0, threshold),
        "values": np.asarray(tree["value"], dtype=np.float64).reshape(-1, 1) / parts,
        "node_sample_weight": np.asarray(tree["cover"], dtype=np.float64),
    }


def interactions_of(name):
    with open(os.path.join(HERE, name), encoding="ascii") as file:
        fixture = json.load(file)
    model = fixture["model"]
    assert model["precision"] == "f32"
    parts = len(model["trees"]) if model["average"] else 1
    trees = [shap_dictionary(tree, model["op"] == "<", parts) for tree in model["trees"]]
    rows = [[math.nan if x is None else x for x in row] for row in fixture["rows"][:ROWS]]
    rows = np.asarray(rows).astype(np.float32).astype(np.float64)
    explainer = shap.TreeExplainer({"trees": trees, "base_offset": model["base_margin"]})
    return np.asarray(explainer.shap_interaction_values(rows)).reshape(ROWS, rows.shape[1], rows.shape[1]).tolist()


if __name__ == "__main__":
    birth = {
        "command": "python3 test/data/make_interaction_fixture.py",
        "note": "shap.TreeExplainer, path dependent, shap_interaction_values of the first rows of each file",
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "shap": shap.__version__},
    }
    content = {"birth": birth, "interactions": {name: interactions_of(name) for name in FILES}}
    with open(os.path.join(HERE, "interactions_shap.json"), "w", encoding="ascii") as out:
        json.dump(content, out, separators=(",", ":"))
        out.write("\n")
