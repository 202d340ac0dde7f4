"""The operator's server that knows who is on call."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from transfer_call.business.resolver import SIGNATURE_HEADER, TIMESTAMP_HEADER

if TYPE_CHECKING:
    from types import TracebackType

ON_CALL = "tel:+12125550151"
ANNOUNCED = "Doctor Meyer is on call tonight."
HEADERS = {"X-Rota": "night"}
PREMIUM = "tel:+19005550123"


class Resolver:
    """Answers who is on call, on loopback.

    Attributes:
        url: Its address.
        asked: What it was sent, by path.
    """

    url: str

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.asked: dict[str, list[dict[str, Any]]] = {}
        app = web.Application()
        app.router.add_post("/{who}", self._answer)
        self._runner = web.AppRunner(app)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        signed = request.headers[TIMESTAMP_HEADER].encode() + b"." + body
        wanted = hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v1={wanted}", request.headers[SIGNATURE_HEADER]):
            return web.Response(status=403)
        self.asked.setdefault(request.path, []).append(await request.json())
        if request.path == "/on-call":
            return web.json_response({"to": ON_CALL, "announcement": ANNOUNCED, "headers": HEADERS})
        if request.path == "/premium":
            return web.json_response({"to": PREMIUM})
        return web.Response(status=500)
