"""The keypad on a call: keys in, REFERs and words out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from livekit.agents import ErrorEvent
from livekit.agents.llm import LLMError

from tests.support.call import DESK, SALES, CallUnderTest, a_call, directory
from tests.support.session import ScriptedSession
from transfer_call.directory import Directory
from transfer_call.keypad.attached import KeypadMenu
from transfer_call.testing import busy, connected, fake_caller
from transfer_call.transfer.outcome import Outcome
from transfer_call.transfer.telephony import Reply


class AtTheKeypad:
    def __init__(self, line: CallUnderTest, menu: KeypadMenu) -> None:
        self.line, self.menu = line, menu
        self.said = line.session.said
        self.refers = line.telephony.addresses

    def press(self, keys: str) -> None:
        self.line.room.press(keys)

    async def until_told(self, count: int) -> None:
        """Wait for `count` texts, and until keys count again after the last transfer."""
        await self.line.until(lambda: len(self.said) == count and not self.menu.transferring)

    async def until_refer(self, *addresses: str) -> None:
        await self.line.until(lambda: self.line.telephony.addresses == list(addresses))


@asynccontextmanager
async def keypad(
    *replies: Reply,
    patient: bool = False,
    lead: bool = False,
    who: Directory | None = None,
    pressed_before: str = "",
    today: asyncio.Future[Directory] | None = None,
) -> AsyncIterator[AtTheKeypad]:
    session = ScriptedSession()
    session.patient = patient
    async with a_call(*replies, session=session, who=who) as line:
        room: Any = line.room
        menu = KeypadMenu(line.directory, room=room)
        line.room.press(pressed_before)
        speaking: Any = session
        menu.serve(line.call, speaking, today=today)
        if lead:
            menu.lead(["Welcome."])
        await asyncio.sleep(0)
        yield AtTheKeypad(line, menu)
        menu.close()


async def test_a_key_puts_the_caller_through_without_an_llm() -> None:
    async with keypad(connected()) as caller:
        caller.press("0")
        await caller.until_refer(DESK)


async def test_a_key_stops_what_the_agent_is_saying_at_once() -> None:
    async with keypad(connected(), patient=True) as caller:
        sentence = caller.line.session.agent_speaks()
        caller.press("1")
        await caller.line.until(lambda: caller.said)
        assert sentence.interrupted


async def test_a_key_that_leads_to_no_transfer_stops_the_agent_before_anything_else() -> None:
    async with keypad(patient=True, lead=True) as caller:
        sentence = caller.line.session.agent_speaks()
        caller.press("9")
        assert sentence.interrupted


async def test_nothing_is_done_about_the_conversation_until_the_refer_is_asked_for() -> None:
    async with keypad(connected(), who=directory(sales={"announcement": ""})) as caller:
        session = caller.line.session
        sentence = session.agent_speaks()
        caller.press("1")
        await caller.until_refer(SALES)
        assert not sentence.interrupted
        assert session.turns_cleared == 0
        await caller.line.until(lambda: sentence.interrupted and session.turns_cleared)


async def test_a_transfer_that_waits_for_today_s_directory_does_not_let_the_agent_go_on() -> None:
    async with keypad(connected(), patient=True, today=asyncio.Future()) as caller:
        sentence = caller.line.session.agent_speaks()
        caller.press("0")
        assert sentence.interrupted


async def test_a_key_that_means_nothing_leaves_the_agent_alone() -> None:
    async with keypad(connected(), patient=True) as caller:
        sentence = caller.line.session.agent_speaks()
        caller.press("7abcd")
        assert not sentence.interrupted
        assert caller.line.telephony.requests == []


async def test_a_key_pressed_before_the_session_was_there_is_not_lost() -> None:
    async with keypad(connected(), pressed_before="1") as caller:
        await caller.until_refer(SALES)


async def test_keys_of_a_second_telephone_in_the_room_are_ignored() -> None:
    async with keypad(connected()) as caller:
        caller.line.room.press("0", fake_caller(number="+14155550199"))
        caller.press("1")
        await caller.until_refer(SALES)


async def test_the_star_key_stops_the_transfer_before_its_refer() -> None:
    async with keypad(connected(), patient=True) as caller:
        caller.press("1")
        await caller.line.until(lambda: caller.said)
        caller.press("*")
        await caller.line.until(lambda: not caller.line.call.transfer_running)
        assert caller.line.telephony.requests == []
        assert "won't put you through" in caller.said[-1]


async def test_another_key_during_the_announcement_is_the_new_wish() -> None:
    async with keypad(connected(), patient=True) as caller:
        caller.press("1")
        await caller.line.until(lambda: len(caller.said) == 1)
        caller.press("0")
        await caller.line.until(lambda: len(caller.said) == 2)
        caller.line.session.finish_speech()
        await caller.until_refer(DESK)


async def test_the_same_key_again_during_the_announcement_changes_nothing() -> None:
    async with keypad(connected(), patient=True) as caller:
        caller.press("1")
        await caller.line.until(lambda: len(caller.said) == 1)
        caller.press("1")
        await asyncio.sleep(0)
        caller.line.session.finish_speech()
        await caller.until_refer(SALES)
        assert len(caller.said) == 1


async def test_keys_while_a_refer_is_pending_do_nothing_and_say_nothing() -> None:
    async with keypad(connected()) as caller:
        caller.line.telephony.hold()
        caller.press("1")
        await caller.until_refer(SALES)
        said = list(caller.said)
        caller.press("0*123")
        await asyncio.sleep(0)
        assert caller.said == said
        caller.line.telephony.release()
        await asyncio.wait_for(caller.line.call.wait_ended(), 5)
        assert caller.line.telephony.addresses == [SALES]


async def test_after_a_failure_the_caller_is_told_a_key_and_the_key_works() -> None:
    async with keypad(busy(), connected()) as caller:
        caller.press("1")
        await caller.until_told(2)
        assert "busy" in caller.said[1]
        assert "front desk, press 0" in caller.said[1]
        caller.press("0")
        await caller.until_refer(SALES, DESK)


async def test_a_key_during_the_words_about_a_failure_cuts_them_short() -> None:
    async with keypad(busy(), connected(), patient=True) as caller:
        caller.press("1")
        await caller.line.until(lambda: len(caller.said) == 1)
        caller.line.session.finish_speech()
        await caller.until_told(2)
        caller.press("0")
        await caller.line.until(lambda: caller.line.session.handles[1].interrupted)
        await caller.line.until(lambda: len(caller.said) == 3)
        caller.line.session.finish_speech()
        await caller.until_refer(SALES, DESK)


async def test_a_key_wins_over_the_transfer_the_llm_is_announcing() -> None:
    async with keypad(connected(), patient=True) as caller:
        tool = caller.line.begin("sales")
        await caller.line.until(lambda: len(caller.said) == 1)
        caller.press("0")
        assert (await tool).stopped == "replaced"
        await caller.line.until(lambda: len(caller.said) == 2)
        caller.line.session.finish_speech()
        await caller.until_refer(DESK)


async def test_a_key_and_a_tool_call_for_the_same_destination_are_one_refer() -> None:
    async with keypad(connected()) as caller:
        tool = caller.line.begin("sales")
        caller.press("1")
        assert (await tool).outcome is Outcome.CONNECTED
        await asyncio.wait_for(caller.line.call.wait_ended(), 5)
        assert caller.line.telephony.addresses == [SALES]


async def test_a_key_that_meets_the_tool_call_for_the_same_destination_joins_it() -> None:
    async with keypad(connected()) as caller:
        tool = caller.line.begin("sales")
        await caller.line.until(lambda: caller.line.call.transfer_running)
        caller.press("1")
        assert (await tool).outcome is Outcome.CONNECTED
        await asyncio.wait_for(caller.line.call.wait_ended(), 5)
        assert caller.line.telephony.addresses == [SALES]


async def test_a_key_that_meets_the_tool_call_for_another_destination_replaces_it() -> None:
    async with keypad(busy(), patient=True) as caller:
        tool = caller.line.begin("sales")
        await caller.line.until(lambda: caller.line.call.transfer_running)
        caller.press("0")
        assert (await tool).stopped == "replaced"
        await caller.line.until(lambda: caller.said)
        caller.press("*")
        await caller.line.until(lambda: not caller.line.call.transfer_running)
        assert "won't put you through" in caller.said[-1]
        assert caller.line.telephony.requests == []


async def test_keys_count_as_activity_of_the_caller() -> None:
    async with keypad(connected()) as caller:
        caller.press("7")
        assert caller.line.session.away_resets == 1


async def test_leading_it_says_the_greeting_and_the_menu_with_the_action_before_the_key() -> None:
    async with keypad(lead=True) as caller:
        await caller.line.until(lambda: caller.said)
        assert caller.said[0].startswith("Welcome. For sales, press 1.")


async def test_leading_it_says_the_menu_again_after_a_failure() -> None:
    async with keypad(busy(), lead=True) as caller:
        await caller.line.until(lambda: caller.said)
        caller.press("1")
        await caller.line.until(lambda: len(caller.said) == 4)
        assert "busy" in caller.said[2]
        assert "front desk, press 0" in caller.said[3]


async def test_leading_it_says_goodbye_and_ends_the_call_of_somebody_who_never_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = 0.0
    monkeypatch.setattr("transfer_call.keypad.attached._now", lambda: clock)
    async with keypad(busy(), lead=True) as caller:
        async with asyncio.timeout(10):
            while not caller.menu.ended.is_set():
                clock += 1
                caller.menu.tick()
                await asyncio.sleep(0)
        assert "Goodbye" in caller.said[-1]
        assert len(caller.said) < 12
        await asyncio.wait_for(caller.line.call.wait_ended(), 5)
        assert caller.line.telephony.deleted == ["call-1"]


def failure(*, recoverable: bool = False) -> ErrorEvent:
    error = LLMError(timestamp=0, label="llm", error=RuntimeError("down"), recoverable=recoverable)
    return ErrorEvent(error=error, source=None)


async def test_when_a_model_has_failed_the_menu_takes_its_place_and_says_so_once() -> None:
    async with keypad(connected()) as caller:
        events = [failure(), failure()]
        for event in events:
            caller.line.session.emit("error", event)
            assert event.error.recoverable, "or the session closes itself at the fourth"
        await caller.line.until(lambda: caller.said)
        assert "trouble" in caller.said[0] and "For sales, press 1" in caller.said[0]
        assert caller.line.session.agent_speaks().interrupted
        assert len(caller.said) == 1
        caller.press("1")
        await caller.until_refer(SALES)


async def test_an_error_that_the_framework_retries_changes_nothing() -> None:
    async with keypad(connected()) as caller:
        caller.line.session.emit("error", failure(recoverable=True))
        await asyncio.sleep(0)
        assert caller.said == []
        assert not caller.line.session.agent_speaks().interrupted


async def test_a_failed_agent_stays_quiet_after_a_transfer_too() -> None:
    async with keypad(busy()) as caller:
        caller.line.session.emit("error", failure())
        caller.press("1")
        await caller.line.until(lambda: not caller.line.call.transfer_running)
        assert caller.line.session.agent_speaks().interrupted
