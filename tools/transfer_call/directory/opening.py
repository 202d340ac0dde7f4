"""What can be said about a destination's hours, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .directory import Directory


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """Whether a destination takes calls at some instant, and when next.

    Attributes:
        destination: Its name.
        is_open: Whether it takes calls.
        opens_at: When it opens next, in the time zone of the business; ``None`` when it is open,
            or when nobody knows.
        reason: Why it is closed, in the operator's own words, or ``""``.
        holiday: Whether it is a public holiday.
        override: Whether it is closed by today's exception and not by its hours.
    """

    destination: str
    is_open: bool
    opens_at: datetime | None = None
    reason: str = ""
    holiday: bool = False
    override: bool = False


def opening_facts(directory: Directory, name: str, at: datetime) -> OpeningFacts:
    """The facts about `name` at the aware instant `at`.

    Raises:
        KeyError: There is no such destination.
        ValueError: `at` is naive.
    """
    if directory.is_open(name, at):
        return OpeningFacts(name, is_open=True)
    schedule = directory.schedule(name)
    closing = directory.closed_by(name, at)
    opens_at = directory.next_opening(name, at)
    zone = schedule.zone if schedule is not None else directory.zone
    if opens_at is not None and zone is not None:
        opens_at = opens_at.astimezone(zone)
    reason = schedule.closed_reason(at) if schedule is not None else ""
    return OpeningFacts(
        destination=name,
        is_open=False,
        opens_at=opens_at,
        reason=closing.reason if closing is not None else reason,
        holiday=closing is None and schedule is not None and schedule.is_holiday(at),
        override=closing is not None,
    )
