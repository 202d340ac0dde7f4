from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import pytest
import trustme
from aiohttp import web
from hypothesis import example, given, settings, strategies as st

from transfer_call.business import resolver
from transfer_call.business.resolver import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    HttpResolver,
    is_public,
)
from transfer_call.directory.destination import CallFacts, Resolved, ResolveError

SECRET = "not a real secret"
FACTS = CallFacts(
    call_id="c1", line="main", caller="+12125550100", called="+12125550199", summary="wants Ann"
)
NOW = 1_790_000_000.9


@dataclass
class Server:
    """A real HTTPS server that answers as the test says, and keeps what it was sent."""

    port: int
    trust: ssl.SSLContext
    respond: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def answer(self, body: Any, **more: Any) -> None:
        async def respond(_: web.BaseRequest) -> web.Response:
            return web.Response(body=body if isinstance(body, bytes) else json.dumps(body), **more)

        self.respond = respond

    def resolver(self, host: str = "localhost", **more: Any) -> HttpResolver:
        more.setdefault("tls", self.trust)
        url = f"https://{host}:{self.port}/route?x=1"
        return HttpResolver(url, SECRET, country="US", now=lambda: NOW, **more)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def server(authority: trustme.CA) -> AsyncIterator[Server]:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    offer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "resolver.test").configure_cert(offer)

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        headers = dict(request.headers)
        found.requests.append((request.method, request.path_qs, headers, await request.read()))
        return await found.respond(request)

    found = Server(0, trust, handle)
    found.answer({"to": "+12125550123"})
    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=offer)
    await site.start()
    found.port = runner.addresses[0][1]
    yield found
    await runner.cleanup()


async def refusal(asked: HttpResolver) -> str:
    with pytest.raises(ResolveError) as caught:
        await asked("on-call", FACTS)
    return str(caught.value)


async def test_one_post_with_the_facts_of_the_call_gives_the_address(server: Server) -> None:
    server.answer({"to": "(212) 555-0123", "announcement": "One moment.", "headers": {"X-A": "b"}})
    resolved = await server.resolver()("on-call", FACTS)
    assert resolved.target.uri == "tel:+12125550123"
    assert (resolved.announcement, resolved.headers) == ("One moment.", {"X-A": "b"})
    [(method, path, headers, body)] = server.requests
    assert (method, path, headers["Content-Type"]) == ("POST", "/route?x=1", "application/json")
    assert json.loads(body) == {
        "destination": "on-call",
        "call_id": "c1",
        "line": "main",
        "caller": "+12125550100",
        "called": "+12125550199",
        "language": "",
        "summary": "wants Ann",
        "diversion": [],
    }


async def test_a_server_can_tell_the_request_is_ours_and_new(server: Server) -> None:
    await server.resolver()("on-call", FACTS)
    [(_, _, headers, body)] = server.requests
    assert headers[TIMESTAMP_HEADER] == "1790000000"
    expected = hmac.new(SECRET.encode(), b"1790000000." + body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE_HEADER] == f"v1={expected}"


async def test_announcement_and_headers_may_be_left_out(server: Server) -> None:
    resolved = await server.resolver()("on-call", FACTS)
    assert (resolved.announcement, dict(resolved.headers)) == (None, {})


async def test_a_plain_server_on_this_machine_is_asked_too(server: Server) -> None:
    async def handle(_: web.BaseRequest) -> web.Response:
        return web.json_response({"to": "sip:ann@pbx.test"})

    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        assert (await HttpResolver(url, SECRET)("x", FACTS)).target.host == "pbx.test"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (302, {"Location": "https://127.0.0.1/other"}, "answered HTTP 302"),
        (307, {"Location": "/other"}, "answered HTTP 307"),
        (201, {}, "answered HTTP 201"),
        (500, {}, "answered HTTP 500"),
        (200, {"Content-Encoding": "gzip"}, "compressed"),
    ],
)
async def test_redirects_errors_and_compression_are_refused(
    server: Server, status: int, headers: dict[str, str], words: str
) -> None:
    server.answer({"to": "+12125550123"}, status=status, headers=headers)
    assert words in await refusal(server.resolver())
    assert len(server.requests) == 1


async def test_an_endless_answer_is_cut_off(server: Server) -> None:
    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        reply = web.StreamResponse()
        await reply.prepare(request)
        while True:
            await reply.write(b" " * 4096)

    server.respond = respond
    assert "more than 64 KiB" in await refusal(server.resolver())


@pytest.mark.parametrize("before_headers", [True, False])
async def test_a_slow_server_does_not_hold_the_caller(
    server: Server, monkeypatch: pytest.MonkeyPatch, before_headers: bool
) -> None:
    monkeypatch.setattr(resolver, "TIMEOUT_SECONDS", 0.05)
    released = asyncio.Event()

    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        reply = web.StreamResponse()
        if not before_headers:
            await reply.prepare(request)
        await released.wait()
        return reply

    server.respond = respond
    assert await refusal(server.resolver()) == "localhost did not answer within 0.05 s"
    released.set()


async def test_the_budget_is_two_seconds() -> None:
    assert resolver.TIMEOUT_SECONDS == 2.0


async def test_a_certificate_nobody_vouches_for_is_refused(server: Server) -> None:
    assert "certificate" in await refusal(server.resolver(tls=None))
    assert "certificate" in await refusal(server.resolver("127.0.0.1"))
    assert not server.requests


async def test_a_server_that_is_not_there_is_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        asked = HttpResolver(f"https://127.0.0.1:{port}/", SECRET)
        assert await refusal(asked) == "127.0.0.1 cannot be connected to"


class Dns:
    """Answers for one name; the n-th look-up gives the n-th address, then the last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
        self.asked = 0
        real = socket.getaddrinfo

        def look_up(host: Any, port: Any, *args: Any, **more: Any) -> Any:
            if host != "resolver.test":
                return real(host, port, *args, **more)
            address = addresses[min(self.asked, len(addresses) - 1)]
            self.asked += 1
            return real(address, port, *args, **more)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)


async def test_a_name_that_leads_to_a_private_address_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    Dns(monkeypatch, "127.0.0.1")
    assert "leads to a private address" in await refusal(server.resolver("resolver.test"))
    assert not server.requests


async def test_a_private_address_is_reached_by_a_host_that_is_named(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    Dns(monkeypatch, "127.0.0.1")
    allowed = server.resolver("resolver.test", allow_private=("resolver.test",))
    assert isinstance(await allowed("on-call", FACTS), Resolved)
    assert "private" in await refusal(server.resolver("resolver.test", allow_private=("other",)))


async def test_a_name_that_changes_its_address_reaches_no_private_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[str] = []
    real = resolver.HttpResolver._socket

    def watch(self: HttpResolver, address: tuple[Any, ...]) -> socket.socket:
        made = real(self, address)
        connected.append(address[4][0])
        # 192.0.2.1 would leave this machine: the test goes no further than the decision.
        made.close()
        raise OSError("stopped by the test")

    monkeypatch.setattr(resolver.HttpResolver, "_socket", watch)
    Dns(monkeypatch, "8.8.8.8", "127.0.0.1")
    await refusal(server.resolver("resolver.test"))
    await refusal(server.resolver("resolver.test"))
    assert connected == ["8.8.8.8"]


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "192.168.1.1", "[::ffff:10.0.0.1]", "[fe80::1]"]
)
async def test_a_private_address_written_out_is_refused(host: str) -> None:
    assert "private address" in await refusal(HttpResolver(f"https://{host}/", SECRET))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("ff0e::1", False),
        ("::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
    ],
)
def test_private_is_private_in_every_way_to_write_it(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "something else"),
        (b"not json", "something else"),
        (b"[" * 50_000, "something else"),
        (b'"tel:+12125550123"', "something else"),
        ({}, "see to"),
        ({"to": ["+12125550123"]}, "see to"),
        ({"to": "+12125550123", "announcment": "x"}, "something else"),
        ({"to": "+12125550123", "announcement": 5}, "see announcement"),
        ({"to": "+12125550123", "announcement": "x" * 501}, "see announcement"),
        ({"to": "+12125550123", "announcement": "a\r\nb"}, "one plain line"),
        ({"to": "+12125550123", "headers": {"X-A": 1}}, "see headers"),
        ({"to": "+12125550123", "headers": {"X-A": "b\r\nX-C: d"}}, "header that is refused"),
        ({"to": "+12125550123", "headers": {"Refer-To": "b"}}, "header that is refused"),
        ({"to": "sip:a@b?Replaces=c"}, "address that is refused"),
        ({"to": "javascript:alert(1)"}, "address that is refused"),
        ({"to": "tel:+1212\r\nX: y"}, "address that is refused"),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_refused(answer: Any, words: str) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    with pytest.raises(ResolveError, match=words):
        HttpResolver("https://resolver.test/", SECRET, country="US").read(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=40)
    | st.fixed_dictionaries(
        {"to": st.sampled_from(["+12125550123", "sip:a@b.test"]) | _JSON},
        optional={"announcement": _JSON, "headers": _JSON},
    ).map(lambda answer: json.dumps(answer).encode())
)
@example(b'{"to": "\\ud800"}')
def test_no_answer_raises_anything_else(body: bytes) -> None:
    try:
        HttpResolver("https://resolver.test/", SECRET, country="US").read(body)
    except ResolveError as error:
        assert str(error).startswith("resolver.test answered")


def test_neither_secret_nor_path_is_shown() -> None:
    assert repr(HttpResolver("https://resolver.test/?token=x", SECRET)) == (
        "HttpResolver(resolver.test)"
    )
