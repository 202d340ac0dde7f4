"""One fact about a call that is to be written, and its form in the spool file.

Every fact can be written again without harm: rows have an id chosen before, and what is added to
them is the same each time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..record import AttemptRow, CallRow
    from ..transfer.outcome import Verdict


class Fact(StrEnum):
    """What kind of fact it is."""

    CALL_STARTED = "call_started"
    ATTEMPT_BEGUN = "attempt_begun"
    ATTEMPT_ENDED = "attempt_ended"
    ATTEMPT_AMENDED = "attempt_amended"
    CALL_ENDED = "call_ended"


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact and its columns; times are aware and in columns that end in ``_at``."""

    fact: Fact
    columns: dict[str, Any]

    @property
    def row_id(self) -> str:
        """The row it is about."""
        key = "call_id" if self.fact in (Fact.CALL_STARTED, Fact.CALL_ENDED) else "attempt_id"
        return f"{key}={self.columns.get(key)}"


def call_started(row: CallRow) -> Entry:
    """A call began."""
    return Entry(Fact.CALL_STARTED, _columns(row))


def attempt_begun(row: AttemptRow) -> Entry:
    """An attempt is about to be made."""
    return Entry(Fact.ATTEMPT_BEGUN, _columns(row))


def attempt_ended(attempt_id: str, verdict: Verdict, ended_at: datetime) -> Entry:
    """An attempt has its verdict."""
    return Entry(
        Fact.ATTEMPT_ENDED,
        {
            "attempt_id": attempt_id,
            "ended_at": ended_at,
            "outcome": str(verdict.outcome),
            "sip_status": verdict.sip_status,
            "reported_by": verdict.reported_by,
            "detail": str(verdict.detail),
            "responsible": str(verdict.responsible),
            "transfer_id": verdict.transfer_id,
        },
    )


def attempt_amended(attempt_id: str, detail: str, at: datetime) -> Entry:
    """A later fact about an attempt."""
    columns = {"attempt_id": attempt_id, "later": str(detail), "amended_at": at}
    return Entry(Fact.ATTEMPT_AMENDED, columns)


def call_ended(call_id: str, reason: str, ended_at: datetime) -> Entry:
    """A call is over."""
    columns = {"call_id": call_id, "end_reason": reason, "ended_at": ended_at}
    return Entry(Fact.CALL_ENDED, columns)


def _columns(row: CallRow | AttemptRow) -> dict[str, Any]:
    # Not asdict: it copies each value, on the way from a key to its REFER.
    return {field.name: getattr(row, field.name) for field in fields(row)}


def to_line(entry: Entry) -> str:
    """One line of JSON, with its line end."""
    return json.dumps({"fact": entry.fact, **entry.columns}, default=_plain) + "\n"


def from_line(line: str) -> Entry:
    """Read a line of the spool.

    Raises:
        ValueError: It is none; it may have been cut off by a full disk.
    """
    columns = json.loads(line)
    if not isinstance(columns, dict):
        raise ValueError("not an entry")
    fact = Fact(columns.pop("fact", ""))
    for name, value in columns.items():
        if name.endswith("_at") and value is not None:
            columns[name] = datetime.fromisoformat(value)
    return Entry(fact, columns)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be spooled")
