"""How entries become rows, and how rates are counted over the rows that are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, select, text, update

from ..record import AttemptRow, RateExceeded, Rates
from ..transfer.outcome import Outcome
from .record_entry import Entry, Fact, attempt_begun
from .record_schema import attempts, calls
from .sql_kept import insert

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
    for rate, limit, counted in _limits(row, rates):
        made = select(func.count()).select_from(attempts)
        made = made.where(counted, attempts.c.outcome != Outcome.BLOCKED.value)
        if connection.execute(made).scalar_one() >= limit:
            return RateExceeded(rate)
    write(connection, attempt_begun(row))
    return None


def _limits(row: AttemptRow, rates: Rates) -> Iterator[tuple[str, int, ColumnElement[bool]]]:
    """The rates that apply to `row`, and which earlier attempts count for each."""
    column = attempts.c

    def since(seconds: int) -> ColumnElement[bool]:
        return column.started_at > row.started_at - timedelta(seconds=seconds)

    if rates.per_call is not None:
        yield "per_call", rates.per_call, column.call_id == row.call_id
    # Callers who withhold their number are not one caller.
    if rates.per_caller is not None and row.caller:
        most, seconds = rates.per_caller
        yield "per_caller", most, and_(column.caller == row.caller, since(seconds))
    if rates.per_destination is not None:
        most, seconds = rates.per_destination
        same = and_(column.line == row.line, column.destination == row.destination)
        yield "per_destination", most, and_(same, since(seconds))
    if rates.international is not None and row.international:
        most, seconds = rates.international
        abroad = and_(column.line == row.line, column.international.is_(True))
        yield "international", most, and_(abroad, since(seconds))
