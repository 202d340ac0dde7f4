"""The durable list of calls and attempts: its rows and its protocol.

The record answers for everything that outlives a call: rates, rotation, returns of a caller
to the line that has just sent him away. `transfer_call.adapters.sql_record` keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from .transfer.outcome import Outcome

if TYPE_CHECKING:
    from .transfer.outcome import Verdict

NOT_SENT = frozenset({Outcome.BLOCKED, Outcome.CALLER_LEFT, Outcome.CANCELLED, Outcome.CLOSED})
"""Attempts that ended so before their REFER count for no rate."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """One phone call. Times are aware UTC; numbers are E.164 or ``""`` when not known."""

    call_id: str
    line: str
    room: str
    caller: str
    called: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One REFER about to be made.

    Attributes:
        attempt_id: Unique; chosen by the engine so that a lost write can be replayed.
        destination: The name of the destination, never the digits that led there.
        address: The Refer-To URI.
        number: E.164 of the address where it is a number, else ``""``.
        international: Whether the number is outside the line's country.
        source: ``tool``, ``key`` or ``code``.
        announcement: ``played``, ``none``, ``hung`` (the voice did not end in time) or
            ``failed``.
    """

    attempt_id: str
    call_id: str
    line: str
    caller: str
    destination: str
    address: str
    number: str
    international: bool
    source: str
    announcement: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Rates:
    """Limits on attempts; ``None`` is no limit.

    Attributes:
        per_call: Attempts in one call.
        per_caller: ``(attempts, seconds)`` of one caller's number.
        per_destination: ``(attempts, seconds)`` of one destination.
        international: ``(attempts, seconds)`` of the whole line to other countries.
    """

    per_call: int | None = 10
    per_caller: tuple[int, int] | None = (10, 3600)
    per_destination: tuple[int, int] | None = (20, 60)
    international: tuple[int, int] | None = (20, 86400)


UNLIMITED = Rates(None, None, None, None)


@dataclass(frozen=True, slots=True)
class RateExceeded:
    """Which rate forbids the attempt, such as ``per_call`` or ``per_caller``."""

    rate: str


@dataclass(frozen=True, slots=True)
class NotCounted:
    """The store cannot be asked, so no rate was counted; the attempt is spooled.

    Whether it may be made all the same is the policy's `store_down`. One that is not is ended
    with `Outcome.BLOCKED`.
    """


@dataclass(frozen=True, slots=True)
class SentBefore:
    """An earlier attempt of the same caller that ended with his leaving."""

    destination: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the record knows about a caller when the call begins."""

    sent_before: tuple[SentBefore, ...] = field(default=())


class Record(Protocol):
    """Where calls and attempts are written. No method may block the event loop.

    No method raises: what cannot be stored is spooled, and `degraded` says so.
    """

    @property
    def degraded(self) -> str:
        """Why the store cannot be used right now, for the operator; ``""`` when it can."""
        ...

    async def call_started(self, row: CallRow) -> Remembered:
        """Write the call and return what is known of its caller."""
        ...

    async def check_rates(self, row: AttemptRow, rates: Rates) -> RateExceeded | NotCounted | None:
        """What `begin_attempt` would answer now; nothing is written.

        Asked before a caller is told that he is being put through. Only `begin_attempt` decides.
        """
        ...

    async def begin_attempt(
        self, row: AttemptRow, rates: Rates
    ) -> RateExceeded | NotCounted | None:
        """Commit the attempt as ``unknown`` if the rates allow it, in one transaction.

        Returns only after the row is durable: a crash during the REFER then leaves
        ``unknown``, not nothing. An attempt that a rate forbids leaves no row.
        """
        ...

    async def end_attempt(self, attempt_id: str, verdict: Verdict, ended_at: datetime) -> None:
        """Write what came of the attempt."""
        ...

    async def amend_attempt(self, attempt_id: str, detail: str, at: datetime) -> None:
        """Add a later fact, such as ``left_after_timeout``."""
        ...

    async def call_ended(self, call_id: str, reason: str, ended_at: datetime) -> None:
        """Write that the call is over."""
        ...

    async def next_rotation(self, key: str, size: int) -> int:
        """The next index below `size` for the rotating list `key`."""
        ...

    async def aclose(self) -> None:
        """Write what is waiting and close."""
        ...
