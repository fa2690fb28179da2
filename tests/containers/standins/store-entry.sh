#!/bin/bash
# MINIO_ROOT_USER and MINIO_ROOT_PASSWORD, or the files named by the same with _FILE, become the one user of the store.
set -euo pipefail
user=${MINIO_ROOT_USER:-}
password=${MINIO_ROOT_PASSWORD:-}
if [ -n "${MINIO_ROOT_USER_FILE:-}" ]; then user=$(<"$MINIO_ROOT_USER_FILE"); fi
if [ -n "${MINIO_ROOT_PASSWORD_FILE:-}" ]; then password=$(<"$MINIO_ROOT_PASSWORD_FILE"); fi
exec bash /usr/local/bin/radosgw.sh /data 9000 6789 "$user" "$password" 0.0.0.0
