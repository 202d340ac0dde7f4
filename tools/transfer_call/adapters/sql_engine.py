"""How the record's database is opened: SQLite in a private file, or PostgreSQL by URL."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from .record_schema import HEAD

UPGRADE_SECONDS = 30.0
"""How long a process waits for another that is upgrading the same database."""
_UPGRADE_LOCK = 0x7472616E73666572
"""Of `pg_advisory_xact_lock`; the letters "transfer"."""


class RecordError(Exception):
    """The record cannot be used; the text says why and what to do, without a password."""


def read_url(url: str) -> URL:
    """Read a database's address.

    Raises:
        RecordError: It is none, or not of a database the record can be kept in.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise RecordError(
            "the record's address cannot be read; write sqlite:////path/record.db or "
            "postgresql://user:password@host/name"
        ) from None
    name = parsed.get_backend_name()
    if name == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if name != "sqlite":
        raise RecordError(f"the record is kept in SQLite or PostgreSQL, not in {name}")
    if not parsed.database or parsed.database == ":memory:":
        raise RecordError("the record needs a file: write sqlite:////path/record.db")
    return parsed.set(drivername="sqlite")


def open_engine(url: URL, *, patience: float) -> Engine:
    """Make an engine whose transactions wait at most `patience` seconds for one another.

    Nothing is connected yet. An SQLite file and its folder are made, for this user only.

    Raises:
        RecordError: The file cannot be made, or PostgreSQL's driver is not installed.
    """
    sqlite = url.get_backend_name() == "sqlite"
    milliseconds = max(1, int(patience * 1000))
    arguments: dict[str, Any] = {"check_same_thread": False}
    if sqlite:
        _make_private(Path(url.database or ""))
    else:
        arguments = {
            "connect_timeout": 2,
            "tcp_user_timeout": 2000,
            "application_name": "transfer_call",
            "options": f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds * 4}",
        }
    try:
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=1,
            # A server that was restarted since the last call costs one question, not an entry.
            pool_pre_ping=not sqlite,
            connect_args=arguments,
        )
    except ModuleNotFoundError:
        raise RecordError(
            "PostgreSQL's driver is missing: pip install 'livekit-transfer-call[postgres]'"
        ) from None
    if sqlite:
        _use_sqlite_well(engine, milliseconds)
    return engine


def _use_sqlite_well(engine: Engine, busy_milliseconds: int) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        # BEGIN is ours: a transaction that counts before it writes must have the lock before.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {busy_milliseconds}")
        # In WAL mode a commit survives the process; only the last ones may not survive the
        # machine. FULL costs a flush of the disk on the way from key to REFER.
        connection.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its -wal and -shm files the mode of the database.
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(file).st_uid == os.getuid():
                os.fchmod(file, 0o600)
        finally:
            os.close(file)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise RecordError(f"the record {str(path)!r} cannot be opened: {reason}") from None


def schema_version(connection: Connection) -> str:
    """The newest migration of an open database, ``""`` before the first; they sort by age."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def upgrade(url: str) -> None:
    """Bring the database to this version's tables; processes that do so at once take turns.

    Migrations only add, so a database that a newer version has left is used as it is: going back
    to an older version must not stop the telephone.

    Raises:
        RecordError: It cannot be used at all.
    """
    address = read_url(url)
    engine = open_engine(address, patience=UPGRADE_SECONDS)
    try:
        if address.get_backend_name() == "sqlite":
            with _one_at_a_time(Path(f"{address.database}.lock")):
                with contextlib.closing(engine.raw_connection()) as plain:
                    plain.cursor().execute("PRAGMA journal_mode = WAL")
                _upgrade(engine)
        else:
            _upgrade(engine)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise RecordError(f"the record's database cannot be used: {cause(error)}") from None
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
        if schema_version(connection) >= HEAD:
            return
        # Only the first start of a version needs it, and it takes 100 ms.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", "transfer_call.adapters:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    _make_private(path)
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def cause(error: BaseException) -> str:
    """A few words for the operator on why the database failed, never its own text."""
    original = getattr(error, "orig", None) or error
    said = str(original).lower()
    for part, words in _CAUSES:
        if part in said:
            return words
    return type(original).__name__


_CAUSES = (
    ("locked", "it is locked by another process"),
    ("lock timeout", "it is locked by another process"),
    ("statement timeout", "it is too slow"),
    ("full", "the disk is full"),
    ("no space", "the disk is full"),
    ("readonly", "it may only be read"),
    ("read-only", "it may only be read"),
    ("unable to open", "it cannot be opened"),
    ("not a database", "the file is no database"),
    ("malformed", "the file is damaged"),
    ("disk i/o", "the disk fails"),
    ("authentication failed", "it refuses the user or password"),
    ("password", "it refuses the user or password"),
    ("does not exist", "there is no such database, user or table"),
    ("no such table", "its tables are missing"),
    ("connection", "it cannot be reached"),
    ("server", "it cannot be reached"),
    ("timeout", "it cannot be reached"),
)
