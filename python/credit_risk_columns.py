"""What a scikit-learn Pipeline makes of raw columns, for credit_risk_export: each column that reaches the estimator as a
function of one raw feature. On those the estimator's trees (lower_trees) or coefficients (terms_of) are written as ones
of the raw features.
"""
import math
import warnings

import numpy as np

GREATEST = float(np.finfo(np.float64).max)


class CannotExport(ValueError):
    """The estimator holds what the database cannot compute exactly alike."""


def is_missing(value):
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return bool(np.isnat(value)) if isinstance(value, np.datetime64) else isinstance(value, float) and math.isnan(value)


def text_of(category):
    """As the database writes the same value."""
    value = category.item() if hasattr(category, "item") else category
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _text_of_number(value)
    if not isinstance(value, str):
        raise CannotExport(f"A category is a {type(category).__name__}; make it text, as the database has it.")
    return value


def _text_of_number(value):
    if not abs(value) < 1e15:
        raise CannotExport(f"The number {value} is a category; at most 15 digits are possible.")
    return str(int(value)) if value == int(value) else np.format_float_positional(value, trim="-")


def place_of(value, categories):
    """The place of a value in a list of texts, None if it is not in it. A truth value goes by any of its spellings."""
    spellings = (("false", "False", "FALSE", "0"), ("true", "True", "TRUE", "1"))
    value = value.item() if hasattr(value, "item") else value
    texts = spellings[value] if isinstance(value, bool) else [text_of(value)]
    return next((categories.index(text) for text in texts if text in categories), None)


def of_scikit_learn(thing, functions):
    """The function for the class of `thing`, by its name."""
    kind = type(thing)
    if kind.__name__ not in functions or not kind.__module__.startswith("sklearn."):
        found = " Pass its best_estimator_." if hasattr(thing, "best_estimator_") else ""
        raise CannotExport(f"{kind.__name__} cannot be exported; possible are {', '.join(sorted(functions))}.{found}")
    return functions[kind.__name__]


# ---- Columns ----


class Number:
    """A column that is a rising function of one raw number; NaN stands for the missing value."""

    def __init__(self, raw, function=lambda v: v, line=(1.0, 0.0, 0.0), fill=None, encodable=True):
        self.raw = raw
        self.function = function
        self.line = line  # numbers become slope * (x - center) + offset; None: they do not
        self.fill = fill  # what missing values become, a number or a text
        self.encodable = encodable  # no more than missing values were touched

    def then(self, step):
        line = step.line(*self.line) if self.line and hasattr(step, "line") else None
        return Number(self.raw, lambda v: step(self.function(v)), line, self.fill, False)

    def filled(self, fill):
        function = self.function if isinstance(fill, str) else _filling(self.function, fill)
        return Number(self.raw, function, self.line, fill if self.fill is None else self.fill, self.encodable)


class Table:
    """A column by the category of one raw feature; the last two values: missing, unrecognized."""

    def __init__(self, raw, categories, values, refused=(False, False)):
        self.raw = raw
        self.categories = categories
        self.values = np.asarray(values, dtype=float)
        self.refused = refused  # whether the encoder refuses missing, unrecognized

    def then(self, step):
        return Table(self.raw, self.categories, step(self.values), self.refused)

    def filled(self, fill):
        return self.then(_filling(lambda v: v, fill))


def _filling(function, fill):
    return lambda v: np.where(np.isnan(function(v)), float(fill), function(v))


class _ShiftAndDivide:
    def __init__(self, shift, scale):
        self.shift, self.scale = float(shift), float(scale)

    def __call__(self, values):
        return (values - self.shift) / self.scale

    def line(self, slope, center, offset):
        if slope != 0 and offset == 0:
            return slope / self.scale, center + self.shift / slope, 0.0
        return slope / self.scale, center, (offset - self.shift) / self.scale


class _MultiplyAndAdd:
    def __init__(self, factor, shift):
        self.factor, self.shift = float(factor), float(shift)

    def __call__(self, values):
        return values * self.factor + self.shift

    def line(self, slope, center, offset):
        return slope * self.factor, center, offset * self.factor + self.shift


class _IsMissing:
    def __call__(self, values):
        return np.isnan(values).astype(float)

    def line(self, slope, center, offset):
        return 0.0, 0.0, 0.0


# ---- Transformers ----


def columns_of(pipeline, columns):
    """The columns that reach the last step of a pipeline of these."""
    for _, transformer in pipeline.steps[:-1]:
        columns = _transformed(transformer, columns)
    if len(columns) != int(pipeline.steps[-1][1].n_features_in_):
        raise CannotExport(f"The transformers give {len(columns)} columns, which the estimator does not expect.")
    return columns


def _transformed(transformer, columns):
    """The columns that the transformer makes of these."""
    if not columns or (isinstance(transformer, str) and transformer == "drop"):
        return []
    if transformer is None or (isinstance(transformer, str) and transformer == "passthrough"):
        return columns
    return of_scikit_learn(transformer, TRANSFORMERS)(transformer, columns)

def _steps(pipeline, columns):
    for _, transformer in pipeline.steps:
        columns = _transformed(transformer, columns)
    return columns


def _side_by_side(transformer, columns):
    result = []
    for name, part, _ in transformer.transformers_:
        chosen = transformer._transformer_to_input_indices.get(name, [])
        result += _transformed(part, [columns[i] for i in chosen])
    return result


def _unchanged(transformer, columns):
    if transformer.func is not None:
        raise CannotExport("A FunctionTransformer calls a function, which the database does not have.")
    return columns


def _selected(selector, columns):
    return [column for column, kept in zip(columns, selector.get_support()) if kept]


def _imputed(imputer, columns):
    if not is_missing(imputer.missing_values):
        raise CannotExport(f"A SimpleImputer replaces {imputer.missing_values}; possible is NaN or None.")
    # A column without any value in training is left out.
    result = [c.filled(fill) for c, fill in zip(columns, imputer.statistics_) if not is_missing(fill)]
    if imputer.add_indicator:
        result += [columns[i].then(_IsMissing()) for i in imputer.indicator_.features_]
    return result


def _scaled(step_of):
    return lambda scaler, columns: [column.then(step_of(scaler, i)) for i, column in enumerate(columns)]


def _shift_and_divide(shifts, scales, i):
    return _ShiftAndDivide(0.0 if shifts is None else shifts[i], 1.0 if scales is None else scales[i])


def _standard(scaler, i):
    return _shift_and_divide(scaler.mean_ if scaler.with_mean else None, scaler.scale_, i)


def _robust(scaler, i):
    return _shift_and_divide(scaler.center_, scaler.scale_, i)


def _greatest_absolute(scaler, i):
    step = _shift_and_divide(None, scaler.scale_, i)
    return (lambda v: np.clip(step(v), -1, 1)) if getattr(scaler, "clip", False) else step


def _least_greatest(scaler, i):
    step = _MultiplyAndAdd(scaler.scale_[i], scaler.min_[i])
    return (lambda v: np.clip(step(v), *scaler.feature_range)) if getattr(scaler, "clip", False) else step


def _one_hot(encoder, columns):
    return _encoded(encoder, columns, [int(n) for n in encoder._n_features_outs])


def _ordinal(encoder, columns):
    return _encoded(encoder, columns, [1] * len(columns))


def _encoded(encoder, columns, widths):
    """The encoder itself says what becomes of each category."""
    result, begin = [], 0
    for i, (column, width) in enumerate(zip(columns, widths)):
        if not isinstance(column, Number) or not column.encodable:
            raise CannotExport(f"A {type(encoder).__name__} encodes a column that was scaled or encoded before.")
        present = [c for c in encoder.categories_[i] if not is_missing(c)]
        missing = _missing_marker(encoder.categories_[i]) if column.fill is None else column.fill
        texts = [text_of(c) for c in present]
        rows = [_codes_of(encoder, i, c)[begin:begin + width] for c in [*present, missing, _unseen(present)]]
        refused = _refused(encoder, i, missing), encoder.handle_unknown == "error"
        result += [Table(column.raw, texts, [row[k] for row in rows], refused) for k in range(width)]
        begin += width
    return result


def _missing_marker(categories):
    markers = [c for c in categories if is_missing(c)]
    if len(markers) > 1:
        raise CannotExport("An encoder tells None from NaN; the database has one missing value.")
    return markers[0] if markers else math.nan


def _unseen(categories):
    if categories and not isinstance(categories[0], str):
        return float(max(categories)) + 1
    return "".join(categories) + "?"


def _refused(encoder, i, category):
    return encoder.handle_unknown == "error" and not _is_among(category, encoder.categories_[i])


def _codes_of(encoder, i, category):
    """The columns that the encoder makes of a row with this category in column i."""
    row = np.array([[known[0] for known in encoder.categories_]], dtype=object)
    refused = _refused(encoder, i, category)
    if not refused:
        row[0, i] = category
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        codes = encoder.transform(row)
    codes = np.asarray(codes.toarray() if hasattr(codes, "toarray") else codes, dtype=float)[0]
    return np.full(len(codes), _REFUSED[type(encoder).__name__]) if refused else codes


def _is_among(category, categories):
    if is_missing(category):
        return any(is_missing(c) for c in categories)
    return any(c == category for c in categories if not is_missing(c))


# What handle_unknown="error" refuses, trees take as "ignore" does; of an OrdinalEncoder as missing.
_REFUSED = {"OneHotEncoder": 0.0, "OrdinalEncoder": math.nan}

TRANSFORMERS = {
    "ColumnTransformer": _side_by_side,
    "FunctionTransformer": _unchanged,
    "MaxAbsScaler": _scaled(_greatest_absolute),
    "MinMaxScaler": _scaled(_least_greatest),
    "OneHotEncoder": _one_hot,
    "OrdinalEncoder": _ordinal,
    "Pipeline": _steps,
    "RobustScaler": _scaled(_robust),
    "SelectKBest": _selected,
    "SelectPercentile": _selected,
    "SimpleImputer": _imputed,
    "StandardScaler": _scaled(_standard),
    "VarianceThreshold": _selected,
}


# ---- Trees ----


def lower_trees(document, columns, names):
    """The model of the raw features that does what `document` does with the transformed columns."""
    columns = [_by_position(column, feature) for column, feature in zip(columns, document["features"])]
    features = _raw_features(columns, names)
    place = {raw: i for i, raw in enumerate(features)}
    rounded = _to_float32 if document["precision"] == "f32" else lambda v: v
    splits = []
    for i, column in enumerate(columns):
        if isinstance(column, Table):
            splits.append(_table_split(column, place[column.raw], rounded, features[column.raw]["categories"]))
        else:
            splits.append(_number_split(column, place[column.raw], rounded, _thresholds(document["trees"], i)))
    for tree in document["trees"]:
        _lower_tree(tree, splits)
    document.update(precision="f64", features=list(features.values()))
    return document


def _by_position(column, feature):
    """A column that the estimator takes as categories, by their place in its own list; -1: none of them."""
    if feature["kind"] != "categorical":
        return column
    place = {category: k for k, category in enumerate(feature["categories"])}
    if isinstance(column, Table):
        values = [v if math.isnan(v) else place.get(text_of(v), -1) for v in column.values]
        return Table(column.raw, column.categories, values, column.refused)
    if not column.encodable:
        raise CannotExport("The estimator takes a scaled number as a category.")
    missing = math.nan if column.fill is None else place.get(text_of(column.fill), -1)
    return Table(column.raw, feature["categories"], [*range(len(place)), missing, -1])


def _raw_features(columns, names):
    """The raw features in use, by number, in order."""
    features = {}
    for column in sorted(columns, key=lambda c: c.raw):
        kind = "categorical" if isinstance(column, Table) else "numeric"
        if kind == "numeric" and isinstance(column.fill, str):
            raise CannotExport(f'The texts of feature "{names[column.raw]}" reach the estimator; encode them.')
        feature = features.setdefault(column.raw, {"name": names[column.raw], "kind": kind})
        if feature["kind"] != kind:
            raise CannotExport(f'Feature "{feature["name"]}" is used both as a number and as a category.')
        if kind == "categorical":
            known = feature.setdefault("categories", [])
            known += [c for c in column.categories if c not in known]
    return features


def _lower_tree(tree, splits):
    nodes = len(tree["feature"])
    tree.setdefault("categories", [None] * nodes)
    tree.setdefault("unrecognized_left", [0] * nodes)
    for i in range(nodes):
        if tree["feature"][i] != -1:
            lowered = splits[tree["feature"][i]]({key: values[i] for key, values in tree.items()})
            for key, value in lowered.items():
                tree[key][i] = value


def _table_split(column, place, rounded, categories):
    values = column.values

    def split(node):
        if node["categories"] is None:
            left = rounded(values) <= node["threshold"]
        else:
            left = np.where(values == -1, bool(node["unrecognized_left"]), np.isin(values, node["categories"]))
        left = np.where(np.isnan(values), bool(node["default_left"]), left)
        known = dict(zip(column.categories, left))
        members = [k for k, category in enumerate(categories) if known.get(category, left[-1])]
        return {"feature": place, "threshold": 0.0, "categories": members,
                "default_left": int(left[-2]), "unrecognized_left": int(left[-1])}

    return split


def _number_split(column, place, rounded, thresholds):
    missing = float(rounded(column.function(np.array([math.nan])))[0])
    greatest = dict(zip(thresholds, _greatest_left(lambda v: rounded(column.function(v)), np.array(thresholds))))

    def split(node):
        missing_left = node["default_left"] if math.isnan(missing) else int(missing <= node["threshold"])
        threshold = greatest[node["threshold"]]
        if threshold >= -GREATEST:
            return {"feature": place, "threshold": threshold, "default_left": missing_left}
        # Every number goes right.
        return {"feature": place, "threshold": GREATEST, "default_left": 1 - missing_left,
                "left": node["right"], "right": node["left"]}

    return split


def _thresholds(trees, feature):
    return sorted({t for tree in trees for f, t in zip(tree["feature"], tree["threshold"]) if f == feature})


def _to_float32(values):
    with np.errstate(over="ignore"):
        return values.astype(np.float32).astype(np.float64)


def _greatest_left(function, thresholds):
    """For each threshold the greatest double x with function(x) <= threshold, -inf without one: by halving, as the
    function rises. Doubles are counted by their bits."""
    if not len(thresholds):
        return []
    left = lambda places: function(_double_at(places)) <= thresholds
    last = np.int64(np.array(GREATEST).view(np.int64))
    with np.errstate(over="ignore", invalid="ignore"):
        zero_goes = left(np.zeros(len(thresholds), np.int64))
        low = np.where(zero_goes, 0, -last - 2)  # goes left, or is -infinity
        high = np.where(zero_goes, last, -1)
        while (low < high).any():
            middle = low + (high - low + 1) // 2
            goes = left(middle)
            low, high = np.where(goes, middle, low), np.where(goes, high, middle - 1)
    return _double_at(low).tolist()


def _double_at(places):
    """0 is 0.0, 1 the least positive double; -1 is -0.0, -2 the greatest negative double."""
    return np.where(places >= 0, places, (-1 - places) ^ np.int64(-2**63)).view(np.float64)


# ---- Coefficients ----


def terms_of(coefficients, columns, names):
    """Features, terms and a constant whose sum is that of the coefficients times the columns."""
    features = _raw_features(columns, names)
    terms, constant = [], 0.0
    for raw, feature in features.items():
        members = [(float(b), c) for b, c in zip(coefficients, columns) if c.raw == raw]
        term, offset = (_categories_term if feature["kind"] == "categorical" else _slope_term)(members, feature)
        terms.append({"feature": feature["name"], **term})
        constant += offset
    return list(features.values()), terms, constant


def _slope_term(members, feature):
    """The columns' lines added up around the center of the first that rises, and their height there."""
    if any(c.line is None for _, c in members):
        raise CannotExport(f'Feature "{feature["name"]}" is clipped by a scaler; a coefficient times that is no line.')
    lines = [(b, *c.line) for b, c in members]
    center = next((m for _, slope, m, _ in lines if slope != 0), 0.0)
    offset = sum(b * (height + slope * (center - m)) for b, slope, m, height in lines)
    missing = sum(b * float(c.function(np.array([math.nan]))[0]) for b, c in members)
    term = {"kind": "slope", "slope": sum(b * slope for b, slope, _, _ in lines), "center": center}
    return {**term, "missing": "refuse" if math.isnan(missing) else missing - offset}, offset


def _categories_term(members, feature):
    known, totals = feature["categories"], np.zeros(len(feature["categories"]) + 2)
    for b, column in members:
        at = dict(zip(column.categories, column.values))
        if column.refused[1] and len(at) < len(known):
            raise CannotExport(f'Feature "{feature["name"]}" is encoded twice, once without some of its categories.')
        totals += b * np.array([at.get(c, column.values[-1]) for c in known] + column.values[-2:].tolist())
    if np.isnan(totals[:-2]).any():
        raise CannotExport(f'A category of feature "{feature["name"]}" becomes missing, which the estimator refuses.')
    either = [any(c.refused[i] for _, c in members) or math.isnan(totals[i - 2]) for i in (0, 1)]
    missing, unrecognized = ("refuse" if refused else float(v) for refused, v in zip(either, totals[-2:]))
    return {"kind": "categories", "values": totals[:-2].tolist(), "missing": missing, "unrecognized": unrecognized}, 0.0
