#!/bin/bash
# The README's SQL example is the regress test readme, word for word.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
example=$(sed -n '/^```sql$/,/^```$/{//!p}' README.md)
[ -n "$example" ] || { echo "README.md has no SQL example"; exit 1; }
tested=$(sed -n '/^-- README begins$/,/^-- README ends$/{//!p}' test/sql/readme.sql)
diff -u --label README.md --label test/sql/readme.sql <(echo "$example") <(echo "$tested")
