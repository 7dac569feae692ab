"""The commands of bench/harness/main.cpp for contenders in Python, timed in the same way."""
import sys
import time

import numpy as np


class Job:
    """call(first) computes `rows_per_call` rows from row `first` on."""

    def __init__(self, rows_per_call, call):
        self.rows_per_call = rows_per_call
        self.call = call


def one_by_one(compute, rows):
    """A call for each row, given as a matrix of one."""
    single = [rows[i : i + 1] for i in range(len(rows))]
    return Job(1, lambda first: compute(single[first]))


def all_at_once(compute, rows):
    return Job(len(rows), lambda first: compute(rows))


def _run_for(job, rows, seconds, first):
    calls, start = 0, time.process_time()
    while True:
        job.call(first)
        calls += 1
        first = first + job.rows_per_call if first + 2 * job.rows_per_call <= rows else 0
        spent = time.process_time() - start
        if spent >= seconds:
            return spent, calls, first


def nanoseconds_per_row(job, rows, seconds):
    """A fifth of `seconds` unmeasured, then `seconds`; at least one call each, but a long one needs no warm-up."""
    spent, calls, first = _run_for(job, rows, seconds / 5, 0)
    if spent < seconds:
        spent, calls, first = _run_for(job, rows, seconds, first)
    return 1e9 * spent / (calls * job.rows_per_call)


def _outputs(job, rows):
    return np.concatenate([np.ravel(job.call(i)) for i in range(0, rows, job.rows_per_call)])


class Session:
    def __init__(self, contender):
        self.contender = contender
        self.rows = {}

    def answer(self, words):
        return getattr(self, "do_" + words[0])(*words[1:]) or []

    def do_rows(self, name, file, columns):
        self.rows[name] = np.fromfile(file).reshape(-1, int(columns))

    def do_load(self, model, file):
        self.contender.load(model, file)

    def do_background(self, model, rows):
        self.contender.background(model, self.rows[rows])

    def do_time(self, task, model, rows, seconds):
        matrix = self.rows[rows]
        return [nanoseconds_per_row(self.contender.bind(task, model, matrix), len(matrix), float(seconds))]

    def do_write(self, task, model, rows, file):
        matrix = self.rows[rows]
        np.asarray(_outputs(self.contender.bind(task, model, matrix), len(matrix)), dtype=np.float64).tofile(file)

    def do_train(self, algorithm, rows, target_file, trees, depth, test_rows, out_file, model_file=None):
        seconds, model = self.contender.train(
            algorithm, self.rows[rows], np.fromfile(target_file), int(trees), int(depth)
        )
        self.contender.probabilities(model, self.rows[test_rows]).astype(np.float64).tofile(out_file)
        return [seconds]


def serve(contender):
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    session = Session(contender)
    for line in sys.stdin:
        try:
            answer = ["ok"] + [str(figure) for figure in session.answer(line.rstrip("\n").split("\t"))]
        except Exception as error:  # whatever a library raises is its answer
            answer = ["error", " ".join(f"{type(error).__name__}: {error}".split())[:300]]
        print("\t".join(answer), file=answers, flush=True)
