"""Interventional SHAP values with a background of 100 training rows, against the double reference.

The reference is held against the definition first: all coalitions, scored by the library itself. (shap 0.51 is no reference:
its values are off by up to 6e-3 for trees of depth 7, and by 2e-8 for the others.)
"""
import dataclasses
import math

import numpy as np
from sklearn import ensemble

import reference
import sklearn_cases
import table
import xgboost_cases


def by_definition(margin_of, row, background):
    """`margin_of`: the library's, of a matrix."""
    players = len(row)
    worth = np.zeros(1 << players)
    for coalition in range(1 << players):
        mixed = background.copy()
        members = [i for i in range(players) if coalition >> i & 1]
        mixed[:, members] = row[members]
        worth[coalition] = np.mean(margin_of(mixed), dtype=np.float64)
    size = np.array([coalition.bit_count() for coalition in range(1 << players)])
    weight = np.array([1 / (players * math.comb(players - 1, k)) for k in range(players)])
    without = [np.flatnonzero(np.arange(1 << players) >> i & 1 == 0) for i in range(players)]
    return [np.sum(weight[size[s]] * (worth[s | 1 << i] - worth[s])) for i, s in enumerate(without)]


def by_reference(trees, others, base, margin_of, asked, background, tolerance=1e-12):
    values = reference.explain_against(trees, others, asked.shape[1])
    values[:, -1] += base
    for r in range(3):
        known = by_definition(margin_of, asked[r], background)
        assert np.allclose(values[r, :-1], known, rtol=0, atol=tolerance), "the reference is not the definition"
    return values


def with_background(case, background):
    columns = {name: values.tolist() for name, values in background.columns.items()}
    return dataclasses.replace(case, name=case.name + ", interventional", background=columns)


def of_sklearn(model, data, test, background):
    def explain(fitted, asked):
        player = np.arange(len(table.NUMBERS))
        trees, others = (sklearn_cases.trees_of(fitted, rows, player) for rows in (asked, background.frame()))
        margin_of = getattr(fitted, "decision_function", lambda rows: fitted.predict_proba(rows)[:, 1])
        return by_reference(trees, others, sklearn_cases.base_of(fitted), margin_of, asked.to_numpy(), background.matrix())

    name = type(model).__name__.replace("Classifier", "")
    return with_background(sklearn_cases.cased(name, model, data, test, explain=explain, at_thresholds=False), background)


def of_xgboost(data, test, background):
    booster = xgboost_cases.trained(data, 30, table.NUMBERS)
    case = xgboost_cases.cased("numbers", booster, test)
    document = xgboost_cases.document_of(booster)
    (trees, base), (others, _) = (xgboost_cases.trees_of(document, rows.matrix()) for rows in (test, background))
    margin_of = lambda rows: booster.predict(xgboost_cases.xgb.DMatrix(rows, feature_names=table.NUMBERS), output_margin=True)
    case.shap = by_reference(trees, others, base, margin_of, test.matrix(), background.matrix(), tolerance=1e-6).tolist()
    return with_background(case, background)


def cases(rows, folder):
    data, test = (table.awkward(n, s, missing=False).only(table.NUMBERS) for n, s in ((3000, 1), (rows, 2)))
    background = data.take(slice(0, 100))
    yield of_sklearn(ensemble.RandomForestClassifier(20, max_depth=7, random_state=1), data, test, background)
    yield of_sklearn(ensemble.GradientBoostingClassifier(n_estimators=30, random_state=1), data, test, background)
    yield of_xgboost(data, test, background)
