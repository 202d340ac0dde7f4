"""How the record's database is opened and brought up to date."""

from __future__ import annotations

import os
import stat
import sys
from importlib import resources
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from transfer_call.adapters.record_schema import HEAD, metadata
from transfer_call.adapters.sql_engine import RecordError, cause, read_url, upgrade
from transfer_call.adapters.sql_store import SqlStore

from .rows import NO_RATES, attempt


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("record.db", "cannot be read"),
        ("mysql://user@host/name", "not in mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_an_address_that_is_no_use_is_refused_with_the_way_out(url: str, says: str) -> None:
    with pytest.raises(RecordError, match=says):
        read_url(url)


@pytest.mark.parametrize("written", ["postgresql", "postgresql+psycopg2", "postgresql+psycopg"])
def test_postgres_is_used_by_the_driver_that_is_installed(written: str) -> None:
    assert read_url(f"{written}://u:p@h/d").drivername == "postgresql+psycopg"


def test_a_missing_driver_is_named_with_the_command_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(RecordError, match=r"livekit-transfer-call\[postgres\]"):
        SqlStore("postgresql://u:p@h/d").open()


def test_the_tables_of_the_migrations_are_those_of_the_schema(database_url: str) -> None:
    with SqlStore(database_url) as store, store.reading() as connection:
        # Of SQLite's defaults alembic compares the spelling.
        defaults = connection.dialect.name == "postgresql"
        context = MigrationContext.configure(connection, opts={"compare_server_default": defaults})

        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD


def test_the_newest_migration_is_the_one_that_the_schema_names() -> None:
    config = Config()
    config.set_main_option("script_location", "transfer_call.adapters:migrations")
    scripts = ScriptDirectory.from_config(config)

    assert scripts.get_heads() == [HEAD]
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)


def test_the_migrations_are_files_of_the_package() -> None:
    folder = resources.files("transfer_call.adapters") / "migrations"

    assert (folder / "env.py").is_file()
    assert (folder / "versions" / "r0001_calls_and_attempts.py").is_file()


def test_every_migration_can_be_taken_back(sqlite_url: str) -> None:
    from alembic import command

    store = SqlStore(sqlite_url)
    with store.writing() as connection:
        config = Config()
        config.set_main_option("script_location", "transfer_call.adapters:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        command.upgrade(config, "head")
    store.begin_attempt(attempt(), NO_RATES)
    store.close()


def test_a_database_without_tables_gets_them_at_the_first_use(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'deep' / 'down' / 'record.db'}")

    assert store.begin_attempt(attempt(), NO_RATES) is None
    store.close()


def test_a_database_that_a_newer_version_left_is_used_as_it_is(sqlite_url: str) -> None:
    store = SqlStore(sqlite_url)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    store.close()

    upgrade(sqlite_url)
    again = SqlStore(sqlite_url)

    assert again.begin_attempt(attempt(), NO_RATES) is None
    again.close()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_files_are_for_their_owner_only_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "state" / "record.db"
    before = os.umask(mask)
    try:
        store = SqlStore(f"sqlite:///{path}")
        store.begin_attempt(attempt(), NO_RATES)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    store.close()

    assert set(modes) == {"record.db", "record.db-wal", "record.db-shm", "record.db.lock"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(sqlite_path: Path) -> None:
    sqlite_path.chmod(0o644)

    store = SqlStore(f"sqlite:///{sqlite_path}")
    store.begin_attempt(attempt(), NO_RATES)

    assert stat.S_IMODE(sqlite_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(f"{sqlite_path}-wal").stat().st_mode) == 0o600
    store.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RecordError, match="record.db.*cannot be opened"):
        upgrade(f"sqlite:///{tmp_path / 'file' / 'record.db'}")


def test_a_file_that_is_no_database_is_said_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    path.write_text("this is a letter to my aunt, and certainly no database\n" * 200)

    with pytest.raises(RecordError, match="is no database"):
        upgrade(f"sqlite:///{path}")


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot be reached") as raised:
        upgrade(f"postgresql://user:s3cret@/name?host={tmp_path}")

    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("database is locked", "locked by another process"),
        ("canceling statement due to lock timeout", "locked by another process"),
        ("database or disk is full", "disk is full"),
        ("attempt to write a readonly database", "only be read"),
        ("file is not a database", "no database"),
        ("something with +14155550123 in it", "ValueError"),
    ],
)
def test_the_database_s_own_words_are_never_shown(said: str, words: str) -> None:
    error = OperationalError("SELECT 1", {}, ValueError(said))

    assert words in cause(error)
    assert "+1415" not in cause(error)
