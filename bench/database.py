"""D1 to D5, and of G10 and G12 what workers do: what the database takes for a whole call, beside reading the rows, and beside taking them elsewhere."""
import glob
import os
import re
import statistics
import subprocess
import time

import joblib
import numpy as np
import pandas as pd

import models
import training
import workload
from results import Result

HERE = os.path.dirname(os.path.abspath(__file__))
FOREST = "rf_s"
ONE_BACKEND = "SET max_parallel_workers_per_gather = 0;"
TWO_BACKENDS = "SET max_parallel_workers_per_gather = 1; SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0;"
READ = "SELECT count(a.*) FROM applicant a"
READ_COLUMNS = "SELECT sum({}) FROM applicant a".format(" + ".join(f'a."{name}"' for name in workload.NAMES))
SCORE = "SELECT sum(credit_risk.credit_score(a)) FROM applicant a"
EXPLAIN_BATCH = "SELECT sum(v[1]) FROM (SELECT credit_risk.shap_values_batch(a) OVER () AS v FROM explained a) t"
EXPLAIN_ROWS = "SELECT sum((credit_risk.shap_values(a))[1]) FROM explained a"


class Database:
    def __init__(self, bench):
        self.bench = bench
        self.rows = 200000 if bench.quick else 1000000
        self.explained = 20000 if bench.quick else 100000
        self.exported = min(self.rows, 200000)
        self.client = [os.path.join(bench.options.server, "psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1",
                       "-h", bench.options.socket, "-U", "postgres", "-d", "bench"]

    def measure(self):
        self._fill()
        results = []
        parts = {"D1": self._scores, "D2": self._parallel, "D3": self._insert, "D4": self._explanations, "D5": self._fresh_backend,
                 "G10": self._same_bytes, "G12": self._boosting_team}
        for target, part in parts.items():
            if target in self.bench.plan.wanted:
                results += part()
        return results

    # --- what talks to the server ---

    def _psql(self, text, *options):
        run = subprocess.run(self.client + list(options), input=text, text=True, capture_output=True, check=False)
        if run.returncode != 0:
            raise SystemExit(f"the database refused: {run.stderr.strip()}\n{text[:2000]}")
        return run.stdout

    def _file(self, name, **variables):
        with open(f"{HERE}/sql/{name}.sql", encoding="utf-8") as file:
            return self._psql(file.read(), *(f"--set={key}={value}" for key, value in variables.items()))

    def _program(self, name, *words):
        return [os.path.join(self.bench.options.server, name), "-h", self.bench.options.socket, "-U", "postgres", *words]

    def _times(self, settings, statements, rounds):
        """Milliseconds of each statement in each round, in one session, in turn; the first round is not counted."""
        turns = "\n".join(f"{statement};" for statement in statements) + "\n"
        answer = self._psql(settings + "\n\\timing on\n" + turns * (rounds + 1))
        times = [float(ms) for ms in re.findall(r"^Time: ([0-9.]+) ms", answer, re.MULTILINE)][len(statements):]
        return [times[i :: len(statements)] for i in range(len(statements))]

    # --- the parts ---

    def _fill(self):
        bench = self.bench
        bench.say(f"filling the database: {self.rows:,} applicants")
        rows, _ = workload.make(self.rows, 1003)
        write_binary_copy(bench.file("applicant.copy"), rows)
        models.write_check_rows(bench.models[FOREST], rows[:100], bench.file("check_rows.json"))
        for file in ("applicant.copy", "check_rows.json", os.path.basename(bench.models[FOREST].ours)):
            os.chmod(bench.file(file), 0o644)
        subprocess.run(self._program("createdb", "bench"), check=True)
        columns = ", ".join(f'"{name}" float8' for name in ["id"] + workload.NAMES)
        self._file("tables", columns=columns, rows_file=bench.file("applicant.copy"), explained=self.explained,
                   model_file=bench.models[FOREST].ours, check_file=bench.file("check_rows.json"))
        bench.add_rows("explained", rows[: self.explained], ["ours"])

    def _scores(self):
        self.bench.say("D1: score every applicant, one backend")
        names = [READ, READ_COLUMNS, SCORE]
        read, columns, score = self._times(ONE_BACKEND, names, self.bench.rounds)
        ours = statistics.median(score) * 1000 / self.rows

        def result(what, peer, theirs, **more):
            return Result("D1", what, FOREST, ours, peer, theirs, spread=_spread(score), **more)

        what = f"score {self.rows:,} rows, one backend, a row"
        export = self._export()
        return [
            result(what, "", None, most=2),
            result(what, "count(a.*)", statistics.median(read) * 1000 / self.rows),
            result(what, "sum of the 28 columns", statistics.median(columns) * 1000 / self.rows),
            result(what, "export, scikit-learn, write back", export[0], least=20, note=export[1]),
        ]

    def _export(self):
        """COPY to CSV, pandas, predict_proba on one thread, COPY back, UPDATE: microseconds a row, and where they go."""
        self.bench.say("D1: export, scikit-learn, write back")
        model = joblib.load(self.bench.models[FOREST].peers)
        model.n_jobs = 1
        out, back = self.bench.file("export.csv"), self.bench.file("import.csv")
        self._file("export", rows=self.exported)
        clock = [time.monotonic()]
        self._psql(f"\\copy (SELECT * FROM applicant LIMIT {self.exported}) TO '{out}' (FORMAT csv)")
        clock.append(time.monotonic())
        table = pd.read_csv(out, header=None).to_numpy()
        clock.append(time.monotonic())
        probabilities = model.predict_proba(table[:, 1:])[:, 1]
        clock.append(time.monotonic())
        pd.DataFrame({"id": table[:, 0], "probability": probabilities}).to_csv(back, header=False, index=False)
        self._psql(f"\\copy exported FROM '{back}' (FORMAT csv)\n"
                   "UPDATE scored s SET probability = e.probability FROM exported e WHERE e.id = s.id;")
        clock.append(time.monotonic())
        steps = [1e6 * (b - a) / self.exported for a, b in zip(clock, clock[1:])]
        names = ("COPY out", "read CSV", "predict", "write back")
        note = f"{self.exported:,} rows: " + ", ".join(f"{name} {us:.1f}" for name, us in zip(names, steps))
        return sum(steps), note

    def _parallel(self):
        self.bench.say("D2: the same by two processes")
        plan = self._psql(TWO_BACKENDS + "EXPLAIN " + SCORE + ";")
        note = "" if "Workers Planned: 1" in plan else "the planner chose no worker"
        one, two = [], []
        for _ in range(self.bench.rounds):
            one += self._times(ONE_BACKEND, [SCORE], 1)[0]
            two += self._times(TWO_BACKENDS, [SCORE], 1)[0]
        micro = 1000 / self.rows
        return [Result("D2", "score, 2 processes, a row", FOREST, statistics.median(two) * micro, "1 process",
                       statistics.median(one) * micro, least=1.8, spread=max(_spread(one), _spread(two)), note=note)]

    def _insert(self):
        self.bench.say("D3: an INSERT with and without scoring")
        self._file("desk")
        seconds, rounds = (2, 2) if self.bench.quick else (4, 5)
        ours, bare, spread = self._insert_latency("off", seconds, rounds)
        disk = self._insert_latency("on", seconds, 1 + rounds // 3)
        scored = self._psql("SELECT count(*) FROM lending.decisions WHERE kind = 'scored'")
        what = "INSERT of an application: scored, explained, logged"
        note = f"median latency, synchronous_commit = off; {int(scored):,} decisions"
        return [
            Result("D3", what, "retail", ours, "", None, "ms", most=1, spread=spread, note=note),
            Result("D3", what, "retail", ours, "without scoring triggers", bare, "ms", most_ratio=2, spread=spread),
            Result("", what, "retail", disk[0], "without scoring triggers", disk[1], "ms", spread=disk[2], note="waiting for the disk"),
        ]

    def _insert_latency(self, synchronous_commit, seconds, rounds):
        """Milliseconds with and without scoring, in turn, and their spread."""
        with_scoring, without = [], []
        for _ in range(rounds):
            with_scoring.append(self._latency("ENABLE", synchronous_commit, seconds))
            without.append(self._latency("DISABLE", synchronous_commit, seconds))
        return statistics.median(with_scoring) / 1000, statistics.median(without) / 1000, max(_spread(with_scoring), _spread(without))

    def _latency(self, triggers, synchronous_commit, seconds):
        """The median of pgbench's transactions, in microseconds."""
        self._psql("".join(f"ALTER TABLE lending.applications {triggers} TRIGGER {name};" for name in ("score_new", "log_new")))
        for old in glob.glob(self.bench.file("pgbench_log*")):
            os.remove(old)
        subprocess.run(
            self._program("pgbench", "-n", "-c", "1", "-T", str(seconds), "-M", "prepared", "-l", "--random-seed=42",
                          "--log-prefix=" + self.bench.file("pgbench_log"), "-f", f"{HERE}/sql/insert.sql", "bench"),
            check=True, capture_output=True, env={**os.environ, "PGOPTIONS": f"-c synchronous_commit={synchronous_commit}"})
        with open(glob.glob(self.bench.file("pgbench_log*"))[0], encoding="ascii") as log:
            return statistics.median(float(line.split()[2]) for line in log)

    def _explanations(self):
        self.bench.say(f"D4: SHAP values of {self.explained:,} rows")
        known = self._psql("SELECT count(*) FROM pg_proc WHERE proname = 'shap_values_batch'")
        statement = EXPLAIN_BATCH if int(known) else EXPLAIN_ROWS
        kernel, calls = [], []
        for _ in range(min(self.bench.rounds, 3)):
            kernel += self.bench.ask("ours", "time", "shap_batch", FOREST, "explained", 0.01)
            calls += self._times(ONE_BACKEND, [statement], 1)[0]
        ours = statistics.median(calls) * 1000 / self.explained
        what = f"SHAP values of {self.explained:,} rows, a row"
        note = "" if int(known) else "by shap_values, a row at a time: there is no shap_values_batch"
        results = [Result("D4", what, FOREST, ours, "batch kernel", statistics.median(kernel) / 1000, most_ratio=1.3,
                          spread=max(_spread(calls), _spread(kernel)), note=note)]
        if int(known):
            rows = self._times(ONE_BACKEND, [EXPLAIN_ROWS], 1)[0]
            results.append(Result("", "the same by shap_values, a row at a time", FOREST, rows[0] * 1000 / self.explained))
        return results

    def _first_call(self):
        self.bench.say("D5: the first call of a backend")
        first, second = [], []
        for _ in range(15):
            answer = self._psql("\\timing on\n" + "SELECT credit_risk.credit_score(a) FROM (SELECT * FROM applicant LIMIT 1) a;\n" * 2)
            times = [float(ms) for ms in re.findall(r"^Time: ([0-9.]+) ms", answer, re.MULTILINE)]
            first.append(times[0])
            second.append(times[1])
        return [Result("D5", "first score in a fresh backend", FOREST, statistics.median(first), "the second",
                       statistics.median(second), "ms", most=20, spread=_spread(first))]

    def _fresh_backend(self):
        return self._first_call() + self._resident()

    def _resident(self):
        """How much a backend grows by the forest: to score, then to explain as well."""
        self.bench.say("the forest in a backend's memory")
        before, scored, explained = (int(kilobytes) for kilobytes in self._file("resident").split())
        nodes = self.bench.ask("ours", "sizes", FOREST)[-1]
        note = "resident, with what decoding left behind"
        return [Result("", f"memory of a backend for each tree node, {what}", FOREST, 1024 * (after - before) / nodes, unit="B", note=note)
                for what, after in (("to score", scored), ("to score and explain", explained))]

    def _same_bytes(self):
        """G10: the content of a forest for three numbers of workers."""
        self.bench.say("G10: the same bytes whatever the number of workers")
        rows = 20000 if self.bench.quick else 100000
        hashes = {self._file("train_with_workers", workers=workers, rows=rows) for workers in (0, 1, 2)}
        return [Result("G10", "different forests of 0, 1 and 2 workers, beyond one", f"20 trees of depth 12, {rows:,} rows",
                       len(hashes) - 1, unit="", most=0, note="SHA-256 of the content")]

    def _boosting_team(self):
        """G12: two processes grow boosted trees from a table; the peers do it with two threads, from rows in memory."""
        count, trees, depth = (20000 if self.bench.quick else 100000), 300, 6
        self.bench.say("G12: boosted trees by two processes")
        rows, labels = workload.make(count, 7)
        write_binary_copy(self.bench.file("training.copy"), np.column_stack([rows, labels]))
        os.chmod(self.bench.file("training.copy"), 0o644)
        labels.tofile(self.bench.file("labels"))
        columns = ", ".join(f'"{name}" float8' for name in ["id"] + workload.NAMES + ["outcome"])
        self._file("boosting", columns=columns, rows_file=self.bench.file("training.copy"))
        rows.tofile(self.bench.file("team.rows"))
        peers = {name: self.bench.start_with_threads(name, 2) for name in training.BOOSTING_PEERS}
        for peer in peers.values():
            peer.ask("rows", "team", self.bench.file("team.rows"), rows.shape[1])
        ours, theirs = [], {name: [] for name in peers}
        for _ in range(1 if self.bench.quick else 3):
            answer = self._file("boosting_team", trees=trees, depth=depth)
            ours += [float(ms) / 1000 for ms in re.findall(r"^Time: ([0-9.]+) ms", answer, re.MULTILINE)]
            for name, peer in peers.items():
                what = ["gradient_boosting", "team", self.bench.file("labels"), trees, depth, "team", self.bench.file("out"), "", 2]
                theirs[name].append(peer.ask("train", *what)[1])
        for peer in peers.values():
            peer.close()
        title = f"{trees} trees of depth {depth}, {count:,} rows"
        return [Result("G12", "train boosted trees in the database, 2 processes", title, statistics.median(ours),
                       self.bench.title(name) + ", 2 threads", statistics.median(seconds), "s", least=1,
                       spread=max(_spread(ours), _spread(seconds)), note="ours with reading the table and storing the version")
                for name, seconds in theirs.items()]


def _spread(values):
    return (max(values) - min(values)) / 2 / statistics.median(values)


def write_binary_copy(file, rows):
    """PostgreSQL's binary COPY of an id and the columns, all float8."""
    width = rows.shape[1] + 1
    kind = np.dtype([("fields", ">i2"), ("cells", [("bytes", ">i4"), ("value", ">f8")], (width,))])
    with open(file, "wb") as out:
        out.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for begin in range(0, len(rows), 50000):
            part = rows[begin : begin + 50000]
            block = np.zeros(len(part), kind)
            block["fields"] = width
            block["cells"]["bytes"] = 8
            block["cells"]["value"][:, 0] = np.arange(begin, begin + len(part))
            block["cells"]["value"][:, 1:] = part
            out.write(block.tobytes())
        out.write(b"\xff\xff")
