"""The fakes that users test their agents with behave as the real things do."""

from __future__ import annotations

import asyncio
import inspect

import pytest
from livekit import rtc
from livekit.agents import Agent, AgentSession, get_job_context
from livekit.agents.testing import fake_job_context

from transfer_call import testing
from transfer_call.adapters.livekit_api import LiveKitTelephony
from transfer_call.directory.destination import Destination
from transfer_call.directory.target import TransferTarget
from transfer_call.testing import (
    FakeTelephony,
    accepted,
    busy,
    connected,
    declined,
    fake_caller,
    fake_room,
    no_answer,
    notified,
    refused,
    timed_out,
    unreachable,
)
from transfer_call.transfer.outcome import Outcome, Settle
from transfer_call.transfer.outcomes import classify
from transfer_call.transfer.telephony import Refer, Reply, Telephony

REFER = Refer(room="call-1", identity="sip_+14155550123", to="tel:+12125550123")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (connected(), Outcome.CONNECTED),
        (accepted(), Outcome.CONNECTED),
        (busy(), Outcome.BUSY),
        (no_answer(), Outcome.NO_ANSWER),
        (declined(), Outcome.DECLINED),
        (unreachable(), Outcome.UNREACHABLE),
        (refused(603), Outcome.NOT_PERMITTED),
        (refused(699), Outcome.UNREACHABLE),
        (notified(403), Outcome.NOT_PERMITTED),
        (timed_out(), Outcome.UNKNOWN),
    ],
)
def test_each_ready_reply_is_classified_as_its_name_says(reply: Reply, outcome: Outcome) -> None:
    assert classify(reply, caller_present=True).outcome is outcome


def test_an_accepted_transfer_is_watched_as_on_released_servers() -> None:
    assert classify(accepted(), caller_present=True).settle is Settle.STAYS


@pytest.mark.parametrize("code", [100, 200, 299, 700])
def test_a_reply_that_no_failure_has_cannot_be_made(code: int) -> None:
    with pytest.raises(ValueError, match="no SIP status of a failure"):
        notified(code)


async def test_transfers_succeed_unless_told_otherwise_and_are_remembered() -> None:
    telephony: Telephony = FakeTelephony()

    reply = await telephony.refer(REFER)

    assert reply == connected()
    assert isinstance(telephony, FakeTelephony)
    assert telephony.requests == [REFER]
    assert telephony.addresses == ["tel:+12125550123"]


async def test_replies_are_given_in_order_and_the_last_one_for_ever() -> None:
    telephony = FakeTelephony(busy(), timed_out())

    assert [await telephony.refer(REFER) for _ in range(3)] == [busy(), timed_out(), timed_out()]


async def test_an_address_or_a_destination_can_have_answers_of_its_own() -> None:
    desk = TransferTarget.parse("sip:desk@pbx.example.com")
    telephony = FakeTelephony()
    telephony.answer("tel:+12125550123", busy(), connected())
    telephony.answer(Destination("front-desk", (desk,)), no_answer())

    assert await telephony.refer(REFER) == busy()
    assert await telephony.refer(Refer("call-1", "i", desk.uri)) == no_answer()
    assert await telephony.refer(REFER) == connected()
    assert await telephony.refer(Refer("call-1", "i", "tel:+13")) == connected()


def test_an_address_must_be_given_an_answer() -> None:
    with pytest.raises(ValueError, match="what to answer"):
        FakeTelephony().answer("tel:+12125550123")


async def test_a_held_transfer_stays_pending_until_it_is_released() -> None:
    telephony = FakeTelephony(busy())
    telephony.hold()

    asking = asyncio.create_task(telephony.refer(REFER))
    assert await telephony.next_request() == REFER
    assert not asking.done()
    telephony.release()

    assert await asking == busy()


async def test_a_connected_caller_leaves_after_the_reply_as_the_bridge_makes_him() -> None:
    caller = fake_caller()
    room = fake_room(caller)
    telephony = FakeTelephony(room=room)

    await telephony.refer(REFER)
    assert caller.identity in room.remote_participants
    await asyncio.sleep(0)

    assert room.remote_participants == {}


async def test_deleting_the_room_makes_everyone_leave_it() -> None:
    caller = fake_caller()
    room = fake_room(caller, name="call-9")
    telephony = FakeTelephony(room=room)

    await telephony.delete_room("another")
    assert caller.identity in room.remote_participants
    await telephony.delete_room("call-9")

    assert telephony.deleted == ["another", "call-9"]
    assert caller.disconnect_reason == rtc.DisconnectReason.ROOM_DELETED


async def test_warming_and_closing_are_remembered() -> None:
    telephony = FakeTelephony()

    await telephony.warm()
    await telephony.aclose()

    assert (telephony.warmed, telephony.closed) == (1, True)


def test_a_caller_is_what_livekit_sip_makes_of_an_inbound_call() -> None:
    caller = fake_caller("+14155550123", "+14155550100", attributes={"sip.h.diversion": "<tel:1>"})

    assert caller.identity == "sip_+14155550123"
    assert caller.kind == rtc.ParticipantKind.PARTICIPANT_KIND_SIP
    assert caller.attributes["sip.phoneNumber"] == "+14155550123"
    assert caller.attributes["sip.trunkPhoneNumber"] == "+14155550100"
    assert caller.attributes["sip.h.diversion"] == "<tel:1>"


def test_keys_come_as_events_of_the_first_sip_participant_with_their_codes() -> None:
    web = fake_caller("web", kind=rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD)
    caller = fake_caller()
    room = fake_room(web, caller)
    pressed: list[rtc.SipDTMF] = []
    room.on("sip_dtmf_received", pressed.append)

    room.press("19*#a")
    room.press("0", web)

    assert [event.code for event in pressed] == [1, 9, 10, 11, 12, 0]
    pressers = [event.participant.identity for event in pressed if event.participant]
    assert pressers == [caller.identity] * 5 + [web.identity]


def test_joining_and_leaving_are_events() -> None:
    caller = fake_caller()
    room = fake_room()
    seen: list[tuple[str, object]] = []
    room.on("participant_connected", lambda who: seen.append(("in", who)))
    room.on("participant_disconnected", lambda who: seen.append(("out", who)))

    room.join(caller)
    room.leave(caller.identity)
    room.leave(caller.identity)

    assert seen == [("in", caller), ("out", caller)]
    assert caller.disconnect_reason == rtc.DisconnectReason.CLIENT_INITIATED


async def test_disconnecting_is_an_event_once() -> None:
    room = fake_room()
    reasons: list[int] = []
    room.on("disconnected", reasons.append)

    await room.disconnect()
    await room.disconnect()

    assert reasons == [rtc.DisconnectReason.CLIENT_INITIATED]
    assert not room.isconnected()


def test_a_coroutine_is_refused_as_a_handler_as_the_real_room_does() -> None:
    async def handler(_: object) -> None:
        raise AssertionError

    with pytest.raises(ValueError, match="async"):
        fake_room().on("participant_connected", handler)


async def test_an_agent_session_runs_in_the_room_of_a_fake_job() -> None:
    room = fake_room(fake_caller())

    with fake_job_context(room=room):
        async with AgentSession() as session:
            await session.start(Agent(instructions="say nothing"))

            assert get_job_context().room is room
            await get_job_context().room.local_participant.set_attributes({"a": "b"})
    assert room.local_participant.attributes == {"a": "b"}


def test_the_fake_and_the_real_telephony_have_the_same_methods() -> None:
    for name in ("warm", "refer", "delete_room", "aclose"):
        fake, real = getattr(FakeTelephony, name), getattr(LiveKitTelephony, name)
        assert inspect.signature(fake) == inspect.signature(real)


def test_everything_in_the_module_that_is_for_users_is_exported() -> None:
    public = {
        name
        for name, value in vars(testing).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == testing.__name__
    }

    assert public == set(testing.__all__)
