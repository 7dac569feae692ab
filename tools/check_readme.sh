#!/bin/bash
# The README's SQL example is the regress test readme, word for word.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
example=$(sed -n '/^```sql$/,/^```$/{//!p}' README.md)
[ -n "$example" ] || { echo "README.md has no SQL example"; exit 1; }
test=$(
  echo "-- The README's example, word for word, in a database of its own."
  echo "CREATE DATABASE credit_risk_readme;"
  echo "\\c credit_risk_readme"
  echo "$example"
  echo "\\c postgres"
  echo "DROP DATABASE credit_risk_readme;"
)
if [ "${1:-}" = --write ]; then
  echo "$test" >test/sql/readme.sql
elif ! diff -u --label test/sql/readme.sql --label README.md test/sql/readme.sql <(echo "$test"); then
  echo "write it again: tools/check_readme.sh --write"
  exit 1
fi
