"""Makes the golden vectors of test/core/golden_test.cpp: forests of other libraries with what those libraries say.

Run by hand, from any folder:  python3 test/data/make_forest_fixture.py
Needs numpy, scikit-learn >= 1.4, shap, xgboost >= 3.1, lightgbm. Writes *.json beside itself; each holds its birth
certificate, the model as credit_risk.model.v1, rows (null = missing), and the expected numbers.
"""
import json
import math
import os
import platform

import lightgbm
import numpy as np
import shap
import sklearn
import xgboost
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20240501
MAX_DOUBLE = np.finfo(np.float64).max


def f32(x):
    """The double that a float32 holds."""
    return np.asarray(x, dtype=np.float64).astype(np.float32).astype(np.float64)


def write(name, model, rows, expected, note):
    birth = {
        "command": "python3 test/data/make_forest_fixture.py",
        "seed": SEED,
        "note": note,
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "shap": shap.__version__,
            "xgboost": xgboost.__version__,
            "lightgbm": lightgbm.__version__,
        },
    }
    clean = [[None if math.isnan(x) else x for x in row] for row in np.asarray(rows, dtype=np.float64).tolist()]
    with open(os.path.join(HERE, name), "w", encoding="ascii") as out:
        json.dump({"birth": birth, "model": model, "rows": clean, **expected}, out, separators=(",", ":"))
        out.write("\n")


def document(algorithm, features, trees, link, average, precision, op, base_margin):
    return {
        "format": "credit_risk.model.v1",
        "algorithm": algorithm,
        "features": features,
        "link": link,
        "average": average,
        "precision": precision,
        "op": op,
        "base_margin": base_margin,
        "trees": trees,
    }


def numeric(names):
    return [{"name": name, "kind": "numeric"} for name in names]


def cover_from_leaves(left, right, cover):
    """The parents' cover as the sum of the leaves', in doubles."""
    cover = np.asarray(cover, dtype=np.float64).copy()
    for node in reversed(range(len(left))):
        if left[node] >= 0:
            cover[node] = cover[left[node]] + cover[right[node]]
    return cover


def tree_of_sklearn(tree):
    leaf = tree.children_left < 0
    fraction = tree.value[:, 0, 1] / tree.value[:, 0, :].sum(axis=1)
    return {
        "feature": np.where(leaf, -1, tree.feature).tolist(),
        "left": np.where(leaf, -1, tree.children_left).tolist(),
        "right": np.where(leaf, -1, tree.children_right).tolist(),
        # A split between missing and not missing has an infinite threshold.
        "threshold": np.clip(np.where(leaf, 0.0, tree.threshold), -MAX_DOUBLE, MAX_DOUBLE).tolist(),
        "default_left": np.where(leaf, 0, tree.missing_go_to_left).astype(int).tolist(),
        "value": np.where(leaf, fraction, 0.0).tolist(),
        "cover": tree.weighted_n_node_samples.tolist(),
    }


def portfolio(rng, rows, columns):
    x = rng.lognormal(1.0, 1.0, size=(rows, columns))
    x[:, 1] = np.round(x[:, 1])
    score = np.log(x[:, 0]) - 0.5 * x[:, 1] + (x[:, 2] > x[:, 3]) + rng.normal(size=rows)
    return x, (score > np.median(score) + 0.4).astype(int)


def at_thresholds(rng, forest, rows):
    """Puts one value of each row on the other side of a threshold on its path than where its float32 lies."""
    rows = rows.copy()
    for row in rows:
        tree = forest.estimators_[rng.integers(len(forest.estimators_))].tree_
        path = tree.decision_path(row.astype(np.float32).reshape(1, -1)).indices
        node = rng.choice([n for n in path if tree.children_left[n] >= 0])
        threshold = tree.threshold[node]
        below = np.float32(threshold)
        if float(below) > threshold:
            below = np.nextafter(below, np.float32(-np.inf))
        middle = (float(below) + float(np.nextafter(below, np.float32(np.inf)))) / 2
        row[tree.feature[node]] = (threshold + middle) / 2
    return rows


def make_random_forest():
    rng = np.random.default_rng(SEED)
    x, y = portfolio(rng, 900, 8)
    forest = RandomForestClassifier(6, max_depth=10, min_samples_leaf=5, class_weight="balanced", random_state=42)
    forest.fit(x, y)
    rows = np.vstack([portfolio(rng, 20, 8)[0], at_thresholds(rng, forest, portfolio(rng, 40, 8)[0])])
    explainer = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
    # shap compares doubles; scikit-learn reads float32.
    values = explainer.shap_values(f32(rows), check_additivity=False)[:, :, 1]
    model = document("random_forest", numeric([f"x{i}" for i in range(8)]),
                     [tree_of_sklearn(e.tree_) for e in forest.estimators_], "identity", True, "f32", "<=", 0.0)
    write("forest_sklearn.json", model, rows,
          {"probability": forest.predict_proba(rows)[:, 1].tolist(), "base_value": float(explainer.expected_value[1]),
           "shap": values.tolist()},
          "RandomForestClassifier, balanced classes; shap.TreeExplainer, path dependent, class 1")


def make_random_forest_with_missing():
    rng = np.random.default_rng(SEED + 1)
    x, y = portfolio(rng, 600, 6)
    x[rng.random(x.shape) < 0.15] = np.nan
    forest = RandomForestClassifier(4, max_depth=8, min_samples_leaf=5, class_weight="balanced", random_state=7)
    forest.fit(x, y)
    rows = portfolio(rng, 60, 6)[0]
    rows[rng.random(rows.shape) < 0.3] = np.nan
    model = document("random_forest", numeric([f"x{i}" for i in range(6)]),
                     [tree_of_sklearn(e.tree_) for e in forest.estimators_], "identity", True, "f32", "<=", 0.0)
    write("forest_sklearn_missing.json", model, rows, {"probability": forest.predict_proba(rows)[:, 1].tolist()},
          "RandomForestClassifier with missing values; shap does not know scikit-learn's sides for them")


def make_deep_trees():
    rng = np.random.default_rng(SEED + 2)
    x = np.exp(rng.normal(size=(260, 60)) * 3)
    y = rng.integers(0, 2, size=len(x))
    best = None
    for seed in range(40):
        forest = ExtraTreesClassifier(1, max_features=1, random_state=seed).fit(x, y)
        if best is None or forest.estimators_[0].get_depth() > best.estimators_[0].get_depth():
            best = forest
    depth = best.estimators_[0].get_depth()
    assert depth >= 75, depth
    rows = f32(x[rng.choice(len(x), 12, replace=False)])
    model = document("extra_trees", numeric([f"x{i}" for i in range(60)]),
                     [tree_of_sklearn(e.tree_) for e in best.estimators_], "identity", True, "f32", "<=", 0.0)
    write("deep_sklearn.json", model, rows, {"probability": best.predict_proba(rows)[:, 1].tolist(), "depth": int(depth)},
          "ExtraTreesClassifier on heavy tails, so that thresholds cut off single rows (shap issue 4042)")


def tree_of_xgboost(tree):
    left, right = tree["left_children"], tree["right_children"]
    conditions = f32(tree["split_conditions"])
    leaf = np.asarray(left) < 0
    return {
        "feature": np.where(leaf, -1, tree["split_indices"]).tolist(),
        "left": left,
        "right": right,
        "threshold": np.where(leaf, 0.0, conditions).tolist(),
        "default_left": np.where(leaf, 0, tree["default_left"]).tolist(),
        "value": np.where(leaf, conditions, 0.0).tolist(),
        "cover": cover_from_leaves(left, right, f32(tree["sum_hessian"])).tolist(),
    }


def shap_dictionary(tree, features):
    """One tree as shap takes it: x <= threshold, doubles."""
    leaf = np.asarray(tree["left"]) < 0
    threshold = np.nextafter(np.asarray(tree["threshold"], dtype=np.float32), np.float32(-np.inf)).astype(np.float64)
    default = np.where(np.asarray(tree["default_left"]) == 1, tree["left"], tree["right"])
    return {
        "children_left": np.asarray(tree["left"], dtype=np.int32),
        "children_right": np.asarray(tree["right"], dtype=np.int32),
        "children_default": np.asarray(default, dtype=np.int32),
        "features": np.asarray(tree["feature"], dtype=np.int32),
        "thresholds": np.where(leaf, 0.0, threshold),
        "values": np.asarray(tree["value"], dtype=np.float64).reshape(-1, 1),
        "node_sample_weight": np.asarray(tree["cover"], dtype=np.float64),
    }


def make_boosted():
    rng = np.random.default_rng(SEED + 3)
    x, y = portfolio(rng, 1500, 7)
    x[rng.random(x.shape) < 0.1] = np.nan
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 5, "eta": 0.3, "seed": 1, "nthread": 1},
                            xgboost.DMatrix(x, label=y), 15)
    dump = json.loads(bytes(booster.save_raw("json")).decode())["learner"]
    base = float(json.loads(dump["learner_model_param"]["base_score"])[0])
    base_margin = math.log(base / (1 - base))
    trees = [tree_of_xgboost(t) for t in dump["gradient_booster"]["model"]["trees"]]
    rows = portfolio(rng, 40, 7)[0]
    rows[rng.random(rows.shape) < 0.2] = np.nan
    explainer = shap.TreeExplainer({"trees": [shap_dictionary(t, 7) for t in trees], "base_offset": base_margin})
    values = np.asarray(explainer.shap_values(f32(rows), check_additivity=False)).reshape(len(rows), 7)
    margin = booster.predict(xgboost.DMatrix(rows), output_margin=True)
    write("boosted_xgboost.json",
          document("gradient_boosting", numeric([f"x{i}" for i in range(7)]), trees, "logit", False, "f32", "<",
                   base_margin),
          rows, {"margin_float32": [float(m) for m in margin], "base_value": float(np.ravel(explainer.expected_value)[0]),
                 "shap": values.tolist()},
          "binary:logistic with missing values; shap.TreeExplainer on the same trees in doubles, cover summed from leaves")


def tree_of_lightgbm(root, categories):
    tree = {key: [] for key in ("feature", "left", "right", "threshold", "default_left", "unrecognized_left",
                                "categories", "value", "cover")}

    def append(node):
        index = len(tree["feature"])
        leaf = "leaf_value" in node
        categorical = not leaf and node["decision_type"] == "=="
        tree["feature"].append(-1 if leaf else node["split_feature"])
        tree["left"].append(-1)
        tree["right"].append(-1)
        tree["threshold"].append(0.0 if leaf or categorical else node["threshold"])
        tree["default_left"].append(0 if leaf or categorical else int(node["default_left"]))
        tree["unrecognized_left"].append(0)
        tree["categories"].append([int(c) for c in node["threshold"].split("||")] if categorical else None)
        tree["value"].append(node["leaf_value"] if leaf else 0.0)
        tree["cover"].append(float(node["leaf_count"] if leaf else node["internal_count"]))
        if not leaf:
            tree["left"][index] = append(node["left_child"])
            tree["right"][index] = append(node["right_child"])
        return index

    append(root)
    return tree


def make_boosted_with_categories():
    rng = np.random.default_rng(SEED + 4)
    x, y = portfolio(rng, 2500, 5)
    counts = {3: 64, 4: 65}
    for column, count in counts.items():
        x[:, column] = rng.integers(0, count, size=len(x))
        y ^= ((x[:, column] % 3 == 1) & (rng.random(len(x)) < 0.6)).astype(int)
    x[rng.random(x.shape) < 0.05] = np.nan
    data = lightgbm.Dataset(x, label=y, categorical_feature=[3, 4], free_raw_data=False)
    booster = lightgbm.train({"objective": "binary", "num_leaves": 24, "verbose": -1, "seed": 3, "num_threads": 1,
                              "deterministic": True, "min_data_per_group": 5, "cat_smooth": 1.0,
                              "max_cat_to_onehot": 2, "use_missing": True}, data, 12)
    dump = booster.dump_model()
    trees = [tree_of_lightgbm(t["tree_structure"], counts) for t in dump["tree_info"]]
    rows = portfolio(rng, 50, 5)[0]
    for column, count in counts.items():
        rows[:, column] = rng.integers(-1, count, size=len(rows))  # -1: a category that the model does not know
    rows[0, 3], rows[1, 4], rows[2, 4] = 63, 63, 64
    rows[rng.random(rows.shape) < 0.15] = np.nan
    features = numeric(["x0", "x1", "x2"]) + [
        {"name": f"x{c}", "kind": "categorical", "categories": [str(k) for k in range(n)]} for c, n in counts.items()]
    contributions = booster.predict(rows, pred_contrib=True)
    write("boosted_lightgbm.json",
          document("gradient_boosting", features, trees, "logit", False, "f64", "<=", 0.0), rows,
          {"probability": booster.predict(rows).tolist(), "base_value": float(contributions[0, -1]),
           "shap": contributions[:, :-1].tolist()},
          "binary with missing values and features of 64 and 65 categories; pred_contrib")


if __name__ == "__main__":
    make_random_forest()
    make_random_forest_with_missing()
    make_deep_trees()
    make_boosted()
    make_boosted_with_categories()
