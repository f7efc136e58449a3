# Readback alone, with gunicorn and granian: the store is another container, or the embedded one in the volume. Settings
# come from the container's environment, for example by --env-file readback.env, so commands that run in it have them too.
FROM python:3.11-slim-bookworm AS build

# For gunicorn_h1c, which is distributed as source only.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends gcc libc6-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements-build.lock requirements-granian.lock ./
RUN python -m venv tools \
  && tools/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
  && tools/bin/pip wheel --no-cache-dir --no-build-isolation --require-hashes -r requirements-granian.lock -w wheels
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY widget widget
COPY templates templates
COPY static static
COPY articles articles
RUN tools/bin/python -m hatchling build -t wheel -d wheels \
  && python -m venv /opt/readback \
  && /opt/readback/bin/pip install --no-cache-dir --no-index --no-deps wheels/*.whl \
  && /opt/readback/bin/pip uninstall -y pip setuptools


FROM python:3.11-slim-bookworm

# A number, so that a volume's or a secret's owner can be set on the host.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin readback \
  && install -d -o readback -g readback -m 700 /var/lib/readback
COPY --from=build /opt/readback /opt/readback

ENV PATH=/opt/readback/bin:$PATH \
  PYTHONDONTWRITEBYTECODE=1 \
  PYTHONUNBUFFERED=1 \
  READBACK_BIND=0.0.0.0 \
  READBACK_DATA_DIR=/var/lib/readback \
  READBACK_LOG=json \
  PORT=8000
WORKDIR /var/lib/readback
VOLUME /var/lib/readback
EXPOSE 8000
USER 10001:10001
# The process alone: a restart brings no store back. --start-period covers the wait for a store that is starting.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["readback"]
CMD ["serve"]
