"""The processes that take part, and the turns they take."""
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))


class NotAvailable(Exception):
    """A peer that could not be had here, or that does not do what was asked."""

    version = ""


class Contender:
    """One library in a process of its own: on one processor with one thread, or on all of them with as many as it is asked to use."""

    def __init__(self, name, version, command, log, threads=1):
        self.name, self.version = name, version
        pinned = ["taskset", "--cpu-list", str(max(os.sched_getaffinity(0)))] if threads == 1 else []
        self.process = subprocess.Popen(
            pinned + command, cwd=HERE, env=_environment(threads), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )

    def ask(self, *words):
        try:
            self.process.stdin.write("\t".join(str(w) for w in words) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().rstrip("\n").split("\t")
        except BrokenPipeError:
            answer = [""]
        if answer[0] == "ok":
            return [float(figure) for figure in answer[1:]]
        raise NotAvailable(answer[1] if len(answer) > 1 else f"{self.name} ended")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def _environment(threads):
    limits = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"]
    return {**os.environ, **{name: str(threads) for name in limits}, "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass
class Timing:
    """What one contender took for a row, in nanoseconds, round by round."""

    rounds: list = field(default_factory=list)
    missing: str = ""  # why there is none

    @property
    def median(self):
        return statistics.median(self.rounds)

    @property
    def spread(self):
        """Half the distance between slowest and fastest round, as a share of the median."""
        return (max(self.rounds) - min(self.rounds)) / 2 / self.median


def take_turns(contenders, entries, task, model, rounds):
    """entries: {contender's name: (rows, seconds of a turn)}. One turn each in every round: A B C, A B C, ..."""
    timings = {name: Timing() for name in entries}
    for _ in range(rounds):
        for name, (rows, seconds) in entries.items():
            timing = timings[name]
            if timing.missing:
                continue
            try:
                contender = contenders[name]
                if isinstance(contender, NotAvailable):
                    raise contender
                timing.rounds.append(contender.ask("time", task, model, rows, seconds)[0])
            except NotAvailable as reason:
                timing.missing = str(reason)
                print(f"  {name}: {task} {model} not measured: {reason}", file=sys.stderr)
    return timings
