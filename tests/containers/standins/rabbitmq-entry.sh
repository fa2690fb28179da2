#!/bin/sh
# Starts the broker in the foreground as its own user; RABBITMQ_DEFAULT_* become its configuration, as in the public image.
set -eu
if [ "$(id -u)" = 0 ]; then
    install -d -o rabbitmq -g rabbitmq /etc/rabbitmq/conf.d /var/lib/rabbitmq /var/log/rabbitmq
    for name in user pass vhost; do
        value=$(printenv "RABBITMQ_DEFAULT_$(echo $name | tr a-z A-Z)" || true)
        if [ -n "$value" ]; then echo "default_$name = $value"; fi
    done > /etc/rabbitmq/conf.d/10-default.conf
    export HOME=/var/lib/rabbitmq
    exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups sh "$0" "$@"
fi
export RABBITMQ_LOGS=- RUNNING_UNDER_SYSTEMD=true
exec /usr/lib/rabbitmq/bin/rabbitmq-server
