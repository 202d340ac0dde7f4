"""Calls that come back from where they were just sent: forwarded home, or sent in a circle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..directory.number_like import claimed_number

if TYPE_CHECKING:
    from ..directory.directory import Directory
    from ..directory.target import TransferTarget
    from ..record import Remembered, SentBefore

RETURN_SECONDS = 90
"""A caller who is back within this time was not helped: phones ring for a minute at most."""
CIRCLE_SECONDS = 300
"""Between two sendings of one circle: the way back, the talk with the agent, the ringing."""
MOST_RETURNS = 2
"""After so many, sending on is no help; the caller is offered what else there is."""
MOST_URIS = 32
"""Read of all headers together; anyone can send more."""

_IN_BRACKETS = re.compile("<([^<>]*)>")
_URI = re.compile(r"(?i:sips?|tel):(?P<user>[^@;?\s]*)(?:[^@?\s]*@(?P<host>\[[^\]]*\]|[^:;?\s]*))?")


def returned_from(
    remembered: Remembered, diversion: Sequence[str], began: datetime, directory: Directory
) -> frozenset[str]:
    """The destinations of `directory` that this call has come back from, to be skipped.

    Args:
        remembered: What the record knows of the caller.
        diversion: Values of Diversion (RFC 5806) and History-Info (RFC 7044) headers; they name
            where the network sent the call before it came here.
        began: When the call began, aware; how long he talks before he asks does not count.
        directory: Of the line.
    """
    names = {each.destination for each in _circle(remembered, began)}
    numbers, addresses = _before(diversion, directory.country)
    return frozenset(
        one.name
        for one in directory.destinations
        if one.name in names
        or any(
            target.number in numbers if target.number else _address(target) in addresses
            for target in one.targets
        )
    )


def keeps_returning(remembered: Remembered, began: datetime) -> bool:
    """Whether the caller has been sent away and come back so often that it is a circle."""
    return len(_circle(remembered, began)) >= MOST_RETURNS


def _circle(remembered: Remembered, began: datetime) -> list[SentBefore]:
    """The sendings that this call returns from, the last one first."""
    circle: list[SentBefore] = []
    before, limit = began, RETURN_SECONDS
    for sent in sorted(remembered.sent_before, key=lambda each: each.ended_at, reverse=True):
        if before - sent.ended_at > timedelta(seconds=limit):
            break
        circle.append(sent)
        before, limit = sent.ended_at, CIRCLE_SECONDS
    return circle


def _before(diversion: Iterable[str], country: str) -> tuple[set[str], set[str]]:
    """E.164 numbers and ``user@host`` of all URIs in the headers; what is no URI says nothing."""
    numbers: set[str] = set()
    addresses: set[str] = set()
    for uri in islice(_uris(diversion), MOST_URIS):
        user = unquote(uri["user"])
        if number := claimed_number(user, country):
            numbers.add(number)
        if uri["host"]:
            addresses.add(f"{user}@{uri['host'].lower()}")
    return numbers, addresses


def _uris(values: Iterable[str]) -> Iterator[re.Match[str]]:
    for value in values:
        for text in _IN_BRACKETS.findall(value) or value.split(","):
            if (uri := _URI.match(text.strip())) is not None:
                yield uri


def _address(target: TransferTarget) -> str:
    user = target.uri.partition(":")[2].partition("@")[0]
    return f"{unquote(user)}@{target.host}"
