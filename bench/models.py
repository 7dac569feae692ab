"""Trains the models of the comparison, with fixed seeds, and leaves each in the forms that the contenders read.

rf_s      scikit-learn's forest, 100 trees of depth 10, 1,285 rows: the demo's size
rf_leaf5  the same with at least 5 rows in a leaf
rf_b      500 trees of depth 12, 100,000 rows
xgb       XGBoost 1.7's hist, 300 trees of depth 6, 100,000 rows; every later version reads the file
lgb       LightGBM, 300 trees of up to 63 leaves and depth 6, the same rows
deep      one of scikit-learn's ExtraTrees that has grown 92 splits deep
"""
import concurrent.futures
import os
import sys
from dataclasses import dataclass

import joblib
import numpy as np
import tl2cgen
import treelite
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

import workload
from peers import shap_kernel

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))
from credit_risk_export import check_rows, export_model  # noqa: E402


@dataclass
class ModelFiles:
    name: str
    ours: str  # what our importers read
    peers: str  # what its own library, shap and woodelf read
    columns: int = len(workload.NAMES)
    compiled: str = ""
    arrays: str = ""


def forest(work, name, rows, labels, jobs=1, **settings):
    model = RandomForestClassifier(class_weight="balanced", random_state=42, n_jobs=jobs, **settings)
    return _export(work, name, model.fit(rows, labels), workload.NAMES)


def deep_tree(work):
    rows, labels = workload.sparse()
    model = ExtraTreesClassifier(n_estimators=1, random_state=123456).fit(rows, labels)
    return rows, _export(work, "deep", model, [f"f{i}" for i in range(rows.shape[1])])


def boosted(work, contender, name, extension, rows, labels_file, test_rows):
    """Trained by the contender itself, whose file is what everybody reads."""
    file = f"{work}/{name}.{extension}"
    contender.ask("train", "gradient_boosting", rows, labels_file, 300, 6, test_rows, f"{work}/unused", file)
    return ModelFiles(name, file, file)


def _export(work, name, model, names):
    files = ModelFiles(name, f"{work}/{name}.json", f"{work}/{name}.pickle", len(names))
    joblib.dump(model, files.peers)
    with open(files.ours, "w", encoding="ascii") as out:
        out.write(export_model(model, names))
    return files


def write_check_rows(files, rows, file):
    """For import_model: the library's own probabilities of some rows."""
    with open(file, "w", encoding="ascii") as out:
        out.write(check_rows(joblib.load(files.peers), rows, workload.NAMES))


def compile_models(models):
    """TL2cgen's C of each model through gcc -O3, side by side; not timed."""

    def compile_one(files):
        if files.peers.endswith(".pickle"):
            model = treelite.sklearn.import_model(joblib.load(files.peers))
        else:
            model = treelite.frontend.load_xgboost_model(files.peers, format_choice="use_suffix")
        files.compiled = os.path.splitext(files.peers)[0] + ".so"
        tl2cgen.export_lib(model, toolchain="gcc", libpath=files.compiled, params={"parallel_comp": 8}, nthread=1, options=["-O3"])

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(compile_one, models))


def write_arrays(files):
    """The trees as shap's kernel holds them, one behind the other, for a peer that knows no file format."""
    kernel = shap_kernel.Kernel(shap_kernel.explainer_of(shap_kernel.load_model(files.peers)), shap_kernel.PATH_DEPENDENT)
    left, right, default, features, thresholds, _, values, weights, _ = kernel.trees
    arrays = {
        "children_left": left, "children_right": right, "children_default": default, "features": features,
        "thresholds": thresholds, "values": values, "node_sample_weight": weights,
    }
    sizes = 1 + np.maximum(left.max(axis=1), np.maximum(right.max(axis=1), 0))
    joined = {key: np.concatenate([tree[:size] for tree, size in zip(array, sizes)]) for key, array in arrays.items()}
    files.arrays = f"{os.path.splitext(files.ours)[0]}.npz"
    np.savez(files.arrays, tree_sizes=sizes, **joined)
