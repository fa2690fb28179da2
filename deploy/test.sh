#!/bin/bash
# Every test that `make check` has not run: adapters and engines, services on real servers, the stack, whole sales, faults.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH="$PWD" PYTHONWARNINGS="ignore::DeprecationWarning" GUOHU_FACE_PYTHON="$PWD/var/venv-face/bin/python"
python=var/venv/bin/python
if [ "${GUOHU_CONTAINERS:-}" != 1 ]; then
  echo "container tests are skipped: set GUOHU_CONTAINERS=1 on a machine with a container engine"
fi
"$python" -m pytest tests/adapters tests/services tests/stack tests/journeys --durations=15
"$python" -m tests.faults --cells 10
