"""What was measured, as rows of one table."""
from dataclasses import dataclass


@dataclass
class Result:
    number: str  # of the target: "G1"; "" for a figure without one
    what: str
    model: str
    ours: float = None
    peer: str = ""
    theirs: float = None
    unit: str = "us"
    least: float = None  # peer / ours is at least so much,
    most: float = None  # or ours is at most so much,
    most_ratio: float = None  # or ours / peer is at most so much
    spread: float = None  # the greater of the two
    note: str = ""

    @property
    def ratio(self):
        """How many times as much the peer takes."""
        return self.theirs / self.ours if self.ours and self.theirs is not None else None

    @property
    def target(self):
        if self.least is not None:
            return f">= {self.least:g}x"
        if self.most is not None:
            return f"<= {_figure(self.most, self.unit)}"
        if self.most_ratio is not None:
            return f"ours <= {self.most_ratio:g}x"
        return ""

    @property
    def verdict(self):
        if not self.target:
            return ""
        if self.ours is None or (self.most is None and self.theirs is None):
            return "not measured"
        if self.least is not None:
            return "holds" if self.ratio >= self.least else "missed"
        if self.most is not None:
            return "holds" if self.ours <= self.most else "missed"
        return "holds" if self.ours <= self.most_ratio * self.theirs else "missed"


def _figure(value, unit):
    if value is None:
        return ""
    if value == 0:
        return "0"
    if unit == "error":
        return f"{value:.1e}"
    digits = 0 if value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 4
    return f"{value:,.{digits}f}" + (f" {unit}" if unit else "")


COLUMNS = ["#", "what", "model", "ours", "peer", "theirs", "ratio", "target", "", "spread", "note"]


def cells(result):
    def percent(share):
        return "" if share is None else f"{100 * share:.0f} %"

    ratio = result.ratio if result.unit != "error" else None
    return [
        result.number, result.what, result.model, _figure(result.ours, result.unit), result.peer,
        _figure(result.theirs, result.unit), "" if ratio is None else f"{ratio:.{0 if ratio >= 100 else 1 if ratio >= 10 else 2}f}x",
        result.target, result.verdict, percent(result.spread), result.note,
    ]


def markdown(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"
