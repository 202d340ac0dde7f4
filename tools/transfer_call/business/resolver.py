"""Run-time destinations over HTTP: one signed POST, one address back, within two seconds."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from ..directory.destination import Resolved, ResolveError
from ..directory.target import TargetError, TransferTarget
from ..policy.headers import validate_literal
from .values import is_loopback

if TYPE_CHECKING:
    from ..directory.destination import CallFacts

TIMEOUT_SECONDS = 2.0
"""For everything: name, connection, request and answer."""
MAX_ANSWER = 64 * 1024
TIMESTAMP_HEADER = "X-Transfer-Call-Timestamp"
"""Unix time in whole seconds."""
SIGNATURE_HEADER = "X-Transfer-Call-Signature"
"""``v1=`` and the HMAC-SHA256 in hex of the timestamp, a ``.`` and the body, by the secret."""

_NAT64 = IPv6Network("64:ff9b::/96")


class _Answer(BaseModel):
    """What the server may answer; everything is checked again as if written in the file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    to: Annotated[str, StringConstraints(max_length=256)]
    announcement: Annotated[str, StringConstraints(max_length=500)] | None = None
    headers: Mapping[str, str] = {}


class _PrivateAddressError(OSError):
    """The name leads to an address that is not on the public Internet."""


class HttpResolver:
    """Asks a server of the operator where a destination is reached.

    An instance is a `transfer_call.directory.destination.Resolver`.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        country: str = "",
        allow_private: Collection[str] = (),
        tls: ssl.SSLContext | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a resolver; nothing is sent.

        Args:
            url: ``https://``, or ``http://`` of this machine.
            secret: Signs each request.
            country: ISO 3166 country of answers that are national numbers.
            allow_private: Host names that may lead to private or local addresses.
            tls: Default: the system's certificates.
            now: The clock, in Unix seconds.
        """
        host = (urlsplit(url).hostname or "").rstrip(".")
        self._url = url
        self._host = host
        self._secret = secret.encode()
        self._country = country
        self._private = host in allow_private
        self._tls = tls
        self._now = now

    def __repr__(self) -> str:
        return f"HttpResolver({self._host})"

    async def __call__(self, name: str, facts: CallFacts) -> Resolved:
        """Ask where `name` is reached now.

        Raises:
            ResolveError: No usable answer within `TIMEOUT_SECONDS`. The text is for the
                operator and holds nothing of the call or of the answer.
        """
        body = json.dumps({"destination": name, **asdict(facts)}).encode()
        try:
            answer = await self._post(body)
        except TimeoutError:
            raise ResolveError(
                f"{self._host} did not answer within {TIMEOUT_SECONDS:g} s"
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ResolveError(f"{self._host} {_reason(error)}") from None
        return self.read(answer)

    def read(self, body: bytes) -> Resolved:
        """Read an answer as strictly as the operator's file.

        Raises:
            ResolveError: It is not the JSON that is expected, or names what may not be dialled.
        """
        try:
            answer = _Answer.model_validate_json(body)
        except ValidationError as error:
            fields = sorted({str(item["loc"][0]) for item in error.errors() if item["loc"]})
            known = [field for field in fields if field in _Answer.model_fields]
            about = f"; see {', '.join(known)}" if known else ""
            raise ResolveError(
                f"{self._host} answered something else than "
                f'{{"to": "…", "announcement": "…", "headers": {{…}}}}{about}'
            ) from None
        try:
            target = TransferTarget.parse(answer.to, country=self._country)
        except TargetError as error:
            raise ResolveError(
                f"{self._host} answered an address that is refused: {error}"
            ) from None
        for name, value in answer.headers.items():
            if (fault := validate_literal(name, value)) is not None:
                raise ResolveError(f"{self._host} answered a header that is refused: {fault}")
        announcement = answer.announcement
        if announcement is not None and not announcement.isprintable():
            raise ResolveError(f"{self._host} answered an announcement that is not one plain line")
        return Resolved(target, announcement, dict(answer.headers))

    async def _post(self, body: bytes) -> bytes:
        timestamp = str(int(self._now()))
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: sign(self._secret, timestamp, body),
        }
        connector = aiohttp.TCPConnector(
            socket_factory=self._socket, ssl=self._tls if self._tls is not None else True
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            ) as session,
            session.post(self._url, data=body, headers=headers, allow_redirects=False) as reply,
        ):
            if reply.status != 200:
                raise ResolveError(f"{self._host} answered HTTP {reply.status}, not 200")
            if reply.headers.get("Content-Encoding", "identity") != "identity":
                raise ResolveError(f"{self._host} answered compressed; send the JSON plain")
            answer = b""
            async for chunk in reply.content.iter_any():
                answer += chunk
                if len(answer) > MAX_ANSWER:
                    raise ResolveError(f"{self._host} answered more than {MAX_ANSWER // 1024} KiB")
            return answer

    def _socket(self, address: tuple[Any, ...]) -> socket.socket:
        """The socket for one connection; asked with the very address it will connect to.

        Checking here and not when the name is looked up leaves no second look-up that could
        answer differently (DNS rebinding).
        """
        family, kind, protocol, _, sockaddr = address
        # An IPv6 address may carry its zone: fe80::1%eth0.
        ip = ip_address(str(sockaddr[0]).partition("%")[0])
        if not (self._private or is_public(ip) or (is_loopback(self._host) and ip.is_loopback)):
            raise _PrivateAddressError
        return socket.socket(family, kind, protocol)


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature header's value; a server compares it with its own in constant time."""
    digest = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether `ip` is on the public Internet, also behind the ways to write IPv4 in IPv6."""
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return ip.is_global and not ip.is_multicast


def _reason(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _PrivateAddressError):
            return "leads to a private address; name the host under allow_private if it should"
        if isinstance(cause, ssl.SSLError):
            return "has no certificate that can be trusted"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "is a name that DNS does not know"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "cannot be connected to"
    return "did not answer in HTTP"
