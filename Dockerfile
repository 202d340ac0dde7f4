# syntax=docker/dockerfile:1

FROM ghcr.io/astral-sh/uv:0.13-python3.13-trixie-slim AS base
# Model files that plugins download are kept under HOME: both stages need the same one.
ENV HOME=/app \
    PYTHONUNBUFFERED=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /app

FROM base AS build
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --extra receptionist --extra postgres --no-install-project
# Before the code, so that a change of the code does not download them again.
RUN uv run --no-sync python -m livekit.agents download-files
COPY . .
RUN uv sync --locked --no-dev --extra receptionist --extra postgres --no-editable

FROM base AS final
# The local voices run as programs of their own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends espeak-ng flite \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin receptionist \
    && install -d -o receptionist -g receptionist /var/lib/receptionist
COPY --from=build --chown=receptionist:receptionist /app /app
ENV PATH=/app/.venv/bin:$PATH \
    RECEPTIONIST_CONFIG=/config/receptionist.yaml \
    RECEPTIONIST_STATE_DIR=/var/lib/receptionist \
    RECEPTIONIST_CACHE_DIR=/var/lib/receptionist/cache
USER receptionist
VOLUME /var/lib/receptionist
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/', timeout=2)"]
# SIGTERM drains: calls that are up end as they would have. Give it longer than a call lasts
# (docker stop --time, terminationGracePeriodSeconds).
STOPSIGNAL SIGTERM
CMD ["python", "-m", "livekit.agents", "start", "agent/receptionist/worker.py"]
