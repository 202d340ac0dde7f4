"""Extra SIP headers of a REFER: which may be sent, and how they are filled in.

Names and values pass LiveKit's own rules (protocol, `livekit/sip_validation.go`) and those that
it announces for later: what it only warns of today is refused here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..directory.destination import CallFacts
from . import user_to_user
from .header_text import MOST, NOT_TEXT, Template, TemplateError, cut, header_values, one_line

if TYPE_CHECKING:
    from ..directory.destination import Destination

MOST_NAME = 255
MOST_VALUE = 1024

_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_OWNED_BY_BRIDGE = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "allow",
        "allow-events",
        "call-id",
        "contact",
        "cseq",
        "event",
        "expires",
        "from",
        "max-forwards",
        "record-route",
        "refer-to",
        "reply-to",
        # Warned of today; "will be rejected in a future release".
        "to",
        "via",
        # LiveKit lets these pass. They change where the REFER goes, whether it is understood at
        # all, or (Refer-Sub, RFC 4488) suppress the NOTIFY that brings the outcome.
        "authorization",
        "proxy-authorization",
        "proxy-require",
        "refer-sub",
        "require",
        "route",
        "supported",
    }
)
_ADDRESSES = frozenset({"referred-by", "p-asserted-identity"})
"""Headers that LiveKit knows to hold an address (RFC 3892 §3, RFC 3325 §9.1)."""
_ADDRESS = re.compile(
    r'(?:"[^"\\<>]*" ?|[A-Za-z0-9\-.!%*_+`\'~ ]*)<(?:sips?|tel):[^\s<>"]+>(?:;[^\s<>"]+)?'
    r'|(?:sips?|tel):[^\s<>",?]+'
)
_IN_ADDRESSES = "+-_. "
_STRUCTURE = '"\\<>;,='
_USER_TO_USER = "user-to-user"
_SAMPLE = CallFacts(
    call_id="SCL_sample",
    line="sample",
    caller="+12125550123",
    called="+12125550123",
    summary="sample",
)


def validate_header(name: str, value: str) -> str | None:
    """What is wrong with an extra header of a destination, or ``None``.

    Args:
        name: Header name (RFC 3261 §25.1 token).
        value: A template with the placeholders `header_text.MOST`; literal braces are doubled.
    """
    if fault := _name_fault(name):
        return fault
    try:
        template = Template(value)
    except TemplateError as error:
        return str(error)
    literals = template.literals
    if not value.strip():
        return "the header is empty; write a value, or remove it"
    if any(unicodedata.category(each) in NOT_TEXT for each in literals):
        return "the value holds a line end, a tab or an invisible character; remove it"
    if name.lower() == _USER_TO_USER:
        return user_to_user.parameters_fault(value) or _sent_fault(
            name.lower(), _render(name, value, _SAMPLE)
        )
    if not literals.isascii():
        return "the value holds a character that is not ASCII; write it without accents"
    if template.longest > MOST_VALUE:
        return f"the value can become {template.longest} characters long; {MOST_VALUE} are allowed"
    return _sent_fault(name.lower(), _render(name, value, _SAMPLE))


def validate_headers(headers: Mapping[str, str], summary_header: str = "") -> dict[str, str]:
    """What is wrong with all extra headers of a destination, by name as written.

    Args:
        headers: Templates by name.
        summary_header: The header that carries the summary, or ``""``.
    """
    faults: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in (*headers.items(), *_summary(summary_header)):
        fault = validate_header(name, value)
        if fault is None and name.lower() in seen:
            fault = "the header is there twice; upper and lower case are the same"
        if fault is not None:
            faults[name] = fault
        seen.add(name.lower())
    return faults


def render_headers(
    destination: Destination, facts: CallFacts, *, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The extra headers of a REFER to `destination`.

    A header that comes out empty, or with an address that lacks a part because the caller
    withholds his number, is left out.

    Args:
        destination: Its headers have passed `validate_headers`.
        facts: What the placeholders stand for.
        extra: Headers of a resolver's answer, sent as they stand in place of those of the same
            name; left out where `validate_literal` finds a fault.
    """
    rendered: dict[str, tuple[str, str]] = {}
    for name, template in (*destination.headers.items(), *_summary(destination.summary_header)):
        rendered[name.lower()] = (name, _render(name, template, facts))
    for name, value in (extra or {}).items():
        if validate_literal(name, value) is None:
            rendered[name.lower()] = (name, _literal(name, value))
    return {
        name: value
        for lower, (name, value) in rendered.items()
        if value and not _sent_fault(lower, value)
    }


def validate_literal(name: str, value: str) -> str | None:
    """What is wrong with a header whose value is no template, or ``None``."""
    if fault := _name_fault(name):
        return fault
    if any(unicodedata.category(each) in NOT_TEXT for each in value):
        return "the value holds a line end, a tab or an invisible character; remove it"
    return _sent_fault(name.lower(), _literal(name, value))


def _summary(name: str) -> list[tuple[str, str]]:
    return [(name, "{summary}")] if name else []


def _render(name: str, value: str, facts: CallFacts) -> str:
    lower, value = name.lower(), value.strip()
    if lower == _USER_TO_USER:
        if user_to_user.is_encoded(value):
            return value
        text, parameters = user_to_user.split(value)
        template = Template(text)
        words = {each: cut(one_line(getattr(facts, each)), MOST[each]) for each in template.names}
        return user_to_user.encode(template.fill(words), parameters)
    template = Template(value)
    if lower in _ADDRESSES:
        words = header_values(template.names, facts, keep=_IN_ADDRESSES)
        return template.fill(words) if all(words.values()) else ""
    # Among other text, what the caller said must not look like a part of the value.
    drop = _STRUCTURE if template.literals.strip() else ""
    return template.fill(header_values(template.names, facts, drop=drop))


def _literal(name: str, value: str) -> str:
    value = value.strip()
    if name.lower() != _USER_TO_USER or user_to_user.is_encoded(value):
        return value
    return user_to_user.encode(*user_to_user.split(value))


def _name_fault(name: str) -> str | None:
    lower = name.lower()
    if not name or len(name) > MOST_NAME or not _TOKEN.fullmatch(name):
        return "a header name is made of letters, digits and -; it ends before the :"
    if len(name) == 1:
        return "write the header's full name, not its short form"
    if lower in _OWNED_BY_BRIDGE or lower.startswith("content-"):
        return "the SIP bridge sets this header itself; use a name of your own, such as X-Caller"
    return None


def _sent_fault(lower: str, value: str) -> str | None:
    """What is wrong with a value in its last form."""
    if not value.isascii() or not value.isprintable():
        return "the value holds a character that is not printable ASCII; remove it"
    if len(value) > MOST_VALUE:
        return f"the value is longer than {MOST_VALUE} characters"
    if lower in _ADDRESSES and not _ADDRESS.fullmatch(value):
        return "the value must be an address such as <sip:{caller}@pbx.example.com>"
    return None
