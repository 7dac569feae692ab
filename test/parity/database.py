"""What the extension says of a case, through psql; PGHOST and the like say where the server is."""
import dataclasses
import decimal
import json
import math
import os
import subprocess
import tempfile
import typing

import numpy as np

from case import check_rows


@dataclasses.dataclass
class Answer:
    probability: np.ndarray
    margin: typing.Optional[np.ndarray]
    shap: typing.Optional[np.ndarray]
    content_bytes: int
    nodes: int


def ask(case):
    """Imports the case's file as a new version, deploys it, and scores and explains its rows, passed as records."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "model")
        with open(path, "wb") as file:
            file.write(case.content)
        lines = _psql(_script(case, path))
    content_bytes, nodes = (int(v) for v in lines[0].split("|"))
    rows = [line.split("|") for line in lines[1:]]
    numbers = lambda text: [float(v) for v in text.strip("{}").split(",")]
    explained = (np.array([float(r[1]) for r in rows]), np.array([numbers(r[2]) for r in rows])) if case.margin else (None, None)
    return Answer(np.array([float(r[0]) for r in rows]), *explained, content_bytes, nodes)


def refusal(case):
    """What import_model says against the file, message and detail; None if it takes it."""
    literal = f"'\\x{case.content.hex()}'::bytea"
    try:
        _psql(f"SELECT credit_risk.import_model('parity', {_literal(case.format)}, {literal});")
    except RuntimeError as problem:
        return str(problem)
    return None


def fill(name, columns):
    """Makes a table of these columns anew."""
    _psql(f"DROP TABLE IF EXISTS {name};\n" + _filled(name, columns, temporary=False) + "\n")


def trained(algorithm, params, fold):
    """Trains on the rows of training_rows outside the fold: the probabilities of those inside, and the seconds of the training."""
    columns = "(SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'training_rows'::regclass" \
              " AND attnum > 0 AND attname NOT LIKE 'parity%')"
    lines = _psql(f"""
SELECT {columns} AS features \\gset
SELECT version, seconds FROM credit_risk.train('trained', 'SELECT ' || :'features' || ', parity_target FROM training_rows WHERE parity_fold <> {fold}
    ORDER BY parity_row', 'parity_target', {_literal(algorithm)}, {_literal(params)}) \\gset
SELECT :seconds;
COPY (SELECT credit_risk.score_version(:version, r) FROM (SELECT :features FROM training_rows WHERE parity_fold = {fold} ORDER BY parity_row) AS r)
    TO STDOUT;
""")
    return np.array([float(line) for line in lines[1:]]), float(lines[0])


def _script(case, path):
    arguments = ["'parity'", _literal(case.format), f"pg_read_binary_file({_literal(path)})"]
    for name, value in (("features", case.features and json.dumps(case.features)), ("n_trees", case.n_trees), ("check_rows", check_rows(case))):
        if value is not None:
            arguments.append(f"{name} => {value if isinstance(value, int) else _literal(value)}")
    outputs = ["credit_risk.probability_of_default(asked_row, 'parity')"]
    if case.margin:
        method = ", method => 'interventional'" if case.background else ""
        outputs += ["(SELECT e.output FROM credit_risk.shap_explain(asked_row, 'parity', 1) AS e)",
                    f"credit_risk.shap_values(asked_row, 'parity'{method})"]
    background = f"""{_filled('background', case.background)}
SELECT credit_risk.add_background(:version, 'SELECT * FROM background') \\g /dev/null""" if case.background else ""
    return f"""
{_filled('asked', case.columns)}
SELECT credit_risk.import_model({', '.join(arguments)}) AS version \\gset
SELECT credit_risk.approve(:version), credit_risk.deploy('parity', :version) \\g /dev/null
{background}
SELECT octet_length(content), (SELECT coalesce(sum(jsonb_array_length(t -> 'feature')), 0)
    FROM jsonb_array_elements(credit_risk.export_model(version)::jsonb -> 'trees') AS t)
FROM credit_risk.model_version WHERE version = :version;
COPY (SELECT {', '.join(outputs)}
      FROM asked AS asked_row ORDER BY parity_row) TO STDOUT (DELIMITER '|');
"""


def _filled(name, columns, temporary=True):
    """Statements that make a table of these columns, its rows numbered in column parity_row."""
    kinds = ", ".join(f"{_identifier(n)} {_type_of(v)}" for n, v in columns.items())
    rows = "".join("\t".join(_copied(v) for v in (i, *row)) + "\n" for i, row in enumerate(zip(*columns.values())))
    return f"CREATE {'TEMP ' * temporary}TABLE {name} (parity_row int, {kinds});\nCOPY {name} FROM STDIN;\n{rows}\\."


def _psql(script):
    done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-"], input=script, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return done.stdout.splitlines()


def _type_of(values):
    for kind, type_name in ((str, "text"), (bool, "boolean"), (decimal.Decimal, "numeric(12,1)")):
        if any(isinstance(v, kind) for v in values):
            return type_name
    return "float8"


def _copied(value):
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "\\N"
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return str(value)


def _identifier(name):
    return '"' + name.replace('"', '""') + '"'


def _literal(text):
    return "'" + text.replace("'", "''") + "'"
