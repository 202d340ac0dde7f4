"""What a caller's leaving says about an attempt of which nobody knew the outcome."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.support.call import CallUnderTest, a_call
from transfer_call.adapters.memory_record import MemoryRecord
from transfer_call.testing import busy, timed_out
from transfer_call.transfer import attempt
from transfer_call.transfer.outcome import Outcome
from transfer_call.transfer.scene import DOUBT_SECONDS


@pytest.fixture(autouse=True)
def a_short_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "GRACE_SECONDS", 0.01)


async def _leave(line: CallUnderTest, *, after: float) -> list[list[str]]:
    """Let the caller leave that many seconds later; the later facts of each attempt."""
    line.now += timedelta(seconds=after)
    line.hang_up()
    await asyncio.wait_for(line.call.wait_ended(), 5)
    assert isinstance(line.record, MemoryRecord)
    return [kept.later for kept in line.record.attempts]


async def test_a_caller_who_leaves_after_the_watch_is_noted_at_the_attempt() -> None:
    async with a_call(timed_out()) as line:
        assert (await line.transfer()).outcome is Outcome.UNKNOWN
        assert await _leave(line, after=3) == [["left_after_timeout"]]


async def test_one_who_leaves_much_later_left_for_reasons_of_his_own() -> None:
    async with a_call(timed_out()) as line:
        await line.transfer()
        assert await _leave(line, after=DOUBT_SECONDS + 1) == [[]]


async def test_an_attempt_after_it_ends_the_doubt() -> None:
    async with a_call(timed_out(), busy()) as line:
        await line.transfer("sales")
        await line.transfer("front-desk")
        assert await _leave(line, after=3) == [[], []]


async def test_a_call_that_this_side_ends_says_nothing_about_the_attempt() -> None:
    async with a_call(timed_out()) as line:
        await line.transfer()
        await line.call.aclose()
        assert isinstance(line.record, MemoryRecord)
        assert [kept.later for kept in line.record.attempts] == [[]]
