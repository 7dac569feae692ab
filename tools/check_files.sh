#!/bin/bash
# Sizes, places and leftovers that no compiler sees.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0
complain() { printf '%s\n' "$*"; status=1; }

while read -r lines file; do
  [ "$lines" -le 800 ] || complain "$file has $lines lines: split it by subject (500 is long, 800 is the end)"
done < <(find src sql/modules test scripts tools bench \( -name '*.cpp' -o -name '*.hpp' -o -name '*.sql' -o -name '*.pl' -o -name '*.sh' -o -path 'scripts/*' -o -name '*.py' \) \
  -type f -exec wc -l {} \;)

for file in sql/*.sql; do
  case $file in 'sql/*.sql' | sql/credit_risk--*.sql) ;; *) complain "$file: pg_regress would take it for a test's input" ;; esac
done
for input in test/sql/*.sql; do
  [ ! -e "$input" ] || [ -e "expected/$(basename "$input" .sql).out" ] || complain "$input has no expected output"
done
for output in expected/*.out; do
  [ ! -e "$output" ] || [ -e "test/sql/$(basename "$output" .out).sql" ] || complain "$output belongs to no test"
done
leftovers=$(grep -rnIE '\b(TODO|FIXME|XXX|HACK)\b' src sql/modules test/sql test/core test/t scripts tools bench Makefile CMakeLists.txt |
  grep -v 'tools/check_files.sh' || true)
[ -z "$leftovers" ] || complain "left for later:"$'\n'"$leftovers"
for script in scripts/* tools/*.sh .ci/run; do
  case $script in *.sql) continue ;; esac
  [ ! -f "$script" ] || bash -n "$script" || complain "$script is not valid"
done
exit "$status"
