# One image for every process of ours: `docker run kessai:… worker`, `api`, `projector`, `reconciler`, `migrate`, `namespace`.
ARG PYTHON_VERSION
FROM python:${PYTHON_VERSION}-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/kessai
COPY requirements/run.txt requirements/run.txt
RUN /opt/kessai/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --requirement requirements/run.txt
COPY pyproject.toml ./
COPY domain domain
COPY workflows workflows
COPY signing signing
COPY projections projections
COPY api api
COPY kessai kessai
RUN /opt/kessai/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:${PYTHON_VERSION}-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/kessai kessai && mkdir /var/lib/kessai/documents \
    && chown -R kessai:kessai /var/lib/kessai
COPY --from=build /opt/kessai /opt/kessai
USER kessai
WORKDIR /var/lib/kessai
ENV KESSAI_DATA=/var/lib/kessai PYTHONUNBUFFERED=1
VOLUME /var/lib/kessai/documents
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/kessai/bin/kessai"]
