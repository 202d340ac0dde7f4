"""The call of a session, and how it holds the job that serves it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from livekit.agents.testing import fake_job_context

from tests.support.call import directory
from tests.support.session import ScriptedSession
from transfer_call.call import Call
from transfer_call.session_call import call_for
from transfer_call.testing import FakeTelephony, busy, fake_caller, fake_room
from transfer_call.transfer.outcome import Outcome
from transfer_call.transfer.request import Source, TransferRequest


class RoomlessSession(ScriptedSession):
    """As in a job that has not connected its session to the room itself."""

    @property
    def room_io(self) -> Any:
        raise RuntimeError("no room")


async def test_the_room_is_not_left_while_a_refer_is_out_and_nobody_stays_behind_in_it() -> None:
    room = fake_room(fake_caller())
    telephony = FakeTelephony(busy(), room=room)
    telephony.hold()
    session: Any = RoomlessSession()
    with fake_job_context(room=room):
        call = call_for(session, telephony=telephony)
        request = TransferRequest("sales", directory=directory(), source=Source.KEY)
        transfer = asyncio.create_task(call.transfer(request))
        await telephony.next_request()
        leaving = asyncio.create_task(room.disconnect())
        for _ in range(20):
            await asyncio.sleep(0)
        assert room.isconnected()
        telephony.release()
        assert (await transfer).outcome is Outcome.BUSY
        await asyncio.wait_for(leaving, 5)
    assert not room.isconnected()
    assert telephony.deleted == [room.name]


async def test_a_session_has_the_same_call_however_often_it_is_asked_for() -> None:
    room = fake_room(fake_caller())
    session: Any = RoomlessSession()
    with fake_job_context(room=room):
        call = call_for(session, telephony=FakeTelephony(room=room))
        assert call_for(session) is call
        await room.disconnect()
    assert Call.of(room) is None


async def test_without_a_room_and_without_a_job_there_is_no_call() -> None:
    session: Any = RoomlessSession()
    with pytest.raises(RuntimeError):
        call_for(session, telephony=FakeTelephony())
