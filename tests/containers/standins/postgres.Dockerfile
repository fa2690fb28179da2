# Stands in for postgres:15 where no registry can be reached: the same variables, port, user and data folder.
ARG DEBIAN=local/debian:bookworm
FROM ${DEBIAN}
RUN apt-get update -q && apt-get install -y -q --no-install-recommends postgresql-15 && rm -rf /var/lib/apt/lists/* \
    && install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/data && install -d -o postgres -g postgres /run/postgresql
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8
COPY postgres-entry.sh /usr/local/bin/entry.sh
VOLUME /var/lib/postgresql/data
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["sh", "/usr/local/bin/entry.sh"]
CMD ["postgres"]
