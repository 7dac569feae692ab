"""Models of LightGBM, whose arithmetic is double: its own margins are wanted to the bit, its own SHAP values to 1e-9."""
import json

import lightgbm as lgb
import numpy as np

import table
from case import DOUBLE, Refusal, made

BASE = {"objective": "binary", "num_leaves": 15, "min_data_in_leaf": 10, "verbose": -1, "num_threads": 2, "seed": 1,
        "deterministic": True, "min_data_per_group": 5, "cat_smooth": 1, "min_data_in_bin": 1}


def cased(name, booster, rows, data=None, dump=False, shap_rows=None, **more):
    """`data`: what LightGBM is asked, where it is not the matrix of `rows`."""
    data = rows.matrix() if data is None else data
    # A random forest's raw scores are sums; its objective gets their mean.
    trees = booster.num_trees() if booster.params.get("boosting") == "rf" else 1
    content = json.dumps(booster.dump_model()) if dump else booster.model_to_string()
    shap = booster.predict(data[:shap_rows], pred_contrib=True) / trees
    return made(name, "lightgbm " + lgb.__version__, "lightgbm", content, rows, booster.predict(data),
                booster.predict(data, raw_score=True) / trees, shap=shap, shap_by="pred_contrib",
                margin_tolerance=DOUBLE if trees > 1 else 0.0, **more)


def trained(data, rounds=20, **parameters):
    names = [name.replace(" ", "_") for name in data.columns]
    return lgb.train({**BASE, **parameters}, lgb.Dataset(data.matrix(), data.target, feature_name=names), rounds)


def stopped(data):
    """Its file ends with the best round."""
    half = len(data) // 2
    train, rest = (lgb.Dataset(part.matrix(), part.target, feature_name=list(data.columns)) for part in (data.take(slice(half)), data.take(slice(half, None))))
    booster = lgb.train({**BASE, "learning_rate": 0.5}, train, 60, [rest], callbacks=[lgb.early_stopping(3, verbose=False)])
    assert booster.best_iteration < 60
    return booster


def plainly_named(data):
    """LightGBM turns a space in a name into an underscore."""
    return table.Table({name.replace(" ", "_"): values for name, values in data.columns.items()}, data.target)


def thresholds_of(booster):
    names, found = booster.feature_name(), {}

    def walk(node):
        if "split_index" in node:
            if node["decision_type"] == "<=":
                found.setdefault(names[node["split_feature"]], []).append(node["threshold"])
            walk(node["left_child"])
            walk(node["right_child"])

    for tree in booster.dump_model()["tree_info"][:20]:
        walk(tree["tree_structure"])
    return found


def numeric_cases(rows):
    data = plainly_named(table.awkward(3000, 1).only(table.NUMBERS))
    whole = plainly_named(table.awkward(3000, 1, missing=False).only(table.NUMBERS))
    test = plainly_named(table.awkward(rows, 2).only(table.NUMBERS))
    asked = lambda booster: table.on_thresholds(test, thresholds_of(booster))
    booster = trained(data, 40)
    yield cased("numbers, missing is NaN", booster, asked(booster))
    yield cased("numbers, JSON dump", booster, asked(booster), dump=True)
    booster = trained(whole, sigmoid=0.7)
    yield cased("NaN scored as 0", booster, asked(booster))
    booster = trained(data, zero_as_missing=True)
    zeros = asked(booster)
    late = np.where(np.arange(rows) % 3 == 0, np.resize([0.0, 1e-36, -1e-36, 1e-35, 2e-35, -0.0], rows), zeros.columns["late_payments"])
    yield cased("zero as missing", booster, zeros.replace(late_payments=late))
    booster = trained(data, boosting="rf", bagging_freq=1, bagging_fraction=0.6)
    yield cased("random forest", booster, asked(booster))
    yield cased("DART", trained(data, 15, boosting="dart", drop_rate=0.4), test)
    yield cased("GOSS, deep", trained(data, 10, data_sample_strategy="goss", num_leaves=200, min_data_in_leaf=1), test)
    yield cased("cross entropy", trained(data, objective="cross_entropy"), test)
    yield cased("stopped early", stopped(data), asked(booster))
    yield cased("one-leaf trees", trained(data.only(["constant"]), 2), test.only(["constant"]))


def category_cases(rows):
    columns = ["debt ratio", "purpose", "region"]
    known = {"purpose": table.PURPOSES, "region": table.REGIONS}
    data, test = table.awkward(3000, 1).only(columns), table.awkward(rows, 2).only(columns)
    purpose, region = test.columns["purpose"].copy(), test.columns["region"].copy()
    purpose[::7], region[::9] = "yacht", None
    test = plainly_named(test.replace(purpose=purpose, region=region))
    booster = lgb.train(BASE, lgb.Dataset(data.frame(known), data.target), 20)
    for dump in (False, True):
        yield cased("categories" + (", JSON dump" if dump else ""), booster, test, data=test.frame(known), dump=dump)
    codes = lambda d: np.column_stack([d.columns["debt ratio"], [float(t[1:]) * 3 for t in d.columns["region"]]])
    booster = lgb.train(BASE, lgb.Dataset(codes(data), data.target, categorical_feature=[1]), 12)
    asked = codes(table.awkward(rows, 2))
    asked[::5, 1] = np.resize([-1, np.nan, 1, 700], len(asked[::5]))
    texts = np.array([None if c != c else str(int(c)) for c in asked[:, 1]], object)
    plain = table.Table({"Column_0": asked[:, 0], "Column_1": texts}, np.zeros(rows))
    yield cased("category codes, some unseen", booster, plain, data=asked)


def refusals():
    data = table.awkward(600, 1, missing=False).only(table.NUMBERS)

    def refused(name, reason, target=data.target, **parameters):
        booster = lgb.train({**BASE, **parameters}, lgb.Dataset(data.matrix(), target), 2)
        return Refusal(name, "lightgbm " + lgb.__version__, "lightgbm", booster.model_to_string().encode(), reason)

    yield refused("linear leaves", "leaves hold linear models", linear_tree=True)
    yield refused("three classes", "more than one class output", np.arange(len(data)) % 3, objective="multiclass", num_class=3)
    yield refused("poisson", "does not give a probability", objective="poisson")


def cases(rows, folder):
    yield from refusals()
    yield from numeric_cases(rows)
    yield from category_cases(rows)
    large = trained(table.noise(60000, 5), 1, num_leaves=17500, min_data_in_leaf=1, max_bin=2000, min_sum_hessian_in_leaf=0)
    assert large.num_trees() == 1 and large.dump_model()["tree_info"][0]["num_leaves"] > 16384
    yield cased("more than 32,767 nodes in a tree", large, table.noise(rows, 6), shap_rows=50)
    real = table.taiwan(folder)
    if real:
        booster = trained(real.take(slice(0, 10000)), 60, num_leaves=31)
        yield cased("Taiwan", booster, table.on_thresholds(real.take(slice(10000, 10000 + rows)), thresholds_of(booster)))
