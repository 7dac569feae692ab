"""Models of CatBoost. Its SHAP values of trees that are not symmetric miss the margin, so all are held against ours."""
import json
import os
import tempfile

import catboost as cb
import numpy as np

import reference
import table
from case import Refusal, made

BASE = {"iterations": 30, "depth": 5, "verbose": 0, "allow_writing_files": False, "thread_count": 2, "random_seed": 1}


def saved(model, pool):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        model.save_model(path, format="json", pool=pool)
        with open(path, "rb") as file:
            return file.read()


def trees_of(document, rows):
    info = document["features_info"]
    numbers = {f["feature_index"]: f for f in info.get("float_features") or []}
    texts = {f["feature_index"]: f["flat_feature_index"] for f in info.get("categorical_features") or []}
    names = {h["hash"] % 2**32: h["value"] for h in info.get("cat_features_hash") or []}
    columns = list(rows.columns.values())

    def player_and_left(split):
        """True goes right."""
        if split["split_type"] == "FloatFeature":
            feature = numbers[split["float_feature_index"]]
            values = columns[feature["flat_feature_index"]].astype(np.float32).astype(float)
            right = np.where(np.isnan(values), feature["nan_value_treatment"] == "AsTrue", values > split["border"])
            return feature["flat_feature_index"], ~right.astype(bool)
        flat = texts[split["cat_feature_index"]]
        return flat, columns[flat] != names[split["value"] % 2**32]

    read = _nested if "trees" in document else _symmetric
    scale, bias = document["scale_and_bias"]
    trees = [read(tree, player_and_left, len(rows), scale) for tree in document.get("trees") or document["oblivious_trees"]]
    return trees, float(np.ravel(bias)[0])


def _symmetric(tree, player_and_left, rows, scale):
    """A heap; the last split is the root."""
    splits = [player_and_left(s) for s in reversed(tree.get("splits") or [])]
    inner = 2 ** len(splits) - 1
    nodes = 2 * inner + 1
    level = [int(np.log2(i + 1)) for i in range(inner)]
    left = [2 * i + 1 for i in range(inner)] + [-1] * (nodes - inner)
    right = [2 * i + 2 for i in range(inner)] + [-1] * (nodes - inner)
    goes_left = np.ones((rows, nodes), bool)
    for i in range(inner):
        goes_left[:, i] = splits[level[i]][1]
    player = [splits[level[i]][0] for i in range(inner)] + [-1] * (nodes - inner)
    value = [0.0] * inner + [scale * v for v in tree["leaf_values"]]
    return reference.Tree(left, right, player, value, [0.0] * inner + tree["leaf_weights"], goes_left)


def _nested(root, player_and_left, rows, scale):
    left, right, player, value, cover, ways = [], [], [], [], [], []

    def add(node):
        at = len(left)
        inner = "split" in node
        way = player_and_left(node["split"]) if inner else (-1, np.ones(rows, bool))
        for column, entry in zip((left, right, player, value, cover, ways),
                                 (-1, -1, way[0], 0.0 if inner else scale * float(np.ravel(node["value"])[0]), node.get("weight", 0), way[1])):
            column.append(entry)
        if inner:
            left[at] = add(node["left"])
            right[at] = add(node["right"])
        return at

    add(root)
    return reference.Tree(left, right, player, value, cover, np.column_stack(ways))


def cased(name, data, rows, at_thresholds=True, judged_by=None, **parameters):
    texts = [n for n, values in data.columns.items() if values.dtype == object]
    pool = cb.Pool(data.frame(), data.target, cat_features=texts)
    model = cb.CatBoostClassifier(**{**BASE, **parameters})
    model.fit(pool, eval_set=judged_by and cb.Pool(judged_by.frame(), judged_by.target, cat_features=texts))
    content = saved(model, pool)
    document = json.loads(content)
    if at_thresholds:
        names = list(rows.columns)
        borders = {names[f["flat_feature_index"]]: f["borders"] or [] for f in document["features_info"]["float_features"]}
        rows = table.on_thresholds(rows, borders)
    asked = cb.Pool(rows.frame(), cat_features=texts)
    trees, bias = trees_of(document, rows)
    shap = reference.explain(trees, len(rows.columns))
    shap[:, -1] += bias
    return made(name, "catboost " + cb.__version__, "catboost", content, rows, model.predict_proba(asked)[:, 1],
                model.predict(asked, prediction_type="RawFormulaVal"), shap=shap, shap_by="double reference")


def refusals():
    data = table.awkward(600, 1).only(["debt ratio", "region"])

    def refused(name, reason, target=data.target, **parameters):
        pool = cb.Pool(data.frame(), target, cat_features=["region"])
        content = saved(cb.CatBoostClassifier(**{**BASE, "iterations": 3, **parameters}).fit(pool), pool)
        return Refusal(name, "catboost " + cb.__version__, "catboost", content, reason)

    yield refused("target statistics", "OnlineCtr", one_hot_max_size=2)
    yield refused("three classes", "does not give a probability", np.arange(len(data)) % 3, one_hot_max_size=100)


def cases(rows, folder):
    yield from refusals()
    data, test = table.awkward(3000, 1), table.awkward(rows, 2)
    numbers, asked = data.only(table.NUMBERS), test.only(table.NUMBERS)
    yield cased("symmetric trees", numbers, asked)
    yield cased("missing above all borders", numbers, asked, nan_mode="Max", iterations=15)
    half = len(data) // 2
    yield cased("stopped early", numbers.take(slice(half)), asked, judged_by=numbers.take(slice(half, None)), iterations=200, learning_rate=0.5,
                early_stopping_rounds=5)
    yield cased("lossguide", numbers, asked, grow_policy="Lossguide", max_leaves=24, iterations=15)
    columns = ["debt ratio", "purpose", "region"]
    purpose = test.columns["purpose"].copy()
    purpose[::6] = "yacht"
    unseen = test.replace(purpose=purpose).only(columns)
    yield cased("one-hot, some unseen", data.only(columns), unseen, one_hot_max_size=100)
    yield cased("one-hot, depthwise", data.only(columns), unseen, one_hot_max_size=100, grow_policy="Depthwise", iterations=15)
    real = table.german(folder)
    if real:
        yield cased("German credit", real, real, one_hot_max_size=100, iterations=60)
