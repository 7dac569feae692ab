#!/bin/bash
# C++ stands as .clang-format says. Skipped without clang-format.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v clang-format >/dev/null || { echo "clang-format is not installed"; exit 77; }
find src test/core -name '*.[ch]pp' -print0 | xargs -0 clang-format --dry-run --Werror --style=file
