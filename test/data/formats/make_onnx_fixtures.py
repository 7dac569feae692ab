"""Makes the ONNX models of this folder, with the outputs of ONNX Runtime on one thread. Run from here, see BIRTH.md.

For each NAME.onnx there is NAME.rows.json: input rows, the margin (of the same graph without its link) and the probability.
"""
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from make_fixtures import NUMBERS, ROWS, SEED, TARGET, TEST, TRAIN, WHOLE, WHOLE_TARGET, path, plain, table, write

NUMBERS_TYPE = {np.float32: TensorProto.FLOAT, np.float64: TensorProto.DOUBLE}


def second_column(output):
    if isinstance(output, list):  # ZipMap: a dictionary for each row
        return np.array([list(row.values())[1] for row in output], dtype=np.float64)
    output = np.asarray(output, dtype=np.float64)
    return output[:, 1] if output.ndim == 2 and output.shape[1] == 2 else output.ravel()


def run(model, feeds):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return second_column(session.run(None, feeds)[-1])


def without_link(model):
    model = onnx.ModelProto.FromString(model.SerializeToString())
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "post_transform" and attribute.type == onnx.AttributeProto.STRING:
                attribute.s = b"NONE"
        if node.op_type == "Sigmoid":
            node.op_type = "Identity"
    return model


def one(name, model, rows, dtype=np.float32, names=None):
    del model.metadata_props[:]
    onnx.save(model, path(name + ".onnx"))
    values = np.asarray(rows, dtype=np.float64).astype(dtype)
    inputs = [value.name for value in model.graph.input]
    feeds = {inputs[0]: values} if len(inputs) == 1 else {n: values[:, [k]] for k, n in enumerate(inputs)}
    write(name, names if names is not None else rows, run(without_link(model), feeds), run(model, feeds))


# ---- What converters write ----


def make_sklearn():
    from skl2onnx import to_onnx
    from sklearn import ensemble, impute, pipeline, preprocessing

    numbers, whole = TRAIN[NUMBERS].astype(np.float32).to_numpy(), WHOLE[NUMBERS].astype(np.float32).to_numpy()
    rows, whole_rows = TEST[NUMBERS], table(ROWS, SEED + 1, missing=False)[0][NUMBERS]
    seed = {"random_state": SEED}
    forest = ensemble.RandomForestClassifier(7, max_depth=5, **seed).fit(whole, WHOLE_TARGET)
    one("onnx_sklearn_forest", to_onnx(forest, whole[:1]), whole_rows)
    boosting = ensemble.GradientBoostingClassifier(n_estimators=12, **seed).fit(whole, WHOLE_TARGET)
    one("onnx_sklearn_boosting", to_onnx(boosting, whole[:1], options={"zipmap": False}), whole_rows)
    steps = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler(),
                                   ensemble.RandomForestClassifier(5, max_depth=5, **seed)).fit(numbers, TARGET)
    one("onnx_sklearn_pipeline", to_onnx(steps, numbers[:1]), rows)
    regressor = ensemble.RandomForestRegressor(5, max_depth=4, **seed).fit(whole, WHOLE_TARGET.astype(np.float32))
    one("onnx_sklearn_regressor", to_onnx(regressor, whole[:1]), whole_rows)


def make_boosted():
    import catboost
    import lightgbm
    import onnxmltools
    import xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    numbers, rows = TRAIN[NUMBERS].astype(np.float32).to_numpy(), TEST[NUMBERS]
    inputs = [("input", FloatTensorType([None, len(NUMBERS)]))]
    model = xgboost.XGBClassifier(n_estimators=8, max_depth=4, n_jobs=1, random_state=SEED).fit(numbers, TARGET)
    one("onnx_xgboost", onnxmltools.convert_xgboost(model, initial_types=inputs), rows)
    options = dict(n_estimators=6, num_leaves=9, n_jobs=1, verbose=-1, random_state=SEED)
    model = lightgbm.LGBMClassifier(**options).fit(numbers, TARGET)
    one("onnx_lightgbm", onnxmltools.convert_lightgbm(model, initial_types=inputs, zipmap=False), rows)
    codes = lambda data: np.column_stack([data["debt ratio"], data["region"].str[1:].astype(float)])
    model = lightgbm.LGBMClassifier(**dict(options, n_estimators=2, num_leaves=4, max_cat_threshold=4, max_cat_to_onehot=2,
                                           min_data_per_group=5, cat_smooth=1)).fit(codes(TRAIN), TARGET, categorical_feature=[1])
    two = [("input", FloatTensorType([None, 2]))]
    rows_of_codes = codes(TEST)
    rows_of_codes[:3, 1] = [99, 12345, 500]
    texts = [[plain(a), str(int(b))] for a, b in rows_of_codes.tolist()]
    one("onnx_lightgbm_codes", onnxmltools.convert_lightgbm(model, initial_types=two), rows_of_codes, names=texts)
    model = catboost.CatBoostClassifier(iterations=6, depth=4, verbose=0, allow_writing_files=False, thread_count=1, random_seed=SEED)
    model.fit(numbers, TARGET)
    model.save_model(path("onnx_catboost.onnx"), format="onnx")
    one("onnx_catboost", onnx.load(path("onnx_catboost.onnx")), rows)


# ---- By hand, for what they do not write ----


def graph_of(nodes, inputs, output, opset):
    graph = helper.make_graph(nodes, "g", inputs, [helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, 1])])
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", opset)])


def make_modes(name, dtype):
    """Two trees with a missing value's way at each split, and what training saw as hit rates; one input for each column."""
    nodes = [("BRANCH_LT", 0, 0.4, 1, 0), ("BRANCH_GTE", 1, 1.0, 3, 1), ("BRANCH_GT", 0, 0.5, 5, 0), ("LEAF", 0, 0, 0, 0), ("LEAF", 0, 0, 0, 0),
             ("LEAF", 0, 0, 0, 0), ("LEAF", 0, 0, 0, 0)]
    tree = [dict(mode=m, feature=f, value=v, true=t, false=t + 1 if m != "LEAF" else 0, missing=x) for m, f, v, t, x in nodes]
    trees = [tree, [dict(node, mode={"BRANCH_LT": "BRANCH_GT", "BRANCH_GTE": "BRANCH_LEQ", "BRANCH_GT": "BRANCH_LT"}.get(node["mode"], "LEAF"),
                         missing=1 - node["missing"]) for node in tree]]
    flat = [(t, n, node) for t, nodes in enumerate(trees) for n, node in enumerate(nodes)]
    column = lambda key: [node[key] for _, _, node in flat]
    leaves = [(t, n) for t, n, node in flat if node["mode"] == "LEAF"]
    weights = [0.3, -0.7, 1.1, -0.4, 0.9, 0.2, -1.3, 0.6]
    attributes = dict(
        nodes_treeids=[t for t, _, _ in flat], nodes_nodeids=[n for _, n, _ in flat], nodes_featureids=column("feature"),
        nodes_modes=column("mode"), nodes_truenodeids=column("true"), nodes_falsenodeids=column("false"),
        nodes_missing_value_tracks_true=column("missing"), target_treeids=[t for t, _ in leaves], target_nodeids=[n for _, n in leaves],
        target_ids=[0] * len(leaves), n_targets=1, post_transform="NONE")
    hits = [100, 60, 40, 35, 25, 10, 30] * 2
    if dtype == np.float32:
        attributes.update(nodes_values=[float(v) for v in column("value")], nodes_hitrates=[float(h) for h in hits],
                          target_weights=weights, base_values=[0.1])
    else:
        tensor = lambda key, values: {key + "_as_tensor": helper.make_tensor(key, TensorProto.DOUBLE, [len(values)], values)}
        for key, values in [("nodes_values", column("value")), ("nodes_hitrates", hits), ("target_weights", weights), ("base_values", [0.1])]:
            attributes.update(tensor(key, [float(v) for v in values]))
    nodes = [helper.make_node("Concat", ["debt ratio", "late_payments"], ["x"], axis=1, name="join"),
             helper.make_node("TreeEnsembleRegressor", ["x"], ["score"], name="trees", domain="ai.onnx.ml", **attributes),
             helper.make_node("Sigmoid", ["score"], ["probability"], name="link")]
    inputs = [helper.make_tensor_value_info(n, NUMBERS_TYPE[dtype], [None, 1]) for n in ("debt ratio", "late_payments")]
    return graph_of(nodes, inputs, "probability", 3)


def make_tree_ensemble():
    """ai.onnx.ml 5; the second tree is one leaf, written as a split with both sides to it."""
    tensor = lambda name, kind, values: helper.make_tensor(name, kind, [len(values)], values)
    node = helper.make_node(
        "TreeEnsemble", ["x"], ["score"], name="trees", domain="ai.onnx.ml", aggregate_function=1, n_targets=1, post_transform=0, tree_roots=[0, 3],
        nodes_featureids=[0, 1, 1, 0], nodes_modes=tensor("m", TensorProto.UINT8, [0, 6, 5, 0]),
        nodes_splits=tensor("s", TensorProto.FLOAT, [0.45, 1.0, 2.0, 0.0]), nodes_truenodeids=[1, 0, 2, 4], nodes_trueleafs=[0, 1, 1, 1],
        nodes_falsenodeids=[2, 1, 3, 4], nodes_falseleafs=[0, 1, 1, 1], nodes_missing_value_tracks_true=[1, 1, 0, 0],
        membership_values=tensor("v", TensorProto.FLOAT, [1.0, 3.0, float("nan")]), leaf_targetids=[0] * 5, leaf_weights=tensor("w", TensorProto.FLOAT, [0.25, -0.5, 0.75, 1.5, -0.125]))
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])]
    return graph_of([node, helper.make_node("Sigmoid", ["score"], ["p"], name="link")], inputs, "p", 5)


def make_by_hand():
    columns = ["debt ratio", "late_payments"]
    one("onnx_modes", make_modes("onnx_modes", np.float32), TEST[columns])
    one("onnx_modes_double", make_modes("onnx_modes_double", np.float64), TEST[columns], np.float64)
    rows = TEST[columns].to_numpy()
    texts = [[plain(a), None if b != b else str(int(b))] for a, b in rows.tolist()]
    one("onnx_tree_ensemble", make_tree_ensemble(), rows, names=texts)


if __name__ == "__main__":
    make_sklearn()
    make_boosted()
    make_by_hand()
