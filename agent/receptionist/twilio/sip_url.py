"""The SIP addresses a trunk sends its calls to."""

from __future__ import annotations

import ipaddress
import re
from typing import Literal

Transport = Literal["udp", "tcp"]

EXAMPLE = "example.sip.livekit.cloud, or sip.example.com:5060"

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+[A-Za-z]{_LABEL[len('[A-Za-z0-9]') :]}")
_URL = re.compile(r"sip:(?://)?(?:[^@;?]*@)?([^;?]*)((?:;[^?]*)?)", re.IGNORECASE)


class SipHostError(ValueError):
    """A SIP host that Twilio could not send calls to; the text says what to write."""


def origination_url(host: str, transport: Transport = "udp") -> str:
    """The origination URL of a LiveKit SIP service.

    Args:
        host: Its name or public IPv4 address, with ``:port`` when that is not 5060; ``sip:`` before
            it is allowed, for LiveKit shows it so.
        transport: Of the signalling.

    Raises:
        SipHostError: Twilio could not reach that.
    """
    text = host.strip().removeprefix("sip:").rstrip("/")
    if text.startswith(("http", "ws")) and "://" in text:
        raise SipHostError(f"{host!r} is not a SIP host; write {EXAMPLE}")
    if text.startswith("sips:"):
        raise SipHostError("Twilio sends no calls to sips: addresses; write the host alone")
    name, colon, port = text.partition(":")
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SipHostError(f"{host!r} has no port behind the colon; write {EXAMPLE}")
    _refuse_unreachable(name, host)
    suffix = f":{int(port)}" if colon and int(port) != 5060 else ""
    parameter = "" if transport == "udp" else f";transport={transport}"
    return f"sip:{name.lower()}{suffix}{parameter}"


def same_place(one: str, other: str) -> bool:
    """Whether two origination URLs lead to the same host and port, by whatever transport."""
    return _place(one) is not None and _place(one) == _place(other)


def transport_of(url: str) -> str:
    """The transport that a SIP URL names; UDP where it names none (RFC 3261 §19.1.2)."""
    found = re.search(r";transport=([a-z]+)", url.lower())
    return found[1] if found else "udp"


def _place(url: str) -> tuple[str, int] | None:
    match = _URL.fullmatch(url.strip())
    if match is None:
        return None
    name, _, port = match[1].partition(":")
    return name.lower(), int(port) if port.isdigit() else 5060


def _refuse_unreachable(name: str, written: str) -> None:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        if not _NAME.fullmatch(name):
            raise SipHostError(f"{written!r} is not a SIP host; write {EXAMPLE}") from None
        if name.lower().endswith(".livekit.cloud") and ".sip." not in name.lower():
            raise SipHostError(
                f"{name} is the address of the LiveKit project; its SIP host is shown in the"
                " project settings as SIP URI, such as example.sip.livekit.cloud"
            ) from None
        return
    if not address.is_global:
        raise SipHostError(f"Twilio cannot reach {name}: it is not a public address")
