#!/bin/bash
# C++ stands as .clang-format says. Skipped without clang-format.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v clang-format >/dev/null || { echo "clang-format is not installed"; exit 77; }
unformatted=$(find src test/core bench -name '*.[ch]pp' | while read -r file; do
  clang-format --style=file "$file" | cmp -s - "$file" || echo "$file"
done)
if [ -n "$unformatted" ]; then
  printf 'run clang-format -i on:\n%s\n' "$unformatted"
  exit 1
fi
