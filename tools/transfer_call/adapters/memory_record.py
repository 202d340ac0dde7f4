"""A record that lives as long as its process: for users of the toolset who keep no database."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..record import NOT_SENT, RateExceeded, Remembered, SentBefore
from ..transfer.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from ..record import AttemptRow, CallRow, NotCounted, Rates

MOST_ATTEMPTS = 10_000
"""Older ones are forgotten; rates look back a day at most."""
REMEMBER = timedelta(hours=1)
"""How far back a caller's earlier attempts are looked for."""


@dataclass(slots=True)
class KeptAttempt:
    """An attempt and what is known of it so far.

    Attributes:
        row: As it was begun.
        verdict: ``None`` while it is pending.
        ended_at: When the verdict came.
        later: Facts added afterwards.
    """

    row: AttemptRow
    verdict: Verdict | None = None
    ended_at: datetime | None = None
    later: list[str] = field(default_factory=list)

    @property
    def caller_left(self) -> bool:
        """Whether it ended with the caller's leaving."""
        ended = self.verdict is not None and self.verdict.outcome in (
            Outcome.CONNECTED,
            Outcome.HANDED_OFF,
        )
        return ended or any(fact.startswith("left_after") for fact in self.later)


class MemoryRecord:
    """A `Record` in memory. Rates hold for the calls of one process.

    Each job of a LiveKit worker is a process of its own: what must outlive a call needs
    `transfer_call.adapters.sql_record.SqlRecord`.
    """

    def __init__(self) -> None:
        self.attempts: deque[KeptAttempt] = deque(maxlen=MOST_ATTEMPTS)
        self._turns: defaultdict[str, int] = defaultdict(int)

    @property
    def degraded(self) -> str:
        """Never: there is nothing that can fail."""
        return ""

    async def call_started(self, row: CallRow) -> Remembered:
        """What is known of the caller."""
        if not row.caller:
            return Remembered()
        sent = [
            SentBefore(kept.row.destination, kept.ended_at)
            for kept in reversed(self.attempts)
            if kept.ended_at is not None
            and kept.caller_left
            and (kept.row.caller, kept.row.line) == (row.caller, row.line)
            and kept.row.call_id != row.call_id
            and kept.row.started_at > row.started_at - REMEMBER
        ]
        return Remembered(tuple(sent))

    async def check_rates(self, row: AttemptRow, rates: Rates) -> RateExceeded | NotCounted | None:
        """What `begin_attempt` would answer now."""
        for rate, limit, counted in self._counts(row, rates):
            if limit is not None and counted >= limit:
                return RateExceeded(rate)
        return None

    async def begin_attempt(
        self, row: AttemptRow, rates: Rates
    ) -> RateExceeded | NotCounted | None:
        """Keep the attempt if the rates allow it."""
        refused = await self.check_rates(row, rates)
        if refused is None:
            self.attempts.append(KeptAttempt(row))
        return refused

    async def end_attempt(self, attempt_id: str, verdict: Verdict, ended_at: datetime) -> None:
        """Keep what came of the attempt."""
        for kept in self._of(attempt_id):
            kept.verdict, kept.ended_at = verdict, ended_at

    async def amend_attempt(self, attempt_id: str, detail: str, at: datetime) -> None:
        """Add a later fact."""
        for kept in self._of(attempt_id):
            if detail not in kept.later:
                kept.later.append(detail)

    async def call_ended(self, call_id: str, reason: str, ended_at: datetime) -> None:
        """Nothing is kept of calls."""

    async def next_rotation(self, key: str, size: int) -> int:
        """The next index below `size` for the list `key`."""
        turn = self._turns[key]
        self._turns[key] += 1
        return turn % size

    async def aclose(self) -> None:
        """Nothing is waiting; what is kept stays for the next call."""

    def _of(self, attempt_id: str) -> list[KeptAttempt]:
        return [kept for kept in self.attempts if kept.row.attempt_id == attempt_id]

    def _counts(self, row: AttemptRow, rates: Rates) -> list[tuple[str, int | None, int]]:
        """Each rate with its limit and the earlier attempts that count for it."""
        made = [
            kept.row
            for kept in self.attempts
            if kept.verdict is None or kept.verdict.outcome not in NOT_SENT
        ]

        def since(window: tuple[int, int] | None) -> list[AttemptRow]:
            if window is None:
                return []
            start = row.started_at - timedelta(seconds=window[1])
            return [each for each in made if each.started_at > start]

        def most(window: tuple[int, int] | None) -> int | None:
            return window[0] if window is not None else None

        return [
            ("per_call", rates.per_call, sum(each.call_id == row.call_id for each in made)),
            (
                "per_caller",
                # Callers who withhold their number are not one caller.
                most(rates.per_caller) if row.caller else None,
                sum(each.caller == row.caller for each in since(rates.per_caller)),
            ),
            (
                "per_destination",
                most(rates.per_destination),
                sum(
                    (each.line, each.destination) == (row.line, row.destination)
                    for each in since(rates.per_destination)
                ),
            ),
            (
                "international",
                most(rates.international) if row.international else None,
                sum(
                    each.line == row.line and each.international
                    for each in since(rates.international)
                ),
            ),
        ]
