"""A local Twirp endpoint that says what a LiveKit server would, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit.protocol.room import DeleteRoomRequest, ListRoomsResponse
from livekit.protocol.sip import TransferSIPParticipantRequest, TransferSIPParticipantResponse

KEY, SECRET = "devkey", "a-secret-of-at-least-thirty-two-bytes"

Answer: TypeAlias = Callable[[web.Request], web.StreamResponse]


def twirp_error(status: int, code: str, msg: str, **meta: str) -> Answer:
    """An error as Twirp encodes it."""
    return lambda _: web.json_response({"code": code, "msg": msg, "meta": meta}, status=status)


def text(status: int, body: str = "nope", content_type: str = "text/plain") -> Answer:
    """An answer that is not Twirp's, as proxies and LiveKit's own key check give it."""
    return lambda _: web.Response(status=status, text=body, content_type=content_type)


def response(message: TransferSIPParticipantResponse) -> Answer:
    """A response message."""
    return lambda _: web.Response(body=message.SerializeToString())


def garbage(_: web.Request) -> web.StreamResponse:
    """HTTP 200 with what is no message."""
    return web.Response(body=b"<html>hello</html>")


def cut(request: web.Request) -> web.StreamResponse:
    """The connection is closed without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@dataclass
class TwirpServer:
    """What to say, what was asked, and over which connections."""

    url: str = ""
    transfer: Answer = text(200, "")
    delete: list[Answer] = field(default_factory=list)
    rooms: Answer = field(
        default=lambda _: web.Response(body=ListRoomsResponse().SerializeToString())
    )
    silent: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    transfers: list[TransferSIPParticipantRequest] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    peers: list[tuple[str, int]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    health: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note the request and answer as told."""
        body = await request.read()
        method = request.path.rsplit("/", 1)[-1]
        self.asked.append((request.method, method))
        self.peers.append(request.transport.get_extra_info("peername")[:2])  # type: ignore[union-attr]
        self.tokens.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if method == "ListRooms":
            return self.rooms(request)
        if method == "DeleteRoom":
            self.deleted.append(DeleteRoomRequest.FromString(body).room)
            return self.delete.pop(0)(request) if self.delete else web.Response()
        if method == "TransferSIPParticipant":
            self.transfers.append(TransferSIPParticipantRequest.FromString(body))
            self.arrived.set()
            if self.silent:
                await asyncio.Event().wait()
            return self.transfer(request)
        self.health.put_nowait(len(self.asked))
        return web.Response(text="OK")


@asynccontextmanager
async def twirp_server() -> AsyncIterator[TwirpServer]:
    """Run one on a free port of the loopback."""
    fake = TwirpServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.handle)
    async with TestServer(app) as server:
        fake.url = f"ws://{server.host}:{server.port}"
        yield fake
