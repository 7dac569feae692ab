"""Trains by SQL what the libraries train, on the same folds, and compares AUC, KS and Brier score: see scripts/parity, which runs this.

    python training.py --data FOLDER --output FOLDER [--only TEXT]
"""
import argparse
import csv
import json
import os
import time
import traceback

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from sklearn.model_selection import StratifiedKFold

import database
import table
from training_peers import PARAMS, PEERS

FOLDS = 5
MANY_ROWS = 5000
LESS_AUC = {True: 0.005, False: 0.015}  # allowed against the peer, by whether there are many rows
HEADER = ["data", "rows", "events", "algorithm", "AUC", "KS", "Brier", "s a fold", "peer", "its AUC", "its KS", "its Brier",
          "its s a fold", "result"]


def data_sets(folder):
    """Name and table of each set; the public ones where they are at hand."""
    yield "synthetic, awkward", table.awkward(8000, 3)
    yield "synthetic, 1,200 rows", table.awkward(1200, 4)
    public = {"German credit": table.german, "Taiwan": lambda f: table.taiwan(f, None),
              "Lending Club, graded D or worse": table.lending_club, "Give Me Some Credit": lambda f: table.give_me_some_credit(f, None)}
    for name, read in public.items():
        found = read(folder)
        if found:
            yield name, found


class Fold:
    def __init__(self, number, train_rows, test_rows):
        self.number, self.train_rows, self.test_rows = number, train_rows, test_rows


def folds_of(data):
    split = StratifiedKFold(FOLDS, shuffle=True, random_state=42).split(np.zeros(len(data)), data.target)
    return [Fold(k, train, test) for k, (train, test) in enumerate(split)]


class Figures:
    """The means over the folds."""

    def __init__(self):
        self.auc, self.ks, self.brier, self.seconds = [], [], [], []

    def add(self, target, probability, seconds):
        false_rate, true_rate, _ = roc_curve(target, probability)
        self.auc.append(roc_auc_score(target, probability))
        self.ks.append(np.max(true_rate - false_rate))
        self.brier.append(brier_score_loss(target, probability))
        self.seconds.append(seconds)

    def cells(self):
        return [f"{np.mean(self.auc):.4f}", f"{np.mean(self.ks):.4f}", f"{np.mean(self.brier):.4f}", f"{np.mean(self.seconds):.2f}"]


def ours(data, folds, algorithm):
    figures = Figures()
    params = json.dumps({**PARAMS[algorithm], "folds": 0, "test_share": 0, "allow_protected": True})
    for fold in folds:
        figures.add(data.target[fold.test_rows], *database.trained(algorithm, params, fold.number))
    return figures


def theirs(data, folds, fit):
    figures = Figures()
    for fold in folds:
        started = time.time()
        probability = fit(data.take(fold.train_rows), data.take(fold.test_rows))
        figures.add(data.target[fold.test_rows], probability, time.time() - started)
    return figures


def verdict(data, algorithm, own, peer):
    allowed = LESS_AUC[len(data) >= MANY_ROWS]
    lost = np.mean(peer.auc) - np.mean(own.auc)
    breaches = [f"AUC {lost:.4f} less"] if lost > allowed else []
    if algorithm == "random_forest" and np.mean(own.brier) >= np.mean(peer.brier):
        breaches.append("Brier score not below that of the balanced forest")
    return "; ".join(breaches) or "ok"


def compared(name, data, wanted):
    """Rows of the table for one set of data."""
    folds = folds_of(data)
    number = np.zeros(len(data), int)
    for fold in folds:
        number[fold.test_rows] = fold.number
    columns = {**data.columns, "parity_fold": number, "parity_target": data.target}
    database.fill("training_rows", {key: values.tolist() for key, values in columns.items()})
    for algorithm, peers in PEERS.items():
        if not wanted(name, algorithm):
            continue
        own = ours(data, folds, algorithm)
        for peer, fit in peers.items():
            other = theirs(data, folds, fit)
            yield [name, len(data), int(data.target.sum()), algorithm, *own.cells(), peer, *other.cells(), verdict(data, algorithm, own, other)]


def run(options):
    rows = []
    wanted = lambda *words: options.only.strip() in " ".join(words)
    for name, data in data_sets(options.data):
        try:
            for row in compared(name, data, wanted):
                rows.append(row)
                print(f"{'ok  ' if row[-1] == 'ok' else 'FAIL'} {name:32} {row[3]:20} {' '.join(row[4:8])}   {row[8]:24} {' '.join(row[9:13])}"
                      f"{'' if row[-1] == 'ok' else '  ' + row[-1]}", flush=True)
        except Exception as problem:
            traceback.print_exc()
            rows.append([name, len(data), int(data.target.sum()), *[""] * 10, str(problem).splitlines()[0]])
    return rows


def write(rows, folder):
    with open(os.path.join(folder, "training.csv"), "w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([HEADER, *rows])
    with open(os.path.join(folder, "training.table.md"), "w") as out:
        out.writelines("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in [HEADER, ["---"] * len(HEADER), *rows])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data")
    parser.add_argument("--output", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    rows = run(options)
    write(rows, options.output)
    passed = sum(row[-1] == "ok" for row in rows)
    with open(os.path.join(options.output, "training.counts"), "w") as out:
        print(passed, len(rows) - passed, file=out)
    print(f"{len(rows)} comparisons of trained models on {FOLDS} folds each")


if __name__ == "__main__":
    main()
