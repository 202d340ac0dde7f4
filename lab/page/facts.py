"""What is worth showing of one call. All times are seconds from the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from lab.ladder import Step

STEP = 0.02
"""Seconds for which one level of a `Strip` stands."""


@dataclass(frozen=True)
class Strip:
    """A stretch of sound.

    Attributes:
        who: Whose voice it is.
        start: Of its first level.
        levels: How loud it is, 0 to 1, every `STEP` seconds.
    """

    who: str
    start: float
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Words:
    """A sentence, and from when to when it was to be heard."""

    who: str
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Key:
    """A key that was pressed."""

    at: float
    digit: str


@dataclass(frozen=True)
class Clip:
    """What a phone's user heard and said, together."""

    start: float
    seconds: float
    mp3: bytes


@dataclass(frozen=True)
class Phone:
    """One telephone of the call."""

    who: str
    says: tuple[Strip, ...]
    hears: tuple[Strip, ...]
    said: tuple[Words, ...]
    heard: tuple[Words, ...]
    keys: tuple[Key, ...]
    clip: Clip


@dataclass(frozen=True)
class Attempt:
    """A transfer that was tried, as the receptionist's record has it."""

    destination: str
    outcome: str
    sip_status: int | None


@dataclass(frozen=True)
class CallFacts:
    """One call.

    Attributes:
        title: What happens in it.
        began: When the caller dialled.
        lanes: Who takes part, the caller first.
        start: When the caller dialled, so it is not above 0.
        end: When the last of them hung up.
        steps: What was signalled, pressed and said, in order.
        phones: The telephones that were used, the caller's first.
        attempts: In order; empty when nothing was tried.
        notes: What was measured.
        succeeded: Whether all went as it was meant to; None where nothing was meant.
    """

    title: str
    began: datetime
    lanes: tuple[str, ...]
    start: float
    end: float
    steps: tuple[Step, ...]
    phones: tuple[Phone, ...]
    attempts: tuple[Attempt, ...]
    notes: tuple[str, ...]
    succeeded: bool | None
