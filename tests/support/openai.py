"""A line whose AI services are those of a scripted server, and what goes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from livekit.agents.utils import http_context

from lab.openai.script import Model
from lab.openai.server import ScriptedOpenAI
from receptionist.pipeline.provider import Provider
from tests.support.business import loaded
from transfer_call.business import Line


class KeptState:
    """What a record keeps for other processes, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, datetime | None]] = {}

    async def state(self, key: str, at: datetime) -> str | None:
        value, expires_at = self.kept.get(key, (None, None))
        return None if expires_at is not None and expires_at <= at else value

    async def set_state(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        self.kept[key] = (value, expires_at)


@asynccontextmanager
async def scripted(model: Model, **models: Model) -> AsyncIterator[ScriptedOpenAI]:
    """A server whose models are all `model` but for those named; nothing in it was a fault."""
    async with ScriptedOpenAI({"*": model, **models}) as server:
        yield server
    assert not server.faults


def line_of(folder: Path, server: ScriptedOpenAI, models: Mapping[str, Any] | None = None) -> Line:
    """A line with sales and a front desk that uses the server."""
    openai = {"base_url": server.base_url, **(models or {})}
    [line] = loaded(
        folder,
        f"""\
        business: {{name: Acme Dental, country: US}}
        openai: {openai!r}
        destinations:
          front-desk: {{to: "tel:+12125550100", key: "0"}}
          sales: {{to: "tel:+12125550123", key: "1", aliases: [new orders], announcement: ""}}
        """,
    ).lines
    return line


@asynccontextmanager
async def provider_of(line: Line, state: KeptState | None = None) -> AsyncIterator[Provider]:
    """The line's provider, of which nothing is known but what is in `state`."""
    provider = Provider(line.openai, "a key", state or KeptState())
    try:
        yield provider
    finally:
        await provider.aclose()


@asynccontextmanager
async def in_a_job() -> AsyncIterator[None]:
    """What plugins need of a job: its HTTP session."""
    async with http_context.open():
        yield
