"""Real softphones against the real bridge and the least worker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from lab.audio import Audio
from lab.capture import is_request
from lab.phones import Caller, Human
from lab.processes import LabError
from lab.refusing_phone import RefusingPhone
from lab.sounds import beeps

if TYPE_CHECKING:
    from lab.sip_message import SipMessage
    from lab.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("bare_worker")]


async def press_0_and_be_sent_to(stack: Stack, caller: Caller, uri: str) -> None:
    await caller.dial(await stack.rooms.add_line("bare", metadata=uri))
    await caller.press("0")


async def outcome(stack: Stack, caller: Caller) -> SipMessage:
    """The NOTIFY that tells the bridge how the transfer ended."""

    def is_final(message: SipMessage) -> bool:
        return message.from_user == caller.user and (message.reported or 0) >= 200

    return await stack.capture.wait_for(is_final, 20)


async def test_caller_and_human_hear_each_other_after_the_transfer(stack: Stack) -> None:
    async with (
        Human(stack, answers_after=0.3, says=beeps(880)) as human,
        Caller(stack) as caller,
    ):
        await press_0_and_be_sent_to(stack, caller, human.uri)
        await caller.say(beeps(440))
        answered = await caller.transferred()
        await asyncio.sleep(2)  # they talk
        await caller.hang_up()
        await human.wait_for("CALL_CLOSED", 5)
    agent_heard, human_heard = (Audio.read(path) for path in caller.heard())
    assert agent_heard.tone_seconds(300) > 0.5
    assert agent_heard.tone_seconds(880) == 0
    assert human_heard.tone_seconds(880) >= 0.5
    (recording,) = human.heard()
    assert Audio.read(recording).tone_seconds(440) >= 0.5
    await stack.capture.caught_up()
    call = stack.capture.dialogs(to_user="desk")[-1]
    assert call.answer is not None
    assert abs(call.answer.at - answered.at) < 0.5
    assert call.heard().tone_seconds(880) >= 0.5
    assert call.said().tone_seconds(440) >= 0.5


async def test_the_far_bridge_gets_no_answer_at_once(stack: Stack) -> None:
    async with Human(stack) as human, Caller(stack) as caller:
        await press_0_and_be_sent_to(stack, caller, human.uri)
        await caller.transferred()
        await outcome(stack, caller)
        refer = await stack.capture.wait_for(
            lambda m: m.method == "REFER" and m.is_request and caller.user in m.header("to"), 5
        )
        call = stack.capture.dialog(refer.call_id)
        assert call.replies(refer)[0].at - refer.at >= 0.03
        assert call.requests("REFER") == [refer]


@pytest.mark.parametrize("status", ["486 Busy Here", "603 Decline"])
async def test_a_human_who_refuses(stack: Stack, status: str) -> None:
    async with RefusingPhone(stack, status) as phone, Caller(stack) as caller:
        await press_0_and_be_sent_to(stack, caller, phone.uri)
        told = await outcome(stack, caller)
        assert told.reported == int(status.split()[0])
        assert len(phone.calls) == 1
        await caller.press("0")  # he is still with the agent, and tries again
        await stack.capture.wait_for(lambda m: is_request("REFER")(m) and m.at > told.at, 10)


async def test_a_human_who_never_answers(stack: Stack) -> None:
    async with Human(stack, "nobody", answers_after=None) as human, Caller(stack) as caller:
        await press_0_and_be_sent_to(stack, caller, human.uri)
        await human.wait_for("CALL_INCOMING", 10)
        with pytest.raises(LabError, match="no CALL_ESTABLISHED"):
            await human.wait_for("CALL_ESTABLISHED", 1)
        await caller.hang_up()


async def test_a_softphone_cannot_dial_a_number_it_has_no_provider_for(stack: Stack) -> None:
    async with Caller(stack) as caller:
        await press_0_and_be_sent_to(stack, caller, "tel:+12125550123")
        assert (await outcome(stack, caller)).reported == 500


async def test_keys_reach_the_wire_in_order(stack: Stack) -> None:
    async with Caller(stack) as caller:
        await caller.dial()
        await caller.press("42#")
        await asyncio.sleep(0.5)
        await caller.hang_up()
        bye = await stack.capture.wait_for(
            lambda m: is_request("BYE")(m) and m.from_user == caller.user, 5
        )
        assert [key.digit for key in stack.capture.dialog(bye.call_id).keys()] == ["4", "2", "#"]
