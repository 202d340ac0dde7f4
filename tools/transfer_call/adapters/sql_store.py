"""The record's transactions, one method each; they block, and raise what the database raises."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Engine, or_, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from ..record import AttemptRow, CallRow, RateExceeded, Rates, Remembered, SentBefore
from ..transfer.outcome import Outcome
from . import sql_calls, sql_kept
from .record_entry import Entry, call_started
from .record_schema import HEAD, attempts, rotation
from .sql_engine import open_engine, read_url, schema_version, upgrade
from .sql_kept import insert
from .sql_write import begin, exceeded, write

if TYPE_CHECKING:
    from ..directory.override import Override

REMEMBER = timedelta(hours=1)
"""How far back a caller's earlier attempts are looked for."""
MOST_REMEMBERED = 20


_IMPOSSIBLE = (SQLAlchemyError, LookupError, TypeError, ValueError, AttributeError)


def _is_the_database_s_fault(error: Exception) -> bool:
    """Whether the same entry may be written another time."""
    return isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | DataError)


class SqlStore:
    """A database that is open for the record, for one thread at a time.

    `transfer_call.adapters.sql_record.SqlRecord` is what calls use; this is for commands.
    """

    def __init__(self, url: str, *, patience: float = 5.0) -> None:
        """Take the address; the database is opened at the first use.

        Args:
            url: ``sqlite:////path/record.db`` or ``postgresql://user:password@host/name``.
            patience: Seconds a transaction may wait for others.

        Raises:
            RecordError: The address cannot be used.
        """
        self.url = url
        self._address = read_url(url)
        self._patience = patience
        self._engine: Engine | None = None

    def open(self) -> Engine:
        """Open the database, with its tables brought up to date if need be.

        Raises:
            RecordError: It cannot be used.
            SQLAlchemyError: It cannot be reached now.
        """
        if self._engine is None:
            engine = open_engine(self._address, patience=self._patience)
            try:
                with engine.connect().execution_options(reading=True) as connection:
                    outdated = schema_version(connection) < HEAD
                if outdated:
                    upgrade(self.url)
            except BaseException:
                engine.dispose()
                raise
            self._engine = engine
        return self._engine

    def close(self) -> None:
        """Close every connection."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that may write."""
        with self.open().begin() as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that holds nobody up."""
        with self.open().connect().execution_options(reading=True) as connection:
            yield connection

    def call_started(self, row: CallRow) -> Remembered:
        """Write the call and say what is known of its caller."""
        with self.writing() as connection:
            write(connection, call_started(row))
            return _remembered(connection, row)

    def open_call(self, room: str) -> str | None:
        """The id of the call that is up in `room`."""
        with self.reading() as connection:
            return sql_calls.open_call(connection, room)

    def check_rates(self, row: AttemptRow, rates: Rates) -> RateExceeded | None:
        """Which rate would forbid the attempt now."""
        with self.reading() as connection:
            return exceeded(connection, row, rates)

    def begin_attempt(self, row: AttemptRow, rates: Rates) -> RateExceeded | None:
        """Count and write the attempt, or say which rate forbids it, in one transaction."""
        with self.writing() as connection:
            return begin(connection, row, rates)

    def rehearse(self, row: AttemptRow, rates: Rates) -> None:
        """Do as `begin_attempt` does and undo it: statements and pages are then warm."""
        with self.open().connect() as connection:
            connection.begin()
            begin(connection, row, rates)
            connection.rollback()

    def overrides(self, line: str, at: datetime) -> tuple[Override, ...]:
        """The exceptions of `line` that still hold at the aware instant `at`."""
        with self.reading() as connection:
            return sql_kept.overrides(connection, line, at)

    def every_override(self, at: datetime) -> list[tuple[str, Override]]:
        """Lines and their exceptions that still hold at `at`."""
        with self.reading() as connection:
            return sql_kept.every_override(connection, at)

    def set_override(self, line: str, override: Override, at: datetime) -> None:
        """Make an exception, in place of the one it contradicts."""
        with self.writing() as connection:
            sql_kept.set_override(connection, line, override, at)

    def clear_overrides(self, line: str, destination: str | None = None) -> int:
        """End the exceptions of a line, or those about one destination; returns how many."""
        with self.writing() as connection:
            return sql_kept.clear_overrides(connection, line, destination)

    def state(self, key: str, at: datetime) -> str | None:
        """What is kept under `key`, unless it has expired by `at`."""
        with self.reading() as connection:
            return sql_kept.state(connection, key, at)

    def set_state(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        """Keep a short text under `key`."""
        with self.writing() as connection:
            sql_kept.set_state(connection, key, value, expires_at)

    def write(self, entry: Entry) -> None:
        """Write one entry."""
        with self.writing() as connection:
            write(connection, entry)

    def write_all(self, entries: Sequence[Entry]) -> list[Entry]:
        """Write entries in one transaction and return those that can never be written."""
        try:
            with self.writing() as connection:
                for entry in entries:
                    write(connection, entry)
        except _IMPOSSIBLE as error:
            if _is_the_database_s_fault(error):
                raise
            return self._write_each(entries)
        return []

    def _write_each(self, entries: Sequence[Entry]) -> list[Entry]:
        impossible = []
        for entry in entries:
            try:
                self.write(entry)
            except _IMPOSSIBLE as error:
                if _is_the_database_s_fault(error):
                    raise
                impossible.append(entry)
        return impossible

    def purge(self, before: datetime) -> int:
        """Delete calls and attempts that began before `before`, and what has expired by then.

        In small transactions: calls that go on meanwhile do not wait.

        Returns:
            How many calls were deleted.
        """
        deleted = 0
        with self.open().connect() as connection:
            sqlite = connection.dialect.name == "sqlite"
            plain: Any = connection.connection.driver_connection
            if sqlite:
                # Else the deleted numbers stay readable in the file's free pages.
                plain.execute("PRAGMA secure_delete = ON")
            while True:
                with connection.begin():
                    old_calls, old_attempts = sql_kept.purge_batch(connection, before)
                deleted += old_calls
                if not old_calls and not old_attempts:
                    break
            if sqlite:
                plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def next_rotation(self, key: str, size: int) -> int:
        """Count one on and return the index below `size`, for all processes together."""
        with self.writing() as connection:
            statement = insert(connection, rotation).values(key=key, turn=0)
            statement = statement.on_conflict_do_update(
                index_elements=["key"], set_={"turn": (rotation.c.turn + 1) % 1_000_000_000}
            ).returning(rotation.c.turn)
            return int(connection.execute(statement).scalar_one()) % size


def _remembered(connection: Connection, row: CallRow) -> Remembered:
    if not row.caller:
        return Remembered()
    column = attempts.c
    left = or_(
        column.outcome.in_([Outcome.CONNECTED.value, Outcome.HANDED_OFF.value]),
        column.later.contains("left_after"),
    )
    found = connection.execute(
        select(column.destination, column.ended_at)
        .where(
            column.caller == row.caller,
            column.line == row.line,
            column.call_id != row.call_id,
            column.started_at > row.started_at - REMEMBER,
            column.ended_at.is_not(None),
            left,
        )
        .order_by(column.ended_at.desc())
        .limit(MOST_REMEMBERED)
    )
    return Remembered(tuple(SentBefore(name, ended_at) for name, ended_at in found))
