"""Makes the golden vectors of test/core/comparison_test.cpp: DeLong's test and the bootstrap, written down from the papers.

DeLong, DeLong and Clarke-Pearson (1988), by their kernel over all pairs of an event and a non-event, not by ranks. The bootstrap draws with
the generator of src/core/random.hpp and leaves the figures to scikit-learn, each row weighing as often as it was drawn.
Run by hand, from any folder:  python3 test/data/metrics/make_comparison_fixture.py
Needs numpy, scipy and scikit-learn >= 1.5. Writes comparison.json beside itself, with its birth certificate.
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

SEED = 20261126
HERE = os.path.dirname(os.path.abspath(__file__))
MASK = (1 << 64) - 1


def kernel(label, score):
    """psi(X_i, Y_j) of the paper: 1 where the event scores higher, 1/2 where both score alike."""
    events, others = score[label == 1], score[label == 0]
    return (events[:, None] > others[None, :]) + 0.5 * (events[:, None] == others[None, :])


def delong_case(name, label, first, second):
    label, first, second = np.asarray(label, int), np.asarray(first, float), np.asarray(second, float)
    psi = [kernel(label, first), kernel(label, second)]
    area = [one.mean() for one in psi]
    by_event = np.array([one.mean(axis=1) for one in psi])   # V10
    by_other = np.array([one.mean(axis=0) for one in psi])   # V01
    covariance = np.cov(by_event) / by_event.shape[1] + np.cov(by_other) / by_other.shape[1]
    error = math.sqrt(max(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], 0))
    z = (area[0] - area[1]) / error
    wide = stats.norm.ppf(0.975)
    return {"name": name, "label": label.tolist(), "first": first.tolist(), "second": second.tolist(), "auc": [float(one) for one in area],
            "single_error": [math.sqrt(covariance[0, 0]), math.sqrt(covariance[1, 1])], "difference": float(area[0] - area[1]), "error": error,
            "z": float(z), "p": float(2 * stats.norm.sf(abs(z))), "low": float(area[0] - area[1] - wide * error),
            "high": float(area[0] - area[1] + wide * error)}


def delong_cases(random):
    signal = random.normal(size=140)
    label = random.uniform(size=140) < 1 / (1 + np.exp(-2 * signal))
    yield delong_case("random", label, signal + random.normal(size=140), signal + 2 * random.normal(size=140))
    yield delong_case("ties", label, np.round(signal + random.normal(size=140)), np.round(signal + 2 * random.normal(size=140), 1))
    yield delong_case("almost the same", label, signal, signal + 5e-2 * random.normal(size=140))
    yield delong_case("few events", np.arange(140) % 35 == 0, signal, random.normal(size=140))
    yield delong_case("opposite", label, signal, -signal)
    yield delong_case("two of each", [0, 0, 1, 1], [1, 3, 2, 4], [1, 2, 2, 1])
    yield delong_case("mostly tied", label, (signal > 0).astype(float), (signal > 1).astype(float))


class Random:
    """src/core/random.hpp: SplitMix64 seeds xoroshiro128+."""

    def __init__(self, seed, stream):
        self.state = seed
        self.state = self.mix() ^ stream
        self.pair = [self.mix(), self.mix()]

    def mix(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def next(self):
        def rotate(x, k):
            return ((x << k) | (x >> (64 - k))) & MASK
        a, b = self.pair
        result = (a + b) & MASK
        b ^= a
        self.pair = [rotate(a, 24) ^ b ^ ((b << 16) & MASK), rotate(b, 37)]
        return result

    def below(self, bound):
        return ((self.next() >> 32) * bound) >> 32


def ks(label, score, sample_weight):
    false_rate, true_rate, _ = metrics.roc_curve(label, score, sample_weight=sample_weight, drop_intermediate=False)
    return float(np.max(np.abs(true_rate - false_rate)))


FIGURES = {
    "roc_auc": metrics.roc_auc_score,
    "gini": lambda label, score, sample_weight: 2 * metrics.roc_auc_score(label, score, sample_weight=sample_weight) - 1,
    "ks_statistic": ks,
    "average_precision": metrics.average_precision_score,
    "brier_score": metrics.brier_score_loss,
    "log_loss": lambda label, score, sample_weight: metrics.log_loss(label, score, sample_weight=sample_weight, labels=[0, 1]),
}


def figure(metric, label, scores, times):
    kept = times > 0
    drawn = label[kept]
    if metric not in ("brier_score", "log_loss") and len(set(drawn)) < 2:
        return None
    values = [FIGURES[metric](drawn, score[kept], sample_weight=times[kept]) for score in scores]
    return values[0] - (values[1] if len(values) == 2 else 0.0)


def bootstrap_case(metric, label, scores, resamples, seed):
    label, scores = np.asarray(label, int), [np.asarray(one, float) for one in scores]
    order = np.lexsort([*scores[::-1], label])
    label, scores = label[order], [one[order] for one in scores]
    figures = []
    for stream in range(resamples):
        random = Random(seed, stream)
        times = np.zeros(len(label))
        for _ in label:
            times[random.below(len(label))] += 1
        value = figure(metric, label, scores, times)
        if value is not None:
            figures.append(float(value))
    low, high = np.quantile(figures, [0.025, 0.975])
    return {"metric": metric, "label": label.tolist(), "scores": [one.tolist() for one in scores], "resamples": resamples, "seed": seed,
            "estimate": float(figure(metric, label, scores, np.ones(len(label)))), "error": float(np.std(figures, ddof=1)), "low": float(low),
            "high": float(high), "defined": len(figures)}


def bootstrap_cases(random):
    score = np.round(random.uniform(size=60), 2)
    other = np.clip(np.round(score + random.normal(size=60) / 5, 2), 0, 1)
    label = random.uniform(size=60) < score
    for metric in FIGURES:
        yield bootstrap_case(metric, label, [score], 50, 42)
        yield bootstrap_case(metric, label, [score, other], 50, 7)
    yield bootstrap_case("roc_auc", [0] * 9 + [1], [np.arange(10) / 10], 40, 2**63 - 1)


def main():
    random = np.random.default_rng(SEED)
    birth = {"command": "python3 test/data/metrics/make_comparison_fixture.py", "seed": SEED,
             "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                          "scikit-learn": sklearn.__version__}}
    fixture = {"birth": birth, "delong": list(delong_cases(random)), "bootstrap": list(bootstrap_cases(random))}
    with open(os.path.join(HERE, "comparison.json"), "w", encoding="ascii") as out:
        json.dump(fixture, out, allow_nan=False, separators=(",", ":"))
        out.write("\n")


main()
