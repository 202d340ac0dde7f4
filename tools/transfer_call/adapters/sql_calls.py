"""The record's calls with their attempts, for those who look at them afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from .record_schema import attempts, calls


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One REFER of a call; the fields are the columns of the record."""

    attempt_id: str
    destination: str
    address: str
    source: str
    announcement: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    sip_status: int | None
    reported_by: str
    detail: str
    responsible: str
    transfer_id: str
    later: tuple[str, ...]

    @property
    def seconds(self) -> float | None:
        """From the REFER to its outcome; ``None`` while there is none."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call with its attempts in order."""

    call_id: str
    line: str
    caller: str
    called: str
    started_at: datetime
    ended_at: datetime | None
    end_reason: str
    attempts: tuple[PastAttempt, ...]

    @property
    def seconds(self) -> float | None:
        """How long it lasted; ``None`` while it does, or when nobody saw its end."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


def open_call(connection: Connection, room: str) -> str | None:
    """The id of the call that is up in `room`, as far as the record knows."""
    found = (
        select(calls.c.call_id)
        .where(calls.c.room == room, calls.c.ended_at.is_(None))
        .order_by(calls.c.started_at.desc())
    )
    call_id: str | None = connection.execute(found).scalar()
    return call_id


def past_calls(
    connection: Connection, *, since: datetime | None = None, limit: int = 20
) -> list[PastCall]:
    """The last `limit` calls that began at or after `since`, the oldest first."""
    newest = select(calls).order_by(calls.c.started_at.desc(), calls.c.call_id.desc()).limit(limit)
    if since is not None:
        newest = newest.where(calls.c.started_at >= since)
    found = list(reversed(connection.execute(newest).all()))
    made = defaultdict(list)
    of_these = attempts.c.call_id.in_([row.call_id for row in found])
    for row in connection.execute(select(attempts).where(of_these).order_by(attempts.c.started_at)):
        made[row.call_id].append(
            PastAttempt(
                attempt_id=row.attempt_id,
                destination=row.destination,
                address=row.address,
                source=row.source,
                announcement=row.announcement,
                started_at=row.started_at,
                ended_at=row.ended_at,
                outcome=row.outcome,
                sip_status=row.sip_status,
                reported_by=row.reported_by,
                detail=row.detail,
                responsible=row.responsible,
                transfer_id=row.transfer_id,
                later=tuple(filter(None, row.later.split(","))),
            )
        )
    return [
        PastCall(
            call_id=row.call_id,
            line=row.line,
            caller=row.caller,
            called=row.called,
            started_at=row.started_at,
            ended_at=row.ended_at,
            end_reason=row.end_reason,
            attempts=tuple(made[row.call_id]),
        )
        for row in found
    ]
