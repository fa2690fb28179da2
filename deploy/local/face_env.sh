#!/bin/sh
# Makes the face engine's virtual environment, or brings it up to requirements/face.txt. Harmless to repeat.
#
#   deploy/local/face_env.sh VENV [PYTHON]      PYTHON: a CPython 3.11, python3 unless given
#
# Two of the four model files are deleted after installation: the 68-point predictor was trained on a set that forbids
# commercial use, and the CNN detector is never used. About 450 MB stay.
set -eu

venv=${1:?usage: face_env.sh VENV [PYTHON]}
python=${2:-python3}
root=$(cd "$(dirname "$0")/../.." && pwd)
requirements=$root/requirements/face.txt
mkdir -p "$venv"
venv=$(cd "$venv" && pwd)
stamp=$venv/.face-requirements
wanted=$(sha256sum "$requirements" | cut -d' ' -f1)

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && [ -x "$venv/bin/python" ]; then
    echo "face engine: $venv is up to date"
    exit 0
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
    echo "face engine: needs CPython 3.11 (mediapipe's wheel), $python is another" >&2
    exit 1
fi

echo "face engine: making $venv"
"$python" -m venv "$venv"
rm -f "$stamp"
install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps "$@"; }

# The one source distribution is built with the pinned setuptools, not with whatever is newest on that day.
build=$(mktemp)
trap 'rm -f "$build"' EXIT
grep -A1 '^setuptools==' "$requirements" > "$build"
echo "face engine: installing requirements/face.txt (about 250 MB to download, the models are half of it)"
install -r "$build"
install --no-build-isolation -r "$requirements"

echo "face engine: deleting the 68-point predictor and the CNN detector"
models=$("$venv/bin/python" -c 'import importlib.util as u; print(u.find_spec("face_recognition_models").submodule_search_locations[0])')
rm -f "$models/models/shape_predictor_68_face_landmarks.dat" "$models/models/mmod_human_face_detector.dat"

echo "face engine: loading the engine once"
if ! (cd "$root" && "$venv/bin/python" -c 'from services.identity.adapters.face_engine.models import load; load()') 2> "$build"; then
    echo "face engine: it does not load" >&2
    tail -n 15 "$build" >&2
    exit 1
fi
echo "$wanted" > "$stamp"
echo "face engine: $venv is ready"
