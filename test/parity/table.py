"""Data that the libraries train on and are asked about: columns by name, numbers with NaN or texts with None."""
import csv
import gzip
import os

import numpy as np


class Table:
    def __init__(self, columns, target):
        self.columns = columns
        self.target = target

    def __len__(self):
        return len(self.target)

    def take(self, rows):
        return Table({name: values[rows] for name, values in self.columns.items()}, self.target[rows])

    def only(self, names):
        return Table({name: self.columns[name] for name in names}, self.target)

    def replace(self, **columns):
        return Table({**self.columns, **columns}, self.target)

    def matrix(self):
        return np.column_stack(list(self.columns.values()))

    def frame(self, categories=None):
        """A data frame; columns named in `categories` get these categories, whatever else they hold turns missing."""
        import pandas as pd

        columns = {}
        for name, values in self.columns.items():
            known = (categories or {}).get(name)
            columns[name] = pd.Categorical(values, known) if known is not None else pd.Series(values)
        return pd.DataFrame(columns)


PURPOSES = ["car", "garden", "home", 'small "business"', "other\tthings"]
REGIONS = [f"r{i}" for i in range(70)]
NUMBERS = ["income", "debt ratio", "late_payments", "constant", "assets", "huge", "rarely"]


def awkward(rows, seed, missing=True):
    """Ties, a constant, numbers from 1e-12 to 1e30, a column known for few rows; two columns of texts."""
    r = np.random.default_rng(seed)
    columns = {
        "income": np.exp(r.normal(10, 1.5, rows)),
        "debt ratio": np.round(r.normal(0.4, 0.2, rows), 2),
        "late_payments": r.poisson(1.0, rows).astype(float),
        "constant": np.full(rows, 7.0),
        "assets": r.normal(size=rows) * 10.0 ** r.integers(-12, 13, rows),
        "huge": r.choice([-1e30, -3e29, 0.0, 5e29, 1e30], rows) * r.random(rows),
        "rarely": r.normal(size=rows),
        "purpose": r.choice(np.array(PURPOSES, object), rows),
        "region": r.choice(np.array(REGIONS, object), rows),
    }
    z = (columns["debt ratio"] - 0.4) * 4 + 0.7 * (columns["late_payments"] - 1) - 0.3 * (np.log(columns["income"]) - 10)
    z += (columns["purpose"] == "car") * 0.8 - (columns["purpose"] == "home") + r.normal(size=rows)
    z += np.isin(columns["region"], REGIONS[::3]) * 0.8 + (np.abs(columns["assets"]) > 1e3) * 0.5
    z += (columns["huge"] > 1e29) * 0.6
    if missing:
        for name, share in [("income", 0.15), ("debt ratio", 0.1), ("late_payments", 0.2), ("rarely", 0.9)]:
            gone = r.random(rows) < share
            z += gone * (name == "rarely") * -0.8
            columns[name][gone] = np.nan
    return Table(columns, (z > 0.3).astype(int))


def noise(rows, seed):
    """A target that only a very large tree can learn."""
    r = np.random.default_rng(seed)
    columns = {name: r.normal(size=rows) for name in ("a", "b", "c")}
    columns["a"][r.random(rows) < 0.05] = np.nan
    return Table(columns, r.integers(0, 2, rows))


# ---- Public data, where it is at hand ----


def german(folder):
    rows = _read(folder, "german/germancredit.csv")
    return rows and _table(rows, [n for n in rows[0] if n != "creditability"], [r["creditability"] == "bad" for r in rows])


def give_me_some_credit(folder, limit=20000):
    rows = _read(folder, "givemesomecredit/cs-training.csv.gz", limit)
    return rows and _table(rows, list(rows[0])[2:], [r["SeriousDlqin2yrs"] == "1" for r in rows])


def taiwan(folder, limit=12000):
    rows = _read(folder, "taiwan/taiwan.csv.gz", limit)
    return rows and _table(rows, list(rows[0])[1:-1], [r["default.payment.next.month"] == "1" for r in rows])


def lending_club(folder):
    """Whether the lender graded the loan D or worse: there are too few defaults in it."""
    names = ["emp_length", "state", "homeownership", "annual_income", "verified_income", "debt_to_income", "delinq_2y",
             "months_since_last_delinq", "inquiries_last_12m", "total_credit_limit", "total_credit_utilized",
             "loan_purpose", "loan_amount", "term", "account_never_delinq_percent"]
    rows = _read(folder, "lending_club_openintro/loans_full_schema.csv.gz")
    return rows and _table(rows, names, [r["grade"] >= "D" for r in rows])


def _read(folder, name, limit=None):
    path = os.path.join(folder or "", name)
    if not folder or not os.path.exists(path):
        return None
    opened = gzip.open(path, "rt", newline="") if path.endswith(".gz") else open(path, newline="")
    with opened as file:
        return [row for _, row in zip(range(limit or 10**9), csv.DictReader(file))]


def _table(rows, names, target):
    return Table({name: _column([row[name] for row in rows]) for name in names}, np.array(target, dtype=int))


def _column(texts):
    known = [None if t in ("", "NA") else t for t in texts]
    try:
        return np.array([np.nan if t is None else float(t) for t in known])
    except ValueError:
        return np.array(known, dtype=object)


# ---- Rows that are asked about ----


def on_thresholds(table, thresholds, seed=11):
    """Half of the rows with numbers moved onto thresholds, their neighbours, and where rounding to float32 turns."""
    r = np.random.default_rng(seed)
    rows, columns = len(table), dict(table.columns)
    for name, places in thresholds.items():
        places = np.asarray(places, float)
        places = places[np.abs(places) < 1e37]
        if not len(places):
            continue
        at = r.choice(places, rows)
        single = at.astype(np.float32).astype(float)
        up, down = (np.nextafter(at.astype(np.float32), np.float32(s)).astype(float) for s in (np.inf, -np.inf))
        choices = [at, np.nextafter(at, np.inf), np.nextafter(at, -np.inf), up, down, (single + up) / 2, (single + down) / 2]
        moved = (np.arange(rows) % 2 == 1) & (r.random(rows) < 0.6)
        columns[name] = np.where(moved, np.choose(r.integers(0, len(choices), rows), choices), columns[name])
    return Table(columns, table.target)


def float32_neighbours(table, seed=13):
    """A third of the numbers moved off float32 by less than half a unit: an input that is rounded first is the same."""
    r = np.random.default_rng(seed)
    off = lambda v: np.where(r.random(len(v)) < 1 / 3, v.astype(np.float32).astype(float) * (1 + 2.0**-26 * r.random(len(v))), v)
    return Table({name: off(values) for name, values in table.columns.items()}, table.target)
