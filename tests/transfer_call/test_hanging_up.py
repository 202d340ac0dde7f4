"""A caller who hangs up is gone as soon as the bridge says so, not when the server misses him."""

from __future__ import annotations

import asyncio

from tests.support.call import a_call
from transfer_call.testing import accepted, fake_caller, timed_out
from transfer_call.transfer.outcome import Outcome


async def test_a_call_ends_when_the_bridge_says_that_it_is_over() -> None:
    async with a_call() as line:
        line.room.hang_up(line.caller.identity)
        await asyncio.wait_for(line.call.wait_ended(), 5)
        assert line.telephony.deleted == ["call-1"]


async def test_a_caller_who_hung_up_after_the_202_is_not_taken_for_connected() -> None:
    async with a_call(accepted()) as line:
        transfer = line.begin()
        await line.until(lambda: line.telephony.addresses)
        line.room.hang_up(line.caller.identity)
        assert (await transfer).outcome is Outcome.HANDED_OFF


async def test_a_caller_who_hangs_up_while_nothing_is_known_is_not_waited_for() -> None:
    async with a_call(timed_out()) as line:
        transfer = line.begin()
        await line.until(lambda: line.telephony.addresses)
        line.room.hang_up(line.caller.identity)
        assert (await transfer).outcome is Outcome.HANDED_OFF


async def test_that_somebody_elses_call_is_over_changes_nothing() -> None:
    async with a_call() as line:
        colleague = fake_caller("+14155550124")
        line.room.join(colleague)
        line.room.hang_up(colleague.identity)
        assert not line.call.caller_left


async def test_a_call_that_is_over_when_the_job_begins_ends_at_once() -> None:
    gone = fake_caller(attributes={"sip.callStatus": "hangup"})
    async with a_call(caller=gone) as line:
        await asyncio.wait_for(line.call.wait_ended(), 5)
        assert line.call.caller_left
