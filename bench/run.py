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

HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True, help="folder for everything that is not kept")
    parser.add_argument("--out", required=True, help="folder of the tables")
    parser.add_argument("--harness", required=True)
    parser.add_argument("--xgboost", required=True, action="append", help="version=library; the newest first")
    parser.add_argument("--fasttreeshap", default="", help="python of an environment that has it")
    parser.add_argument("--server", default="", help="folder with the server's programs")
    parser.add_argument("--socket", default="", help="folder of the server's socket")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="kernels,training,database")
    return parser.parse_args()


class Bench:
    """What the parts share: contenders, models, rows, and how long to look."""

    def __init__(self, options):
        self.options, self.work, self.quick = options, options.work, options.quick
        self.rounds, self.turn = (3, 0.05) if self.quick else (7, 0.15)
        self.started = time.monotonic()
        self.models, self.contenders = {}, {}
        self.log = open(self.file("contenders.log"), "w", encoding="utf-8")
        self._enter()

    def say(self, text):
        print(f"{time.monotonic() - self.started:6.0f} s  {text}", flush=True)

    def file(self, name):
        return os.path.join(self.work, name)

    def title(self, name):
        return f"{name} {self.contenders[name].version}".strip() if name in self.contenders else name

    def ask(self, name, *words):
        contender = self.contenders[name]
        if isinstance(contender, NotAvailable):
            raise contender
        return contender.ask(*words)

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
        harness, options = self.options.harness, self.options
        library = os.path.join(os.path.dirname(lightgbm.__file__), "lib", "lib_lightgbm.so")
        self._start("ours", "", [harness, "ours"])
        self._start("reference", "", [harness, "reference"])
        self._start("LightGBM", version("lightgbm"), [harness, "lightgbm", library])
        for name, text in zip((kernels.XGBOOST, kernels.OLD_XGBOOST), options.xgboost):
            number, library = text.split("=", 1)
            self._start(name, number, [harness, "xgboost", library])
        self._start("TL2cgen", version("tl2cgen"), [harness, "compiled"])
        self._start("scikit-learn", version("scikit-learn"), [sys.executable, "-m", "peers", "scikit-learn"])
        self._start("shap", version("shap"), [sys.executable, "-m", "peers", "shap"])
        self._start("woodelf", version("woodelf_explainer"), [sys.executable, "-m", "peers", "woodelf"])
        if options.fasttreeshap:
            self._start("FastTreeSHAP", "0.1.6 v2", [options.fasttreeshap, "-m", "peers", "fasttreeshap"])
        else:
            self.contenders["FastTreeSHAP"] = NotAvailable("pip could not install it")
            self.contenders["FastTreeSHAP"].version = ""

    def _start(self, name, number, command):
        self.contenders[name] = Contender(name, number, command, self.log)


def make_rows(bench):
    rows, _ = workload.make(100000, 1001)
    bench.test_rows = rows
    for name, count in (("r10", 10), ("r100", 100), ("r1000", 1000), ("r10k", 10000), ("r100k", 100000)):
        bench.add_rows(name, rows[:count])
    bench.background = workload.make(100, 1002)[0]
    bench.add_rows("background", bench.background)


def make_models(bench):
    bench.say("training the models")
    work = bench.work
    small, small_labels = workload.make(1285, 7)
    large, large_labels = workload.make(100000, 7)
    large_labels.tofile(bench.file("labels"))
    bench.add_rows("training", large, [kernels.OLD_XGBOOST, "LightGBM"])
    deep_rows, deep = models.deep_tree(work)
    bench.add_rows("deep", deep_rows, ["ours", "reference", "shap"])
    found = [
        models.forest(work, "rf_s", small, small_labels, n_estimators=100, max_depth=10),
        models.boosted(work, bench.contenders[kernels.OLD_XGBOOST], "xgb", "xgboost.json", "training", bench.file("labels"), "r10"),
        models.boosted(work, bench.contenders["LightGBM"], "lgb", "lightgbm.txt", "training", bench.file("labels"), "r10"),
        deep,
    ]
    if not bench.quick:
        found.append(models.forest(work, "rf_leaf5", small, small_labels, n_estimators=100, max_depth=10,
                                   min_samples_split=10, min_samples_leaf=5))
        found.append(models.forest(work, "rf_b", large, large_labels, jobs=-1, n_estimators=500, max_depth=12))
    bench.models = {files.name: files for files in found}


def load_models(bench):
    bench.say("compiling two of them by TL2cgen")
    models.compile_models([bench.models["rf_s"], bench.models["xgb"]])
    bench.say("loading the models")
    readers = {
        "rf_s": ["scikit-learn", "shap", "woodelf"], "rf_leaf5": ["shap"], "rf_b": ["scikit-learn", "shap"], "deep": ["shap"],
        "xgb": [kernels.XGBOOST, kernels.OLD_XGBOOST, "shap", "woodelf"], "lgb": ["LightGBM", "shap"],
    }
    for name, files in bench.models.items():
        bench.ask("ours", "load", name, files.ours)
        if name != "rf_b":
            bench.ask("reference", "load", name, files.ours)
        for reader in readers[name]:
            bench.ask(reader, "load", name, files.peers)
    for name in ("rf_s", "xgb"):
        files = bench.models[name]
        bench.ask("TL2cgen", "load", name, files.compiled)
        if not isinstance(bench.contenders["FastTreeSHAP"], NotAvailable):
            models.write_arrays(files)
            bench.ask("FastTreeSHAP", "load", name, files.arrays)
        for contender in ("ours", "shap"):
            try:
                bench.ask(contender, "background", name, "background")
            except NotAvailable as reason:
                bench.say(f"  {contender}: {reason}")


def sizes(bench):
    """Of each model: name, nodes, and the bytes of content, predictor and explainer."""
    rows = []
    for name in bench.models:
        content, predictor, explainer, nodes = bench.ask("ours", "sizes", name)
        rows.append((name, int(nodes), int(content), int(predictor), int(explainer)))
    return rows


def main():
    options = arguments()
    bench = Bench(options)
    parts = options.only.split(",")
    results, memory = [], []
    try:
        make_rows(bench)
        if "kernels" in parts or "database" in parts:
            make_models(bench)
            load_models(bench)
            memory = sizes(bench)
        if "kernels" in parts:
            results += kernels.Kernels(bench).measure() + exactness.measure(bench)
            results += report.memory_goals(memory)
        if "training" in parts:
            results += training.measure(bench)
        if "database" in parts and options.socket:
            results += database.Database(bench).measure()
        seconds = time.monotonic() - bench.started
        versions = [bench.title(name) for name in bench.contenders if name not in ("ours", "reference")]
        report.write(options.out, results, memory, versions + [f"Python {platform.python_version()}"], seconds, options.quick)
    finally:
        bench.close()


if __name__ == "__main__":
    main()
