#!/bin/bash
# scripts/bench still starts: its Python is valid, and its harness builds, loads the example model and times it. Nothing is fetched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -n "${CR_CORE_BUILD:-}" ] || { echo "no build of the core is named by CR_CORE_BUILD"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }
python3 -c 'import ast, glob, sys
for file in glob.glob("bench/**/*.py", recursive=True): ast.parse(open(file, encoding="utf-8").read(), file)'

cmake --build "$CR_CORE_BUILD" --target bench_harness -j "$(nproc)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
head -c $((3 * 28 * 8)) /dev/zero >"$folder/rows" # three rows of zeros
for contender in ours reference; do
  {
    printf 'rows\tzeros\t%s\t28\nload\tretail\tmodels/retail_demo.json\n' "$folder/rows"
    printf 'time\tmargin\tretail\tzeros\t0.01\ntime\tshap_one\tretail\tzeros\t0.01\n'
  } | "$CR_CORE_BUILD/bench_harness" "$contender" >"$folder/answers"
  [ "$(grep -c '^ok' "$folder/answers")" -eq 4 ] || { echo "$contender:"; cat "$folder/answers"; exit 1; }
done
