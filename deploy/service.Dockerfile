# One recipe for every image of ours; `deploy/containers/images.py` says which arguments make which.
#
#   docker build -f deploy/service.Dockerfile --build-arg REQUIREMENTS=notice --build-arg CODE=services/notice -t guohu/notice .
#
# BASE          an image with CPython 3.11 and Debian's apt; pin it by digest in production
# REQUIREMENTS  which list of requirements/ is installed, with its hashes
# CODE          the folder copied besides services/common and the city profiles
# PACKAGES      Debian packages its engines need: nothing where there are none
# FACE          `yes`: also the face engine's own environment and models (identity's worker alone)
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS packages
ARG REQUIREMENTS
ARG FACE=
WORKDIR /app
COPY requirements/${REQUIREMENTS}.txt requirements/face.txt requirements/
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --no-deps \
        --require-hashes -r requirements/${REQUIREMENTS}.txt
COPY deploy/local/face_env.sh deploy/local/face_env.sh
COPY services/identity/adapters/face_engine services/identity/adapters/face_engine
# The face environment is loaded once, so that a broken one never becomes an image. pip stays behind.
RUN mkdir -p /opt/face \
    && if [ "${FACE}" = yes ]; then \
        sh deploy/local/face_env.sh /opt/face && rm -rf /opt/face/lib/python3.11/site-packages/pip; \
    fi

FROM ${BASE}
ARG PACKAGES=
ARG CODE
RUN if [ -n "${PACKAGES}" ]; then \
        apt-get update -q && apt-get install -y -q --no-install-recommends ${PACKAGES} && rm -rf /var/lib/apt/lists/*; \
    fi \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin guohu \
    && install -d -o guohu -g guohu -m 0700 /var/lib/guohu
COPY --from=packages /opt /opt
WORKDIR /app
COPY services/common services/common
COPY deploy/cities deploy/cities
COPY deploy/containers/probe.py deploy/containers/probe.py
COPY ${CODE} ${CODE}
RUN /opt/venv/bin/python -m compileall -q services deploy ${CODE}
# HOME is /tmp: the root filesystem is read-only when it runs, and /tmp is a small tmpfs. The warning left out is eventlet's at
# its import, the one line of the log that would not be JSON.
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    LANG=C.UTF-8 \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONWARNINGS=ignore:::services.common.kit.runner
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-I", "/app/deploy/containers/probe.py"]
