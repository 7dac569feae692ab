"""Makes calibration_reference.json for test/core/calibration_test.cpp: what scikit-learn's calibrations say.

Run by hand, from any folder:  python3 test/data/train/make_calibration_reference.py
Needs numpy and scikit-learn. Every case: scores and labels of the rows, their weights or null, and what
CalibratedClassifierCV's two pieces, _SigmoidCalibration of the margins and IsotonicRegression of the probabilities, make
of the inputs in `at`.
"""
import json
import os
import platform

import numpy as np
import sklearn
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20260101


def case(name, margins, labels, weights, shift, scale=1):
    # scikit-learn takes probabilities within 1e-15 as equal: none come so close.
    probabilities = 1 / (1 + np.exp(-margins / scale))
    at_margins = np.concatenate([margins[::7], [-9.0, -0.3, 0.0, 0.7, 9.0]]) + shift
    at = np.concatenate([probabilities[::7], [0.0, 0.01, 0.25, 0.5, 0.99, 1.0]])
    sigmoid = _SigmoidCalibration().fit(margins, labels, weights)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(probabilities, labels, weights)
    return {
        "name": name,
        "margins": margins.tolist(),
        "probabilities": probabilities.tolist(),
        "labels": labels.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "at_margins": at_margins.tolist(),
        "sigmoid": sigmoid.predict(at_margins).tolist(),
        "at": at.tolist(),
        "isotonic": isotonic.predict(at).tolist(),
    }


def cases():
    rng = np.random.default_rng(SEED)
    margins = np.round(rng.normal(-1, 2, 240), 6)
    labels = (rng.random(240) < 1 / (1 + np.exp(-(0.6 * margins - 0.8)))).astype(int)
    yield case("plain", margins, labels, None, 0.01)
    yield case("weights", margins[:150], labels[:150], np.round(rng.gamma(1.0, 2.0, 150), 3), 0.0)
    ties = np.round(margins[:200] * 2) / 2
    yield case("ties", ties, labels[:200], rng.integers(1, 4, 200).astype(float), 0.02)
    far = np.round(rng.normal(40, 25, 120), 3)
    yield case("far", far, (rng.random(120) < 1 / (1 + np.exp(-(far - 45) / 15))).astype(int), None, 0.0, 20)
    few = np.array([-1.5, -0.5, 0.25, 1.0])
    yield case("few", few, np.array([0, 1, 0, 1]), None, 0.0)


if __name__ == "__main__":
    birth = {
        "command": "python3 test/data/train/make_calibration_reference.py",
        "seed": SEED,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    }
    with open(os.path.join(HERE, "calibration_reference.json"), "w", encoding="ascii") as out:
        json.dump({"birth": birth, "cases": list(cases())}, out, separators=(",", ":"))
        out.write("\n")
