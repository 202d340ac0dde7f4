"""What every record answers: in memory, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from transfer_call.adapters import sql_record
from transfer_call.adapters.memory_record import MemoryRecord
from transfer_call.adapters.sql_record import SqlRecord
from transfer_call.record import NOT_SENT, RateExceeded, Rates, Record, Remembered, SentBefore
from transfer_call.transfer.outcome import Outcome, Verdict

from .rows import NO_RATES, at, attempt, call


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def record(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Record]:
    monkeypatch.setattr(sql_record, "WAIT_SECONDS", 20.0)
    made: Record
    if request.param == "memory":
        made = MemoryRecord()
    else:
        made = SqlRecord(request.getfixturevalue(f"{request.param}_url"), tmp_path / "spool")
    yield made
    assert made.degraded == ""
    await made.aclose()


async def test_an_attempt_that_no_rate_forbids_is_begun(record: Record) -> None:
    assert await record.begin_attempt(attempt(), Rates()) is None


RATES: list[tuple[Rates, str, dict[str, Any], dict[str, Any]]] = [
    (Rates(2, None, None, None), "per_call", {}, {"call_id": "other"}),
    (Rates(None, (2, 60), None, None), "per_caller", {"call_id": "other"}, {"caller": "+1415"}),
    (
        Rates(None, None, (2, 60), None),
        "per_destination",
        {"caller": "+1415"},
        {"destination": "front-desk"},
    ),
    (Rates(None, None, (2, 60), None), "per_destination", {}, {"line": "branch"}),
    (
        Rates(None, None, None, (2, 60)),
        "international",
        {"international": True, "destination": "paris", "caller": "+1415"},
        {"international": False},
    ),
    (Rates(None, None, None, (2, 60)), "international", {"international": True},
     {"international": True, "line": "branch"}),
]  # fmt: skip


@pytest.mark.parametrize(("rates", "name", "same", "other"), RATES)
async def test_a_rate_forbids_what_it_is_about_and_nothing_else(
    record: Record, rates: Rates, name: str, same: dict[str, Any], other: dict[str, Any]
) -> None:
    base = {"international": name == "international"}
    assert await record.begin_attempt(attempt(**base), rates) is None
    assert await record.begin_attempt(attempt(**base | same), rates) is None

    assert await record.begin_attempt(attempt(**base | same), rates) == RateExceeded(name)
    assert await record.begin_attempt(attempt(**base | other), rates) is None


@pytest.mark.parametrize(
    ("rates", "name"),
    [
        (Rates(None, (1, 60), None, None), "per_caller"),
        (Rates(None, None, (1, 60), None), "per_destination"),
        (Rates(None, None, None, (1, 60)), "international"),
    ],
)
async def test_a_rate_looks_back_no_further_than_its_seconds(
    record: Record, rates: Rates, name: str
) -> None:
    assert await record.begin_attempt(attempt(international=True), rates) is None

    late = attempt(international=True, started_at=at(59))
    assert await record.begin_attempt(late, rates) == RateExceeded(name)
    later = attempt(international=True, started_at=at(60))
    assert await record.begin_attempt(later, rates) is None


async def test_rates_can_be_asked_for_without_an_attempt(record: Record) -> None:
    rates = Rates(1, None, None, None)

    assert await record.check_rates(attempt(), rates) is None
    assert await record.check_rates(attempt(), rates) is None
    await record.begin_attempt(attempt(), rates)
    assert await record.check_rates(attempt(), rates) == RateExceeded("per_call")


async def test_callers_who_withhold_their_number_are_not_one_caller(record: Record) -> None:
    rates = Rates(None, (1, 60), None, None)

    assert await record.begin_attempt(attempt(caller=""), rates) is None
    assert await record.begin_attempt(attempt(caller=""), rates) is None


@pytest.mark.parametrize("outcome", sorted(NOT_SENT))
async def test_a_forbidden_attempt_is_not_counted_and_neither_is_one_that_was_never_sent(
    record: Record, outcome: Outcome
) -> None:
    rates = Rates(1, None, None, None)
    never_sent = attempt()
    assert await record.begin_attempt(never_sent, rates) is None
    assert await record.begin_attempt(attempt(), rates) == RateExceeded("per_call")
    await record.end_attempt(never_sent.attempt_id, Verdict(outcome), at(1))

    assert await record.begin_attempt(attempt(), rates) is None


async def test_the_first_rate_that_forbids_is_named(record: Record) -> None:
    everything = Rates(0, (0, 60), (0, 60), (0, 60))

    assert await record.begin_attempt(attempt(), everything) == RateExceeded("per_call")


async def sent_away(record: Record, outcome: Outcome, **fields: Any) -> None:
    earlier = attempt(call_id="earlier", started_at=at(-120), **fields)
    await record.begin_attempt(earlier, NO_RATES)
    await record.end_attempt(earlier.attempt_id, Verdict(outcome), at(-60))


@pytest.mark.parametrize("outcome", [Outcome.CONNECTED, Outcome.HANDED_OFF])
async def test_a_caller_who_was_sent_away_is_remembered(record: Record, outcome: Outcome) -> None:
    await sent_away(record, outcome)

    assert await record.call_started(call()) == Remembered((SentBefore("sales", at(-60)),))


async def test_a_caller_who_left_while_nobody_knew_is_remembered(record: Record) -> None:
    earlier = attempt(call_id="earlier", started_at=at(-120))
    await record.begin_attempt(earlier, NO_RATES)
    await record.end_attempt(earlier.attempt_id, Verdict(Outcome.UNKNOWN), at(-60))
    assert await record.call_started(call()) == Remembered()

    await record.amend_attempt(earlier.attempt_id, "left_after_timeout", at(-55))
    await record.amend_attempt(earlier.attempt_id, "left_after_timeout", at(-55))

    assert await record.call_started(call()) == Remembered((SentBefore("sales", at(-60)),))


@pytest.mark.parametrize(
    ("outcome", "fields", "now"),
    [
        (Outcome.BUSY, {}, {}),
        (Outcome.CONNECTED, {"caller": "+1415"}, {}),
        (Outcome.CONNECTED, {"line": "branch"}, {}),
        (Outcome.CONNECTED, {"caller": ""}, {"caller": ""}),
        (Outcome.CONNECTED, {}, {"started_at": at(3600)}),
        (Outcome.CONNECTED, {}, {"call_id": "earlier"}),
    ],
)
async def test_what_says_nothing_about_this_caller_is_not_remembered(
    record: Record, outcome: Outcome, fields: dict[str, Any], now: dict[str, Any]
) -> None:
    await sent_away(record, outcome, **fields)

    assert await record.call_started(call(**now)) == Remembered()


async def test_the_last_time_is_remembered_first(record: Record) -> None:
    for seconds, name in ((-300, "sales"), (-200, "support"), (-100, "sales")):
        earlier = attempt(call_id="earlier", destination=name, started_at=at(seconds))
        await record.begin_attempt(earlier, NO_RATES)
        await record.end_attempt(earlier.attempt_id, Verdict(Outcome.CONNECTED), at(seconds + 10))

    remembered = await record.call_started(call())

    assert [sent.destination for sent in remembered.sent_before] == ["sales", "support", "sales"]


async def test_rotation_goes_round_for_each_list_by_itself(record: Record) -> None:
    turns = [await record.next_rotation("main/sales", 3) for _ in range(5)]

    assert turns == [0, 1, 2, 0, 1]
    assert await record.next_rotation("main/support", 3) == 0


async def test_ending_a_call_or_an_attempt_nobody_began_is_no_error(record: Record) -> None:
    await record.end_attempt("nobody", Verdict(Outcome.BUSY), at(1))
    await record.amend_attempt("nobody", "left_after_timeout", at(1))
    await record.call_ended("nobody", "hang_up", at(1))
