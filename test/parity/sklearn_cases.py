"""Models of scikit-learn through python/credit_risk_export.py.

SHAP: shap.TreeExplainer where it is exact in double precision; else, and of the raw features of a Pipeline, the double
reference on scikit-learn's own trees and its own transformed columns.
"""
import json
import os
import sys

import numpy as np
import shap
import sklearn
from sklearn import calibration, compose, ensemble, impute, linear_model, pipeline, preprocessing, tree

import reference
import table
from case import Refusal, made

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
import credit_risk_export as export

SEED = {"random_state": 1}
LIBRARY = "scikit-learn " + sklearn.__version__


def explained(model, asked, base_values=None):
    """By the shap library; one column a feature, the base value last."""
    explainer = shap.TreeExplainer(model)
    values = np.asarray(explainer.shap_values(asked, check_additivity=False))
    values = values[..., 1] if values.ndim == 3 else values
    return np.column_stack([values, np.full(len(values), np.ravel(explainer.expected_value)[-1])])


def trees_of(estimator, columns, player):
    """The estimator's trees on its own input columns; column i belongs to player[i]."""
    if hasattr(estimator, "_predictors"):
        return [_hist_tree(p[0], estimator, columns, player) for p in estimator._predictors]
    columns = np.asarray(columns, np.float32)
    if isinstance(estimator, tree.DecisionTreeClassifier):
        return [_plain_tree(estimator.tree_, columns, player, _fractions(estimator.tree_))]
    members = np.ravel(estimator.estimators_)
    rate = getattr(estimator, "learning_rate", None)
    value_of = _fractions if rate is None else lambda t: rate * t.value[:, 0, 0]
    share = len(members) if rate is None else 1
    return [_plain_tree(m.tree_, columns, player, value_of(m.tree_) / share) for m in members]


def _fractions(tree_):
    return tree_.value[:, 0, 1] / tree_.value[:, 0, :].sum(axis=1)


def _plain_tree(tree_, columns, player, value):
    feature = np.maximum(tree_.feature, 0)
    chosen = columns[:, feature]
    left = np.where(np.isnan(chosen), tree_.missing_go_to_left.astype(bool), chosen <= tree_.threshold)
    return reference.Tree(tree_.children_left, tree_.children_right, np.where(tree_.children_left < 0, -1, player[feature]),
                          value, tree_.weighted_n_node_samples, left)


def _hist_tree(predictor, estimator, columns, player):
    nodes, leaf = predictor.nodes, predictor.nodes["is_leaf"].astype(bool)
    columns = np.asarray(columns, float)
    goes_left = np.ones((len(columns), len(nodes)), bool)
    known, place = estimator._bin_mapper.make_known_categories_bitsets()
    for i, node in enumerate(nodes):
        values = columns[:, node["feature_idx"]]
        missing = np.isnan(values)
        if node["is_categorical"]:
            in_set = _in_bits(predictor.raw_left_cat_bitsets[node["bitset_idx"]], values)
            missing |= ~_in_bits(known[place[node["feature_idx"]]], values)
            goes_left[:, i] = in_set
        else:
            goes_left[:, i] = values <= node["num_threshold"]
        goes_left[missing, i] = bool(node["missing_go_to_left"])
    side = lambda key: np.where(leaf, -1, nodes[key].astype(int))
    owner = np.where(leaf, -1, player[nodes["feature_idx"].astype(int)])
    return reference.Tree(side("left"), side("right"), owner, nodes["value"], nodes["count"], goes_left)


def _in_bits(words, values):
    codes = np.where(np.isnan(values) | (values < 0) | (values > 255), 0, values).astype(int)
    bits = (np.asarray(words, np.int64)[codes // 32] >> (codes % 32)) & 1
    return (bits == 1) & ~np.isnan(values) & (values >= 0) & (values <= 255)


def base_of(estimator):
    if hasattr(estimator, "_baseline_prediction"):
        return float(np.ravel(estimator._baseline_prediction)[0])
    if hasattr(estimator, "_raw_predict_init"):
        return float(estimator._raw_predict_init(np.zeros((1, estimator.n_features_in_), np.float32))[0, 0])
    return 0.0


def cased(name, model, data, rows, frame=lambda d: d.frame(), explain=None, at_thresholds=True, inner=lambda model: model):
    """`explain` gives the SHAP values of what the model is asked; shap's if None. `inner`: what has the margin."""
    model.fit(frame(data), data.target)
    document = export.model_document(model, training_rows=frame(data))
    if at_thresholds:
        rows = table.on_thresholds(rows, thresholds_of(document))
    asked = frame(rows)
    probability = model.predict_proba(asked)[:, 1]
    scored = inner(model)
    margin = scored.decision_function(asked) if hasattr(scored, "decision_function") else scored.predict_proba(asked)[:, 1]
    values = explained(scored, asked) if explain is None else explain(scored, asked)
    names = [f["name"] for f in document["features"]]
    return made(name, LIBRARY, "credit_risk.model.v1", json.dumps(document, allow_nan=False), rows.only(names), probability, margin,
                shap=values, shap_by=getattr(explain, "by", "shap.TreeExplainer" if explain is None else "double reference"))


def thresholds_of(document):
    found = {}
    for columns in document.get("trees", [])[:20]:
        for feature, threshold in zip(columns["feature"], columns["threshold"]):
            if feature >= 0 and document["features"][feature]["kind"] == "numeric":
                found.setdefault(document["features"][feature]["name"], []).append(threshold)
    return found


def by_reference(estimator, columns, player, players):
    values = reference.explain(trees_of(estimator, columns, player), players)
    values[:, -1] += base_of(estimator)
    return values


def estimator_by_reference(model, asked):
    return by_reference(model, asked, np.arange(asked.shape[1]), asked.shape[1])


def plain_cases(rows):
    data, test = table.awkward(3000, 1).only(table.NUMBERS), table.awkward(rows, 2).only(table.NUMBERS)
    whole, whole_test = (table.awkward(n, s, missing=False).only(table.NUMBERS) for n, s in ((3000, 1), (rows, 2)))
    yield cased("DecisionTree, balanced", tree.DecisionTreeClassifier(max_depth=9, class_weight="balanced", **SEED), data, test)
    yield cased("RandomForest", ensemble.RandomForestClassifier(30, max_depth=9, class_weight="balanced", **SEED), data, test)
    yield cased("ExtraTrees", ensemble.ExtraTreesClassifier(20, max_depth=9, **SEED), whole, whole_test)
    yield cased("GradientBoosting", ensemble.GradientBoostingClassifier(n_estimators=40, **SEED), whole, whole_test)
    yield cased("GradientBoosting, exponential", ensemble.GradientBoostingClassifier(n_estimators=20, loss="exponential", **SEED),
                whole, whole_test, explain=estimator_by_reference)
    yield cased("HistGradientBoosting", ensemble.HistGradientBoostingClassifier(max_iter=40, **SEED), data, test)
    yield cased("one-leaf tree", tree.DecisionTreeClassifier(**SEED), data.only(["constant"]), test.only(["constant"]))
    noise = table.noise(90000, 5)
    large = tree.DecisionTreeClassifier(**SEED)
    yield cased("more than 32,767 nodes in a tree", large, noise, table.noise(rows, 6), explain=estimator_by_reference)
    assert large.tree_.node_count > 32767


def calibrated_cases(rows):
    data, test = table.awkward(3000, 1).only(table.NUMBERS), table.awkward(rows, 2).only(table.NUMBERS)
    inner = lambda model: model.calibrated_classifiers_[0].estimator
    for name, method, model in (("RandomForest, isotonic", "isotonic", ensemble.RandomForestClassifier(20, max_depth=8, **SEED)),
                                ("HistGradientBoosting, sigmoid", "sigmoid", ensemble.HistGradientBoostingClassifier(max_iter=20, **SEED))):
        model = calibration.CalibratedClassifierCV(model, method=method, ensemble=False)
        yield cased(name, model, data, test, inner=inner)


def category_case(rows):
    columns = ["debt ratio", "purpose", "region"]
    known = {"purpose": table.PURPOSES, "region": table.REGIONS}
    test = table.awkward(rows, 2)
    purpose, region = test.columns["purpose"].copy(), test.columns["region"].copy()
    purpose[::7], region[::9] = "yacht", None
    seen = {"purpose": [*table.PURPOSES, "yacht"], "region": table.REGIONS}

    def explain(model, asked):
        encoded = model._preprocessor.transform(asked)
        return by_reference(model, encoded, np.array([1, 2, 0]), 3)

    model = ensemble.HistGradientBoostingClassifier(max_iter=20, categorical_features="from_dtype", **SEED)
    yield cased("HistGradientBoosting, categories", model, table.awkward(3000, 1).only(columns),
                test.replace(purpose=purpose, region=region).only(columns), lambda d: d.frame(seen if "yacht" in d.columns["purpose"] else known),
                explain)


# ---- Pipelines ----


def raw_explanation(players):
    """By the reference, on what the transformers give; players: the raw feature of each column."""

    def explain(model, asked):
        columns = model[:-1].transform(asked)
        columns = columns.toarray() if hasattr(columns, "toarray") else np.asarray(columns)
        player = np.array(players(model), int)
        assert len(player) == columns.shape[1]
        if getattr(model[-1], "_preprocessor", None) is not None:  # it puts the categories first
            columns = model[-1]._preprocessor.transform(columns)
            player = player[np.argsort(~model[-1].is_categorical_, kind="stable")]
        # Raw features that nothing uses are not in the exported model.
        used = sorted(set(player))
        return by_reference(model[-1], columns, np.searchsorted(used, player), len(used))

    return explain


def one_hot_players(numbers, encoder_of, texts):
    def players(model):
        return list(range(numbers)) + [numbers + i for i, n in enumerate(encoder_of(model)._n_features_outs) for _ in range(n)]

    return players


def numeric_pipelines(rows):
    data, test = table.awkward(3000, 1).only(table.NUMBERS), table.awkward(rows, 2).only(table.NUMBERS)
    count = len(table.NUMBERS)
    plain = raw_explanation(lambda model: range(count))
    flagged = raw_explanation(lambda model: [*range(count), *model[0].indicator_.features_])
    fill = impute.SimpleImputer
    yield cased("Pipeline: mean, standard, GradientBoosting",
                pipeline.make_pipeline(fill(), preprocessing.StandardScaler(), ensemble.GradientBoostingClassifier(n_estimators=30, **SEED)),
                data, test, explain=plain)
    yield cased("Pipeline: median with flags, robust, RandomForest",
                pipeline.make_pipeline(fill(strategy="median", add_indicator=True), preprocessing.RobustScaler(),
                                       ensemble.RandomForestClassifier(20, max_depth=8, **SEED)), data, test, explain=flagged)
    yield cased("Pipeline: MinMax, constant, ExtraTrees",
                pipeline.make_pipeline(preprocessing.MinMaxScaler((-2, 5)), fill(strategy="constant", fill_value=0.25),
                                       ensemble.ExtraTreesClassifier(20, max_depth=8, **SEED)), data, test, explain=plain)
    yield cased("Pipeline: MaxAbs, HistGradientBoosting",
                pipeline.make_pipeline(preprocessing.MaxAbsScaler(), ensemble.HistGradientBoostingClassifier(max_iter=20, **SEED)),
                data, test, explain=plain)


def beside(numbers, texts, number_step, text_step):
    return compose.ColumnTransformer([("numbers", number_step, numbers), ("texts", text_step, texts)])


def text_pipelines(rows):
    numbers, texts = table.NUMBERS, ["purpose", "region"]
    data, test = table.awkward(3000, 1).only(numbers + texts), table.awkward(rows, 2).only(numbers + texts)
    purpose = test.columns["purpose"].copy()
    purpose[::8], purpose[3::8] = "yacht", None
    test = test.replace(purpose=purpose)
    scaled = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler())
    one_hot = preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=45, drop="first")
    players = one_hot_players(len(numbers), lambda m: m[0].named_transformers_["texts"], texts)
    yield cased("Pipeline: scaled, one-hot, RandomForest",
                pipeline.make_pipeline(beside(numbers, texts, scaled, one_hot), ensemble.RandomForestClassifier(20, max_depth=9, **SEED)),
                data, test, explain=raw_explanation(players))
    filled = pipeline.make_pipeline(impute.SimpleImputer(strategy="most_frequent"), preprocessing.OneHotEncoder(handle_unknown="ignore"))
    players = one_hot_players(len(numbers), lambda m: m[0].named_transformers_["texts"][1], texts)
    yield cased("Pipeline: one-hot of filled texts, GradientBoosting",
                pipeline.make_pipeline(beside(numbers, texts, scaled, filled), ensemble.GradientBoostingClassifier(n_estimators=30, **SEED)),
                data, test, explain=raw_explanation(players))
    codes = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    count = len(numbers) + len(texts)
    hist = ensemble.HistGradientBoostingClassifier(max_iter=20, categorical_features=[count - 2, count - 1], **SEED)
    yield cased("Pipeline: ordinal codes, HistGradientBoosting",
                pipeline.make_pipeline(beside(numbers, texts, "passthrough", codes), hist), data, test,
                explain=raw_explanation(lambda model: range(count)))


# ---- Coefficients ----


def linear_explanation(players, background):
    """shap's, of what the transformers give, summed for each raw feature."""

    def explain(model, asked):
        whole, columns = (np.asarray(model[:-1].transform(rows) if len(model) > 1 else rows, float) for rows in (background, asked))
        explainer = shap.LinearExplainer(model[-1], shap.maskers.Independent(whole, max_samples=len(whole)))
        player = np.array(players(model), int)
        values = np.zeros((len(columns), player.max() + 2))
        np.add.at(values.T, player, explainer.shap_values(columns).T)
        values[:, -1] = explainer.expected_value
        return values

    explain.by = "shap.LinearExplainer"
    return explain


def linear_cases(rows, folder):
    numbers, texts = table.NUMBERS, ["purpose", "region"]
    regression = linear_model.LogisticRegression(max_iter=500)
    whole, whole_test = (table.awkward(n, s, missing=False).only(["debt ratio", "late_payments", "rarely"]) for n, s in ((3000, 1), (rows, 2)))
    yield cased("LogisticRegression", pipeline.make_pipeline(regression), whole, whole_test,
                explain=linear_explanation(lambda model: range(3), whole.frame()))
    data, test = table.awkward(3000, 1).only(numbers + texts), table.awkward(rows, 2).only(numbers + texts)
    purpose = test.columns["purpose"].copy()
    purpose[::8], purpose[3::8] = "yacht", None
    test = test.replace(purpose=purpose)
    one_hot = preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    flagged = impute.SimpleImputer(strategy="median", add_indicator=True)
    scaled = pipeline.make_pipeline(flagged, preprocessing.StandardScaler())

    def players(model):
        flags = model[0].named_transformers_["numbers"][0].indicator_.features_
        return [*range(len(numbers)), *flags, *one_hot_players(len(numbers), lambda m: m[0].named_transformers_["texts"], texts)(model)[len(numbers):]]

    yield cased("Pipeline: flags, scaled, one-hot, LogisticRegression",
                pipeline.make_pipeline(beside(numbers, texts, scaled, one_hot), linear_model.LogisticRegression(max_iter=500, class_weight="balanced")),
                data, test, explain=linear_explanation(players, data.frame()))
    german = table.german(folder)
    if german:
        numbers = [n for n, v in german.columns.items() if v.dtype == float]
        texts = [n for n in german.columns if n not in numbers]
        german = german.only(numbers + texts)
        players = one_hot_players(len(numbers), lambda m: m[0].named_transformers_["texts"], texts)
        yield cased("German credit, scaled, one-hot, LogisticRegression",
                    pipeline.make_pipeline(beside(numbers, texts, preprocessing.StandardScaler(), one_hot), regression), german, german,
                    explain=linear_explanation(players, german.frame()))


def real_cases(rows, folder):
    german = table.german(folder)
    if german:
        numbers = [n for n, v in german.columns.items() if v.dtype == float]
        texts = [n for n in german.columns if n not in numbers]
        data = german.only(numbers + texts)
        model = pipeline.make_pipeline(
            beside(numbers, texts, preprocessing.StandardScaler(), preprocessing.OneHotEncoder(handle_unknown="ignore")),
            ensemble.RandomForestClassifier(50, max_depth=10, **SEED))
        players = one_hot_players(len(numbers), lambda m: m[0].named_transformers_["texts"], texts)
        yield cased("German credit, one-hot, RandomForest", model, data, data, explain=raw_explanation(players))
    club = table.lending_club(folder)
    if club:
        known = {n: sorted(set(v)) for n, v in club.columns.items() if v.dtype == object}
        order = [i for i, n in enumerate(club.columns) if n in known] + [i for i, n in enumerate(club.columns) if n not in known]

        def explain(model, asked):
            return by_reference(model, model._preprocessor.transform(asked), np.array(order), len(order))

        model = ensemble.HistGradientBoostingClassifier(max_iter=40, categorical_features="from_dtype", **SEED)
        yield cased("Lending Club, HistGradientBoosting", model, club.take(slice(0, 8000)), club.take(slice(8000, 8000 + rows)),
                    lambda d: d.frame(known), explain)


def refusals():
    data = table.awkward(400, 1, missing=False).only(["debt ratio", "late_payments"])

    def refused(name, model, reason, target=data.target):
        model.fit(data.frame(), target)
        try:
            said = export.export_model(model) and "exported"
        except export.CannotExport as problem:
            said = str(problem)
        return Refusal(name, LIBRARY, "credit_risk.model.v1", b"", reason, said)

    stump = tree.DecisionTreeClassifier(max_depth=2)
    yield refused("three classes", stump, "3 classes; two are possible", np.arange(len(data)) % 3)
    yield refused("Pipeline: polynomial", pipeline.make_pipeline(preprocessing.PolynomialFeatures(), stump), "PolynomialFeatures cannot be exported")
    yield refused("Pipeline: a function", pipeline.make_pipeline(preprocessing.FunctionTransformer(np.cbrt), stump), "calls a function")
    yield refused("GradientBoosting on a forest", ensemble.GradientBoostingClassifier(init=ensemble.RandomForestClassifier(3), n_estimators=2),
                  "whose prediction differs by row")


def cases(rows, folder):
    yield from refusals()
    yield from plain_cases(rows)
    yield from category_case(rows)
    yield from calibrated_cases(rows)
    yield from numeric_pipelines(rows)
    yield from text_pipelines(rows)
    yield from linear_cases(rows, folder)
    yield from real_cases(rows, folder)
