"""Writes a scikit-learn classifier as credit_risk.model.v1, the format that import_model reads.

    from credit_risk_export import export_model, check_rows
    open("model.json", "w").write(export_model(classifier, feature_names))
    open("rows.json", "w").write(check_rows(classifier, sample, feature_names))

In the database:

    SELECT credit_risk.import_model('retail', 'credit_risk.model.v1', <model.json>, check_rows => <rows.json>);

Carried over exactly, for two classes: DecisionTreeClassifier, ExtraTreeClassifier, RandomForestClassifier,
ExtraTreesClassifier, GradientBoostingClassifier, HistGradientBoostingClassifier, LogisticRegression, one of them in a
CalibratedClassifierCV, and a Pipeline of imputers, scalers and encoders (TRANSFORMERS of credit_risk_columns.py, which
lies beside this file) with one of them. Of a Pipeline the model takes the raw columns. Anything else is refused with the
reason (CannotExport). Nothing is pickled. Needs numpy and scikit-learn 1.2 or newer.
"""
import json
import math

import numpy as np

from credit_risk_columns import (GREATEST, CannotExport, Number, columns_of, is_missing, lower_trees, of_scikit_learn, place_of,
                                 terms_of, text_of)

FORMAT = "credit_risk.model.v1"


def export_model(estimator, feature_names=None, training_rows=None):
    """The model as a JSON text. `feature_names`: one for each column, unless the estimator has seen them. A logistic
    regression explains rows against the mean of `training_rows`; without them it only scores."""
    return json.dumps(model_document(estimator, feature_names, training_rows), allow_nan=False)


def check_rows(estimator, rows, feature_names=None):
    """Rows with the estimator's own probabilities of the second class, as a JSON text for check_rows of import_model."""
    names = _feature_names(estimator, feature_names)
    rows = _in_order(estimator, rows, feature_names)
    probabilities = estimator.predict_proba(rows)[:, 1]
    return json.dumps(
        [
            {"features": {n: _plain(v) for n, v in zip(names, row)}, "probability": float(p)}
            for row, p in zip(_lists(rows), probabilities)
        ],
        allow_nan=False,
    )


def model_document(estimator, feature_names=None, training_rows=None):
    writer = _writer_of(estimator)
    _check_classes(estimator)
    names = _feature_names(estimator, feature_names)
    document = writer(estimator, names)
    if training_rows is not None and "terms" in document:
        _add_means(document, names, _lists(_in_order(estimator, training_rows, feature_names)))
    return document


def _in_order(estimator, rows, feature_names):
    """Rows with the estimator's columns, in its order: of a data frame those with its names."""
    if not hasattr(rows, "columns"):
        return rows
    names = getattr(estimator, "feature_names_in_", feature_names)
    names = rows.columns if names is None else names
    absent = [str(n) for n in names if n not in rows.columns]
    if absent:
        raise CannotExport(f"The rows have no column {', '.join(absent)}; pass an array to go by position.")
    return rows[list(names)]


def _lists(rows):
    return [list(row) for row in rows.itertuples(index=False)] if hasattr(rows, "columns") else np.asarray(rows).tolist()


def _writer_of(estimator):
    writers = {
        "CalibratedClassifierCV": _calibrated,
        "DecisionTreeClassifier": _single_tree,
        "ExtraTreeClassifier": _single_tree,
        "RandomForestClassifier": _forest,
        "ExtraTreesClassifier": _forest,
        "GradientBoostingClassifier": _gradient_boosting,
        "HistGradientBoostingClassifier": _hist_gradient_boosting,
        "LogisticRegression": _logistic_regression,
        "LogisticRegressionCV": _logistic_regression,
        "Pipeline": _pipeline,
    }
    return of_scikit_learn(estimator, writers)


def _check_classes(estimator):
    if not hasattr(estimator, "classes_"):
        raise CannotExport("The estimator is not fitted.")
    if getattr(estimator, "n_outputs_", 1) != 1:
        raise CannotExport("The estimator has more than one output.")
    if len(estimator.classes_) != 2:
        raise CannotExport(f"The estimator has {len(estimator.classes_)} classes; two are possible.")


def _feature_names(estimator, feature_names):
    steps = [s for _, s in getattr(estimator, "steps", [(None, estimator)]) if hasattr(s, "n_features_in_")]
    if not steps:
        raise CannotExport("The estimator does not say how many features it has.")
    count = int(steps[0].n_features_in_)  # a step that passes all on does not say
    names = feature_names
    if names is None:
        names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        names = [f"f{i}" for i in range(count)]
    names = [str(n) for n in names]
    if len(names) != count:
        raise CannotExport(f"The estimator has {count} features, {len(names)} names were passed.")
    return names


def _plain(value):
    if is_missing(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, (bool, int, float)) else text_of(value)


def _document(algorithm, features, trees, **more):
    document = {
        "format": FORMAT,
        "algorithm": algorithm,
        "source": _source(),
        "link": "identity",
        "average": False,
        "precision": "f32",
        "base_margin": 0.0,
        "features": features,
        "op": "<=",
        "trees": trees,
    }
    document.update(more)
    return document


def _source():
    import sklearn

    return f"scikit-learn {sklearn.__version__}"


def _numeric(names):
    return [{"name": n, "kind": "numeric"} for n in names]


# ---- Trees of sklearn.tree: float32 inputs, x <= threshold ----


def _single_tree(estimator, names):
    return _document("decision_tree", _numeric(names), [_sklearn_tree(estimator.tree_, _fractions)])


def _forest(estimator, names):
    trees = [_sklearn_tree(e.tree_, _fractions) for e in estimator.estimators_]
    algorithm = "extra_trees" if type(estimator).__name__ == "ExtraTreesClassifier" else "random_forest"
    return _document(algorithm, _numeric(names), trees, average=True)


def _gradient_boosting(estimator, names):
    init = estimator.init_
    if not (isinstance(init, str) and init == "zero") and type(init).__name__ != "DummyClassifier":
        raise CannotExport(f"Its init is a {type(init).__name__}, whose prediction differs by row.")
    base = float(estimator._raw_predict_init(np.zeros((1, len(names)), dtype=np.float32))[0, 0])
    rate = float(estimator.learning_rate)
    trees = [_sklearn_tree(e.tree_, lambda t: rate * t.value[:, 0, 0]) for e in estimator.estimators_[:, 0]]
    more = {"link": "logit", "base_margin": base}
    if estimator.loss == "exponential":
        more["link_scale"] = 2.0
    return _document("gradient_boosting", _numeric(names), trees, **more)


def _fractions(tree):
    """Of the second class; `value` held counts before scikit-learn 1.3."""
    value = tree.value[:, 0, :]
    return value[:, 1] / value.sum(axis=1)


def _sklearn_tree(tree, values_of):
    leaf = tree.children_left == -1
    missing_left = getattr(tree, "missing_go_to_left", np.zeros(len(leaf)))
    nodes = [
        {
            "feature": -1 if leaf[i] else int(tree.feature[i]),
            "left": int(tree.children_left[i]),
            "right": int(tree.children_right[i]),
            "threshold": 0.0 if leaf[i] else _finite(tree.threshold[i]),
            "default_left": 0 if leaf[i] else int(missing_left[i]),
            "value": float(value) if leaf[i] else 0.0,
            "cover": float(tree.weighted_n_node_samples[i]),
        }
        for i, value in enumerate(values_of(tree))
    ]
    return _columns(nodes)


def _finite(threshold):
    if threshold == -math.inf:
        raise CannotExport("A threshold is -infinity.")
    return min(float(threshold), GREATEST)


# ---- HistGradientBoosting: float64 inputs, categories ----


def _hist_gradient_boosting(estimator, names):
    columns = _hist_columns(estimator, names)
    known, place_of_known = estimator._bin_mapper.make_known_categories_bitsets()
    trees = []
    for iteration in estimator._predictors:
        if len(iteration) != 1:
            raise CannotExport("The estimator has more than one tree for each iteration.")
        trees.append(_hist_tree(iteration[0], columns, known, place_of_known))
    features = [None] * len(names)
    for column in columns:
        features[column["feature"]] = column["document"]
    base = float(np.ravel(estimator._baseline_prediction)[0])
    return _document(
        "hist_gradient_boosting", features, trees, link="logit", precision="f64", base_margin=base
    )


def _hist_columns(estimator, names):
    """The columns as the trees see them: since 1.4 the categorical ones come first, encoded."""
    categorical = getattr(estimator, "is_categorical_", None)
    categorical = np.zeros(len(names), bool) if categorical is None else np.asarray(categorical)
    preprocessor = getattr(estimator, "_preprocessor", None)
    if preprocessor is None:
        return [_hist_column(f, names[f], _raw_categories(estimator, f) if categorical[f] else None)
                for f in range(len(names))]
    encoded = iter(preprocessor.named_transformers_["encoder"].categories_)
    order = [f for f in range(len(names)) if categorical[f]] + [f for f in range(len(names)) if not categorical[f]]
    return [_hist_column(f, names[f], _encoded_categories(next(encoded)) if categorical[f] else None) for f in order]


def _hist_column(feature, name, categories):
    if categories is None:
        return {"feature": feature, "codes": None, "document": {"name": name, "kind": "numeric"}}
    codes, texts = categories
    return {
        "feature": feature,
        "codes": codes,
        "document": {"name": name, "kind": "categorical", "categories": texts},
    }


def _raw_categories(estimator, feature):
    codes = [int(c) for c in estimator._bin_mapper.bin_thresholds_[feature]]
    return codes, [str(c) for c in codes]


def _encoded_categories(categories):
    present = [c for c in categories if not is_missing(c)]
    return list(range(len(present))), [text_of(c) for c in present]


def _hist_tree(predictor, columns, known, place_of_known):
    nodes = []
    for node in predictor.nodes:
        if node["is_leaf"]:
            nodes.append(_hist_leaf(node))
        elif node["is_categorical"]:
            column = columns[int(node["feature_idx"])]
            left = predictor.raw_left_cat_bitsets[int(node["bitset_idx"])]
            seen = known[int(place_of_known[int(node["feature_idx"])])]
            missing_left = bool(node["missing_go_to_left"])
            members = [
                k for k, code in enumerate(column["codes"])
                if _bit(left, code) or (missing_left and not _bit(seen, code))
            ]
            nodes.append(_hist_split(node, column, 0.0, members))
        else:
            column = columns[int(node["feature_idx"])]
            nodes.append(_hist_split(node, column, _finite(node["num_threshold"]), None))
    return _columns(nodes)


def _bit(words, code):
    return 0 <= code < 256 and bool(int(words[code // 32]) >> (code % 32) & 1)


def _hist_leaf(node):
    return {"feature": -1, "left": -1, "right": -1, "threshold": 0.0, "default_left": 0,
            "value": float(node["value"]), "cover": float(node["count"])}


def _hist_split(node, column, threshold, members):
    missing_left = int(node["missing_go_to_left"])
    split = {"feature": column["feature"], "left": int(node["left"]), "right": int(node["right"]),
             "threshold": threshold, "default_left": missing_left, "value": 0.0, "cover": float(node["count"])}
    if members is not None:
        split.update(categories=members, unrecognized_left=missing_left)
    return split


# ---- Coefficients ----


def _logistic_regression(estimator, names):
    return _additive(estimator, [Number(i) for i in range(len(names))], names)


def _additive(estimator, columns, names):
    features, terms, constant = terms_of(estimator.coef_[0], columns, names)
    base = float(np.ravel(estimator.intercept_)[0]) + constant
    more = {"link_scale": 2.0} if getattr(estimator, "multi_class", None) == "multinomial" else {}
    return {"format": FORMAT, "algorithm": "logistic_regression", "source": _source(), "link": "logit", **more,
            "base_margin": base, "features": features, "terms": terms}


def _add_means(document, names, rows):
    place = {name: i for i, name in enumerate(names)}
    for feature, term in zip(document["features"], document["terms"]):
        values = [row[place[feature["name"]]] for row in rows]
        term["mean"] = math.fsum(_value_of(term, feature, v) for v in values) / len(values)


def _value_of(term, feature, value):
    if is_missing(value):
        return _given(term["missing"], feature)
    if term["kind"] == "slope":
        return term["slope"] * (float(value) - term["center"])
    place = place_of(value, feature["categories"])
    return _given(term["unrecognized"], feature) if place is None else term["values"][place]


def _given(value, feature):
    if value == "refuse":
        raise CannotExport(f'A training row has a value of feature "{feature["name"]}" that the estimator refuses.')
    return value


# ---- Around an estimator ----


def _pipeline(pipeline, names):
    return _on_columns(pipeline, [Number(i) for i in range(len(names))], names)


def _on_columns(estimator, columns, names):
    """The estimator, which is given these columns, on the raw features."""
    inner, calibration = _without_calibration(estimator)
    if type(inner).__name__ == "Pipeline":
        document = _on_columns(inner.steps[-1][1], columns_of(inner, columns), names)
    elif _writer_of(inner) is _logistic_regression:
        document = _additive(inner, columns, names)
    else:
        document = lower_trees(_writer_of(inner)(inner, [str(i) for i in range(len(columns))]), columns, names)
    return _with_calibration(document, calibration)


def _calibrated(calibrator, names):
    estimator, calibration = _without_calibration(calibrator)
    return _with_calibration(_writer_of(estimator)(estimator, names), calibration)


def _with_calibration(document, calibration):
    if calibration and "calibration" in document:
        raise CannotExport("It calibrates what is calibrated already.")
    return {**document, **calibration}


def _without_calibration(estimator):
    """The estimator, and the field of the document that its calibration is."""
    if type(estimator).__name__ != "CalibratedClassifierCV":
        return estimator, {}
    members = estimator.calibrated_classifiers_
    if len(members) != 1:
        raise CannotExport(f"It averages {len(members)} calibrated estimators; pass ensemble=False.")
    inner = members[0].estimator
    while type(inner).__name__ == "FrozenEstimator":
        inner = inner.estimator
    return inner, {"calibration": _calibration(members[0], inner)}


def _calibration(member, inner):
    calibrator = member.calibrators[0]
    if member.method == "sigmoid":
        if calibrator.a_ >= 0:
            raise CannotExport("Its calibration falls where the estimator's score rises.")
        return {"kind": "sigmoid", "slope": -float(calibrator.a_), "intercept": -float(calibrator.b_)}
    if member.method != "isotonic":
        raise CannotExport(f"Its calibration is by {member.method}; possible are sigmoid and isotonic.")
    if hasattr(inner, "decision_function"):
        raise CannotExport("An isotonic calibration of log-odds is no line between probabilities; pass method=\"sigmoid\".")
    return {"kind": "isotonic", "points": np.column_stack([calibrator.X_thresholds_, calibrator.y_thresholds_]).tolist()}


# ---- Common ----


def _columns(nodes):
    """Nodes in depth-first order, children behind their parent, as the arrays of the format."""
    order, pending = [], [0]
    while pending:
        at = pending.pop()
        order.append(at)
        if nodes[at]["feature"] != -1:
            pending += [nodes[at]["right"], nodes[at]["left"]]
    place = {at: i for i, at in enumerate(order)}
    for at in reversed(order):
        node = nodes[at]
        if node["feature"] != -1:
            node["cover"] = nodes[node["left"]]["cover"] + nodes[node["right"]]["cover"]
    keys = ["feature", "left", "right", "threshold", "default_left", "value", "cover"]
    tree = {key: [nodes[at][key] for at in order] for key in keys}
    for key in ("left", "right"):
        tree[key] = [place[c] if nodes[at]["feature"] != -1 else -1 for at, c in zip(order, tree[key])]
    if any("categories" in node for node in nodes):
        tree["categories"] = [nodes[at].get("categories") for at in order]
        tree["unrecognized_left"] = [nodes[at].get("unrecognized_left", 0) for at in order]
    return tree
