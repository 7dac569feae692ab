#!/bin/bash
# doc/reference.md is what the COMMENTs say. Needs a server with the extension (PGHOST, PGDATABASE); "--write" writes it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -n "${PGHOST:-}" ] || { echo "no server is named by PGHOST"; exit 77; }
reference() { psql -XAtq -v ON_ERROR_STOP=1 -f tools/reference.sql; }
if [ "${1:-}" = --write ]; then
  reference >doc/reference.md
elif ! diff -u doc/reference.md <(reference); then
  echo "write it again: tools/check_reference.sh --write"
  exit 1
fi
