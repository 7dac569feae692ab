#!/usr/bin/env python3
"""Makes boosting_reference.json: what XGBoost and LightGBM make of the rows that gradient_boosting_test.cpp rebuilds bit
for bit. Run: ./make_boosting_reference.py > boosting_reference.json
Few rows have at most as many values as there are bins, so that XGBoost looks at the same cuts and grows the same trees."""
import json
import sys

import lightgbm
import numpy as np
import xgboost
from make_reference import rows
from sklearn import metrics

BASE = {"objective": "binary:logistic", "tree_method": "hist", "max_bin": 256, "eta": 0.1, "lambda": 1, "nthread": 1,
        "min_child_weight": 1}
VARIANTS = {
    "plain": {"max_depth": 6},
    "penalised": {"max_depth": 4, "lambda": 5, "gamma": 1, "min_child_weight": 3, "eta": 0.3},
    "leaves": {"max_depth": 10, "max_leaves": 6, "grow_policy": "lossguide"},
    "monotone": {"max_depth": 4, "monotone_constraints": "(-1,0,1,0,0,1)"},
    "interactions": {"max_depth": 4, "interaction_constraints": "[[0, 1], [2, 3]]"},
}


def margins(x, y, variant):
    data = xgboost.DMatrix(x, label=y)
    model = xgboost.train({**BASE, "base_score": float(y.mean()), **VARIANTS[variant]}, data, 30)
    return model.predict(data, output_margin=True)[:60]


def auc_of_many():
    x, y = rows(5, 6000)
    fresh_x, fresh_y = rows(6, 4000)
    data = xgboost.DMatrix(x, label=y)
    model = xgboost.train({**BASE, "max_depth": 4, "base_score": float(y.mean())}, data, 100)
    leaves = lightgbm.train({"objective": "binary", "num_leaves": 16, "max_depth": 4, "learning_rate": 0.1, "lambda_l2": 1,
                             "min_sum_hessian_in_leaf": 1, "min_data_in_leaf": 1, "verbose": -1, "num_threads": 1,
                             "deterministic": True}, lightgbm.Dataset(x, y), 100)
    return {"xgboost": metrics.roc_auc_score(fresh_y, model.predict(xgboost.DMatrix(fresh_x))),
            "lightgbm": metrics.roc_auc_score(fresh_y, leaves.predict(fresh_x))}


if __name__ == "__main__":
    few = rows(1, 250)
    json.dump({"made_by": f"make_boosting_reference.py, XGBoost {xgboost.__version__}, LightGBM {lightgbm.__version__}, "
                          f"numpy {np.__version__}, Python {sys.version.split()[0]}; seeds in the script",
               "margins": {name: [float(m) for m in margins(*few, name)] for name in VARIANTS},
               "auc": auc_of_many()}, sys.stdout, indent=1)
    print()
