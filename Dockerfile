# syntax=docker/dockerfile:1
# One image for every process of the service; docker-compose.yml says which command each runs.

FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
# Annoy is built here and runs elsewhere: without the instructions that only this machine's processor has.
ENV ANNOY_COMPILER_ARGS=-O3,-DANNOYLIB_MULTITHREADED_BUILD,-std=c++14
WORKDIR /build
COPY requirements-uv.lock requirements.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
    && VIRTUAL_ENV=/venv /venv/bin/uv pip install --no-cache --no-deps --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
# BLAS and LAPACK are Spark's: its ALS takes a third less time with them than with Java's own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg libblas3 liblapack3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home musicapp \
    && install -d -o musicapp -g musicapp /var/lib/musicapp
COPY --from=build /venv /venv
COPY . /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/musicapp
WORKDIR /app
USER musicapp
VOLUME /var/lib/musicapp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "musicapp.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8"]
