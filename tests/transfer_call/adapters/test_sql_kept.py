"""Overrides, short-lived state, and how long the record keeps anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from transfer_call.adapters import sql_kept
from transfer_call.adapters.record_schema import attempts, calls, overrides, state
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.directory.override import Override

from .rows import NO_RATES, NOW, at, attempt, call


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    with SqlStore(database_url) as opened:
        yield opened


def count(store: SqlStore, table: object) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def closed(name: str, seconds: float = 60, reason: str = "") -> Override:
    return Override("closed", name, at(seconds), reason)


def sent_to(name: str) -> Override:
    return Override("send_to", name, at(60))


def test_an_override_holds_for_its_line_until_it_ends(store: SqlStore) -> None:
    store.set_override("main", closed("sales", 60, "stocktaking"), NOW)

    assert store.overrides("main", at(59)) == (closed("sales", 60, "stocktaking"),)
    assert store.overrides("main", at(60)) == ()
    assert store.overrides("branch", NOW) == ()


def test_a_destination_is_closed_until_one_time_only(store: SqlStore) -> None:
    store.set_override("main", closed("sales", 60), NOW)
    store.set_override("main", closed("", 60), at(1))
    store.set_override("main", closed("sales", 120), at(2))

    assert store.overrides("main", at(3)) == (closed("sales", 120), closed("", 60))


def test_a_line_sends_its_calls_to_one_destination_at_a_time(store: SqlStore) -> None:
    store.set_override("main", closed("sales"), NOW)
    store.set_override("main", sent_to("mobile"), at(1))
    store.set_override("main", sent_to("front-desk"), at(2))

    assert store.overrides("main", at(3)) == (sent_to("front-desk"), closed("sales"))


def test_overrides_of_all_lines_can_be_listed_with_their_lines(store: SqlStore) -> None:
    store.set_override("main", closed("sales"), NOW)
    store.set_override("branch", sent_to("mobile"), at(1))

    assert store.every_override(at(2)) == [("branch", sent_to("mobile")), ("main", closed("sales"))]


def test_overrides_are_cleared_by_line_or_by_destination(store: SqlStore) -> None:
    for name in ("", "sales", "support"):
        store.set_override("main", closed(name), NOW)
    store.set_override("branch", closed("sales"), NOW)

    assert store.clear_overrides("main", "sales") == 1
    assert store.clear_overrides("main") == 2
    assert store.clear_overrides("main") == 0
    assert store.overrides("branch", NOW) == (closed("sales"),)


def test_state_is_replaced_and_expires(store: SqlStore) -> None:
    assert store.state("breaker", NOW) is None
    store.set_state("breaker", "open", at(60))
    store.set_state("last_good", "abc")

    assert store.state("breaker", at(59)) == "open"
    assert store.state("breaker", at(60)) is None
    store.set_state("breaker", "half", at(120))
    assert store.state("breaker", at(60)) == "half"
    assert store.state("last_good", at(10**9)) == "abc"


def test_everything_under_a_prefix_is_found_but_what_has_expired(store: SqlStore) -> None:
    store.set_state("ai/a", "1", at(60))
    store.set_state("ai/b", "2")
    store.set_state("ai/c", "3", at(-60))
    store.set_state("ai", "4")
    store.set_state("aix", "5")
    with store.reading() as connection:
        assert sql_kept.states(connection, "ai/", NOW) == {"ai/a": "1", "ai/b": "2"}


def test_what_is_older_than_the_retention_is_deleted_and_nothing_else(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_kept, "PURGE_BATCH", 2)
    for seconds in (-50, -40, -30, -20, 0, 10):
        row = call(started_at=at(seconds))
        store.call_started(row)
        store.begin_attempt(attempt(call_id=row.call_id, started_at=at(seconds)), NO_RATES)
    store.set_override("main", closed("sales", -1), at(-60))
    store.set_override("main", closed("support", 60), at(-60))
    store.set_state("old", "x", at(-1))
    store.set_state("kept", "x")

    assert store.purge(NOW) == 4

    assert [count(store, table) for table in (calls, attempts, overrides, state)] == [2, 2, 1, 1]
    assert store.purge(NOW) == 0


def test_a_deleted_number_is_no_longer_in_the_files(sqlite_path: Path, sqlite_url: str) -> None:
    with SqlStore(sqlite_url) as store, SqlStore(sqlite_url) as other:
        other.call_started(call(caller="+14155559876", started_at=at(-10)))
        assert store.purge(NOW) == 1

        for file in sqlite_path.parent.iterdir():
            assert b"4155559876" not in file.read_bytes()
