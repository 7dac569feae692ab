"""G1 to G9 and G11: one model, several libraries, the same rows, in turn."""
from dataclasses import dataclass, replace

import numpy as np

import contenders
from results import Result

XGBOOST, OLD_XGBOOST = "XGBoost 3", "XGBoost 1.7"


@dataclass
class Goal:
    number: str
    peer: str
    least: float = None


@dataclass
class Bout:
    """Our core against peers on one task and model. `rows`: of ours and by default; peers that take longer get fewer."""

    task: str
    model: str
    what: str
    goals: list
    rows: str
    fewer: dict = None
    long_run: bool = False  # not in a quick run
    rounds: int = None


BOUTS = [
    Bout("predict_one", "lgb", "predict, 1 row", [Goal("G1", "LightGBM", 7)], "r10k"),
    Bout("predict_one", "xgb", "predict, 1 row",
         [Goal("G2", XGBOOST, 10), Goal("G2", OLD_XGBOOST, 10), Goal("G3", "TL2cgen", 8)], "r10k"),
    Bout("predict_one", "rf_s", "predict, 1 row", [Goal("G3", "TL2cgen", 8), Goal("G3", "scikit-learn", 1000)], "r10k"),
    Bout("predict_batch", "xgb", "predict, batch", [Goal("G4", XGBOOST, 2), Goal("", OLD_XGBOOST)], "r100k"),
    Bout("predict_batch", "rf_s", "predict, batch", [Goal("G4", "scikit-learn", 8)], "r100k"),
    Bout("predict_batch", "lgb", "predict, batch", [Goal("G4", "LightGBM", 8)], "r100k"),
    Bout("shap_one", "rf_s", "SHAP, 1 row", [Goal("G5", "shap", 20)], "r1000"),
    Bout("shap_one", "rf_leaf5", "SHAP, 1 row", [Goal("G5", "shap", 20)], "r1000", long_run=True),
    Bout("shap_one", "xgb", "SHAP, 1 row",
         [Goal("G5", "shap", 20), Goal("G6", XGBOOST, 12), Goal("", OLD_XGBOOST)], "r1000"),
    Bout("shap_one", "lgb", "SHAP, 1 row", [Goal("G6", "LightGBM", 25)], "r1000"),
    Bout("shap_batch", "rf_s", "SHAP, batch",
         [Goal("G7", "shap", 40)], "r10k", {"shap": "r100"}),
    Bout("shap_batch", "rf_leaf5", "SHAP, batch", [Goal("G7", "shap", 40)], "r10k", {"shap": "r100"}, long_run=True),
    Bout("shap_batch", "xgb", "SHAP, batch",
         [Goal("G7", "shap", 40), Goal("G7", XGBOOST, 15), Goal("", OLD_XGBOOST)], "r10k",
         {"shap": "r100", XGBOOST: "r1000", OLD_XGBOOST: "r100"}),
    Bout("shap_batch", "lgb", "SHAP, batch", [Goal("", "LightGBM")], "r10k", {"LightGBM": "r100"}),
    Bout("shap_batch", "rf_s", "SHAP, batch of 10,000",
         [Goal("G7", "FastTreeSHAP", 12), Goal("G7", "woodelf", 10)], "r10k", long_run=True, rounds=2),
    Bout("shap_batch", "xgb", "SHAP, batch of 10,000",
         [Goal("G7", "FastTreeSHAP", 12), Goal("G7", "woodelf", 10)], "r10k", long_run=True, rounds=2),
    Bout("predict_one", "rf_b", "predict, 1 row", [Goal("", "scikit-learn")], "r1000", long_run=True),
    Bout("predict_batch", "rf_b", "predict, batch", [Goal("", "scikit-learn")], "r10k", long_run=True, rounds=3),
    Bout("shap_one", "rf_b", "SHAP, 1 row", [Goal("G11", "shap", 20)], "r100", long_run=True, rounds=3),
    Bout("shap_batch", "rf_b", "SHAP, batch", [Goal("G11", "shap", 20)], "r1000", {"shap": "r10"}, long_run=True, rounds=2),
    Bout("interventional_one", "rf_s", "interventional SHAP, 1 row, 100 background rows", [Goal("G9", "shap", 8)], "r100"),
    Bout("interventional_one", "xgb", "interventional SHAP, 1 row, 100 background rows", [Goal("G9", "shap", 12)], "r100"),
]

# How far a peer may be from us before the comparison would be of different models, and why it may at all.
TOLERANCE = {
    "scikit-learn": (1e-12, ""), "LightGBM": (1e-10, ""), "TL2cgen": (2e-6, "float32 sums"), "shap": (1e-6, "float32 cover of XGBoost"),
    XGBOOST: (2e-5, "float32"), OLD_XGBOOST: (2e-5, "float32"), "woodelf": (1e-4, "float32"), "FastTreeSHAP": (1e-6, "float32 cover"),
}


def wanted_bouts(wanted, quick):
    """With those of their goals that are wanted."""
    bouts = [replace(bout, goals=[g for g in bout.goals if g.number in wanted]) for bout in BOUTS if not (bout.long_run and quick)]
    return [bout for bout in bouts if bout.goals]


class Kernels:
    def __init__(self, bench):
        self.bench = bench

    def measure(self, bouts):
        results = []
        for bout in bouts:
            self.bench.say(f"{bout.what}, {bout.model}: ours, " + ", ".join(goal.peer for goal in bout.goals))
            results += self._fight(bout)
        return results

    def _fight(self, bout):
        peers = [goal.peer for goal in bout.goals]
        apart = {peer: self._distance(bout, peer) for peer in peers}
        entries = {"ours": (bout.rows, self.bench.turn)}
        for peer in peers:
            entries[peer] = ((bout.fewer or {}).get(peer, bout.rows), self.bench.turn)
        rounds = min(bout.rounds or self.bench.rounds, self.bench.rounds)
        timings = contenders.take_turns(self.bench.contenders, entries, bout.task, bout.model, rounds)
        return [self._result(bout, goal, timings, apart[goal.peer]) for goal in bout.goals]

    def _result(self, bout, goal, timings, apart):
        ours, theirs = timings["ours"], timings[goal.peer]
        result = Result(goal.number, bout.what, bout.model, peer=self.bench.title(goal.peer), least=goal.least)
        if ours.missing or theirs.missing:
            result.note = "not measured: " + (ours.missing or theirs.missing)
        if not ours.missing:
            result.ours = ours.median / 1000
        if not theirs.missing:
            result.theirs = theirs.median / 1000
            if not ours.missing:
                result.spread = max(ours.spread, theirs.spread)
            result.note = apart
        return result

    def _distance(self, bout, peer):
        """Both explain or score some rows, and must agree, before anything is timed. Returns how far they are apart."""
        rows = "r10" if bout.model == "rf_b" else "r100"
        try:
            ours, theirs = (self.bench.output(name, bout.task, bout.model, rows) for name in ("ours", peer))
        except contenders.NotAvailable:
            return ""
        if bout.task == "interventional_one":
            return self._interventional_distance(bout, peer, rows, ours, theirs)
        if "shap" in bout.task:
            columns = self.bench.models[bout.model].columns
            ours, theirs = (self._values(values, columns, bout.task, name) for values, name in ((ours, "ours"), (theirs, peer)))
        apart = float(np.abs(ours - theirs).max())
        tolerance, reason = TOLERANCE[peer]
        if not apart <= tolerance:
            raise SystemExit(f"{peer} and we differ by {apart:g} in {bout.task} of {bout.model}: not the same model")
        return f"apart {apart:.0e}" + (f" ({reason})" if reason and apart > 1e-12 else "")

    def _interventional_distance(self, bout, peer, rows, ours, theirs):
        """shap compares float32 thresholds, and some values go the other way (its issue 5116): most must agree, not all."""
        columns = self.bench.models[bout.model].columns
        ours, theirs = (values.reshape(-1, columns + 1) for values in (ours, theirs))
        apart = np.abs(ours - theirs)[:, :columns]
        if not np.median(apart) <= 1e-6:
            raise SystemExit(f"{peer} and we differ by {np.median(apart):g} in {bout.task} of {bout.model}: not the same model")
        note = f"apart {apart.max():.0e}, median {np.median(apart):.0e}"
        if bout.model == "xgb":  # whose margin is a float32
            return note
        margin = self.bench.output("ours", "margin", bout.model, rows)
        short = [np.abs(values[:, :columns].sum(axis=1) + ours[:, columns] - margin).max() for values in (ours, theirs)]
        return f"{note}; sum against margin: ours {short[0]:.0e}, {peer} {short[1]:.0e}"

    def _values(self, output, columns, task, name):
        """The values of the features alone, of whatever else is in the output."""
        if name == "ours" and task == "shap_batch":
            rows = len(output) // (columns + 1)
            return output[: rows * columns].reshape(rows, columns)
        per_row = columns if name in ("woodelf", "FastTreeSHAP") else columns + 1
        return output.reshape(-1, per_row)[:, :columns]
