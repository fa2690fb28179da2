# Stands in for python:3.11-slim-bookworm where no registry can be reached: Debian's own CPython 3.11 under the usual names.
ARG DEBIAN=local/debian:bookworm
FROM ${DEBIAN}
COPY trust/ /usr/local/share/trust/
RUN ln -s /usr/bin/python3 /usr/local/bin/python \
    && rm -f /usr/lib/python3.11/EXTERNALLY-MANAGED \
    && if [ -s /usr/local/share/trust/ca.crt ]; then \
        cp /usr/local/share/trust/ca.crt /etc/ssl/certs/ca-certificates.crt \
        && printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' > /etc/pip.conf; \
    fi
