#!/usr/bin/env python3
"""Makes logistic_reference.json: what scikit-learn and statsmodels make of the rows that logistic_regression_test.cpp
rebuilds bit for bit. Run: ./make_logistic_reference.py > logistic_reference.json
Columns are made by hand as core/train/logistic/design_columns.hpp says: numbers less their mean and by their deviation
(or less their mean alone), gaps at the mean with a column of their own; x4 as a category, its most frequent value left out.
Coefficients are of raw numbers; the intercept is that of a row of zeros."""
import json
import sys

import numpy as np
import sklearn
import statsmodels
import statsmodels.api
from make_reference import rows
from sklearn.linear_model import LogisticRegression

COUNT = 400


def design(x, standardize):
    """The columns, and what takes coefficients of them to those of raw numbers."""
    columns, raw = [], []
    for f in range(6):
        if f == 4:
            counts = np.bincount(x[:, f].astype(int), minlength=10)
            for code in range(10):
                if code != np.argmax(counts):
                    columns.append(x[:, f] == code)
                    raw.append((0.0, 1.0))
            continue
        center, deviation = np.nanmean(x[:, f]), np.nanstd(x[:, f]) if standardize else 1.0
        columns.append(np.nan_to_num((x[:, f] - center) / deviation, nan=0.0))
        raw.append((center, deviation))
        if np.isnan(x[:, f]).any():
            columns.append(np.isnan(x[:, f]))
            raw.append((0.0, 1.0))
    return np.column_stack(columns).astype(float), np.array(raw)


def raw_coefficients(intercept, coefficients, raw):
    slopes = np.ravel(coefficients) / raw[:, 1]
    return [float(intercept - slopes @ raw[:, 0]), *map(float, slopes)]


def penalised(x, y, standardize=True, **options):
    columns, raw = design(x, standardize)
    model = LogisticRegression(tol=1e-14, max_iter=1000000, **options).fit(columns, y)
    return {"coefficients": raw_coefficients(model.intercept_[0], model.coef_, raw),
            "margins": [float(m) for m in model.decision_function(columns)[:40]]}


def with_errors(x, y):
    columns, raw = design(x, False)
    fit = statsmodels.api.Logit(y, statsmodels.api.add_constant(columns)).fit(tol=1e-14, maxiter=100, disp=0)
    turn = np.eye(len(fit.params))
    turn[0, 1:] = -raw[:, 0]
    errors = np.sqrt(np.diag(turn @ fit.cov_params() @ turn.T))
    intercept = float(turn[0] @ fit.params)
    errors[1:] = fit.bse[1:]
    return {"coefficients": [intercept, *map(float, fit.params[1:])], "errors": [float(e) for e in errors],
            "z": [None, *map(float, fit.tvalues[1:])], "p": [None, *map(float, fit.pvalues[1:])]}


if __name__ == "__main__":
    x, y = rows(11, COUNT)
    json.dump({"made_by": f"make_logistic_reference.py, scikit-learn {sklearn.__version__}, statsmodels "
                          f"{statsmodels.__version__}, numpy {np.__version__}, Python {sys.version.split()[0]}; rows of seed 11",
               "plain": with_errors(x, y),
               "ridge": penalised(x, y, C=1.0, solver="newton-cholesky"),
               "raw_ridge": penalised(x, y, standardize=False, C=0.5, solver="newton-cholesky"),
               "balanced": penalised(x, y, C=0.5, solver="newton-cholesky", class_weight="balanced"),
               "weighted": penalised(x, y, C=1.0, solver="newton-cholesky", class_weight={0: 1, 1: 3}),
               "lasso": penalised(x, y, l1_ratio=1, C=0.2, solver="saga", random_state=0)}, sys.stdout, indent=1)
    print()
