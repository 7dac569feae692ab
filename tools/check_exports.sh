#!/bin/bash
# The module exports its entry points and nothing else, and none of them meets a name of the server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
module=${CR_BUILD:-.}/credit_risk.so
[ -e "$module" ] || { echo "$module is not built"; exit 77; }
status=0

exported=$(nm -D --defined-only "$module" | awk '{ print $3 }' | sed 's/@.*//' | sort)
others=$(grep -vxE 'Pg_magic_func|_PG_init|cr_[a-z0-9_]+|pg_finfo_cr_[a-z0-9_]+' <<<"$exported" || true)
if [ -n "$others" ]; then
  printf 'exported without need:\n%s\n' "$others"
  status=1
fi
grep -qx Pg_magic_func <<<"$exported" || { echo "the magic block is not exported"; status=1; }

# Parallel workers find their entry point by its name.
worker_entries=$(grep -ohE 'hire\("cr_[a-z0-9_]+"' -r src/pg | grep -oE 'cr_[a-z0-9_]+' || true)
functions=$(grep -E '^cr_' <<<"$exported" | grep -vxF "$worker_entries" || true)
described=$(sed -n 's/^pg_finfo_//p' <<<"$exported")
unpaired=$(comm -3 <(echo "$functions") <(echo "$described"))
if [ -n "$unpaired" ]; then
  printf 'without a partner among NAME and pg_finfo_NAME:\n%s\n' "$unpaired"
  status=1
fi

# Each C function is declared in SQL, and each declaration has its function.
declared=$(grep -ohE "'(cr_[a-z0-9_]+)'" sql/modules/*.sql | tr -d "'" | sort -u)
lost=$(comm -3 <(echo "$functions") <(echo "$declared"))
if [ -n "$lost" ]; then
  printf 'only in the module (left) or only in sql/modules (right):\n%s\n' "$lost"
  status=1
fi
exit "$status"
