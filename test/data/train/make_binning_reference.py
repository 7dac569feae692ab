#!/usr/bin/env python3
"""Makes binning_reference.json: the information value that optbinning reaches on the rows that binning_test.cpp rebuilds bit
for bit, from 20 prebins of a decision tree. Run: ./make_binning_reference.py > binning_reference.json"""
import json
import sys

import numpy as np
import optbinning
from make_reference import rows
from optbinning import OptimalBinning

SEED, ROWS = 11, 1500
TRENDS = {"auto": "auto_asc_desc", "none": None, "ascending": "ascending", "descending": "descending", "peak": "peak", "valley": "valley"}


def information_value(x, y, trend, most, kind="numerical"):
    binning = OptimalBinning(dtype=kind, monotonic_trend=TRENDS[trend], min_prebin_size=0.05, max_n_prebins=20, max_n_bins=most)
    binning.fit(x, y)
    binning.binning_table.build()
    return float(binning.binning_table.iv)


def cases():
    x, y = rows(SEED, ROWS)
    for most in (3, 10):
        for feature in range(6):
            for trend in TRENDS:
                yield {"feature": f"x{feature}", "trend": trend, "max_bins": most, "iv": information_value(x[:, feature], y, trend, most)}
        texts = np.array([f"c{int(value)}" for value in x[:, 4]], object)
        yield {"feature": "c4", "trend": "none", "max_bins": most, "iv": information_value(texts, y, "none", most, "categorical")}


if __name__ == "__main__":
    json.dump({"made_by": f"make_binning_reference.py, optbinning {optbinning.__version__}, numpy {np.__version__}, "
                          f"Python {sys.version.split()[0]}; seed {SEED}, {ROWS} rows",
               "seed": SEED, "rows": ROWS, "cases": list(cases())}, sys.stdout, indent=1)
    print()
