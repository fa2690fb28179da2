#!/bin/bash
# Makes stand-ins for the public images where no registry can be reached: all from Debian packages, tagged as
# python:3.11-slim-bookworm, standin/postgres, standin/rabbitmq, standin/store. Needs root, docker, mmdebstrap.
#
#   tests/containers/standins.sh [DEBIAN_MIRROR]
#
# TRUST_FILE names a CA bundle that images must trust, where the network wants one.
set -euo pipefail
cd "$(dirname "$0")/standins"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! docker image inspect local/debian:bookworm >/dev/null 2>&1; then
  packages=ca-certificates,python3,python3-venv,python3-pip
  mmdebstrap --mode=root --variant=minbase --include=$packages bookworm "$work/base.tar" ${1:+"$1"}
  docker import "$work/base.tar" local/debian:bookworm
  rm "$work/base.tar"
fi
mkdir "$work/trust"
: >"$work/trust/ca.crt"
if [ -n "${TRUST_FILE:-}" ]; then cp "$TRUST_FILE" "$work/trust/ca.crt"; fi
cp ./* ../../support/radosgw.sh "$work/"
export DOCKER_BUILDKIT=0
docker build -q -t python:3.11-slim-bookworm -f "$work/python.Dockerfile" "$work"
for one in postgres rabbitmq store; do
  docker build -q --build-arg DEBIAN=python:3.11-slim-bookworm -t "standin/$one" -f "$work/$one.Dockerfile" "$work"
done
echo "export GUOHU_POSTGRES_IMAGE=standin/postgres GUOHU_RABBITMQ_IMAGE=standin/rabbitmq GUOHU_STORE_IMAGE=standin/store"
