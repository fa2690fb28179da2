#!/bin/bash
# What every change must pass before it is shown to anybody: style, form, types, structure, the tests that need no server.
set -uo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH="$PWD" PYTHONWARNINGS="ignore::DeprecationWarning"
python=var/venv/bin/python
failed=0
run() {
  local name=$1 begun=$SECONDS
  shift
  if output=$("$@" 2>&1); then
    printf '  ok      %-12s %3d s  %s\n' "$name" $((SECONDS - begun)) "$(tail -n 1 <<<"$output")"
  else
    printf '  FAILED  %-12s %3d s\n%s\n' "$name" $((SECONDS - begun)) "$output"
    failed=1
  fi
}
run style "$python" -m ruff check .
run form "$python" -m ruff format --check .
run types "$python" -m mypy
run structure var/venv/bin/lint-imports
# these need no server and share nothing: a process for each core, up to four
cores=$(nproc)
run tests "$python" -m pytest tests/unit tests/messages -n $((cores < 4 ? cores : 4))
exit $failed
