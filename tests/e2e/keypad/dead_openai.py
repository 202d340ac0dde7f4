"""A server with OpenAI's three endpoints, each of which works, or fails in a way of its own."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from aiohttp import web

from tests.e2e.voices import rendered

if TYPE_CHECKING:
    from types import TracebackType

GOOD_REPLY = "Hello, this is Acme, what can I do for you today?"
HEARD = "Hello"


class Manner(StrEnum):
    """How an endpoint behaves."""

    WORKS = "works"
    REFUSES = "refuses"
    """Nobody listens there."""
    REPORTS = "reports"
    """It answers 500."""
    HANGS = "hangs"
    """It takes the request and never answers."""
    BREAKS = "breaks"
    """It answers once, and 500 from then on."""


class DeadOpenAI:
    """To be used in ``async with``; `base_url` names an endpoint that behaves as wanted."""

    def __init__(self) -> None:
        self._answered: Counter[str] = Counter()
        self._closing = asyncio.Event()
        self._port = self._closed_port = 0

    def base_url(self, manner: Manner, token: str) -> str:
        """The base URL for a model's client.

        Args:
            manner: How it is to behave.
            token: Of the call and model; requests are counted for each.
        """
        port = self._closed_port if manner is Manner.REFUSES else self._port
        return f"http://127.0.0.1:{port}/{manner.value}/{token}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/{manner}/{token}/chat/completions", self._chat)
        app.router.add_post("/{manner}/{token}/audio/speech", self._speech)
        app.router.add_post("/{manner}/{token}/audio/transcriptions", self._transcription)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        # Bound but not listening: nobody else gets the port, and connections are refused.
        self._refusing = socket.socket()
        self._refusing.bind(("127.0.0.1", 0))
        self._closed_port = self._refusing.getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._refusing.close()
        await self._runner.cleanup()

    async def _chat(self, request: web.Request) -> web.Response:
        await self._behave(request)
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "lab"}
        choices = (
            {"index": 0, "delta": {"role": "assistant", "content": GOOD_REPLY}},
            {"index": 0, "delta": {}, "finish_reason": "stop"},
        )
        events = [json.dumps({**chunk, "choices": [choice]}) for choice in choices]
        body = "".join(f"data: {event}\n\n" for event in (*events, "[DONE]"))
        return web.Response(text=body, content_type="text/event-stream")

    async def _speech(self, request: web.Request) -> web.Response:
        await self._behave(request)
        pcm = await rendered((await request.json())["input"])
        return web.Response(body=pcm.samples, content_type="audio/pcm")

    async def _transcription(self, request: web.Request) -> web.Response:
        await self._behave(request)
        await request.read()
        return web.json_response({"text": HEARD})

    async def _behave(self, request: web.Request) -> None:
        """Return where a good answer is due.

        Raises:
            web.HTTPInternalServerError: One is not.
        """
        manner, token = Manner(request.match_info["manner"]), request.match_info["token"]
        self._answered[token] += 1
        if manner is Manner.HANGS:
            await self._closing.wait()
        breaks = manner is Manner.BREAKS and self._answered[token] > 1
        if manner in (Manner.REPORTS, Manner.HANGS) or breaks:
            raise web.HTTPInternalServerError
