"""G10 and G12: growing forests and boosted trees, one thread each, scored on rows that nobody saw."""
import statistics

import numpy as np
from sklearn.metrics import roc_auc_score

import workload
from contenders import NotAvailable
from results import Result


class Race:
    def __init__(self, algorithm, rows, trees, depth, rounds, goals, long_run=False):
        self.algorithm, self.rows, self.trees, self.depth = algorithm, rows, trees, depth
        self.rounds, self.goals, self.long_run = rounds, goals, long_run


FOREST, BOOSTING = "random_forest", "gradient_boosting"
RACES = [
    Race(FOREST, 1285, 100, 10, 7, {"scikit-learn": 5, "XGBoost 3": None, "XGBoost 1.7": None, "LightGBM": None}),
    Race(FOREST, 100000, 20, 12, 1, {"scikit-learn": 8, "XGBoost 3": 2, "XGBoost 1.7": 2}),
    Race(BOOSTING, 100000, 300, 6, 1, {"XGBoost 3": 1, "XGBoost 1.7": 1, "LightGBM": 1}),
]
BOOSTING_PEERS = list(RACES[2].goals)
LONG_RACES = [
    RACES[0],
    Race(FOREST, 100000, 100, 12, 2, {"scikit-learn": 8, "XGBoost 3": 2, "XGBoost 1.7": 2}),
    Race(BOOSTING, 100000, 300, 6, 2, RACES[2].goals),
    Race(FOREST, 1000000, 20, 12, 1, {"scikit-learn": 5, "XGBoost 3": None}),
]
TARGET = {FOREST: "G10", BOOSTING: "G12"}
MOST_APART = {FOREST: 0.002, BOOSTING: 0.003}


def wanted_races(wanted, quick):
    return [race for race in (RACES if quick else LONG_RACES) if TARGET[race.algorithm] in wanted]


def measure(bench):
    results = []
    for race in bench.plan.races:
        title = f"{race.trees} trees of depth {race.depth}, {race.rows:,} rows"
        bench.say(f"training, {race.algorithm}, {title}: ours, " + ", ".join(race.goals))
        results += _run(bench, race, title)
    return results


def _run(bench, race, title):
    rows, labels = workload.make(race.rows, 7)
    test_rows, test_labels = workload.make(100000, 1007)
    names = ["ours"] + list(race.goals)
    bench.add_rows("training", rows, names)
    bench.add_rows("fresh", test_rows, names)
    labels.tofile(bench.file("labels"))
    seconds, auc = {name: [] for name in names}, {}
    for _ in range(race.rounds):
        for name in names:
            _train(bench, race, name, test_labels, seconds, auc)
    results = []
    for peer, least in race.goals.items():
        if seconds[peer]:
            results += _results(bench, race, title, peer, least, seconds, auc)
    return results


def _train(bench, race, name, test_labels, seconds, auc):
    try:
        what = [race.algorithm, "training", bench.file("labels"), race.trees, race.depth, "fresh", bench.file("out")]
        spent = bench.ask(name, "train", *what)
    except NotAvailable as reason:
        bench.say(f"  {name}: {reason}")
        return
    seconds[name].append(spent[0])
    auc[name] = roc_auc_score(test_labels, np.fromfile(bench.file("out")))


def _results(bench, race, title, peer, least, seconds, auc):
    what = "train forest" if race.algorithm == FOREST else "train boosted trees"
    number = TARGET[race.algorithm]
    ours, theirs = statistics.median(seconds["ours"]), statistics.median(seconds[peer])
    spread = max((max(s) - min(s)) / 2 / statistics.median(s) for s in (seconds["ours"], seconds[peer]))
    lost = auc[peer] - auc["ours"]
    figures = f"AUC {auc['ours']:.4f}, {auc[peer]:.4f}"
    return [
        Result(number if least else "", what, title, ours, bench.title(peer), theirs, "s", least=least,
               spread=spread if race.rounds > 1 else None, note=figures),
        Result(number, "AUC lost against the peer", title, max(0.0, lost), bench.title(peer), None, "", most=MOST_APART[race.algorithm]),
    ]
