"""G8: how far SHAP values are from those of binary128, and from adding up to the margin."""
import numpy as np

from contenders import NotAvailable
from results import Result

CASES = [  # model, rows, who; shap leaves out XGBoost's base value, so it is not asked to add up there
    ("rf_s", "r100", ["ours", "shap"]),
    ("xgb", "r100", ["ours", "shap", "XGBoost 3", "XGBoost 1.7"]),
    ("lgb", "r100", ["ours", "LightGBM"]),
    ("deep", "deep", ["ours", "shap"]),
]


def measure(bench):
    results = []
    for model, rows, who in bench.plan.exactness:
        bench.say(f"SHAP against binary128, {model}")
        columns = bench.models[model].columns
        reference = bench.output("reference", "shap_one", model, rows).reshape(-1, columns + 1)
        margin = bench.output("reference", "margin", model, rows)
        errors = {name: _errors(bench, name, model, rows, reference, margin) for name in who}
        for k, what in enumerate(("SHAP, greatest error", "SHAP, sum against margin, relative")):
            for name in who[1:]:
                if errors[name] is None or (name == "shap" and model == "xgb" and k == 1):
                    continue
                results.append(Result("G8", what, model, errors["ours"][k], bench.title(name), errors[name][k], "error", most=1e-12))
    return results


def _errors(bench, name, model, rows, reference, margin):
    try:
        values = bench.output(name, "shap_one", model, rows).reshape(reference.shape)
    except NotAvailable:
        return None
    error = np.abs(values - reference)[:, :-1].max()
    short = np.abs(values.sum(axis=1) - margin) / np.maximum(1, np.abs(margin))
    return float(error), float(short.max())
