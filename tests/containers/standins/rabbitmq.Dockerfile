# Stands in for rabbitmq:3-management where no registry can be reached: the same variables, port and user.
ARG DEBIAN=local/debian:bookworm
FROM ${DEBIAN}
RUN groupadd --system --gid 999 rabbitmq && useradd --system --uid 999 --gid 999 --home-dir /var/lib/rabbitmq rabbitmq \
    && printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \
    && apt-get update -q && apt-get install -y -q --no-install-recommends rabbitmq-server && rm -rf /var/lib/apt/lists/*
COPY rabbitmq-entry.sh /usr/local/bin/entry.sh
VOLUME /var/lib/rabbitmq
EXPOSE 5672
ENTRYPOINT ["sh", "/usr/local/bin/entry.sh"]
CMD ["rabbitmq-server"]
