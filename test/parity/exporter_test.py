"""Tests of python/credit_risk_export.py: python -m unittest discover -s test/parity -p '*_test.py'.

Every exported model is computed again by `scores`, written for the purpose, on rows that touch its thresholds.
"""
import json
import math
import os
import sys
import unittest
import warnings

import numpy as np
import pandas as pd
from sklearn import calibration, compose, decomposition, ensemble, feature_selection, impute, linear_model, pipeline, preprocessing, tree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
import credit_risk_export as export

NUMBERS = ["income", "ratio", "late", "constant", "assets"]
TEXTS = ["purpose", "region"]


def table(rows, seed):
    r = np.random.default_rng(seed)
    data = pd.DataFrame({
        "income": np.exp(r.normal(10, 1.5, rows)),
        "ratio": np.round(r.normal(0.4, 0.2, rows), 2),
        "late": r.poisson(1.0, rows).astype(float),
        "constant": np.full(rows, 7.0),
        "assets": r.normal(size=rows) * 10.0 ** r.integers(-12, 13, rows),
        "purpose": r.choice(["car", "home", "école", 'small "business"', "other"], rows).astype(object),
        "region": r.choice([f"r{i}" for i in range(20)], rows, p=np.arange(20, 0, -1) / 210).astype(object),
    })
    z = (data["ratio"] - 0.4) * 4 + 0.7 * (data["late"] - 1) + (data["purpose"] == "car") - 0.5 * (data["region"] < "r15")
    target = (z + r.normal(size=rows) > 0).to_numpy().astype(int)
    for column, share in [("income", 0.15), ("ratio", 0.1), ("late", 0.2), ("purpose", 0.1)]:
        data.loc[r.random(rows) < share, column] = np.nan
    return data, target


TRAIN, TARGET = table(800, 1)
TEST, _ = table(300, 2)


def inputs_of(document, rows):
    """For each feature: which rows miss it, and the numbers or the codes of all."""
    result = []
    for feature in document["features"]:
        values = rows[feature["name"]].to_numpy()
        missing = np.array([export.is_missing(v) for v in values], dtype=bool)
        if feature["kind"] == "numeric":
            numbers_ = values.astype(float)
            result.append((missing, numbers_.astype(np.float32).astype(float) if document["precision"] == "f32" else numbers_))
        else:
            place = {category: k for k, category in enumerate(feature["categories"])}
            result.append((missing, np.array([-1 if m else place.get(export.text_of(v), -1) for v, m in zip(values, missing)])))
    return result


def leaves_of(tree_columns, inputs):
    at = np.zeros(len(inputs[0][0]), int)
    for i, f in enumerate(tree_columns["feature"]):
        here = np.flatnonzero(at == i)
        if f == -1 or not len(here):
            continue
        node = {key: values[i] for key, values in tree_columns.items()}
        missing, values = (part[here] for part in inputs[f])
        left = values <= node["threshold"]
        if node.get("categories") is not None:
            left = np.where(values == -1, node["unrecognized_left"], np.isin(values, node["categories"]))
        at[here] = np.where(np.where(missing, node["default_left"], left), node["left"], node["right"])
    return np.array(tree_columns["value"])[at]


def terms_sum(document, rows):
    """Of each row; NaN where the document refuses it."""
    total = np.full(len(rows), document["base_margin"])
    for feature, term in zip(document["features"], document["terms"]):
        known = feature.get("categories", [])
        for i, value in enumerate(rows[feature["name"]]):
            if export.is_missing(value):
                added = term["missing"]
            elif term["kind"] == "slope":
                added = term["slope"] * (value - term["center"])
            else:
                text = export.text_of(value)
                added = term["values"][known.index(text)] if text in known else term["unrecognized"]
            total[i] += math.nan if added == "refuse" else added
    return total


def scores(document, rows):
    if "terms" in document:
        margin = terms_sum(document, rows)
    else:
        inputs = inputs_of(document, rows)
        margin = sum(leaves_of(t, inputs) for t in document["trees"])
        margin = document["base_margin"] + margin / (len(document["trees"]) if document["average"] else 1)
    map_ = document.get("calibration", {"kind": "none"})
    if map_["kind"] == "sigmoid":
        return 1 / (1 + np.exp(-(map_["slope"] * margin + map_["intercept"])))
    if map_["kind"] == "isotonic":
        return np.interp(margin, *np.transpose(map_["points"]))
    return 1 / (1 + np.exp(-document.get("link_scale", 1) * margin)) if document["link"] == "logit" else margin


def on_the_thresholds(document, rows, seed=3):
    """The rows, with numbers moved onto thresholds and their neighbours."""
    r = np.random.default_rng(seed)
    rows = rows.copy()
    for f, feature in enumerate(document["features"]):
        places = [t for tree in document["trees"] for g, t in zip(tree["feature"], tree["threshold"]) if g == f]
        places = [t for t in places if abs(t) < 1e30]
        if feature["kind"] != "numeric" or not places:
            continue
        chosen = r.choice(places, len(rows))
        near = [chosen, np.nextafter(chosen, math.inf), np.nextafter(chosen, -math.inf)]
        mask = r.random(len(rows)) < 0.7
        rows.loc[mask, feature["name"]] = np.choose(r.integers(0, 3, len(rows)), near)[mask]
    return rows


SEED = {"random_state": 7}
ESTIMATORS = {
    "tree": tree.DecisionTreeClassifier(max_depth=7, **SEED),
    "forest": ensemble.RandomForestClassifier(6, max_depth=6, **SEED),
    "extra": ensemble.ExtraTreesClassifier(6, max_depth=6, **SEED),
    "boosting": ensemble.GradientBoostingClassifier(n_estimators=8, **SEED),
    "hist": ensemble.HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=9, **SEED),
}


def numbers(*steps):
    return compose.ColumnTransformer([("numbers", pipeline.make_pipeline(*steps), NUMBERS)])


def both(number_step, text_step, **more):
    return compose.ColumnTransformer([("n", number_step, NUMBERS), ("t", text_step, TEXTS)], **more)


def filled(strategy="mean", **more):
    return impute.SimpleImputer(strategy=strategy, **more)


def one_hot(**more):
    return preprocessing.OneHotEncoder(**{"handle_unknown": "ignore", "sparse_output": False, **more})


class Exporter(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("ignore")

    def check(self, transformer, estimator, rows=TEST):
        model = pipeline.make_pipeline(transformer, estimator).fit(TRAIN, TARGET)
        document = json.loads(export.export_model(model))
        for case in (rows, on_the_thresholds(document, rows)):
            np.testing.assert_allclose(scores(document, case), model.predict_proba(case)[:, 1], rtol=0, atol=1e-12)
        return document

    def check_all(self, transformer, **more):
        for name, estimator in ESTIMATORS.items():
            with self.subTest(name):
                self.check(transformer, estimator, **more)

    def test_imputers(self):
        for strategy in ("mean", "median", "most_frequent"):
            self.check_all(numbers(filled(strategy)))
        self.check_all(numbers(filled("constant", fill_value=-1)))
        self.check_all(numbers(filled(add_indicator=True)))

    def test_scalers(self):
        for scaler in (preprocessing.StandardScaler(), preprocessing.StandardScaler(with_mean=False),
                       preprocessing.StandardScaler(with_std=False), preprocessing.MinMaxScaler((-1, 3)),
                       preprocessing.MinMaxScaler(clip=True), preprocessing.MaxAbsScaler(), preprocessing.RobustScaler(),
                       preprocessing.RobustScaler(with_centering=False)):
            self.check_all(numbers(filled(), scaler))

    def test_missing_values_pass_a_scaler(self):
        for name in ("tree", "forest", "extra", "hist"):
            self.check(numbers(preprocessing.StandardScaler()), ESTIMATORS[name])

    def test_scaler_before_imputer_and_twice(self):
        steps = preprocessing.StandardScaler(), filled(add_indicator=True), preprocessing.MinMaxScaler()
        self.check_all(numbers(*steps))

    def test_one_hot(self):
        self.check_all(both(filled(), one_hot()))
        self.check_all(both(filled(), one_hot(drop="first")))
        self.check_all(both(filled(), one_hot(handle_unknown="infrequent_if_exist", min_frequency=60)))
        self.check_all(both(filled(), one_hot(handle_unknown="infrequent_if_exist", max_categories=4, drop="first")))
        self.check_all(both(filled(), one_hot(sparse_output=True), sparse_threshold=0.0))

    def test_one_hot_of_unseen_categories(self):
        rows = TEST.copy()
        rows.loc[rows.index[:80], "purpose"] = "yacht"
        rows.loc[rows.index[60:120], "region"] = "elsewhere"
        for unknown in ("ignore", "infrequent_if_exist"):
            self.check_all(both(filled(), one_hot(handle_unknown=unknown, min_frequency=60)), rows=rows)

    def test_one_hot_of_filled_texts_and_its_scaling(self):
        texts = pipeline.make_pipeline(filled("constant", fill_value="none"), one_hot())
        self.check_all(both(filled(), texts))
        texts = pipeline.make_pipeline(filled("most_frequent"), one_hot(drop="if_binary"), preprocessing.StandardScaler())
        self.check_all(both(filled(), texts))

    def test_strict_encoder(self):
        document = self.check(both(filled(), one_hot(handle_unknown="error")), ESTIMATORS["forest"])
        kinds = {f["name"]: f["kind"] for f in document["features"]}
        self.assertEqual(kinds["purpose"], "categorical")

    def test_numbers_as_categories(self):
        transformer = compose.ColumnTransformer([("late", one_hot(), ["late"])], remainder="passthrough")
        columns = ["income", "ratio", "late"]
        model = pipeline.make_pipeline(transformer, ESTIMATORS["hist"]).fit(TRAIN[columns], TARGET)
        document = json.loads(export.export_model(model))
        np.testing.assert_allclose(scores(document, TEST[columns]), model.predict_proba(TEST[columns])[:, 1], rtol=0, atol=1e-12)
        self.assertIn("3", document["features"][2]["categories"])

    def test_ordinal_codes(self):
        codes = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
        self.check_all(both(filled(), codes))
        rows = TEST.copy()
        rows.loc[rows.index[:80], "purpose"] = "yacht"
        codes = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
        hist = ensemble.HistGradientBoostingClassifier(max_iter=8, categorical_features=[5, 6], **SEED)
        self.check(both("passthrough", codes), hist, rows=rows)

    def test_columns_left_and_dropped(self):
        transformer = compose.ColumnTransformer([("gone", "drop", ["income", "region"]), ("kept", "passthrough", ["late", "assets"]),
                                                 ("texts", one_hot(), ["purpose"])], remainder=filled("median"))
        document = self.check(transformer, ESTIMATORS["hist"])
        self.assertEqual([f["name"] for f in document["features"]], ["ratio", "late", "constant", "assets", "purpose"])

    def test_one_raw_feature_in_several_columns(self):
        parts = [("a", filled("constant", fill_value=0), ["late", "ratio"]), ("b", preprocessing.MinMaxScaler(), ["late", "income"])]
        document = self.check(compose.ColumnTransformer(parts), ESTIMATORS["hist"])
        self.assertEqual(len(document["features"]), 3)

    def test_encoders_that_know_different_categories(self):
        parts = [("a", one_hot(), ["purpose"]), ("b", one_hot(categories=[["car", "home"]]), ["purpose"]), ("n", filled(), NUMBERS)]
        self.check_all(compose.ColumnTransformer(parts))
        self.check_terms(compose.ColumnTransformer(parts))

    def test_calibration(self):
        calibrated = calibration.CalibratedClassifierCV
        self.check(both(filled(), one_hot()), calibrated(ESTIMATORS["forest"], method="isotonic", ensemble=False))
        for name in ("forest", "boosting", "hist"):
            self.check(numbers(filled()), calibrated(ESTIMATORS[name], ensemble=False))
        inner = pipeline.make_pipeline(numbers(filled()), ESTIMATORS["extra"])
        outer = calibrated(inner, method="isotonic", ensemble=False).fit(TRAIN, TARGET)
        np.testing.assert_allclose(scores(export.model_document(outer), TEST), outer.predict_proba(TEST)[:, 1], rtol=0, atol=1e-12)
        self.refuse("averages 5 calibrated", numbers(filled()), calibrated(ESTIMATORS["tree"]))
        self.refuse("is no line between probabilities", numbers(filled()), calibrated(ESTIMATORS["hist"], method="isotonic", ensemble=False))

    def test_selection(self):
        model = pipeline.make_pipeline(numbers(filled()), feature_selection.VarianceThreshold(),
                                       feature_selection.SelectKBest(k=2), ESTIMATORS["forest"]).fit(TRAIN, TARGET)
        document = json.loads(export.export_model(model))
        self.assertEqual(len(document["features"]), 2)
        np.testing.assert_allclose(scores(document, TEST), model.predict_proba(TEST)[:, 1], rtol=0, atol=1e-12)

    def test_arrays_without_names(self):
        data = TRAIN[NUMBERS].to_numpy()
        model = pipeline.make_pipeline(filled(), preprocessing.StandardScaler(), ESTIMATORS["boosting"]).fit(data, TARGET)
        document = json.loads(export.export_model(model, NUMBERS))
        np.testing.assert_allclose(scores(document, TEST), model.predict_proba(TEST[NUMBERS].to_numpy())[:, 1], rtol=0, atol=1e-12)

    def test_threshold_that_every_number_exceeds(self):
        data = TRAIN[["ratio"]].assign(ratio=np.where(TRAIN["ratio"].isna(), np.nan, 1.0))
        model = pipeline.make_pipeline(filled("constant", fill_value=-5), ESTIMATORS["tree"]).fit(data, data["ratio"].isna())
        document = json.loads(export.export_model(model))
        rows = pd.DataFrame({"ratio": [np.nan, 1.0, -4.9, 1e300, -1e300]})[:3]
        np.testing.assert_array_equal(scores(document, rows), model.predict_proba(rows)[:, 1])
        flagged = pipeline.make_pipeline(filled(add_indicator=True), ESTIMATORS["tree"]).fit(data, data["ratio"].isna())
        document = json.loads(export.export_model(flagged))
        np.testing.assert_array_equal(scores(document, rows), flagged.predict_proba(rows)[:, 1])

    def test_check_rows(self):
        model = pipeline.make_pipeline(both(filled(), one_hot()), ESTIMATORS["forest"]).fit(TRAIN, TARGET)
        rows = json.loads(export.check_rows(model, TEST[:50]))
        self.assertIn(None, [row["features"]["income"] for row in rows])
        self.assertEqual([row["probability"] for row in rows], model.predict_proba(TEST[:50])[:, 1].tolist())

    def test_columns_go_by_name(self):
        columns = ["income", "ratio", "late"]
        model = pipeline.make_pipeline(filled(), linear_model.LogisticRegression()).fit(TRAIN[columns], TARGET)
        turned = TRAIN[["late", "assets", "income", "ratio"]]
        self.assertEqual(export.export_model(model, training_rows=turned), export.export_model(model, training_rows=TRAIN[columns]))
        self.assertEqual(export.check_rows(model, turned[:9]), export.check_rows(model, TRAIN[columns][:9]))
        array = TRAIN[columns].to_numpy()
        unnamed = pipeline.make_pipeline(filled(), linear_model.LogisticRegression()).fit(array, TARGET)
        self.assertEqual(export.export_model(unnamed, columns, turned), export.export_model(unnamed, columns, array))
        for call in (lambda: export.check_rows(model, TRAIN[["income", "ratio"]]), lambda: export.export_model(unnamed, columns, TRAIN[["late"]])):
            with self.assertRaisesRegex(export.CannotExport, "The rows have no column (late|income, ratio)"):
                call()

    def test_pipelines_in_pipelines(self):
        columns = ["income", "ratio", "late", "assets"]
        calibrated = calibration.CalibratedClassifierCV
        for estimator in [*ESTIMATORS.values(), linear_model.LogisticRegression()]:
            inner = pipeline.make_pipeline(feature_selection.SelectKBest(k=2), preprocessing.StandardScaler(), estimator)
            for last in (inner, calibrated(inner, ensemble=False), pipeline.make_pipeline(calibrated(estimator, ensemble=False))):
                model = pipeline.make_pipeline(filled("median"), preprocessing.StandardScaler(), last).fit(TRAIN[columns], TARGET)
                document = json.loads(export.export_model(model))
                np.testing.assert_allclose(scores(document, TEST), model.predict_proba(TEST[columns])[:, 1], rtol=0, atol=1e-12)
        twice = calibrated(calibrated(ESTIMATORS["forest"], ensemble=False), ensemble=False)
        self.refuse("calibrates what is calibrated", numbers(filled()), twice)
        with self.assertRaisesRegex(export.CannotExport, "calibrates what is calibrated"):
            export.export_model(twice.fit(TRAIN[columns].fillna(0), TARGET))

    def test_first_step_that_passes_on(self):
        model = pipeline.Pipeline([("x", "passthrough"), ("i", filled()), ("m", ESTIMATORS["forest"])]).fit(TRAIN[NUMBERS], TARGET)
        np.testing.assert_array_equal(scores(json.loads(export.export_model(model, NUMBERS)), TEST), model.predict_proba(TEST[NUMBERS])[:, 1])

    def test_truth_values_as_categories(self):
        owner = np.where(TRAIN["income"].isna(), None, TRAIN["income"] > 20000)
        for kind in ("boolean", "category", object):
            data = TRAIN[["ratio"]].fillna(0).assign(owner=pd.Series(owner, dtype=kind).to_numpy() if kind == object else pd.Series(owner).astype(kind))
            parts = compose.ColumnTransformer([("c", one_hot(), ["owner"])], remainder="passthrough")
            model = pipeline.make_pipeline(parts, linear_model.LogisticRegression()).fit(data, TARGET)
            document = json.loads(export.export_model(model, training_rows=data))
            known = document["features"][1]["categories"]
            self.assertIn(known, [["0", "1"], ["false", "true"]])
            mean = document["base_margin"] + sum(term["mean"] for term in document["terms"])
            self.assertAlmostEqual(mean, np.mean(model.decision_function(data)), places=11)

    def test_dates_are_no_categories(self):
        days = pd.to_datetime("2024-01-01") + pd.to_timedelta(np.arange(len(TRAIN)) % 3, "D")
        for column in (days, [d.date() for d in days]):
            data = pd.DataFrame({"day": column, "late": TRAIN["late"].fillna(0)})
            for encoder in (one_hot(), preprocessing.OrdinalEncoder()):
                parts = compose.ColumnTransformer([("c", encoder, ["day"])], remainder="passthrough")
                model = pipeline.make_pipeline(parts, ESTIMATORS["forest"]).fit(data, TARGET)
                for call in (lambda: export.export_model(model), lambda: export.check_rows(model, data[:3])):
                    with self.assertRaisesRegex(export.CannotExport, "make it text"):
                        call()

    def check_terms(self, transformer, rows=TEST, data=TRAIN, **more):
        model = pipeline.make_pipeline(transformer, linear_model.LogisticRegression(max_iter=300, **more)).fit(data, TARGET)
        document = json.loads(export.export_model(model, training_rows=data))
        np.testing.assert_allclose(terms_sum(document, rows), model.decision_function(rows), rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(document["base_margin"] + sum(t["mean"] for t in document["terms"]),
                                   np.mean(model.decision_function(data)), rtol=1e-11)
        return document

    def test_logistic_regression(self):
        unseen = TEST.assign(purpose=np.where(np.arange(len(TEST)) % 4 == 0, "yacht", TEST["purpose"]))
        scaled = pipeline.make_pipeline(filled(add_indicator=True), preprocessing.StandardScaler())
        self.check_terms(both(scaled, one_hot(drop="first")), unseen)
        self.check_terms(both(pipeline.make_pipeline(preprocessing.MinMaxScaler((1, 4)), filled("constant", fill_value=-7)),
                              one_hot(handle_unknown="infrequent_if_exist", min_frequency=60)), unseen)
        self.check_terms(both(pipeline.make_pipeline(filled("median"), preprocessing.RobustScaler(), preprocessing.MinMaxScaler()),
                              pipeline.make_pipeline(one_hot(), preprocessing.StandardScaler())), unseen, fit_intercept=False)
        twice = compose.ColumnTransformer([("a", filled(), ["late", "ratio"]),
                                           ("b", pipeline.make_pipeline(filled("median"), preprocessing.StandardScaler()), ["late"])])
        self.assertEqual(len(self.check_terms(twice)["terms"]), 2)

    def test_logistic_regression_refuses_what_scikit_learn_refuses(self):
        whole = TRAIN[["late", "constant"]].fillna(0)
        model = linear_model.LogisticRegression().fit(whole, TARGET)
        document = json.loads(export.export_model(model))
        self.assertEqual([t["missing"] for t in document["terms"]], ["refuse", "refuse"])
        self.assertNotIn("mean", document["terms"][0])
        data = TRAIN.assign(purpose=TRAIN["purpose"].fillna("none"))
        rows = TEST.assign(purpose=TEST["purpose"].fillna("none"))
        term = self.check_terms(both(filled(), one_hot(handle_unknown="error")), rows, data)["terms"][5]
        self.assertEqual((term["missing"], term["unrecognized"]), ("refuse", "refuse"))

    def refuse(self, reason, transformer, estimator=ESTIMATORS["hist"], data=TRAIN):
        model = pipeline.make_pipeline(transformer, estimator).fit(data, TARGET)
        with self.assertRaisesRegex(export.CannotExport, reason):
            export.export_model(model)

    def test_refusals(self):
        filling = filled()
        self.refuse("PCA cannot be exported", pipeline.make_pipeline(numbers(filling), decomposition.PCA(2)))
        self.refuse("calls a function", pipeline.make_pipeline(numbers(filling), preprocessing.FunctionTransformer(np.log1p)))
        self.refuse("PolynomialFeatures", pipeline.make_pipeline(numbers(filling), preprocessing.PolynomialFeatures()))
        self.refuse("replaces 7", numbers(filled("constant", missing_values=7.0, fill_value=0)), data=TRAIN.fillna(0))
        twice = compose.ColumnTransformer([("a", one_hot(), ["late"]), ("b", "passthrough", ["late"])])
        self.refuse("both as a number and as a category", twice)
        self.refuse("scaled or encoded before", pipeline.make_pipeline(numbers(preprocessing.MaxAbsScaler()), one_hot()))
        self.refuse("is clipped by a scaler", numbers(filling, preprocessing.MinMaxScaler(clip=True)), linear_model.LogisticRegression())
        self.refuse("LinearDiscriminant|cannot be exported", numbers(filling), linear_model.RidgeClassifier())
        with self.assertRaisesRegex(export.CannotExport, "2 names were passed"):
            export.export_model(pipeline.make_pipeline(numbers(filling), ESTIMATORS["tree"]).fit(TRAIN, TARGET), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
