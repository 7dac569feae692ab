"""Models as ONNX, against ONNX Runtime, which computes in float32. Converters write no cover: these models only score."""
import os
import tempfile

import catboost as cb
import lightgbm as lgb
import numpy as np
import onnxruntime
import skl2onnx
import xgboost as xgb
import onnxmltools
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn import ensemble, impute, neural_network, pipeline, preprocessing, tree

import table
from case import UNIT, Refusal, made

LIBRARY = "onnxruntime " + onnxruntime.__version__
SEED = {"random_state": 1}
# Its logistic function takes 1 - p of a negative margin: a rounding more than that of p. Without one its bits are wanted.
LINK = 1.5 * UNIT


def probability_of(content, matrix):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    output = session.run(None, {session.get_inputs()[0].name: matrix.astype(np.float32)})[-1]
    if isinstance(output, list):  # ZipMap: a dictionary for each row
        output = [[row[k] for k in sorted(row)] for row in output]
    return np.asarray(output, np.float64)[:, -1]


def cased(name, content, rows, linked=True):
    asked = table.float32_neighbours(rows)
    return made(name, LIBRARY, "onnx", content, asked, probability_of(content, asked.matrix()), None,
                probability_tolerance=LINK if linked else 0.0, features=list(rows.columns))


def of_sklearn(name, model, data, rows, **options):
    matrix = data.matrix().astype(np.float32)
    model.fit(matrix, data.target)
    content = skl2onnx.to_onnx(model, matrix[:1], **options).SerializeToString()
    return cased(name, content, rows, linked=isinstance(model, ensemble.GradientBoostingClassifier))


def of_catboost(data):
    model = cb.CatBoostClassifier(iterations=30, depth=5, verbose=0, allow_writing_files=False, thread_count=2, random_seed=1)
    model.fit(data.matrix().astype(np.float32), data.target)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        model.save_model(path, format="onnx")
        with open(path, "rb") as file:
            return file.read()


def refusals():
    data = table.awkward(400, 1, missing=False).only(["debt ratio", "late_payments"])

    def refused(name, model, reason, target):
        matrix = data.matrix().astype(np.float32)
        content = skl2onnx.to_onnx(model.fit(matrix, target), matrix[:1]).SerializeToString()
        return Refusal(name, LIBRARY, "onnx", content, reason)

    yield refused("three classes", ensemble.RandomForestClassifier(3, max_depth=2, **SEED), "3 classes", np.arange(len(data)) % 3)
    yield refused("neural network", neural_network.MLPClassifier((3,), max_iter=5, **SEED), "Convert a tree model", data.target)


def cases(rows, folder):
    yield from refusals()
    data, test = (table.awkward(n, s).only(table.NUMBERS) for n, s in ((3000, 1), (rows, 2)))
    whole, whole_test = (table.awkward(n, s, missing=False).only(table.NUMBERS) for n, s in ((3000, 1), (rows, 2)))
    yield of_sklearn("RandomForest by skl2onnx", ensemble.RandomForestClassifier(30, max_depth=9, **SEED), whole, whole_test)
    yield of_sklearn("DecisionTree by skl2onnx", tree.DecisionTreeClassifier(max_depth=12, **SEED), whole, whole_test)
    yield of_sklearn("GradientBoosting by skl2onnx", ensemble.GradientBoostingClassifier(n_estimators=30, **SEED), whole, whole_test,
                     options={"zipmap": False})
    steps = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler(), ensemble.RandomForestClassifier(20, max_depth=7, **SEED))
    yield of_sklearn("Pipeline: mean, standard, RandomForest by skl2onnx", steps, data, test)
    inputs = [("input", FloatTensorType([None, len(table.NUMBERS)]))]
    matrix = data.matrix().astype(np.float32)
    model = xgb.XGBClassifier(n_estimators=30, max_depth=5, n_jobs=2, **SEED).fit(matrix, data.target)
    yield cased("XGBoost by onnxmltools", onnxmltools.convert_xgboost(model, initial_types=inputs).SerializeToString(), test)
    model = lgb.LGBMClassifier(n_estimators=30, n_jobs=2, verbose=-1, **SEED).fit(matrix, data.target)
    yield cased("LightGBM by onnxmltools", onnxmltools.convert_lightgbm(model, initial_types=inputs).SerializeToString(), test)
    yield cased("CatBoost's own", of_catboost(data), test)
