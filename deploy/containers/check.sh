#!/bin/bash
# The container stage: the manifests against the API's own schemas, the servers' images under testcontainers.
# Its tools are many, so they have an environment of their own, which sees that of the project.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=var/venv-containers
wanted=$(sha256sum requirements/containers.txt | cut -d' ' -f1)
if [ "$(cat "$folder/.stamp" 2>/dev/null)" != "$wanted" ]; then
  echo "installing requirements/containers.txt into $folder"
  var/venv/bin/python -m venv --clear "$folder"
  "$folder/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/containers.txt
  echo "$wanted" >"$folder/.stamp"
fi
echo "$PWD/var/venv/lib/python3.11/site-packages" >"$folder/lib/python3.11/site-packages/project.pth"
export PYTHONPATH="$PWD" PYTHONWARNINGS="ignore::DeprecationWarning" GUOHU_CONTAINERS=1
# The reaper is one more image from a registry; every test ends its own containers.
export TESTCONTAINERS_RYUK_DISABLED=true
# Inside a container (as some CI is) testcontainers would look for the engine's bridge instead of this host.
export TESTCONTAINERS_CONNECTION_MODE="${TESTCONTAINERS_CONNECTION_MODE:-docker_host}" TC_HOST="${TC_HOST:-127.0.0.1}"
exec "$folder/bin/python" -m pytest tests/containers tests/unit/deploy "$@"
