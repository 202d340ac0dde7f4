"""SIP addresses: the parts of ``sip:user@host:port;transport=…`` that a REFER may carry."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote_to_bytes

from .phone_number import TargetError

EXAMPLE = "sip:desk@pbx.example.com"
TRANSPORTS = ("udp", "tcp", "tls")

_REFUSED_PARAMETERS = {
    "maddr": "it sends the call to another host than the one that is checked",
    "method": "it turns the transfer into another request",
    "lr": "it belongs to routing, not to a destination",
    "ttl": "it belongs to multicast",
}
# RFC 3261 §25.1 allows more. Left out are & and $, which Asterisk's Dial and expressions read as
# orders, and what other parsers take for the end of the user part: ; ? , and /.
_USER = re.compile(r"[A-Za-z0-9\-_.!~*'()+=%]+")
_PLAIN = re.compile(r"[A-Za-z0-9\-_.!~*'()+=]")
_ESCAPE = re.compile("(?:%[0-9A-Fa-f]{2})+")
_LABEL = re.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class SipUri:
    """The parts of a SIP address.

    Attributes:
        user: As it is sent, with the escapes that are needed.
        name: `user` with its escapes resolved.
        host: Lower-case domain, or an IP address (IPv6 in brackets).
        port: ``""`` or the number.
        transport: ``""``, ``udp``, ``tcp`` or ``tls``.
        phone: Whether it says ``;user=phone``.
    """

    user: str
    name: str
    host: str
    port: str
    transport: str
    phone: bool

    @property
    def rest(self) -> str:
        """Everything after the scheme, in one spelling."""
        port = f":{self.port}" if self.port else ""
        transport = f";transport={self.transport}" if self.transport else ""
        return f"{self.user}@{self.host}{port}{transport}{';user=phone' if self.phone else ''}"


def read_sip(rest: str, scheme: str) -> SipUri:
    """Read what follows ``sip:`` or ``sips:``; it holds ASCII without white space.

    Raises:
        TargetError: A part is missing, malformed, or does not belong in a destination.
    """
    if "?" in rest:
        raise TargetError("headers after ? do not belong in an address; use headers for them")
    before, at, after = rest.rpartition("@")
    if not at or not before:
        raise TargetError(f"the part before the @ is missing; write it as {EXAMPLE}")
    if "@" in before:
        raise TargetError("an @ before the last one must be written as %40")
    hostport, *parameters = after.split(";")
    user, name = _user(before)
    host, port = _hostport(hostport)
    transport, phone = _parameters(parameters, scheme)
    return SipUri(user, name, host, port, transport, phone)


def read_host(text: str) -> str:
    """A domain or IP address in the one spelling in which hosts are compared.

    Raises:
        TargetError: It is neither.
    """
    if text.startswith("[") and text.endswith("]"):
        try:
            address = IPv6Address(text[1:-1])
        except ValueError:
            raise TargetError("what stands in [ ] is no IPv6 address") from None
        if address.scope_id is not None:
            raise TargetError("an IPv6 address here cannot name an interface with %")
        return f"[{address.compressed}]"
    host = text.lower()
    if not host:
        raise TargetError(f"the host after the @ is missing; write it as {EXAMPLE}")
    if not host.isascii():
        raise TargetError("a host name with other than ASCII letters is written as xn--…")
    if ":" in host:
        raise TargetError("an IPv6 address as a host is written in [ ]")
    if host.endswith("."):
        raise TargetError("the host ends with a dot; write it without")
    labels = host.split(".")
    if not labels[-1][:1].isalpha():
        # RFC 3261 §25.1: the last label begins with a letter, so 127.1 and 0x7f.1 are no hosts.
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise TargetError("the host is neither a domain name nor an IP address") from None
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise TargetError("the host is no domain name; letters, digits, - and dots are allowed")
    return host


def _user(text: str) -> tuple[str, str]:
    if ":" in text:
        raise TargetError(
            "a password (or a second :) stands before the @; addresses hold none, the trunk does"
        )
    if ";" in text or "," in text:
        raise TargetError(
            "parameters or pauses stand before the @; write only the user or number there"
        )
    if not _USER.fullmatch(text):
        raise TargetError(
            "a character before the @ is not allowed; write letters, digits and - _ . + * there"
        )
    if "%" in _ESCAPE.sub("", text):
        raise TargetError("a % before the @ is not followed by two hex digits")
    name = _ESCAPE.sub(lambda match: _unescaped(match[0]), text)
    user = "".join(
        each if _PLAIN.fullmatch(each) else "".join(f"%{byte:02X}" for byte in each.encode())
        for each in name
    )
    return user, name


def _unescaped(escapes: str) -> str:
    try:
        text = unquote_to_bytes(escapes).decode()
    except UnicodeDecodeError:
        raise TargetError("a %-escape before the @ is not UTF-8") from None
    for each in text:
        if _PLAIN.fullmatch(each) or each in "#@":
            continue
        # Of other characters, letters and their marks only: a digit of another script or an
        # escaped control character or separator hides what would be dialled.
        if each.isascii() or unicodedata.category(each)[0] not in "LM" or _hides(each):
            raise TargetError(
                "a %-escape before the @ stands for a character that is not allowed there"
            )
    return text


def _hides(letter: str) -> bool:
    """Whether it is a letter to Unicode but looks like, or turns into, something else."""
    folded = unicodedata.normalize("NFKC", letter)
    return folded.isascii() or any(unicodedata.category(each)[0] not in "LM" for each in folded)


def _hostport(text: str) -> tuple[str, str]:
    bracket = text.rfind("]")
    colon = text.find(":", bracket + 1)
    if colon < 0:
        return read_host(text), ""
    port = text[colon + 1 :]
    if bracket < 0 and ":" in port:
        raise TargetError("an IPv6 address as a host is written in [ ]")
    if not re.fullmatch("[1-9][0-9]{0,4}", port) or int(port) > 65535:
        raise TargetError("the port after the host must be a number from 1 to 65535")
    return read_host(text[:colon]), port


def _parameters(parameters: list[str], scheme: str) -> tuple[str, bool]:
    transport, phone = "", False
    for parameter in parameters:
        name, _, value = parameter.lower().partition("=")
        if name in _REFUSED_PARAMETERS:
            raise TargetError(f"remove ;{name} from the address: {_REFUSED_PARAMETERS[name]}")
        if name == "transport" and not transport:
            if value not in TRANSPORTS:
                raise TargetError("transport must be udp, tcp or tls")
            if scheme == "sips" and value == "udp":
                raise TargetError("sips: cannot go over udp; write tcp or tls, or sip:")
            transport = value
        elif name == "user" and not phone:
            if value != "phone":
                raise TargetError("user= can only be phone; remove it")
            phone = True
        elif name in ("transport", "user"):
            raise TargetError(f"{name}= stands twice in the address; write it once")
        else:
            raise TargetError(
                "the address has a parameter after ; that is not transport= or user=phone; "
                "remove it"
            )
    return transport, phone
