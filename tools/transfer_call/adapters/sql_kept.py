"""What the record keeps beside calls: overrides, short-lived state, and for how long all of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from ..directory.override import Override
from .record_schema import attempts, calls, overrides as table, state as kept

PURGE_BATCH = 500


def insert(connection: Connection, into: Table) -> Any:
    """The database's own INSERT, which knows ON CONFLICT."""
    own = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    return own(into)


def overrides(connection: Connection, line: str, at: datetime) -> tuple[Override, ...]:
    """The exceptions of `line` that still hold at `at`, the last to be made first."""
    return tuple(override for _, override in every_override(connection, at, line=line))


def every_override(
    connection: Connection, at: datetime, *, line: str | None = None
) -> list[tuple[str, Override]]:
    """Lines and their exceptions that still hold at `at`; of all lines without `line`."""
    column = table.c
    query = select(column.line, column.kind, column.destination, column.until, column.reason)
    query = query.where(column.until > at).order_by(column.created_at.desc())
    if line is not None:
        query = query.where(column.line == line)
    return [
        (of, Override(cast("Literal['closed', 'send_to']", kind), name, until, reason))
        for of, kind, name, until, reason in connection.execute(query)
    ]


def set_override(connection: Connection, line: str, override: Override, at: datetime) -> None:
    """Make an exception, in place of the one it contradicts.

    A line sends its calls to one destination at a time; a destination is closed until one time.
    """
    same = delete(table).where(table.c.line == line, table.c.kind == override.kind)
    if override.kind == "closed":
        same = same.where(table.c.destination == override.destination)
    connection.execute(same)
    connection.execute(
        table.insert().values(
            line=line,
            kind=override.kind,
            destination=override.destination,
            until=override.until,
            reason=override.reason,
            created_at=at,
        )
    )


def clear_overrides(connection: Connection, line: str, destination: str | None = None) -> int:
    """End the exceptions of a line, or those about one destination; returns how many."""
    query = delete(table).where(table.c.line == line)
    if destination is not None:
        query = query.where(table.c.destination == destination)
    return connection.execute(query).rowcount


def state(connection: Connection, key: str, at: datetime) -> str | None:
    """What is kept under `key`, unless it has expired by `at`."""
    query = select(kept.c.value, kept.c.expires_at).where(kept.c.key == key)
    found = connection.execute(query).one_or_none()
    if found is None or (found.expires_at is not None and found.expires_at <= at):
        return None
    return str(found.value)


def states(connection: Connection, prefix: str, at: datetime) -> dict[str, str]:
    """Everything kept under keys that begin with `prefix` and not expired by `at`."""
    query = select(kept.c.key, kept.c.value, kept.c.expires_at).order_by(kept.c.key)
    rows = connection.execute(query.where(kept.c.key.startswith(prefix, autoescape=True)))
    return {
        str(row.key): str(row.value)
        for row in rows
        if row.expires_at is None or row.expires_at > at
    }


def set_state(connection: Connection, key: str, value: str, expires_at: datetime | None) -> None:
    """Keep `value` under `key` until `expires_at`, or for good."""
    columns = {"value": value, "expires_at": expires_at}
    statement = insert(connection, kept).values(key=key, **columns)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=columns))


def purge_batch(connection: Connection, before: datetime) -> tuple[int, int]:
    """Delete some of what began before `before`; returns the calls and other rows deleted."""
    connection.execute(delete(table).where(table.c.until <= before))
    connection.execute(delete(kept).where(kept.c.expires_at <= before))
    counts = []
    for rows, key in ((calls, calls.c.call_id), (attempts, attempts.c.attempt_id)):
        old = select(key).where(rows.c.started_at < before).limit(PURGE_BATCH)
        counts.append(connection.execute(delete(rows).where(key.in_(old))).rowcount)
    return counts[0], counts[1]
