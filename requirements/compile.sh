#!/bin/bash
# Pins every dependency of every service with hashes: requirements/*.in -> requirements/*.txt. One version of each package everywhere.
# face.txt is made apart (see its head): other versions, an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
compile="${COMPILER:-var/venv/bin/pip-compile} --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --allow-unsafe --strip-extras --no-header"
$compile -o requirements/all.txt requirements/all.in
for one in bus identity property contract signing review office notice gateway local; do
  printf -- '-c all.txt\n' | cat - "requirements/$one.in" > "requirements/.$one.in"
  $compile -o "requirements/$one.txt" "requirements/.$one.in"
  rm "requirements/.$one.in"
done
# Tools of the container stage: an environment of its own, so its versions need not agree with the others.
$compile -o requirements/containers.txt requirements/containers.in
