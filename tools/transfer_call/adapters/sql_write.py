"""How entries become rows, and how rates are counted over the rows that are there."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Label,
    bindparam,
    func,
    select,
    text,
    update,
)

from ..record import NOT_SENT, AttemptRow, RateExceeded, Rates
from .record_entry import Entry, Fact, attempt_begun
from .record_schema import Moment, attempts, calls
from .sql_kept import insert

_NOT_SENT = [outcome.value for outcome in NOT_SENT]
_RATES_LOCK = 0x7261746573
"""Of `pg_advisory_xact_lock`; the letters "rates"."""


def write(connection: Connection, entry: Entry) -> None:
    """Write an entry; writing it again changes nothing."""
    columns = dict(entry.columns)
    match entry.fact:
        case Fact.CALL_STARTED:
            connection.execute(insert(connection, calls).on_conflict_do_nothing(), columns)
        case Fact.ATTEMPT_BEGUN:
            connection.execute(insert(connection, attempts).on_conflict_do_nothing(), columns)
        case Fact.ATTEMPT_ENDED:
            found = attempts.c.attempt_id == columns.pop("attempt_id")
            connection.execute(update(attempts).where(found).values(**columns))
        case Fact.ATTEMPT_AMENDED:
            _amend(connection, columns["attempt_id"], columns["later"], columns["amended_at"])
        case Fact.CALL_ENDED:
            found = calls.c.call_id == columns.pop("call_id")
            connection.execute(update(calls).where(found).values(**columns))


def _amend(connection: Connection, attempt_id: str, detail: str, at: datetime) -> None:
    found = attempts.c.attempt_id == attempt_id
    known = connection.execute(select(attempts.c.later).where(found)).scalar() or ""
    facts = [fact for fact in known.split(",") if fact]
    if detail not in facts:
        later = ",".join([*facts, detail])
        connection.execute(update(attempts).where(found).values(later=later, amended_at=at))


def begin(connection: Connection, row: AttemptRow, rates: Rates) -> RateExceeded | None:
    """Write the attempt if no rate forbids it; nobody else writes meanwhile."""
    if connection.dialect.name == "postgresql":
        # SQLite's BEGIN IMMEDIATE does the same: nobody counts while another writes.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_RATES_LOCK})"))
    refused = exceeded(connection, row, rates)
    if refused is None:
        write(connection, attempt_begun(row))
    return refused


def exceeded(connection: Connection, row: AttemptRow, rates: Rates) -> RateExceeded | None:
    """Which rate forbids the attempt, by the rows that are there now."""
    windows = {
        "per_call": None if rates.per_call is None else (rates.per_call, 0),
        # Callers who withhold their number are not one caller.
        "per_caller": rates.per_caller if row.caller else None,
        "per_destination": rates.per_destination,
        "international": rates.international if row.international else None,
    }
    made = connection.execute(
        _COUNTS,
        {
            "call_id": row.call_id,
            "caller": row.caller,
            "line": row.line,
            "destination": row.destination,
            **{f"{rate}_since": _since(row, window) for rate, window in windows.items()},
        },
    ).one()
    for rate, window in windows.items():
        if window is not None and getattr(made, rate) >= window[0]:
            return RateExceeded(rate)
    return None


def _since(row: AttemptRow, window: tuple[int, int] | None) -> datetime:
    """Where a window begins; one that does not apply has nothing in it."""
    return row.started_at - timedelta(seconds=window[1] if window is not None else 0)


def _count(rate: str, *conditions: ColumnElement[bool]) -> Label[int]:
    counted = select(func.count()).select_from(attempts)
    counted = counted.where(*conditions, attempts.c.outcome.not_in(_NOT_SENT))
    return counted.scalar_subquery().label(rate)


def _after(rate: str) -> ColumnElement[bool]:
    return attempts.c.started_at > bindparam(f"{rate}_since", type_=Moment)


# One statement, made once: making four for each attempt takes longer than the database does.
_COUNTS = select(
    _count("per_call", attempts.c.call_id == bindparam("call_id")),
    _count("per_caller", attempts.c.caller == bindparam("caller"), _after("per_caller")),
    _count(
        "per_destination",
        attempts.c.line == bindparam("line"),
        attempts.c.destination == bindparam("destination"),
        _after("per_destination"),
    ),
    _count(
        "international",
        attempts.c.line == bindparam("line"),
        attempts.c.international.is_(True),
        _after("international"),
    ),
)
