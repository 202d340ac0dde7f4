"""LiveKit's header rules (protocol, livekit/sip_validation.go), told once more for the tests.

`announced` are those that it only warns of and says it will refuse later.
"""

from __future__ import annotations

FORBIDDEN = frozenset(
    "accept accept-encoding accept-language allow allow-events call-id contact content-encoding "
    "content-length content-type cseq event expires from max-forwards record-route refer-to "
    "reply-to k l m o r t u v".split()
)
ANNOUNCED = frozenset({"to", "via"})
NAME_ADDR = frozenset(
    "from to contact route record-route reply-to p-asserted-identity referred-by".split()
)
TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~")


def accepted(name: str, value: str) -> bool:
    """Whether today's servers take the header, and those that refuse what is warned of now."""
    lower = name.lower()
    if not name or len(name) > 255 or not set(name) <= TOKEN:
        return False
    if lower in FORBIDDEN | ANNOUNCED:
        return False
    if len(value.encode()) > 1024:
        return False
    if any(ord(each) < 0x20 and each != "\t" or ord(each) == 0x7F for each in value):
        return False
    return lower not in NAME_ADDR or name_addr(value)


def name_addr(value: str) -> bool:
    """`validateNameAddrHeader`: an optional display name and a URI, in brackets or bare."""
    if value.count("<") > 1 or value.count(">") > 1 or ("<" in value) != (">" in value):
        return False
    uri = value
    if "<" in value:
        start, end = value.index("<"), value.index(">")
        if start > end or not display_name(value[:start].strip()):
            return False
        uri = value[start + 1 : end]
    elif any(each in value for each in ",? "):
        return False
    return uri.split(":", 1)[0] in ("sip", "sips", "tel") and " " not in uri


def display_name(text: str) -> bool:
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return '"' not in text[1:-1] and "\\" not in text[1:-1]
    return set(text) <= TOKEN | {" ", "\t"}
