"""A model as its library wrote it, and what the library says of some rows."""
import dataclasses
import json
import typing

import numpy as np

DOUBLE = 1e-12
SHAP = 1e-9
UNIT = 1.2e-7  # a unit in the last place of a float32 probability
EQUAL_BITS = 0.999  # of the rows: the C library's expf and ours round differently once in about 10,000


@dataclasses.dataclass
class Case:
    name: str
    library: str
    format: str
    content: bytes
    columns: dict  # by feature: numbers, NaN where missing, or texts, None where missing
    probability: list  # the library's; None: it gives none
    margin: typing.Optional[list]  # of the sum in double precision; None: the model cannot explain, so gives none
    probability_tolerance: float = DOUBLE
    margin_tolerance: float = DOUBLE  # relative where the margin is greater than 1
    same_bits: float = 0.0  # the least share of rows whose probability has the library's own float32 bits
    shap: typing.Optional[list] = None  # of the first rows, base value last
    shap_by: str = ""
    shap_tolerance: float = SHAP
    features: typing.Optional[list] = None  # arguments of import_model
    n_trees: typing.Optional[int] = None
    background: typing.Optional[dict] = None  # rows, by column, against which SHAP values are interventional

    def rows(self):
        return len(next(iter(self.columns.values())))


@dataclasses.dataclass
class Refusal:
    """A model that cannot be carried over, and what the message must say; the exporter has said it already where it is given."""

    name: str
    library: str
    format: str
    content: bytes
    reason: str
    said: typing.Optional[str] = None


def made(name, library, format, content, table, probability, margin, **more):
    """A case of plain lists, which another version of Python's numpy can read."""
    columns = {key: values.tolist() for key, values in table.columns.items()}
    if more.get("shap") is not None:
        more["shap"] = np.asarray(more["shap"], float).tolist()
    probability, margin = (None if v is None else np.asarray(v, float).tolist() for v in (probability, margin))
    content = content if isinstance(content, bytes) else content.encode()
    return Case(name, library, format, content, columns, probability, margin, **more)


def check_rows(case, count=20):
    """Some rows as import_model takes them."""
    if case.probability is None:
        return None
    rows = [{name: values[r] for name, values in case.columns.items()} for r in range(min(count, case.rows()))]
    plain = [{name: None if v != v else v for name, v in row.items()} for row in rows]
    return json.dumps([{"features": row, "probability": p} for row, p in zip(plain, case.probability)], default=float)
