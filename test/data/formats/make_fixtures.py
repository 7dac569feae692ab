"""Makes the models and reference outputs of this folder. Run from here, see BIRTH.md:

    python make_fixtures.py            with xgboost 3, lightgbm, catboost, scikit-learn, shap, pandas
    python make_fixtures.py old        with xgboost 1.7.6

Writes for each fixture the library's own file and NAME.rows.json: input rows (null is missing, texts are categories)
with the library's margin, probability and SHAP values (base value last).
"""
import json
import os
import sys

import numpy as np
import pandas as pd

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = 60
SEED = 20260101


def table(rows, seed, missing=True):
    """Numbers with missing values, huge and tiny ones, a constant, ties; two categorical columns."""
    r = np.random.default_rng(seed)
    data = pd.DataFrame({
        "income": np.exp(r.normal(10, 1.5, rows)),
        "debt ratio": np.round(r.normal(0.4, 0.2, rows), 2),
        "late_payments": r.poisson(1.0, rows).astype(float),
        "constant": np.full(rows, 7.0),
        "assets": r.normal(size=rows) * 10.0 ** r.integers(-12, 13, rows),
        "purpose": r.choice(["car", "home", "école", "small \"business\"", "other"], rows),
        "region": r.choice([f"r{i}" for i in range(70)], rows),
    })
    late = data["late_payments"].to_numpy()
    z = (data["debt ratio"] - 0.4) * 4 + 0.7 * (late - 1) - 0.3 * (np.log(data["income"]) - 10)
    z += data["purpose"].map({"car": 0.5, "home": -0.8, "école": 0, "small \"business\"": 1, "other": 0}) + r.normal(size=rows)
    z += (data["region"].str[1:].astype(int) % 3 == 0) * 0.8 + (np.abs(data["assets"]) > 1e3) * 0.5
    target = (z > 0.3).astype(int).to_numpy()
    if missing:
        for column, share in [("income", 0.15), ("debt ratio", 0.1), ("late_payments", 0.2)]:
            data.loc[r.random(rows) < share, column] = np.nan
    return data, target


NUMBERS = ["income", "debt ratio", "late_payments", "constant", "assets"]
TRAIN, TARGET = table(900, SEED)
WHOLE, WHOLE_TARGET = table(900, SEED, missing=False)
TEST, _ = table(ROWS, SEED + 1)
PURPOSES = sorted(TRAIN["purpose"].unique())
REGIONS = [f"r{i}" for i in range(70)]


def categorical(data):
    data = data.copy()
    data["purpose"] = pd.Categorical(data["purpose"], PURPOSES)
    data["region"] = pd.Categorical(data["region"], REGIONS)
    return data


def plain(value):
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def write(name, rows, margin, probability, shap=None):
    rows = rows.astype(object) if hasattr(rows, "astype") else rows
    table_rows = rows.values.tolist() if hasattr(rows, "values") else rows
    numbers = lambda a: [float(v) for v in np.ravel(np.asarray(a, dtype=np.float64))]
    lines = ['{"rows": [']
    lines.append(",\n".join(json.dumps([plain(v) for v in row], ensure_ascii=False) for row in table_rows))
    lines.append("],\n\"margin\": " + json.dumps(numbers(margin)))
    lines.append(",\"probability\": " + json.dumps(numbers(probability)))
    if shap is not None:
        lines.append(",\"shap\": [\n" + ",\n".join(json.dumps(numbers(row)) for row in np.asarray(shap)[:12]) + "]")
    lines.append("}\n")
    with open(os.path.join(HERE, name + ".rows.json"), "w") as out:
        out.write("\n".join(lines))


def path(name):
    return os.path.join(HERE, name)


# ---- XGBoost ----


def xgboost_one(xgb, name, booster, data, formats, **options):
    for extension in formats:
        booster.save_model(path(name + "." + extension))
    matrix = xgb.DMatrix(data, enable_categorical=True, **options)
    margin = booster.predict(matrix, output_margin=True)
    write(name, data, margin, booster.predict(matrix), booster.predict(matrix, pred_contribs=True))


def make_xgboost(xgb, prefix):
    base = {"objective": "binary:logistic", "max_depth": 5, "eta": 0.3, "tree_method": "hist", "seed": SEED, "nthread": 1,
            "base_score": 0.3}
    numbers = xgb.DMatrix(TRAIN[NUMBERS], TARGET)
    xgboost_one(xgb, prefix + "_numbers", xgb.train(base, numbers, 8), TEST[NUMBERS], ["json", "ubj"])
    dart = dict(base, booster="dart", rate_drop=0.3, max_depth=3, min_child_weight=0)
    xgboost_one(xgb, prefix + "_dart", xgb.train(dart, numbers, 8), TEST[NUMBERS], ["json"])
    return base, numbers


def make_new_xgboost():
    import xgboost as xgb

    base, numbers = make_xgboost(xgb, "xgboost3")
    columns = ["debt ratio", "purpose", "region"]
    data = categorical(TRAIN)[columns]
    booster = xgb.train(dict(base, max_depth=4, max_cat_to_onehot=3), xgb.DMatrix(data, TARGET, enable_categorical=True), 6)
    xgboost_one(xgb, "xgboost3_categories", booster, categorical(TEST)[columns], ["json", "ubj"])
    pruned = dict(base, tree_method="exact", gamma=4, max_depth=6)  # leaves nodes behind that nothing leads to
    xgboost_one(xgb, "xgboost3_pruned", xgb.train(pruned, numbers, 3), TEST[NUMBERS], ["json"])
    raw = dict(base, objective="binary:logitraw", base_score=-0.25, num_parallel_tree=2, subsample=0.7, max_depth=3)
    xgboost_one(xgb, "xgboost3_logitraw", xgb.train(raw, numbers, 4), TEST[NUMBERS], ["json"])
    stopped = xgb.XGBClassifier(n_estimators=40, max_depth=3, learning_rate=0.6, early_stopping_rounds=3, n_jobs=1, random_state=SEED)
    stopped.fit(TRAIN[NUMBERS][:600], TARGET[:600], eval_set=[(TRAIN[NUMBERS][600:], TARGET[600:])], verbose=False)
    stopped.save_model(path("xgboost3_stopped.json"))
    assert stopped.best_iteration + 1 < len(stopped.get_booster().get_dump())
    write("xgboost3_stopped", TEST[NUMBERS], stopped.predict(TEST[NUMBERS], output_margin=True),
          stopped.predict_proba(TEST[NUMBERS])[:, 1])
    tiny = xgb.train(dict(base, max_depth=2), xgb.DMatrix(categorical(TRAIN)[["debt ratio", "region"]], TARGET, enable_categorical=True), 1)
    for extension in ("json", "ubj"):
        tiny.save_model(path("xgboost3_tiny." + extension))
    several = xgb.XGBClassifier(n_estimators=1, max_depth=1, n_jobs=1)
    several.fit(TRAIN[NUMBERS], np.arange(900) % 3)
    several.save_model(path("xgboost3_several_classes.json"))


def make_old_xgboost():
    import xgboost as xgb

    assert xgb.__version__.startswith("1.7"), xgb.__version__
    base, numbers = make_xgboost(xgb, "xgboost1")
    codes = lambda data: np.column_stack([data["debt ratio"], data["region"].str[1:].astype(float)])
    options = {"feature_types": ["float", "c"]}
    matrix = xgb.DMatrix(codes(TRAIN), TARGET, enable_categorical=True, **options)
    booster = xgb.train(dict(base, max_depth=4), matrix, 4)
    booster.save_model(path("xgboost1_codes.json"))
    test = xgb.DMatrix(codes(TEST), enable_categorical=True, **options)
    rows = [[plain(a), str(int(b))] for a, b in codes(TEST).tolist()]
    write("xgboost1_codes", rows, booster.predict(test, output_margin=True), booster.predict(test),
          booster.predict(test, pred_contribs=True))
    xgb.train(dict(base, max_depth=2), numbers, 1).save_model(path("xgboost1_binary.deprecated"))


# ---- LightGBM ----


def framed(data):
    """All that a category of pandas can be: without use, ordered (a number to LightGBM), a truth value; texts of TEST that training lacks."""
    late = data["late_payments"].clip(upper=3).map({0: "none", 1: "some", 2: "many", 3: "very many"})
    return pd.DataFrame({
        "country": pd.Categorical(["IN"] * len(data)),
        "debt ratio": data["debt ratio"],
        "late": pd.Categorical(late, ["none", "some", "many"], ordered=True),
        "large": pd.Categorical(np.where(data["income"].isna(), None, data["income"] > 22000), [False, True]),
        "purpose": pd.Categorical(data["purpose"], PURPOSES),
    })


def asked(data):
    frame = framed(data).astype(object)
    frame["late"] = data["late_payments"].clip(upper=3).map({0: "none", 1: "some", 2: "many", 3: "very many"}).astype(object)
    return [[plain(v) for v in row] for row in frame.values.tolist()]


def lightgbm_one(name, booster, data, rows=None, json_too=False):
    booster.save_model(path(name + ".txt"))
    if json_too:
        with open(path(name + ".json"), "w") as out:
            json.dump(booster.dump_model(), out)
    # A random forest's raw scores are sums; its objective gets their mean.
    trees = booster.num_trees() if booster.params.get("boosting") == "rf" else 1
    write(name, data if rows is None else rows, booster.predict(data, raw_score=True) / trees, booster.predict(data),
          booster.predict(data, pred_contrib=True) / trees)


def trim(name):
    """Without the list of parameters, of which only one line says something about the model."""
    text = open(path(name)).read()
    begin, end = text.find("\nparameters:"), text.find("end of parameters")
    kept = [line + "\n" for line in text[begin:end].split("\n") if line.startswith("[categorical_feature: ") and line[-2] != " "]
    with open(path(name), "w") as out:
        out.write(text[:begin] + "\n" * len(kept) + "".join(kept) + text[end + len("end of parameters"):])


def make_lightgbm():
    import lightgbm as lgb

    base = {"objective": "binary", "num_leaves": 15, "min_data_in_leaf": 10, "verbose": -1, "num_threads": 1, "seed": SEED,
            "deterministic": True, "min_data_per_group": 5, "cat_smooth": 1}

    def train(data, target, rounds=6, **more):
        return lgb.train(dict(base, **more), lgb.Dataset(data, target), rounds)

    lightgbm_one("lightgbm_nan", train(TRAIN[NUMBERS], TARGET), TEST[NUMBERS])
    lightgbm_one("lightgbm_none", train(WHOLE[NUMBERS], WHOLE_TARGET, sigmoid=0.7), TEST[NUMBERS])
    tiny = TEST[NUMBERS].copy()
    tiny.loc[tiny.index[::3], "late_payments"] = np.resize([0.0, 1e-36, -1e-36, 1e-35, 2e-35, -0.0], len(tiny.index[::3]))
    lightgbm_one("lightgbm_zero", train(TRAIN[NUMBERS], TARGET, zero_as_missing=True), tiny)
    columns = ["debt ratio", "purpose", "region"]
    unseen = TEST[columns].copy()
    unseen.loc[unseen.index[:5], "purpose"] = "yacht"
    unseen.loc[unseen.index[5:9], "region"] = None
    lightgbm_one("lightgbm_categories", train(categorical(TRAIN)[columns], TARGET),
                 categorical(unseen)[columns], rows=unseen, json_too=True)
    lightgbm_one("lightgbm_frame", train(framed(TRAIN), TARGET), framed(TEST), rows=asked(TEST), json_too=True)
    lightgbm_one("lightgbm_forest", train(TRAIN[NUMBERS], TARGET, boosting="rf", bagging_freq=1, bagging_fraction=0.6), TEST[NUMBERS])
    codes = lambda data: np.column_stack([data["debt ratio"], data["region"].str[1:].astype(float) * 3])
    booster = lgb.train(base, lgb.Dataset(codes(TRAIN), TARGET, categorical_feature=[1]), 4)
    test = codes(TEST)
    test[:4, 1] = [-1, np.nan, 1, 700]
    lightgbm_one("lightgbm_codes", booster, test, rows=[[plain(a), None if b != b else str(int(b))] for a, b in test.tolist()])
    lightgbm_one("lightgbm_constant", train(TRAIN[["constant"]], TARGET, rounds=2), TEST[["constant"]])
    tiny = train(categorical(TRAIN)[["debt ratio", "purpose"]], TARGET, rounds=1, num_leaves=4)
    tiny.save_model(path("lightgbm_tiny.txt"))
    with open(path("lightgbm_tiny.json"), "w") as out:
        json.dump(tiny.dump_model(), out)
    lgb.train(dict(base, objective="multiclass", num_class=3, num_leaves=2), lgb.Dataset(TRAIN[NUMBERS], np.arange(900) % 3), 1).save_model(
        path("lightgbm_several_classes.txt"))
    lgb.train(dict(base, linear_tree=True, num_leaves=3), lgb.Dataset(WHOLE[NUMBERS], WHOLE_TARGET), 1).save_model(path("lightgbm_linear.txt"))
    for name in sorted(os.listdir(HERE)):
        if name.startswith("lightgbm") and name.endswith(".txt"):
            trim(name)


# ---- CatBoost ----


def catboost_one(cb, name, data, test, **more):
    options = dict(iterations=8, depth=4, verbose=0, allow_writing_files=False, thread_count=1, random_seed=SEED)
    options.update(more)
    texts = [c for c in data.columns if data[c].dtype == object or str(data[c].dtype) in ("str", "string")]
    pool = cb.Pool(data, TARGET, cat_features=texts)
    model = cb.CatBoostClassifier(**options)
    model.fit(pool)
    model.save_model(path(name + ".json"), format="json", pool=pool)
    shrink_catboost(name)
    rows = cb.Pool(test, cat_features=texts)
    # Of trees that are not symmetric its SHAP values miss the margin, by up to 0.5 here.
    symmetric = more.get("grow_policy", "SymmetricTree") == "SymmetricTree"
    write(name, test, model.predict(rows, prediction_type="RawFormulaVal"), model.predict_proba(rows)[:, 1],
          model.get_feature_importance(rows, type="ShapValues") if symmetric else None)


def shrink_catboost(name):
    """Without what says nothing about the model: all of model_info but the loss function."""
    document = json.load(open(path(name + ".json")))
    document["model_info"] = {"params": {"loss_function": document["model_info"]["params"]["loss_function"]}}
    document.pop("ctr_data", None)
    with open(path(name + ".json"), "w") as out:
        json.dump(document, out, ensure_ascii=False)


def make_catboost():
    import catboost as cb

    catboost_one(cb, "catboost_numbers", TRAIN[NUMBERS], TEST[NUMBERS])
    catboost_one(cb, "catboost_nan_max", TRAIN[NUMBERS], TEST[NUMBERS], nan_mode="Max", grow_policy="Lossguide", max_leaves=12)
    columns = ["debt ratio", "purpose"]
    unseen = TEST[columns].copy()
    unseen.loc[unseen.index[:5], "purpose"] = "yacht"
    catboost_one(cb, "catboost_onehot", TRAIN[columns], unseen, one_hot_max_size=20, iterations=12)
    catboost_one(cb, "catboost_onehot_depthwise", TRAIN[columns], unseen, one_hot_max_size=20, grow_policy="Depthwise")
    tiny = dict(iterations=2, depth=2, one_hot_max_size=20)
    catboost_one(cb, "catboost_tiny", TRAIN[columns], TEST[columns], **tiny)
    catboost_one(cb, "catboost_tiny_nested", TRAIN[columns], TEST[columns], grow_policy="Lossguide", **tiny)
    catboost_one(cb, "catboost_counters", TRAIN[["purpose", "region"]], TEST[["purpose", "region"]], iterations=1, depth=1)
    for name in ("catboost_counters", "catboost_tiny", "catboost_tiny_nested"):
        os.remove(path(name + ".rows.json"))


# ---- scikit-learn ----


def sklearn_one(name, estimator, data, test, target=TARGET):
    import shap

    sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "python"))
    import credit_risk_export

    estimator.fit(data, target)
    with open(path(name + ".json"), "w") as out:
        out.write(credit_risk_export.export_model(estimator))
    probability = estimator.predict_proba(test)[:, 1]
    margin = estimator.decision_function(test) if hasattr(estimator, "decision_function") else probability
    values = None
    # shap takes the mean of the logistic loss for that of any other.
    if getattr(estimator, "loss", "") != "exponential" and not any(str(t) == "category" for t in getattr(data, "dtypes", [])):
        explainer = shap.TreeExplainer(estimator)
        values = np.asarray(explainer.shap_values(test, check_additivity=False))
        base = np.ravel(explainer.expected_value)[-1]
        values = values[..., 1] if values.ndim == 3 else values
        values = np.column_stack([values, np.full(len(values), base)])
    write(name, test, margin, probability, values)


def make_sklearn():
    from sklearn import ensemble, tree

    numbers, test = TRAIN[NUMBERS].astype(np.float32), TEST[NUMBERS]
    whole, whole_test = WHOLE[NUMBERS], table(ROWS, SEED + 1, missing=False)[0][NUMBERS]
    seed = {"random_state": SEED}
    sklearn_one("sklearn_tree", tree.DecisionTreeClassifier(max_depth=6, class_weight="balanced", **seed), numbers, test)
    sklearn_one("sklearn_forest", ensemble.RandomForestClassifier(7, max_depth=6, class_weight="balanced", **seed), numbers, test)
    sklearn_one("sklearn_extra_trees", ensemble.ExtraTreesClassifier(5, max_depth=6, **seed), whole, whole_test, WHOLE_TARGET)
    sklearn_one("sklearn_boosting", ensemble.GradientBoostingClassifier(n_estimators=12, **seed), whole, whole_test, WHOLE_TARGET)
    sklearn_one("sklearn_exponential", ensemble.GradientBoostingClassifier(n_estimators=6, loss="exponential", **seed), whole, whole_test, WHOLE_TARGET)
    sklearn_one("sklearn_hist", ensemble.HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=12, **seed), TRAIN[NUMBERS], test)
    columns = ["debt ratio", "purpose", "region"]
    unseen = TEST[columns].copy()
    unseen.loc[unseen.index[:5], "purpose"] = "yacht"
    unseen.loc[unseen.index[5:9], "region"] = None
    sklearn_one("sklearn_hist_categories", ensemble.HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=12, categorical_features="from_dtype", **seed),
                categorical(TRAIN)[columns], unseen_categories(unseen))


def make_pipelines():
    """The model takes the raw columns; SHAP values of the logistic regression are shap's, added up for each of them."""
    import shap
    from sklearn import compose, ensemble, impute, linear_model, pipeline, preprocessing

    numbers, texts = ["income", "debt ratio", "late_payments"], ["purpose", "region"]
    rows = TEST[numbers + texts].copy()
    rows.loc[rows.index[:5], "purpose"] = "yacht"
    flagged = pipeline.make_pipeline(impute.SimpleImputer(strategy="median", add_indicator=True), preprocessing.StandardScaler())
    one_hot = preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=12, sparse_output=False)
    columns = compose.ColumnTransformer([("numbers", flagged, numbers), ("texts", one_hot, texts)])
    forest = ensemble.RandomForestClassifier(7, max_depth=6, random_state=SEED)
    write_pipeline("sklearn_pipeline_forest", pipeline.make_pipeline(columns, forest), numbers + texts, rows)
    model = pipeline.make_pipeline(columns, linear_model.LogisticRegression(max_iter=500))
    write_pipeline("sklearn_pipeline_logistic", model, numbers + texts, rows, shap.LinearExplainer)


def write_pipeline(name, model, names, rows, explainer_of=None):
    sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "python"))
    import credit_risk_export

    model.fit(TRAIN[names], TARGET)
    with open(path(name + ".json"), "w") as out:
        out.write(credit_risk_export.export_model(model, training_rows=TRAIN[names]))
    values = None
    if explainer_of is not None:
        explainer = explainer_of(model[-1], model[:-1].transform(TRAIN[names]).mean(axis=0, keepdims=True))
        of_columns = explainer.shap_values(model[:-1].transform(rows))
        flags = model[0].named_transformers_["numbers"][0].indicator_.features_.tolist()
        widths = model[0].named_transformers_["texts"]._n_features_outs
        raw = [0, 1, 2, *flags, *[3] * widths[0], *[4] * widths[1]]
        values = np.zeros((len(rows), len(names) + 1))
        np.add.at(values.T, raw, of_columns.T)
        values[:, -1] = explainer.expected_value
    margin = model.decision_function(rows) if hasattr(model, "decision_function") else model.predict_proba(rows)[:, 1]
    write(name, rows, margin, model.predict_proba(rows)[:, 1], values)


def unseen_categories(data):
    data = data.copy()
    data["purpose"] = pd.Categorical(data["purpose"], PURPOSES + ["yacht"])
    data["region"] = pd.Categorical(data["region"], REGIONS)
    return data


if __name__ == "__main__":
    if sys.argv[1:] == ["old"]:
        make_old_xgboost()
    else:
        make_new_xgboost()
        make_lightgbm()
        make_catboost()
        make_sklearn()
        make_pipelines()
