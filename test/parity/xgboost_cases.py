"""Models of XGBoost; `python xgboost_cases.py FILE FOLDER` pickles them for another version's process.

The double reference follows the file: float32 comparisons, leaf values as they stand, sums and SHAP values in double.
"""
import json
import math
import os
import pickle
import sys
import tempfile

import numpy as np
import xgboost as xgb

import reference
import table
from case import EQUAL_BITS, UNIT, Refusal, made

BASE = {"objective": "binary:logistic", "max_depth": 5, "eta": 0.3, "tree_method": "hist", "seed": 1, "nthread": 2, "base_score": 0.3}
OLD = xgb.__version__.startswith("1.")


def trees_of(document, matrix):
    """The trees of a saved model with each row's way through them, and the base margin."""
    learner = document["learner"]
    booster = learner["gradient_booster"]
    model = booster["gbtree"]["model"] if "gbtree" in booster else booster["model"]
    weights = booster.get("weight_drop") or [1.0] * len(model["trees"])
    rows = matrix.astype(np.float32)
    trees = [_tree(tree, np.float32(weight), rows) for tree, weight in zip(model["trees"], weights)]
    score = np.float32(float(learner["learner_model_param"]["base_score"].strip("[]")))
    if learner["objective"]["name"] == "binary:logitraw":
        return trees, float(score)
    return trees, float(np.float32(-math.log(float(np.float32(1) / score - np.float32(1)))))


def _tree(tree, weight, rows):
    left, feature = np.array(tree["left_children"]), np.array(tree["split_indices"])
    condition = np.array([float(x) for x in tree["split_conditions"]]).astype(np.float32)
    with np.errstate(invalid="ignore"):
        goes_left = rows[:, feature] < condition
    for node, begin, size in zip(tree["categories_nodes"], tree["categories_segments"], tree["categories_sizes"]):
        members = tree["categories"][begin:begin + size]
        goes_left[:, node] = ~np.isin(rows[:, feature[node]], members)
    missing = np.isnan(rows[:, feature])
    goes_left = np.where(missing, np.array(tree["default_left"], bool), goes_left)
    player = np.where(left >= 0, feature, -1)
    return reference.Tree(left, tree["right_children"], player, condition * weight, np.float32(tree["sum_hessian"]), goes_left)


def thresholds_of(booster, names):
    found = {name: [] for name in names}
    for tree in document_of(booster)["learner"]["gradient_booster"].get("model", {}).get("trees", []):
        for feature, left, condition in zip(tree["split_indices"], tree["left_children"], tree["split_conditions"]):
            if left >= 0:
                found[names[feature]].append(float(condition))
    return found


def document_of(booster):
    return json.loads(bytes(booster.save_raw("json")))


def saved(classifier):
    """What save_model writes, which is more than the booster: it makes the best round count."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        classifier.save_model(path)
        with open(path, "rb") as file:
            return file.read()


def cased(name, booster, rows, extension="json", matrix=None, trees=None, **more):
    """`matrix`: the numbers that XGBoost compares, where they are not the columns of `rows`."""
    options = more.pop("options", {})
    matrix = rows.matrix() if matrix is None else matrix
    names = {} if "feature_types" in options else {"feature_names": list(rows.columns)}
    data = xgb.DMatrix(more.pop("data", matrix), **names, **options)
    limit = (0, trees or 0)
    raw = booster.attr("scikit_learn") is None and "logitraw" in booster.save_config()
    probability = None if raw else booster.predict(data, iteration_range=limit)
    margin = booster.predict(data, output_margin=True, iteration_range=limit)
    own, base = trees_of(document_of(booster), matrix)
    own = own[: trees * max(1, len(own) // booster.num_boosted_rounds()) if trees else None]
    exact = base + sum(tree.leaf_values() for tree in own)
    assert np.allclose(exact, margin, rtol=2e-5, atol=2e-5), "the reference reads the file in another way"
    shap = reference.explain(own, len(rows.columns))
    shap[:, -1] += base
    content = more.pop("content", None) or bytes(booster.save_raw(extension))
    return made(name, "xgboost " + xgb.__version__, "xgboost", content, rows, probability, exact, shap=shap, shap_by="double reference",
                probability_tolerance=UNIT, same_bits=EQUAL_BITS, **more)


def trained(data, rounds, names=None, **parameters):
    names = names or list(data.columns)
    matrix = xgb.DMatrix(data.only(names).matrix(), data.target, feature_names=names)
    return xgb.train({**BASE, **parameters}, matrix, rounds)


def asked(booster, data, names):
    return table.on_thresholds(data.only(names), thresholds_of(booster, names))


def numeric_cases(rows):
    names, data, test = table.NUMBERS, table.awkward(3000, 1), table.awkward(rows, 2)
    booster = trained(data, 40, names)
    yield cased("numbers", booster, asked(booster, test, names))
    yield cased("numbers, UBJSON", booster, asked(booster, test, names), "ubj")
    dart = trained(data, 12, names, booster="dart", rate_drop=0.3, max_depth=3, min_child_weight=0)
    yield cased("DART", dart, test.only(names))
    stumps = trained(data, 3, names, gamma=1e9)
    yield cased("one-leaf trees", stumps, test.only(names))


def code_cases(rows):
    """Categories as whole numbers; a fifth of the rows has codes that training never saw."""
    codes = lambda d: np.array([float(t[1:]) for t in d.columns["region"]])
    data, test = table.awkward(3000, 1), table.awkward(rows, 2)
    options = {"feature_types": ["q", "c"]}
    matrix = xgb.DMatrix(np.column_stack([data.columns["debt ratio"], codes(data)]), data.target, enable_categorical=True, **options)
    booster = xgb.train({**BASE, "max_depth": 4, "max_cat_to_onehot": 3}, matrix, 12)
    seen = codes(test)
    seen[::5] += 70
    seen[3::10] = np.nan
    texts = np.array([None if c != c else str(int(c)) for c in seen], object)
    plain = table.Table({"f0": test.columns["debt ratio"], "f1": texts}, test.target)
    options["enable_categorical"] = True
    yield cased("category codes, some unseen", booster, plain, matrix=np.column_stack([plain.columns["f0"], seen]), options=options)


def new_cases(rows, folder):
    names, data, test = table.NUMBERS, table.awkward(3000, 1), table.awkward(rows, 2)
    columns = ["debt ratio", "purpose", "region"]
    known = {"purpose": table.PURPOSES, "region": table.REGIONS}
    frame, asked_frame = data.only(columns).frame(known), test.only(columns).frame(known)
    booster = xgb.train({**BASE, "max_depth": 4, "max_cat_to_onehot": 3}, xgb.DMatrix(frame, data.target, enable_categorical=True), 12)
    codes = np.column_stack([asked_frame[c].cat.codes if c in known else asked_frame[c] for c in columns]).astype(float)
    codes[codes == -1] = np.nan
    for extension in ("json", "ubj"):
        yield cased("categories, " + extension, booster, test.only(columns), extension, codes, data=asked_frame,
                    options={"enable_categorical": True})
    yield cased("random forest, logitraw", trained(data, 4, names, objective="binary:logitraw", base_score=-0.25, num_parallel_tree=4,
                                                   subsample=0.7), test.only(names))
    half = len(data) // 2
    stopped = xgb.XGBClassifier(n_estimators=60, max_depth=3, learning_rate=0.6, early_stopping_rounds=3, random_state=1)
    train, rest = data.only(names).take(slice(0, half)), data.only(names).take(slice(half, None))
    stopped.fit(train.frame(), train.target, eval_set=[(rest.frame(), rest.target)], verbose=False)
    best = stopped.best_iteration + 1
    assert best < stopped.get_booster().num_boosted_rounds()
    yield cased("reg:logistic, weighted", trained(data, 10, names, objective="reg:logistic", base_score=None, scale_pos_weight=3), test.only(names))
    yield cased("stopped early, XGBClassifier", stopped.get_booster(), test.only(names), trees=best, content=saved(stopped))
    yield cased("stopped early, Booster", stopped.get_booster(), test.only(names))
    yield cased("stopped early, n_trees", stopped.get_booster(), test.only(names), trees=best, n_trees=best)
    yield cased("deep trees", trained(data, 6, names, max_depth=18, min_child_weight=0, eta=1.0), test.only(names))
    # Half way between 2e38 and 3.4e38 is computed as infinity.
    extreme = lambda d: d.replace(huge=np.select([d.columns["huge"] > 5e29, d.columns["huge"] > 0], [3.4e38, 2e38], d.columns["huge"])).only(names)
    booster = trained(extreme(data), 8, tree_method="exact")
    assert any(math.isinf(t) for t in thresholds_of(booster, names)["huge"])
    yield cased("infinite thresholds", booster, extreme(test))
    noise = table.noise(50000, 5)
    large = trained(noise, 1, max_depth=60, max_bin=256, min_child_weight=0, reg_lambda=0, eta=1.0)
    assert max(len(t["left_children"]) for t in document_of(large)["learner"]["gradient_booster"]["model"]["trees"]) > 32767
    yield cased("more than 32,767 nodes in a tree", large, table.noise(rows, 6))
    real = table.give_me_some_credit(folder)
    if real:
        booster = trained(real.take(slice(0, 15000)), 60, max_depth=6)
        yield cased("Give Me Some Credit", booster, asked(booster, real.take(slice(15000, 15000 + rows)), list(real.columns)))


def refusals():
    data = table.awkward(400, 1).only(table.NUMBERS)
    matrix = lambda target: xgb.DMatrix(data.matrix(), target)
    refused = lambda name, booster, reason, form="json": Refusal(name, "xgboost " + xgb.__version__, "xgboost", bytes(booster.save_raw(form)), reason)
    train = lambda target, **parameters: xgb.train({"max_depth": 2, "nthread": 2, "verbosity": 0, **parameters}, matrix(target), 2)
    three = np.arange(len(data)) % 3
    yield refused("three classes", train(three, objective="multi:softprob", num_class=3), "more than one class output")
    yield refused("linear booster", train(data.target, objective="binary:logistic", booster="gblinear"), "no trees")
    yield refused("squared error", train(data.target, objective="reg:squarederror"), "does not give a probability")
    if OLD:
        yield refused("binary file", train(data.target, objective="binary:logistic"), "old binary format", "deprecated")


def cases(rows, folder):
    yield from refusals()
    yield from numeric_cases(rows)
    yield from code_cases(rows)
    if not OLD:
        yield from new_cases(rows, folder)


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as out:
        pickle.dump(list(cases(int(sys.argv[2]), None)), out)
