"""What one transfer needs from the call it belongs to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..events import EventBus
    from ..record import Record
    from ..voice.listening import Listening
    from ..voice.phrases import Phrases
    from ..voice.session_voice import SessionVoice
    from .detail import Detail
    from .request import TransferResult
    from .telephony import Telephony

DOUBT_SECONDS = 60.0
"""How long after an `unknown` attempt a caller's leaving is put down to it: a carrier lets a
phone ring for a minute at most."""
ATTEMPTS_PER_DESTINATION = 2
"""How often the LLM may fail with one destination in a call before it is refused."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The SIP participant of a call (RFC 3515: the transferee).

    Attributes:
        identity: Participant identity, for the API only.
        number: E.164, or ``""`` when withheld or not a number; a claim.
        called: The number that was dialled, E.164 or as the carrier gives it.
        diversion: Values of Diversion and History-Info headers, where the trunk maps them.
    """

    identity: str
    number: str = ""
    called: str = ""
    diversion: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt of which nobody knows the outcome, while the caller is still there.

    Attributes:
        attempt_id: Of the record.
        detail: The fact to add to it should he leave yet.
        since: When its watch ended, aware.
    """

    attempt_id: str
    detail: Detail
    since: datetime


@dataclass(slots=True)
class Learned:
    """What a call has learned from its transfers so far; nothing of it outlives the call.

    Attributes:
        refused_kinds: Kinds of address for which the carrier refuses REFER.
        no_more_refers: Set once no REFER can succeed in this call.
        failures: Failed transfers per destination that the LLM asked for.
        doubt: The last attempt, if nobody knows what became of it.
    """

    refused_kinds: set[str] = field(default_factory=set)
    no_more_refers: bool = False
    failures: Counter[str] = field(default_factory=Counter)
    doubt: Doubt | None = None


@dataclass(slots=True)
class Scene:
    """The call as its transfers see it.

    Attributes:
        left: Set when the caller is gone.
        next_moves: The sentences that tell the caller what can be done by key after a failure;
            none when no keypad is attached.
        now: The clock, aware.
        skip: Destinations that must not be tried: the caller has just come back from there.
        circles: Whether he keeps coming back, so that sending him on is no help.
    """

    call_id: str
    line: str
    room: str
    caller: Caller
    voice: SessionVoice
    listening: Listening
    phrases: Callable[[str], Phrases]
    telephony: Telephony
    record: Record
    bus: EventBus
    left: asyncio.Event
    learned: Learned
    next_moves: Callable[[TransferResult], Sequence[str]]
    now: Callable[[], datetime]
    skip: frozenset[str] = frozenset()
    circles: bool = False
