"""SIP messages as they were seen on the wire (RFC 3261 section 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.pcap import Address, Datagram

_REQUEST_LINE = re.compile(r"([A-Z]+) (\S+) SIP/2\.0")
_STATUS_LINE = re.compile(r"SIP/2\.0 (\d{3}) ?(.*)")
_COMPACT = {  # RFC 3261 section 20, RFC 3515, RFC 3892, RFC 6665
    "b": "referred-by",
    "c": "content-type",
    "f": "from",
    "i": "call-id",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "t": "to",
    "v": "via",
}


@dataclass(frozen=True)
class SipMessage:
    """A request or a response."""

    at: float
    """When it was on the wire, in seconds since 1970."""
    source: Address
    destination: Address
    method: str
    """Of the request, or of the request that this answers."""
    status: int | None
    """Of a response; None for a request."""
    reason: str
    uri: str
    """The Request-URI; empty for a response."""
    headers: tuple[tuple[str, str], ...]
    """Long names in lower case, in the order of the wire."""
    body: str

    def header(self, name: str) -> str:
        """The first header of this name, empty when there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """All headers of this name."""
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def is_request(self) -> bool:
        return self.status is None

    @property
    def call_id(self) -> str:
        return self.header("call-id")

    @property
    def cseq(self) -> int:
        return int(self.header("cseq").split()[0])

    @property
    def from_tag(self) -> str:
        return _tag(self.header("from"))

    @property
    def to_tag(self) -> str:
        return _tag(self.header("to"))

    @property
    def from_user(self) -> str:
        """The user part of the From address, such as ``+12125550199``."""
        found = re.search(r"sips?:([^@;>]+)@", self.header("from"))
        return found[1] if found else ""

    @property
    def reported(self) -> int | None:
        """The status that a NOTIFY's message/sipfrag body reports (RFC 3420), if any."""
        found = _STATUS_LINE.match(self.body) if self.method == "NOTIFY" else None
        return int(found[1]) if found else None

    @property
    def media(self) -> Address | None:
        """Where the session description in the body wants audio sent (RFC 4566)."""
        from lab.pcap import Address

        host = re.search(r"^c=IN IP4 (\S+)", self.body, re.M)
        port = re.search(r"^m=audio (\d+)", self.body, re.M)
        return Address(host[1], int(port[1])) if host and port else None

    def event_payload_type(self) -> int | None:
        """The RTP payload type of telephone events (RFC 4733) in the session description."""
        found = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", self.body, re.M | re.I)
        return int(found[1]) if found else None

    def __str__(self) -> str:
        if self.status is not None:
            return f"{self.status} {self.reason} ({self.method})"
        if self.method == "REFER":
            return f"REFER, Refer-To: {self.header('refer-to')}"
        if self.method == "NOTIFY":
            return f"NOTIFY {self.body.splitlines()[0] if self.body else '(no body)'}"
        return f"{self.method} {self.uri}"


def parse_sip(datagram: Datagram) -> SipMessage | None:
    """The SIP message in a datagram, None when it holds none (RTP, keep-alives)."""
    head, _, body = datagram.payload.partition(b"\r\n\r\n")
    lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace")).split("\r\n")
    request = _REQUEST_LINE.fullmatch(lines[0])
    response = _STATUS_LINE.fullmatch(lines[0])
    if not (request or response):
        return None
    headers = []
    for line in lines[1:]:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers.append((_COMPACT.get(name, name), value.strip()))
    answered = next((value.split()[-1] for name, value in headers if name == "cseq"), "")
    return SipMessage(
        at=datagram.at,
        source=datagram.source,
        destination=datagram.destination,
        method=request[1] if request else answered,
        status=int(response[1]) if response else None,
        reason=response[2] if response else "",
        uri=request[2] if request else "",
        headers=tuple(headers),
        body=body.decode("utf-8", "replace"),
    )


def _tag(value: str) -> str:
    found = re.search(r";\s*tag=([^;\s]+)", value)
    return found[1] if found else ""
