# Stands in for the MinIO-compatible server where no registry can be reached: Debian's radosgw under the same variables and port.
ARG DEBIAN=local/debian:bookworm
FROM ${DEBIAN}
RUN apt-get update -q && apt-get install -y -q --no-install-recommends radosgw ceph-mon ceph-osd ceph-common \
    && rm -rf /var/lib/apt/lists/*
COPY radosgw.sh store-entry.sh /usr/local/bin/
VOLUME /data
EXPOSE 9000
ENTRYPOINT ["bash", "/usr/local/bin/store-entry.sh"]
CMD ["server", "/data"]
