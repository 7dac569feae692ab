"""Models trained on data frames of all types that a category can have: truth values, ordered texts, codes, a column of one
value. The database asks with columns of its own types: boolean, text, numeric."""
import decimal
import json

import catboost as cb
import lightgbm as lgb
import numpy as np
import pandas as pd
import sklearn
import xgboost as xgb
from sklearn import compose, ensemble, linear_model, pipeline, preprocessing

import catboost_cases
import credit_risk_export
import table
from case import DOUBLE, UNIT, made

GRADES = ["low", "middle", "high", "top"]
TERMS = [6, 7, 12]


def data_of(rows, seed):
    """Plain columns; None is missing."""
    r = np.random.default_rng(seed)
    columns = {
        "region": np.full(rows, "north", object),
        "ratio": np.round(r.normal(0.4, 0.2, rows), 2),
        "grade": r.choice(np.array(GRADES, object), rows),
        "owner": r.choice(np.array([True, False, None], object), rows, p=[0.5, 0.4, 0.1]),
        "purpose": r.choice(np.array(["car", "home", "shop"], object), rows),
        "term": r.choice(np.array(TERMS), rows),
    }
    z = (columns["ratio"] - 0.4) * 4 + np.where(columns["owner"] == True, -1.0, 0.5) + (columns["purpose"] == "car")  # noqa: E712
    z += 0.7 * np.array([GRADES.index(g) for g in columns["grade"]]) - 1.5 * (columns["term"] == 7) + r.normal(size=rows)
    return table.Table(columns, (z > 0.7).astype(int))


def frame(data):
    """As pandas has it: categories, one of them ordered, one without use."""
    return pd.DataFrame({
        "region": pd.Categorical(data.columns["region"], ["north"]),
        "ratio": data.columns["ratio"],
        "grade": pd.Categorical(data.columns["grade"], GRADES, ordered=True),
        "owner": pd.Categorical(data.columns["owner"], [False, True]),
        "purpose": pd.Categorical(data.columns["purpose"], ["car", "home", "shop"]),
        "term": pd.Categorical(data.columns["term"], TERMS),
    })


def asked(data, names=None):
    """As the database has it: truth values, and whole numbers with a digit behind the point."""
    terms = np.array([decimal.Decimal(f"{t}.0") for t in data.columns["term"]], object)
    rows = data.replace(term=terms)
    return rows.only(names) if names else rows


def cased(name, library, form, content, data, probability, tolerance=DOUBLE, **more):
    return made("data frame, " + name, library, form, content, asked(data), probability, None, probability_tolerance=tolerance, **more)


def lightgbm_cases(data, test):
    options = {"objective": "binary", "num_leaves": 15, "min_data_in_leaf": 10, "verbose": -1, "num_threads": 2, "seed": 1, "deterministic": True,
               "min_data_per_group": 5, "cat_smooth": 1}
    library = "lightgbm " + lgb.__version__
    booster = lgb.train(options, lgb.Dataset(frame(data), data.target), 20)
    for name, content in (("text", booster.model_to_string()), ("JSON dump", json.dumps(booster.dump_model()))):
        yield cased(name, library, "lightgbm", content, test, booster.predict(frame(test)))
    # Only some are categories to the trees: which, the caller must say.
    booster = lgb.train(options, lgb.Dataset(frame(data), data.target, categorical_feature=["purpose"]), 20)
    told = [{"name": "region", "categories": ["north"]}, "ratio", {"name": "grade", "categories": GRADES}, {"name": "owner", "categories": ["false", "true"]},
            {"name": "purpose", "categories": ["car", "home", "shop"]}, {"name": "term", "categories": [str(t) for t in TERMS]}]
    yield cased("codes as numbers", library, "lightgbm", booster.model_to_string(), test, booster.predict(frame(test)), features=told)


def xgboost_cases(data, test):
    names = ["ratio", "grade", "purpose", "term"]  # it takes no truth values as categories
    options = {"objective": "binary:logistic", "max_depth": 4, "eta": 0.3, "seed": 1, "nthread": 2}
    matrix = lambda d: xgb.DMatrix(frame(d)[names], d.target, enable_categorical=True)
    for name, more in (("", {}), (", base score of 1e-12", {"base_score": 1e-12})):
        booster = xgb.train({**options, **more}, matrix(data), 12)
        yield made("data frame" + name, "xgboost " + xgb.__version__, "xgboost", bytes(booster.save_raw("json")), asked(test, names),
                   booster.predict(matrix(test)), None, probability_tolerance=UNIT)


def catboost_case(data, test):
    texts = ["region", "grade", "owner", "purpose", "term"]
    plain = lambda d: pd.DataFrame({**d.columns, "owner": [str(v) if v is not None else "?" for v in d.columns["owner"]]})
    pool = cb.Pool(plain(data), data.target, cat_features=texts)
    model = cb.CatBoostClassifier(iterations=20, depth=4, one_hot_max_size=20, verbose=0, allow_writing_files=False, thread_count=2, random_seed=1).fit(pool)
    known = test.take(np.array([v is not None for v in test.columns["owner"]]))
    yield cased("truth values as texts", "catboost " + cb.__version__, "catboost", catboost_cases.saved(model, pool), known,
                model.predict_proba(cb.Pool(plain(known), cat_features=texts))[:, 1])


def sklearn_cases(data, test):
    library = "scikit-learn " + sklearn.__version__

    def exported(name, model, frame_of):
        model.fit(frame_of(data), data.target)
        content = credit_risk_export.export_model(model, training_rows=frame_of(data)[frame_of(data).columns[::-1]])
        return cased(name, library, "credit_risk.model.v1", content, test, model.predict_proba(frame_of(test))[:, 1])

    yield exported("HistGradientBoosting", ensemble.HistGradientBoostingClassifier(max_iter=20, categorical_features="from_dtype", random_state=1), frame)

    def nullable(d):
        result = frame(d)
        result["owner"] = pd.array(d.columns["owner"], dtype="boolean")
        return result

    for encoder in (preprocessing.OneHotEncoder(handle_unknown="ignore"), preprocessing.OrdinalEncoder()):
        parts = compose.ColumnTransformer([("c", encoder, ["region", "grade", "owner", "purpose", "term"])], remainder="passthrough")
        yield exported(f"{type(encoder).__name__}, forest", pipeline.make_pipeline(parts, ensemble.RandomForestClassifier(20, max_depth=6, random_state=1)), nullable)
    parts = compose.ColumnTransformer([("c", preprocessing.OneHotEncoder(), ["region", "grade", "owner", "purpose", "term"])], remainder="passthrough")
    yield exported("one-hot, logistic regression", pipeline.make_pipeline(parts, linear_model.LogisticRegression()), nullable)


def cases(rows, folder):
    data, test = data_of(3000, 1), data_of(rows, 2)
    for some in (lightgbm_cases, xgboost_cases, catboost_case, sklearn_cases):
        yield from some(data, test)
