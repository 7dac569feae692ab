#!/bin/bash
# src/core knows no server, no clock, no files, no threads; its rooms know only the rooms before them; its library links alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0

# refuse WHAT PATTERN PATH...
refuse() {
  local what=$1 pattern=$2 found
  shift 2
  found=$(grep -rnE "$pattern" "$@" --include='*.hpp' --include='*.cpp' || true)
  [ -n "$found" ] || return 0
  printf '%s:\n%s\n' "$what" "$found"
  status=1
}

refuse "the core includes server headers or the binding" '#include +["<](pg/|postgres|fmgr|utils/|catalog/|executor/|c\.h)' src/core
refuse "the core reads clocks, files, locales or the environment" \
  '#include +<(chrono|ctime|time\.h|fstream|iostream|filesystem|locale|clocale|random)>|\b(getenv|fopen|setlocale|clock_gettime|rand|srand) *\(' src/core
refuse "threads have no place in a backend" '#include +<(thread|mutex|future|condition_variable|shared_mutex|omp\.h)>|\bthread_local\b|#pragma +omp' src
refuse "operator new is not replaced" 'void *\* *operator new\b' src

doors=$(grep -rlE '#include +<(Eigen|nlohmann)/' src --include='*.hpp' --include='*.cpp' | grep -vxE 'src/core/(eigen|json)\.hpp' || true)
if [ -n "$doors" ]; then
  printf 'Eigen and nlohmann_json come in by core/eigen.hpp and core/json.hpp only:\n%s\n' "$doors"
  status=1
fi

doors=$(grep -rlE '#include +<expat' src --include='*.hpp' --include='*.cpp' | grep -vx 'src/core/model/formats/xml.cpp' || true)
if [ -n "$doors" ]; then
  printf 'expat comes in by core/model/formats/xml.cpp only:\n%s\n' "$doors"
  status=1
fi

# room ROOM OTHER...: the rooms it may not include
room() {
  local name=$1 others
  shift
  others=$(IFS='|'; printf '%s' "$*")
  [ ! -d "src/core/$name" ] || refuse "core/$name may not know core/{$others}" "#include +\"core/($others)/" "src/core/$name"
}
room model explain metrics train lending
room explain metrics train lending
room metrics explain train lending
room train lending
room lending model explain metrics train

library=${CR_CORE_BUILD:-build}/libcore.a
if [ -e "$library" ]; then
  if ! echo 'int main() {}' | g++ -x c++ - -o /dev/null -Wl,--whole-archive -x none "$library" -Wl,--no-whole-archive -lexpat; then
    echo "the core's library does not link by itself"
    status=1
  fi
  # .data.rel.ro: constant tables of pointers, read-only once loaded. Flag d: the sections themselves.
  mutable=$(objdump -tC "$library" | grep -E '[[:space:]]\.t?(bss|data)' |
    grep -vE '\.data\.rel\.ro|^[0-9a-f]+ +l +d|vtable|typeinfo|guard variable|DW\.ref\.' || true)
  if [ -n "$mutable" ]; then
    printf 'the core keeps no state between calls, but holds:\n%s\n' "$mutable"
    status=1
  fi
else
  echo "$library is not built: its symbols were not checked"
fi
exit "$status"
