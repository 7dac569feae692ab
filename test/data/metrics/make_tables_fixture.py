"""Makes the golden vectors of test/core/metric_tables_test.cpp: rows, and the tables that scikit-learn, scipy and optbinning make of them.

Run by hand, from any folder:  python3 test/data/metrics/make_tables_fixture.py
Needs numpy, scipy, scikit-learn >= 1.5 and optbinning. Writes tables.json beside itself, with its birth certificate.
"""
import json
import math
import os
import platform

import numpy as np
import optbinning
import scipy
import sklearn
from optbinning import OptimalBinning
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_curve

SEED = 20261125
HERE = os.path.dirname(os.path.abspath(__file__))


def numbers(values):
    return [float(value) for value in values]


def curve(label, score, weight, drop):
    false_rate, true_rate, threshold = roc_curve(label, score, sample_weight=weight, drop_intermediate=drop)
    return {"threshold": [None] + numbers(threshold[1:]), "false": numbers(false_rate), "true": numbers(true_rate)}


def roc_case(name, label, score, weight=None):
    label, score = np.asarray(label, int), np.asarray(score, float)
    return {"name": name, "label": label.tolist(), "score": numbers(score), "weight": None if weight is None else numbers(weight),
            "all": curve(label, score, weight, False), "corners": curve(label, score, weight, True)}


def roc_cases(random):
    score = random.uniform(size=150)
    yield roc_case("random", random.uniform(size=150) < score, score)
    score = np.floor(random.uniform(size=150) * 12) / 12
    yield roc_case("ties", random.uniform(size=150) < score, score)
    yield roc_case("whole weights", random.uniform(size=150) < score, score, random.integers(1, 6, size=150))
    yield roc_case("weights", random.uniform(size=150) < score, score, random.exponential(size=150))
    yield roc_case("rare", [int(i in (40, 41, 42, 90)) for i in range(100)], np.arange(100) / 100)
    yield roc_case("all tied", [0, 1, 1, 0, 1], [0.3] * 5)
    yield roc_case("perfect", [0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6])
    yield roc_case("extremes", [0, 1, 0, 1], [-1.7976931348623157e308, 1.7976931348623157e308, 0.0, -1e-320])


def calibration_case(name, label, score, bins, strategy):
    """scikit-learn's points, with scipy's Wilson interval for each; bins by the edges that calibration_curve documents."""
    label, score = np.asarray(label, int), np.asarray(score, float)
    true, predicted = calibration_curve(label, score, n_bins=bins, strategy=strategy)
    edges = np.linspace(0, 1, bins + 1) if strategy == "uniform" else np.percentile(score, np.linspace(0, 1, bins + 1) * 100)
    group = np.searchsorted(edges[1:-1], score)
    rows, events, low, high = [], [], [], []
    for one in np.unique(group):
        inside = label[group == one]
        interval = stats.binomtest(int(inside.sum()), len(inside)).proportion_ci(method="wilson")
        rows.append(len(inside))
        events.append(int(inside.sum()))
        low.append(interval.low)
        high.append(interval.high)
    return {"name": name, "label": label.tolist(), "score": numbers(score), "bins": bins, "strategy": strategy, "bin": (np.unique(group) + 1).tolist(),
            "observed": numbers(true), "predicted": numbers(predicted), "rows": rows, "events": events, "low": numbers(low), "high": numbers(high)}


def calibration_cases(random):
    for strategy in ("quantile", "uniform"):
        score = random.uniform(size=211)
        yield calibration_case("random", random.uniform(size=211) < score, score, 10, strategy)
        yield calibration_case("more bins", random.uniform(size=211) < score, score, 37, strategy)
        score = np.round(random.uniform(size=200), 1)
        yield calibration_case("ties", random.uniform(size=200) < score, score, 10, strategy)
        score = random.beta(1, 30, size=300)
        yield calibration_case("rare", random.uniform(size=300) < score, score, 10, strategy)
        yield calibration_case("all tied", [0, 1, 1, 0, 1], [0.3] * 5, 10, strategy)
        yield calibration_case("few rows", [0, 1, 1], [0.0, 0.5, 1.0], 10, strategy)


def lift_case(name, label, score, bins, weight=None):
    """By the definition, row by row: a row belongs to the bin that the first row of its score falls in."""
    label, score = np.asarray(label, float), np.asarray(score, float)
    weight = np.ones(len(label)) if weight is None else np.asarray(weight, float)
    above = np.array([math.fsum(weight[score > one]) for one in score])
    group = np.minimum((above * bins / math.fsum(weight)).astype(int) + 1, bins)
    events, others = label * weight, (1 - label) * weight
    table = []
    for one in np.unique(group):
        inside, upto = group == one, group <= one
        rate = math.fsum(events[inside]) / math.fsum(weight[inside])
        share = math.fsum(weight[upto]) / math.fsum(weight)
        gain = math.fsum(events[upto]) / math.fsum(events)
        table.append({"bin": int(one), "highest": float(score[inside].max()), "lowest": float(score[inside].min()), "rows": int(inside.sum()),
                      "events": math.fsum(events[inside]), "event_rate": rate, "lift": rate / (math.fsum(events) / math.fsum(weight)),
                      "cumulative_share": share, "gain": gain, "cumulative_lift": gain / share,
                      "ks": gain - math.fsum(others[upto]) / math.fsum(others)})
    return {"name": name, "label": label.astype(int).tolist(), "score": numbers(score), "weight": numbers(weight), "bins": bins, "table": table}


def lift_cases(random):
    score = random.normal(size=157)
    yield lift_case("random", random.uniform(size=157) < 0.3, score, 10)
    score = np.round(random.normal(size=160), 1)
    yield lift_case("ties", random.uniform(size=160) < 0.3, score, 10)
    yield lift_case("weights", random.uniform(size=160) < 0.3, score, 20, random.exponential(size=160))
    yield lift_case("fewer rows than bins", [1, 0, 1], [3, 2, 1], 10)
    yield lift_case("all tied", [0, 1, 1, 0, 1], [0.3] * 5, 4)


def evidence_case(name, label, value, edges):
    """optbinning's table over fixed splits; value None is missing."""
    label = np.asarray(label, int)
    value = np.array([math.nan if one is None else one for one in value], float)
    binning = OptimalBinning(dtype="numerical", user_splits=edges, user_splits_fixed=[True] * len(edges), min_bin_size=None, monotonic_trend=None)
    binning.fit(value, label)
    table = binning.binning_table
    total = table.build()
    assert len(binning.splits) == len(edges), name
    missing = bool(np.isnan(value).any())
    count = len(edges) + 1 + missing
    rows = total.iloc[[*range(len(edges) + 1), *([len(edges) + 2] if missing else [])]]
    assert len(rows) == count
    return {"name": name, "label": label.tolist(), "value": [None if math.isnan(one) else float(one) for one in value], "edges": numbers(edges),
            "rows": [int(one) for one in rows["Count"]], "events": [int(one) for one in rows["Event"]], "woe": numbers(rows["WoE"]),
            "iv": numbers(rows["IV"]), "total": float(total.loc["Totals", "IV"])}


def evidence_cases(random):
    value = random.normal(size=600)
    label = random.uniform(size=600) < 1 / (1 + np.exp(-value))
    yield evidence_case("random", label, value, [-1.0, 0.0, 0.5, 1.2])
    holes = [None if random.uniform() < 0.2 else float(one) for one in value]
    yield evidence_case("missing", label, holes, [-0.5, 0.25, 1.0])
    whole = np.floor(value * 3)
    yield evidence_case("values at the edges", label, whole, [-2.0, 0.0, 1.0, 3.0])


def stability_cases(random):
    for size in (2, 5, 12):
        old, new = random.integers(5, 200, size=size), random.integers(5, 200, size=size)
        expected, actual = old / old.sum(), new / new.sum()
        yield {"old": old.tolist(), "new": new.tolist(), "psi": math.fsum((actual - expected) * np.log(actual / expected))}


def quantiles():
    for probability in (1e-300, 1e-20, 1e-9, 1e-3, 0.02, 0.025, 0.075, 0.2, 0.499999, 0.5, 0.75, 0.925, 0.975, 0.99999, 1 - 2.0**-53):
        yield [probability, float(stats.norm.ppf(probability))]


def main():
    random = np.random.default_rng(SEED)
    birth = {"command": "python3 test/data/metrics/make_tables_fixture.py", "seed": SEED,
             "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                          "scikit-learn": sklearn.__version__, "optbinning": optbinning.__version__}}
    fixture = {"birth": birth, "roc": list(roc_cases(random)), "calibration": list(calibration_cases(random)), "lift": list(lift_cases(random)),
               "evidence": list(evidence_cases(random)), "stability": list(stability_cases(random)), "normal_quantile": list(quantiles())}
    with open(os.path.join(HERE, "tables.json"), "w", encoding="ascii") as out:
        json.dump(fixture, out, allow_nan=False, separators=(",", ":"))
        out.write("\n")


main()
