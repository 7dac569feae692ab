"""Makes the golden vectors of test/core/metrics_golden_test.cpp: rows, and what scikit-learn and scipy say of them.

Run by hand, from any folder:  python3 test/data/metrics/make_metrics_fixture.py
Needs numpy, scipy and scikit-learn >= 1.5. Writes sklearn.json beside itself, with its birth certificate.
"""
import json
import math
import os
import platform

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics

SEED = 20240502
HERE = os.path.dirname(os.path.abspath(__file__))


def case(name, label, score, weight=None, threshold=0.5, probability=True):
    """What scikit-learn says of the rows."""
    label, score = np.asarray(label, int), np.asarray(score, float)
    false_rate, true_rate, _ = metrics.roc_curve(label, score, sample_weight=weight, drop_intermediate=False)
    predicted = (score > threshold).astype(int)
    expected = {
        "roc_auc": metrics.roc_auc_score(label, score, sample_weight=weight),
        "ks_statistic": float(np.max(np.abs(true_rate - false_rate))),
        "average_precision": metrics.average_precision_score(label, score, sample_weight=weight),
        "accuracy": metrics.accuracy_score(label, predicted, sample_weight=weight),
        "precision": metrics.precision_score(label, predicted, sample_weight=weight, zero_division=math.nan),
        "recall": metrics.recall_score(label, predicted, sample_weight=weight),
        "f1": metrics.f1_score(label, predicted, sample_weight=weight),
    }
    if probability:
        expected["brier_score"] = metrics.brier_score_loss(label, score, sample_weight=weight)
        expected["log_loss"] = metrics.log_loss(label, score, sample_weight=weight, labels=[0, 1])
    expected = {key: None if math.isnan(value) else float(value) for key, value in expected.items()}
    return {"name": name, "label": label.tolist(), "score": score.tolist(),
            "weight": None if weight is None else np.asarray(weight, float).tolist(), "threshold": threshold, "expected": expected}


def cases(random):
    score = random.uniform(size=120)
    yield case("random", random.uniform(size=120) < score, score)
    score = np.floor(random.uniform(size=120) * 6) / 6
    yield case("many ties", random.uniform(size=120) < score, score, threshold=1 / 3)
    score = np.floor(random.uniform(size=120) * 20) / 20
    yield case("weights and ties", random.uniform(size=120) < score, score, weight=random.exponential(size=120))
    yield case("weights over 20 powers of ten", random.uniform(size=80) < 0.5, np.floor(random.uniform(size=80) * 30) / 30,
               weight=10 ** random.uniform(-10, 10, size=80))
    yield case("whole weights", random.uniform(size=60) < 0.4, np.floor(random.uniform(size=60) * 10) / 10,
               weight=random.integers(1, 5, size=60))
    yield case("all tied", [0, 1, 1, 0, 1], [0.3] * 5)
    yield case("perfect", [0, 0, 1, 1], [0.1, 0.2, 0.7, 0.9])
    yield case("reversed", [1, 1, 0, 0], [0.1, 0.2, 0.7, 0.9])
    yield case("one event in 100", [int(i == 50) for i in range(100)], np.arange(100) / 100)
    near = [0.5, np.nextafter(0.5, 0), np.nextafter(0.5, 1)]
    yield case("one unit in the last place apart", [1, 0, 0, 1, 1, 0], near + near[::-1])
    tiny = [5e-324, 1e-323, 0.0, -0.0, 2.3e-308, 1e-300]
    yield case("subnormal", [0, 1, 0, 1, 0, 1], tiny, threshold=0.0)
    yield case("certain and wrong", [0, 1, 0, 1, 1], [1.0, 0.0, 0.0, 1.0, np.nextafter(1, 0)])
    yield case("clipped", [0, 1, 1, 0], [1 - 2.0**-53, 2.0**-60, 1.0, 1e-17])
    yield case("any score", random.uniform(size=60) < 0.3, np.round(random.normal(size=60), 1) * 10.0 ** random.integers(-300, 300, size=60),
               threshold=0.0, probability=False)
    yield case("extremes", [0, 1, 0, 1], [-1.7976931348623157e308, 1.7976931348623157e308, 0.0, -1e-320], threshold=-1.0, probability=False)


def sums(random):
    """Terms with their correctly rounded sum (math.fsum)."""
    for terms in ([0.1] * 10, [1.0, 2.0**-53], [1.0, 2.0**-53, 5e-324], [1 + 2.0**-52, 2.0**-53], [5e-324] * 3, [2.2e-308, 2.2e-308],
                  [1e300, 1e-300, 1.0], [1.7976931348623157e308], (10 ** random.uniform(-320, 300, size=60)).tolist(),
                  random.uniform(size=60).tolist()):
        yield {"terms": terms, "sum": math.fsum(terms)}


def chi_square():
    for freedom in (1, 2, 3, 4, 5, 8, 9, 98, 999, 1000):
        for x in (1e-9, 0.5, 2.8, freedom * 0.7, freedom * 1.0, freedom * 1.4, 5.0 * freedom):
            yield [x, freedom, float(stats.chi2.sf(x, freedom))]


def main():
    random = np.random.default_rng(SEED)
    birth = {"command": "python3 test/data/metrics/make_metrics_fixture.py", "seed": SEED,
             "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                          "scikit-learn": sklearn.__version__}}
    fixture = {"birth": birth, "cases": list(cases(random)), "sums": list(sums(random)), "chi_square": list(chi_square())}
    with open(os.path.join(HERE, "sklearn.json"), "w", encoding="ascii") as out:
        json.dump(fixture, out, allow_nan=False, separators=(",", ":"))
        out.write("\n")


main()
