"""Imports models of the real libraries by SQL and compares all outputs: see scripts/parity, which runs this.

    python run.py --rows N --data FOLDER --output FOLDER [--old FILE] [--only TEXT]
"""
import argparse
import csv
import importlib
import os
import pickle
import time
import traceback
import warnings

import numpy as np

import database
from case import Refusal

MODULES = ["xgboost_cases", "lightgbm_cases", "catboost_cases", "sklearn_cases", "frame_cases", "onnx_cases", "background_cases"]
HEADER = ["model", "library", "rows", "nodes", "content bytes", "probability", "margin", "SHAP", "SHAP reference", "result"]
REFUSED_HEADER = ["refused model", "library", "reason", "result"]


def error_of(actual, expected):
    """The greatest error, relative where the expected value is greater than 1."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        return float("inf")
    return float(np.max(np.abs(actual - expected) / np.maximum(1, np.abs(expected)), initial=0))


def share_of_same_bits(actual, expected):
    return float(np.mean(np.asarray(actual, np.float32) == np.asarray(expected, np.float32)))


def compared(case):
    """One row of the table, and what is beyond its limit."""
    answer = database.ask(case)
    breaches, probability, margin, shap = [], None, None, None
    if case.margin is not None:
        margin = error_of(answer.margin, case.margin)
        breaches += [] if margin <= case.margin_tolerance else [f"margin {margin:.2g}"]
    if case.probability is not None:
        probability = error_of(answer.probability, case.probability)
        same = share_of_same_bits(answer.probability, case.probability)
        breaches += [] if probability <= case.probability_tolerance else [f"probability {probability:.2g}"]
        breaches += [] if same >= case.same_bits else [f"only {same:.2%} of the probabilities have the same bits"]
    if case.shap is not None:
        shap = error_of(answer.shap[: len(case.shap)], case.shap)
        breaches += [] if shap <= case.shap_tolerance else [f"SHAP {shap:.2g}"]
    figure = lambda e: "" if e is None else "0" if e == 0 else f"{e:.1e}"
    row = [case.name, case.library, case.rows(), answer.nodes, answer.content_bytes, figure(probability), figure(margin), figure(shap),
           case.shap_by, "; ".join(breaches) or "ok"]
    return row, not breaches


def refused(case):
    """One row of the table of refusals, and whether the reason is the right one."""
    said = case.said or database.refusal(case)
    good = said is not None and case.reason in said
    return [case.name, case.library, case.reason if good else said or "", "ok" if good else "not refused" if said is None else "another reason"], good


def all_cases(options):
    if options.old:
        with open(options.old, "rb") as file:
            yield from pickle.load(file)
    for name in MODULES:
        yield from importlib.import_module(name).cases(options.rows, options.data)


def tried(case, started):
    """Its row, and whether it passed; says so."""
    try:
        row, good = refused(case) if isinstance(case, Refusal) else compared(case)
    except Exception as problem:
        traceback.print_exc()
        row, good = [case.name, case.library, *[""] * (1 if isinstance(case, Refusal) else 7), str(problem).splitlines()[0]], False
    figures = "refused".rjust(28) if isinstance(case, Refusal) else " ".join(f"{e:>8}" for e in row[5:8])
    print(f"{'ok  ' if good else 'FAIL'} {row[1]:20} {row[0]:58} {figures:28} {time.time() - started:6.1f} s{'' if good else '  ' + row[-1]}", flush=True)
    return row, good


def run(options):
    tables, passed, cases = {False: [], True: []}, 0, all_cases(options)
    while True:
        started = time.time()
        case = next(cases, None)
        if case is None:
            return tables[False], tables[True], passed
        if not options.only or options.only in f"{case.library} {case.name}":
            row, good = tried(case, started)
            tables[isinstance(case, Refusal)].append(row)
            passed += good


def write(table, refusals, folder):
    with open(os.path.join(folder, "parity.csv"), "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([HEADER, *table])
    with open(os.path.join(folder, "parity.table.md"), "w") as out:
        for header, rows in ((HEADER, table), (REFUSED_HEADER, refusals)):
            lines = [header, ["---"] * len(header), *rows] if rows else []
            out.writelines("| " + " | ".join(str(v).replace("|", "\\|") for v in line) + " |\n" for line in lines)
            out.write("\n" if header is HEADER and refusals else "")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--data")
    parser.add_argument("--old")
    parser.add_argument("--output", required=True)
    parser.add_argument("--only")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    table, refusals, passed = run(options)
    write(table, refusals, options.output)
    with open(os.path.join(options.output, "counts"), "w") as out:
        print(passed, len(table) + len(refusals) - passed, file=out)
    print(f"{len(table)} models compared on {sum(row[2] for row in table if row[2] != ''):,} rows, {len(refusals)} refused")


if __name__ == "__main__":
    main()
