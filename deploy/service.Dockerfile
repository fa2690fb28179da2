# One recipe for every image of ours; `deploy/containers/images.py` says which arguments make which. Wants BuildKit.
#
#   docker build -f deploy/service.Dockerfile --build-arg REQUIREMENTS=notice --build-arg CODE=services/notice -t guohu/notice .
#
# BASE          an image with CPython 3.11 and Debian's apt; pin it by digest in production
# REQUIREMENTS  which list of requirements/ is installed, with its hashes
# CODE          the folder copied besides services/common and the city profiles
# PACKAGES      Debian packages its engines need: nothing where there are none
# FACE          `yes`: also the face engine's own environment and models (identity's worker alone)
#
# From the base to `bus` every image is the same and is stored, sent and built once. Downloads of pip and apt lie in caches of
# the builder, for the next image; none of them gets into an image, and nothing is compiled but the face engine, elsewhere.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS bus
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin guohu \
    && install -d -o guohu -g guohu -m 0700 /var/lib/guohu
RUN --mount=type=bind,source=requirements/bus.txt,target=/requirements/bus.txt \
    --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --disable-pip-version-check --no-deps --require-hashes \
        -r /requirements/bus.txt

FROM ${BASE} AS face
ARG FACE=
WORKDIR /app
COPY requirements/face.txt requirements/
COPY deploy/local/face_env.sh deploy/local/face_env.sh
COPY services/identity/adapters/face_engine services/identity/adapters/face_engine
# The face environment is loaded once, so that a broken one never becomes an image. pip stays behind.
RUN --mount=type=cache,target=/root/.cache/pip mkdir -p /opt/face \
    && if [ "${FACE}" = yes ]; then \
        sh deploy/local/face_env.sh /opt/face && rm -rf /opt/face/lib/python3.11/site-packages/pip; \
    fi

FROM bus
ARG PACKAGES=
# Left out: what is for people to read, and the drivers of a screen (a third of what comes with wkhtmltopdf, which has none).
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    if [ -n "${PACKAGES}" ]; then \
        for path in share/doc share/man share/info share/locale 'lib/*/dri' 'lib/*/libLLVM' 'lib/*/libz3'; do \
            echo "path-exclude=/usr/${path}*"; \
        done > /etc/dpkg/dpkg.cfg.d/guohu \
        && apt-get update -q && apt-get install -y -q --no-install-recommends ${PACKAGES}; \
    fi
COPY --from=face /opt/face /opt/face
ARG REQUIREMENTS
RUN --mount=type=bind,source=requirements,target=/requirements --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --disable-pip-version-check --no-deps --require-hashes \
        -r /requirements/${REQUIREMENTS}.txt
WORKDIR /app
COPY services/common services/common
COPY deploy/cities deploy/cities
COPY deploy/containers/probe.py deploy/containers/probe.py
ARG CODE
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
# Failures count from three minutes on: twelve processes that start at once on a busy machine need two.
HEALTHCHECK --interval=10s --timeout=5s --start-period=180s --retries=3 CMD ["python", "-I", "-S", "/app/deploy/containers/probe.py"]
