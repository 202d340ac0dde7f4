"""What `SqlRecord` does when its database or its spool is ill; else see test_records.py."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from transfer_call.adapters import sql_record as module
from transfer_call.adapters.record_schema import attempts, calls
from transfer_call.adapters.spool import Spool
from transfer_call.adapters.sql_record import SqlRecord
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.directory.override import Override
from transfer_call.record import NotCounted, RateExceeded, Rates, Remembered
from transfer_call.transfer.outcome import Outcome, Responsible, Verdict

from .postgres import Cluster
from .rows import NO_RATES, NOW, at, attempt, call

DEFAULT_PATIENCE, DEFAULT_WAIT = module.PATIENCE_SECONDS, module.WAIT_SECONDS
BUSY = Verdict(Outcome.BUSY, sip_status=486, reported_by="notify", responsible=Responsible.NOBODY)


@pytest.fixture
def spool_path(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture(autouse=True)
def in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures are short and followed by the next try at once; a busy machine is no failure."""
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(module, "WAIT_SECONDS", 20.0)
    monkeypatch.setattr(module, "START_SECONDS", 20.0)


@pytest.fixture
async def record(sqlite_url: str, spool_path: Path) -> AsyncIterator[SqlRecord]:
    made = SqlRecord(sqlite_url, spool_path)
    yield made
    await made.aclose()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process writes for as long as this lasts."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def lines(path: Path) -> list[str]:
    """What waits in a spool file."""
    return path.read_text().splitlines()


def fill(path: Path, *written: str) -> None:
    path.write_text("".join(f"{line}\n" for line in written))


def rows(url: str) -> list[dict[str, Any]]:
    with SqlStore(url) as store, store.reading() as connection:
        found = connection.execute(select(attempts).order_by(attempts.c.attempt_id))
        return [dict(row._mapping) for row in found]


async def test_an_attempt_is_unknown_in_the_database_before_its_refer(
    record: SqlRecord, sqlite_url: str
) -> None:
    begun = attempt(attempt_id="a")

    await record.begin_attempt(begun, NO_RATES)

    (row,) = rows(sqlite_url)
    assert row["outcome"] == "unknown"
    assert row["started_at"] == NOW
    assert row["ended_at"] is None
    assert {name: row[name] for name in ("destination", "address", "source", "announcement")} == {
        "destination": "sales",
        "address": "tel:+12125550123",
        "source": "key",
        "announcement": "played",
    }


async def test_the_outcome_and_later_facts_are_added_to_it(
    record: SqlRecord, sqlite_url: str
) -> None:
    begun = attempt(attempt_id="a")
    await record.begin_attempt(begun, NO_RATES)

    await record.end_attempt("a", BUSY, at(3))
    for fact in ("left_after_timeout", "other", "left_after_timeout"):
        await record.amend_attempt("a", fact, at(5))

    (row,) = rows(sqlite_url)
    assert (row["outcome"], row["sip_status"], row["reported_by"]) == ("busy", 486, "notify")
    assert (row["ended_at"], row["responsible"]) == (at(3), "nobody")
    assert (row["later"], row["amended_at"]) == ("left_after_timeout,other", at(5))


async def test_a_call_is_written_with_its_end(record: SqlRecord, sqlite_url: str) -> None:
    row = call(call_id="c")
    await record.call_started(row)
    await record.call_ended("c", "connected", at(60))

    with SqlStore(sqlite_url) as store, store.reading() as connection:
        found = connection.execute(select(calls)).one()
    assert (found.line, found.caller, found.called) == (row.line, row.caller, row.called)
    assert (found.started_at, found.ended_at, found.end_reason) == (NOW, at(60), "connected")


async def test_entries_for_a_locked_database_go_to_the_spool_and_are_written_later(
    record: SqlRecord, sqlite_path: Path, sqlite_url: str, spool_path: Path
) -> None:
    await record.warm()
    begun = attempt(attempt_id="a")
    with locked(sqlite_path):
        assert await record.begin_attempt(begun, NO_RATES) == NotCounted()
        await record.end_attempt("a", BUSY, at(3))

        assert "locked by another process" in record.degraded
        assert len(lines(spool_path)) == 2
        assert rows(sqlite_url) == []

    assert await record.begin_attempt(attempt(attempt_id="b"), NO_RATES) is None
    assert record.degraded == ""
    await record.warm()
    assert [(row["attempt_id"], row["outcome"]) for row in rows(sqlite_url)] == [
        ("a", "busy"),
        ("b", "unknown"),
    ]
    assert lines(spool_path) == []


async def test_what_is_added_to_a_row_that_waits_waits_behind_it(
    record: SqlRecord, sqlite_path: Path, sqlite_url: str, spool_path: Path
) -> None:
    await record.warm()
    with locked(sqlite_path):
        await record.begin_attempt(attempt(attempt_id="a"), NO_RATES)

    await record.end_attempt("a", BUSY, at(3))
    await record.amend_attempt("a", "left_after_timeout", at(4))
    assert rows(sqlite_url) == []
    assert len(lines(spool_path)) == 3
    await record.call_ended("c", "hang_up", at(5))
    await record.warm()

    (row,) = rows(sqlite_url)
    assert (row["outcome"], row["later"]) == ("busy", "left_after_timeout")
    await record.amend_attempt("a", "other", at(6))
    assert rows(sqlite_url)[0]["later"] == "left_after_timeout,other"


def test_a_transaction_gives_up_before_the_call_does() -> None:
    assert DEFAULT_PATIENCE < DEFAULT_WAIT <= 0.25


async def test_the_event_loop_goes_on_while_the_database_is_locked(
    record: SqlRecord, sqlite_path: Path
) -> None:
    await record.warm()
    with locked(sqlite_path):
        asking = asyncio.create_task(record.begin_attempt(attempt(), NO_RATES))
        turns = 0
        while not asking.done():
            await asyncio.sleep(0.005)
            turns += 1

    assert await asking == NotCounted()
    assert turns > 5


async def test_after_a_failure_the_database_is_left_alone_for_a_while(
    record: SqlRecord, sqlite_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 3600.0)
    await record.warm()
    with locked(sqlite_path):
        await record.begin_attempt(attempt(), NO_RATES)

    assert await record.begin_attempt(attempt(), NO_RATES) == NotCounted()
    assert rows(sqlite_url) == []

    await record.warm()
    assert record.degraded == ""
    assert len(rows(sqlite_url)) == 2


async def test_a_database_that_hangs_is_given_up_on_and_not_asked_again_until_it_answers(
    record: SqlRecord, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, real = threading.Event(), SqlStore.begin_attempt

    def hang(store: SqlStore, *arguments: Any) -> Any:
        release.wait(20)
        return real(store, *arguments)

    monkeypatch.setattr(module, "WAIT_SECONDS", 0.02)
    monkeypatch.setattr(SqlStore, "begin_attempt", hang)
    assert await record.begin_attempt(attempt(attempt_id="a"), NO_RATES) == NotCounted()
    monkeypatch.setattr(module, "WAIT_SECONDS", 20.0)
    await record.end_attempt("a", BUSY, at(3))
    assert "does not answer in time" in record.degraded

    release.set()
    while record.degraded:
        await record.warm()

    (row,) = rows(sqlite_url)
    assert row["outcome"] == "busy"


async def test_a_full_disk_is_named_and_the_entry_spooled(
    record: SqlRecord, spool_path: Path
) -> None:
    await record.warm()
    with record._store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    long = "x" * 20_000
    assert await record.begin_attempt(attempt(destination=long), NO_RATES) == NotCounted()

    assert "the disk is full" in record.degraded
    assert long in lines(spool_path)[0]


async def test_with_the_spool_ill_too_entries_wait_in_memory_and_the_operator_is_told(
    sqlite_path: Path, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record = SqlRecord(sqlite_url, tmp_path)
    await record.warm()
    with locked(sqlite_path):
        await record.begin_attempt(attempt(attempt_id="a"), NO_RATES)
        await record.end_attempt("a", BUSY, at(3))
        assert "entries will be lost" in record.degraded
    assert "spool cannot be written: IsADirectoryError" in caplog.text

    await record.aclose()

    (row,) = rows(sqlite_url)
    assert row["outcome"] == "busy"


async def test_an_entry_in_memory_that_fits_no_table_is_said_to_be_lost(
    sqlite_path: Path, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record = SqlRecord(sqlite_url, tmp_path)
    await record.warm()
    with locked(sqlite_path):
        await record.begin_attempt(attempt(started_at="yesterday"), NO_RATES)
        await record.begin_attempt(attempt(attempt_id="a"), NO_RATES)

    await record.aclose()

    assert [row["attempt_id"] for row in rows(sqlite_url)] == ["a"]
    assert "1 entries fit no table of the record: lost" in caplog.text


async def test_what_waits_is_written_on_closing(
    record: SqlRecord, sqlite_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 3600.0)
    await record.warm()
    with locked(sqlite_path):
        await record.begin_attempt(attempt(), NO_RATES)

    await record.aclose()

    assert len(rows(sqlite_url)) == 1


async def test_another_process_writes_what_this_one_could_not(
    record: SqlRecord, sqlite_path: Path, sqlite_url: str, spool_path: Path
) -> None:
    await record.warm()
    with locked(sqlite_path):
        await record.begin_attempt(attempt(attempt_id="a"), NO_RATES)
        await record.aclose()
    assert rows(sqlite_url) == []

    other = SqlRecord(sqlite_url, spool_path)
    await other.call_started(call())
    await other.aclose()

    assert [row["attempt_id"] for row in rows(sqlite_url)] == ["a"]


async def test_a_spool_that_is_replayed_twice_changes_nothing(
    record: SqlRecord, sqlite_path: Path, sqlite_url: str, spool_path: Path
) -> None:
    await record.warm()
    with locked(sqlite_path):
        await record.call_started(call(call_id="c"))
        await record.begin_attempt(attempt(attempt_id="a"), NO_RATES)
        await record.end_attempt("a", BUSY, at(3))
        await record.amend_attempt("a", "left_after_timeout", at(4))
        await record.call_ended("c", "hang_up", at(5))
    waiting = lines(spool_path)
    await record.warm()
    once = rows(sqlite_url)

    fill(spool_path, *waiting)
    await record.warm()

    assert rows(sqlite_url) == once
    assert (once[0]["outcome"], once[0]["later"]) == ("busy", "left_after_timeout")


async def test_an_entry_that_fits_no_table_is_kept_aside_and_holds_up_nothing(
    record: SqlRecord, sqlite_url: str, spool_path: Path
) -> None:
    fill(
        spool_path,
        '{"fact": "attempt_begun", "attempt_id": "no more"}',
        '{"fact": "call_ended", "call_id": "c", "colour": "red"}',
        '{"fact": "attempt_ended"}',
    )

    assert await record.begin_attempt(attempt(), NO_RATES) is None

    await record.warm()
    assert len(rows(sqlite_url)) == 1
    assert len(lines(spool_path.with_name("spool.rejected"))) == 3


async def test_attempts_that_waited_count_for_the_rates_once_they_are_written(
    record: SqlRecord, sqlite_path: Path
) -> None:
    rates = Rates(1, None, None, None)
    await record.warm()
    with locked(sqlite_path):
        assert await record.begin_attempt(attempt(), rates) == NotCounted()

    await record.warm()
    assert await record.begin_attempt(attempt(), rates) == RateExceeded("per_call")


async def test_a_store_that_is_down_answers_questions_with_nothing_known(
    record: SqlRecord, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record.warm()
    monkeypatch.setattr(module, "RETRY_SECONDS", 3600.0)
    with locked(sqlite_path):
        await record.set_state("breaker", "open")

    assert await record.call_started(call()) == Remembered()
    assert await record.next_rotation("main/sales", 3) in (0, 1, 2)
    assert await record.overrides("main", NOW) == ()
    assert await record.state("breaker", NOW) is None


async def test_state_and_overrides_are_shared_through_the_record(
    record: SqlRecord, sqlite_url: str
) -> None:
    holiday = Override("closed", "", at(3600), "stocktaking")
    with SqlStore(sqlite_url) as store:
        store.set_override("main", holiday, NOW)
    await record.set_state("breaker", "open", at(60))

    assert await record.overrides("main", NOW) == (holiday,)
    assert await record.state("breaker", at(59)) == "open"
    assert await record.state("breaker", at(60)) is None


async def test_warming_leaves_no_trace_and_is_done_by_the_start_of_a_call_too(
    record: SqlRecord, sqlite_url: str
) -> None:
    await record.warm()
    assert rows(sqlite_url) == []

    other = SqlRecord(sqlite_url, Path("unused"))
    await other.call_started(call())
    await other.begin_attempt(attempt(attempt_id="a"), NO_RATES)

    assert other._rehearsed
    assert [row["attempt_id"] for row in rows(sqlite_url)] == ["a"]
    await other.aclose()


async def test_trouble_is_told_once_and_so_is_its_end(
    record: SqlRecord, sqlite_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "transfer_call")
    await record.warm()
    with locked(sqlite_path):
        for _ in range(3):
            await record.begin_attempt(attempt(), NO_RATES)
    await record.warm()

    said = [each.getMessage() for each in caplog.records if each.name == "transfer_call"]
    assert len([each for each in said if "cannot be written" in each]) == 1
    assert said[-2:] == [
        "the record can be written again",
        "3 entries that had waited are now in the record",
    ]
    assert "+1" not in "".join(said)


async def test_a_closed_record_still_loses_nothing(record: SqlRecord, spool_path: Path) -> None:
    await record.aclose()
    await record.aclose()

    assert await record.begin_attempt(attempt(), NO_RATES) == NotCounted()
    assert len(lines(spool_path)) == 1


async def test_an_address_without_a_database_behind_it_is_not_found_out_in_a_call(
    tmp_path: Path, spool_path: Path
) -> None:
    record = SqlRecord(f"postgresql://user:s3cret@/name?host={tmp_path}", spool_path)

    assert await record.begin_attempt(attempt(), NO_RATES) == NotCounted()

    assert "cannot be reached" in record.degraded
    assert "s3cret" not in record.degraded
    await record.aclose()
    waiting = Spool(spool_path)
    assert len(waiting.take()) == 1
    waiting.release()


@pytest.mark.postgres
async def test_a_postgres_that_is_stopped_in_mid_call_is_used_again_when_it_is_back(
    cluster: Cluster, postgres_url: str, spool_path: Path
) -> None:
    record = SqlRecord(postgres_url, spool_path)
    assert await record.begin_attempt(attempt(attempt_id="a"), NO_RATES) is None
    cluster.stop()
    try:
        await record.end_attempt("a", BUSY, at(3))
        assert "cannot be reached" in record.degraded
        assert await record.begin_attempt(attempt(attempt_id="b"), NO_RATES) == NotCounted()
    finally:
        cluster.start()

    await record.warm()
    assert record.degraded == ""
    assert [(row["attempt_id"], row["outcome"]) for row in rows(postgres_url)] == [
        ("a", "busy"),
        ("b", "unknown"),
    ]
    await record.aclose()


@pytest.mark.postgres
async def test_a_postgres_connection_that_was_cut_while_idle_costs_no_entry(
    cluster: Cluster, postgres_url: str, spool_path: Path
) -> None:
    record = SqlRecord(postgres_url, spool_path)
    assert await record.begin_attempt(attempt(), NO_RATES) is None
    cluster.stop()
    cluster.start()

    assert await record.begin_attempt(attempt(), NO_RATES) is None
    assert record.degraded == ""
    await record.aclose()


@pytest.mark.postgres
async def test_a_postgres_whose_rates_are_held_by_another_is_not_waited_for_long(
    postgres_url: str, spool_path: Path
) -> None:
    record = SqlRecord(postgres_url, spool_path)
    await record.warm()
    with SqlStore(postgres_url) as store, store.writing() as connection:
        connection.exec_driver_sql("LOCK TABLE attempts")

        assert await record.begin_attempt(attempt(), NO_RATES) == NotCounted()

    await record.warm()
    assert len(rows(postgres_url)) == 1
    await record.aclose()
