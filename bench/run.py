"""Measures the core and the database beside their peers and writes the tables. Called by scripts/bench."""
import argparse
import os
import platform
import sys
import time
from importlib.metadata import version

import lightgbm
import numpy as np

import database
import exactness
import kernels
import models
import report
import training
import workload
from contenders import Contender, NotAvailable

TRAINERS = {"xgb": kernels.OLD_XGBOOST, "lgb": "LightGBM"}
READERS = {
    "rf_s": ["scikit-learn", "shap", "woodelf", "TL2cgen", "FastTreeSHAP"],
    "rf_leaf5": ["shap"],
    "rf_b": ["scikit-learn", "shap"],
    "xgb": [kernels.XGBOOST, kernels.OLD_XGBOOST, "shap", "woodelf", "TL2cgen", "FastTreeSHAP"],
    "lgb": ["LightGBM", "shap"],
    "deep": ["shap"],
}
HERE = os.path.dirname(os.path.abspath(__file__))


TARGETS = [f"G{i}" for i in range(1, 13)] + [f"D{i}" for i in range(1, 6)]
OF_THE_DATABASE = {"G10", "G12"} | {target for target in TARGETS if target.startswith("D")}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True, help="folder for everything that is not kept")
    parser.add_argument("--out", required=True, help="folder of the tables")
    parser.add_argument("--harness", required=True)
    parser.add_argument("--xgboost", required=True, action="append", help="version=library; the newest first")
    parser.add_argument("--fasttreeshap", default="", help="python of an environment that has it, or why there is none")
    parser.add_argument("--server", default="", help="folder with the server's programs")
    parser.add_argument("--socket", default="", help="folder of the server's socket")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="targets, with commas between; figures without a target are then left out")
    return parser.parse_args()


class Plan:
    """What is measured, and the models and contenders that it takes."""

    def __init__(self, options):
        self.wanted = set(options.only.split(",")) if options.only else set(TARGETS) | {""}
        self.bouts = kernels.wanted_bouts(self.wanted, options.quick)
        self.exactness = exactness.CASES if "G8" in self.wanted else []
        self.races = training.wanted_races(self.wanted, options.quick)
        self.database = bool(OF_THE_DATABASE & self.wanted)
        self.models = {bout.model for bout in self.bouts} | {model for model, _, _ in self.exactness}
        if self.database:
            self.models.add(database.FOREST)
        self.contenders = {"ours"} | {goal.peer for bout in self.bouts for goal in bout.goals}
        self.contenders |= {name for _, _, names in self.exactness for name in names}
        self.contenders |= {peer for race in self.races for peer in race.goals}
        if self.exactness:
            self.contenders.add("reference")
        for model, trainer in TRAINERS.items():
            if model in self.models:
                self.contenders.add(trainer)


class Bench:
    """What the parts share: contenders, models, rows, and how long to look."""

    def __init__(self, options):
        self.options, self.work, self.quick = options, options.work, options.quick
        self.plan = Plan(options)
        self.rounds, self.turn = (3, 0.05) if self.quick else (5, 0.15)
        self.started = time.monotonic()
        self.models, self.contenders = {}, {}
        self.log = open(self.file("contenders.log"), "w", encoding="utf-8")
        self._enter()

    def say(self, text):
        print(f"{time.monotonic() - self.started:6.0f} s  {text}", flush=True)

    def file(self, name):
        return os.path.join(self.work, name)

    def title(self, name):
        number = self.contenders[name].version if name in self.contenders else ""
        return f"{name.split()[0]} {number}" if number else name

    def ask(self, name, *words):
        contender = self.contenders[name]
        if isinstance(contender, NotAvailable):
            raise contender
        return contender.ask(*words)

    def start_with_threads(self, name, threads):
        """Another process of a contender's library, on all processors."""
        number, command = self._entrants()[name]
        return Contender(name, number, command, self.log, threads)

    def output(self, name, task, model, rows):
        self.ask(name, "write", task, model, rows, self.file("output"))
        return np.fromfile(self.file("output"))

    def add_rows(self, name, rows, names=None):
        file = self.file(name + ".rows")
        np.ascontiguousarray(rows, dtype=np.float64).tofile(file)
        for contender in names or self.contenders:
            if not isinstance(self.contenders[contender], NotAvailable):
                self.ask(contender, "rows", name, file, rows.shape[1])

    def close(self):
        for contender in self.contenders.values():
            if not isinstance(contender, NotAvailable):
                contender.close()

    def _enter(self):
        for name, (number, command) in self._entrants().items():
            if name not in self.plan.contenders:
                continue
            if isinstance(command, NotAvailable):
                self.contenders[name] = command
            else:
                self.contenders[name] = Contender(name, number, command, self.log)

    def _entrants(self):
        """Of each contender: version, command."""
        harness, options = self.options.harness, self.options
        library = os.path.join(os.path.dirname(lightgbm.__file__), "lib", "lib_lightgbm.so")
        python = [sys.executable, "-m", "peers"]
        entrants = {"ours": ("", [harness, "ours"]), "reference": ("", [harness, "reference"])}
        entrants["LightGBM"] = version("lightgbm"), [harness, "lightgbm", library]
        for name, text in zip((kernels.XGBOOST, kernels.OLD_XGBOOST), options.xgboost):
            number, library = text.split("=", 1)
            entrants[name] = number, [harness, "xgboost", library]
        entrants["TL2cgen"] = version("tl2cgen"), [harness, "compiled"]
        entrants["scikit-learn"] = version("scikit-learn"), python + ["scikit-learn"]
        entrants["shap"] = version("shap"), python + ["shap"]
        entrants["woodelf"] = version("woodelf_explainer"), python + ["woodelf"]
        if os.access(options.fasttreeshap, os.X_OK):
            entrants["FastTreeSHAP"] = "0.1.6 v2", [options.fasttreeshap, "-m", "peers", "fasttreeshap"]
        else:
            entrants["FastTreeSHAP"] = "", NotAvailable(options.fasttreeshap)
        return entrants


def make_rows(bench):
    rows, _ = workload.make(100000, 1001)
    bench.test_rows = rows
    for name, count in (("r10", 10), ("r100", 100), ("r1000", 1000), ("r10k", 10000), ("r100k", 100000)):
        bench.add_rows(name, rows[:count])
    bench.background = workload.make(100, 1002)[0]
    bench.add_rows("background", bench.background)


def make_models(bench):
    """The models of the plan, each by whoever trains it."""
    wanted = bench.plan.models
    bench.say("training the models: " + ", ".join(sorted(wanted)))
    small, small_labels = workload.make(1285, 7)
    large, large_labels = workload.make(100000, 7)
    labels = bench.file("labels")
    large_labels.tofile(labels)
    bench.add_rows("training", large, [TRAINERS[name] for name in wanted & set(TRAINERS)])

    def forest(name, rows, row_labels, **settings):
        return models.forest(bench.work, name, rows, row_labels, **settings)

    def boosted(name, extension):
        return models.boosted(bench.work, bench.contenders[TRAINERS[name]], name, extension, "training", labels, "r10")

    makers = {
        "rf_s": lambda: forest("rf_s", small, small_labels, n_estimators=100, max_depth=10),
        "rf_leaf5": lambda: forest("rf_leaf5", small, small_labels, n_estimators=100, max_depth=10,
                                   min_samples_split=10, min_samples_leaf=5),
        "rf_b": lambda: forest("rf_b", large, large_labels, jobs=-1, n_estimators=500, max_depth=12),
        "xgb": lambda: boosted("xgb", "xgboost.json"),
        "lgb": lambda: boosted("lgb", "lightgbm.txt"),
        "deep": lambda: deep_tree(bench),
    }
    bench.models = {name: make() for name, make in makers.items() if name in wanted}


def deep_tree(bench):
    rows, files = models.deep_tree(bench.work)
    bench.add_rows("deep", rows, ["ours", "reference", "shap"])
    return files


def load_models(bench):
    compile_models(bench)
    bench.say("loading the models")
    for name, files in bench.models.items():
        bench.ask("ours", "load", name, files.ours)
        if "reference" in bench.contenders and name != "rf_b":
            bench.ask("reference", "load", name, files.ours)
        for reader in READERS[name]:
            load(bench, reader, files)
        if any(bout.task == "interventional_one" and bout.model == name for bout in bench.plan.bouts):
            bench.ask("ours", "background", name, "background")
            bench.ask("shap", "background", name, "background")


def compile_models(bench):
    if "TL2cgen" in bench.contenders:
        bench.say("compiling models by TL2cgen")
        models.compile_models([files for name, files in bench.models.items() if "TL2cgen" in READERS[name]])


def load(bench, reader, files):
    if reader not in bench.contenders or isinstance(bench.contenders[reader], NotAvailable):
        return
    if reader == "FastTreeSHAP":
        models.write_arrays(files)
    form = {"TL2cgen": files.compiled, "FastTreeSHAP": files.arrays}.get(reader, files.peers)
    bench.ask(reader, "load", files.name, form)


def sizes(bench):
    """Of each model: name, nodes, and the bytes of content, predictor and explainer."""
    rows = []
    for name in bench.models:
        content, predictor, explainer, nodes = bench.ask("ours", "sizes", name)
        rows.append((name, int(nodes), int(content), int(predictor), int(explainer)))
    return rows


def measure(bench):
    plan, results = bench.plan, []
    make_rows(bench)
    make_models(bench)
    load_models(bench)
    memory = sizes(bench)
    results += kernels.Kernels(bench).measure(plan.bouts)
    results += exactness.measure(bench)
    if "G11" in plan.wanted:
        results += report.memory_goals(memory)
    results += training.measure(bench)
    write(bench, results, memory)  # so that it is there whatever the database says
    if plan.database:
        results += database.Database(bench).measure()
        write(bench, results, memory)


def write(bench, results, memory):
    options = bench.options
    versions = [bench.title(name) for name in bench.contenders if name not in ("ours", "reference")]
    versions.append(f"Python {platform.python_version()}")
    how = " ".join(["`scripts/bench"] + ["--quick"] * options.quick + [f"--only {options.only}"] * bool(options.only)) + "`"
    report.write(options.out, results, memory, versions, time.monotonic() - bench.started, how)
    with open(bench.file("verdict"), "w", encoding="ascii") as out:
        out.write(report.verdict(results) + "\n")


def main():
    bench = Bench(arguments())
    try:
        measure(bench)
    finally:
        bench.close()


if __name__ == "__main__":
    main()
