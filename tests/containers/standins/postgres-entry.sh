#!/bin/sh
# Makes the cluster on first start, as the public image does: POSTGRES_USER, POSTGRES_PASSWORD or _FILE, POSTGRES_DB.
set -eu
data=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
if [ "$(id -u)" = 0 ]; then
    chown -R postgres:postgres "$data" /run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups sh "$0" "$@"
fi
if [ ! -s "$data/PG_VERSION" ]; then
    password=${POSTGRES_PASSWORD:-}
    if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then password=$(cat "$POSTGRES_PASSWORD_FILE"); fi
    secret=$(mktemp)
    printf %s "$password" > "$secret"
    initdb -D "$data" -U "$user" --pwfile="$secret" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
    rm "$secret"
    echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
    sed -i 's/^local .*/local all all trust/' "$data/pg_hba.conf"
    if [ -n "${POSTGRES_DB:-}" ] && [ "$POSTGRES_DB" != postgres ]; then
        pg_ctl -D "$data" -o "-c listen_addresses=''" -w start
        createdb -h /run/postgresql -U "$user" "$POSTGRES_DB"
        pg_ctl -D "$data" -m fast -w stop
    fi
fi
shift
exec postgres -D "$data" -c listen_addresses='*' "$@"
