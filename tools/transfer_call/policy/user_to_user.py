"""The User-to-User header (RFC 7433): text to hex, which is the form that receivers expect."""

from __future__ import annotations

import re

MOST_OCTETS = 128
"""What ISDN user information holds (RFC 7434); systems behind it drop a longer value whole."""

_PARTS = re.compile(
    r"(?P<text>.*?)(?P<parameters>(?:;(?:purpose|content|encoding|pd)=[A-Za-z0-9._-]+)*)",
    re.DOTALL | re.IGNORECASE,
)
_HEX = re.compile("(?:[0-9A-Fa-f]{2})+")
_ENCODING = re.compile(";encoding=([^;]*)", re.IGNORECASE)


def split(value: str) -> tuple[str, str]:
    """The text and, after it, the header's own parameters: purpose, content, encoding, pd."""
    match = _PARTS.fullmatch(value)
    assert match is not None  # both groups may be empty, so every string matches
    return match["text"], match["parameters"]


def is_encoded(value: str) -> bool:
    """Whether the operator has written hex himself, and said so by ``;encoding=hex``."""
    text, parameters = split(value)
    return bool(_HEX.fullmatch(text)) and _encoding(parameters) == "hex"


def parameters_fault(value: str) -> str | None:
    """What is wrong with the parameters of a User-to-User value, or ``None``."""
    if _encoding(split(value)[1]) not in ("", "hex"):
        return "the only encoding of User-to-User is hex; remove ;encoding="
    return None


def encode(text: str, parameters: str) -> str:
    """The header value for `text`, cut to `MOST_OCTETS` of UTF-8 between two characters."""
    octets = text.encode()[:MOST_OCTETS].decode(errors="ignore").encode()
    return f"{octets.hex()};encoding=hex{_ENCODING.sub('', parameters)}" if octets else ""


def _encoding(parameters: str) -> str:
    match = _ENCODING.search(parameters)
    return match[1].lower() if match else ""
