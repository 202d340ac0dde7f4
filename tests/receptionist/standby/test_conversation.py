"""Rules, ears and keypad of one call together, with everything but the sound."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from livekit.agents.testing import fake_job_context
from livekit.agents.voice.io import AudioInput

from receptionist.agent import ReceptionistAgent
from receptionist.standby.conversation import StandbyConversation
from receptionist.standby.recognizer import Heard
from receptionist.standby.rules import UNCLEAR
from tests.support.business import loaded
from transfer_call import Call, Directory, KeypadMenu
from transfer_call.testing import FakeTelephony, busy, connected, fake_caller, fake_room
from transfer_call.voice.rendering import PhraseAudio
from transfer_call.voice.sound import RATE, Pcm

FILE = """\
business: {name: Acme Dental, country: US}
destinations:
  front-desk: {to: "tel:+12125550100", key: "0"}
  sales: {to: "tel:+12125550123", key: "1"}
  billing: {to: "tel:+12125550124", key: "2"}
"""
SALES, DESK, BILLING = "tel:+12125550123", "tel:+12125550100", "tel:+12125550124"


class _Tone:
    def voice_id(self, language: str) -> str:
        return "tone"

    async def render(self, text: str, language: str) -> Pcm:
        return Pcm(RATE, b"\x00\x20" * (RATE // 10))


class _NoEars:
    """A recogniser for calls on which nothing is heard but what the test types."""

    def recognize(self, line: str, samples: np.ndarray) -> list[Heard]:
        return [Heard("")]


class Speaking:
    def __init__(self, talk: StandbyConversation, keypad: KeypadMenu, call: Call, room: Any):
        self.talk, self.keypad, self.call, self.room = talk, keypad, call, room
        self.session = talk.session
        self.said: list[str] = []
        telephony: Any = call.telephony
        self.telephony: FakeTelephony = telephony
        self.session.on("conversation_item_added", self._note)

    def _note(self, event: Any) -> None:
        if event.item.type == "message" and event.item.role == "assistant":
            self.said.append(event.item.text_content)

    async def says(self, text: str) -> None:
        await asyncio.wait_for(self.session.run(user_input=text), 10)

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0)


@asynccontextmanager
async def a_call(folder: Path, *replies: Any) -> AsyncIterator[Speaking]:
    line = loaded(folder, FILE).lines[0]
    room = fake_room(fake_caller())
    audio = PhraseAudio(folder / "audio", _Tone())
    no_ears: Any = _NoEars()
    with fake_job_context(room=room):
        call = Call.start(
            room, telephony=FakeTelephony(*(replies or (connected(),)), room=room), audio=audio
        )
        talk = StandbyConversation(line, audio, no_ears)
        keypad = KeypadMenu(line.directory, room=room)
        today: asyncio.Future[Directory] = asyncio.get_running_loop().create_future()
        today.set_result(line.directory)

        def greet() -> None:
            keypad.serve(call, talk.session, today=today)
            talk.join(call, keypad, agent, today)
            keypad.lead(["Welcome."])

        agent = ReceptionistAgent(line, greet=lambda: greet(), tools=[talk.toolset])
        call.attach(talk.session)
        async with talk.session:
            speaking = Speaking(talk, keypad, call, room)
            await talk.session.start(agent)
            await speaking.until(lambda: bool(speaking.said))
            yield speaking
            keypad.close()
        await call.aclose()


async def test_a_wish_and_a_yes_put_through_while_the_keypad_leads(tmp_path: Path) -> None:
    async with a_call(tmp_path) as caller:
        await caller.says("could you put me through to sales please")
        assert caller.said[-1] == "Sales, is that right?"
        assert caller.telephony.requests == []
        await caller.says("yes")
        assert caller.telephony.addresses == [SALES]


async def test_the_key_1_says_yes_to_the_question(tmp_path: Path) -> None:
    async with a_call(tmp_path) as caller:
        await caller.says("billing")
        caller.room.press("1")
        await caller.until(lambda: caller.telephony.addresses == [BILLING])


async def test_the_key_2_says_no_and_the_next_key_means_what_it_does_in_the_menu(
    tmp_path: Path,
) -> None:
    async with a_call(tmp_path) as caller:
        await caller.says("sales")
        caller.room.press("2")
        await caller.until(lambda: caller.said[-1] == "What would you like to do?")
        caller.room.press("1")
        await caller.until(lambda: caller.telephony.addresses == [SALES])


async def test_any_other_key_wins_over_the_question(tmp_path: Path) -> None:
    async with a_call(tmp_path) as caller:
        await caller.says("sales")
        caller.room.press("0")
        await caller.until(lambda: caller.telephony.addresses == [DESK])


async def test_without_a_question_the_keys_1_and_2_are_the_menus(tmp_path: Path) -> None:
    async with a_call(tmp_path) as caller:
        caller.room.press("1")
        await caller.until(lambda: caller.telephony.addresses == [SALES])


async def test_after_a_failure_the_menu_follows_and_a_late_yes_counts_for_nothing(
    tmp_path: Path,
) -> None:
    async with a_call(tmp_path, busy()) as caller:
        await caller.says("sales")
        await caller.says("yes")
        await caller.until(lambda: "For billing, press 2." in caller.said[-1])
        await caller.says("yes")
        assert caller.telephony.addresses == [SALES]


async def test_a_menu_that_is_said_again_ends_the_question(tmp_path: Path) -> None:
    async with a_call(tmp_path) as caller:
        await caller.says("sales")
        caller.keypad.lead([])  # Leading already: nothing is said twice.
        await caller.call.voice.say(["Are you still there?"], "en")
        await caller.says("yes")
        assert caller.telephony.requests == []


async def test_twice_misunderstood_the_caller_is_left_to_his_keys(tmp_path: Path) -> None:
    async with a_call(tmp_path) as caller:
        await caller.says(UNCLEAR)
        await caller.says("the weather is nice today")
        assert "Please use the keys of your phone." in caller.said[-1]
        assert "For sales, press 1." in caller.said[-1]
        caller.room.press("1")
        await caller.until(lambda: caller.telephony.addresses == [SALES])


async def test_a_goodbye_ends_the_call(tmp_path: Path) -> None:
    async with a_call(tmp_path) as caller:
        await caller.says("goodbye")
        assert caller.said[-1] == "Thank you for calling. Goodbye."
        await asyncio.wait_for(caller.call.wait_ended(), 10)


async def test_a_key_for_another_language_leaves_the_caller_to_his_keys(tmp_path: Path) -> None:
    async with a_call(tmp_path) as caller:
        ears = _Ears()
        caller.session.input.audio = ears
        caller.call.speak("es")
        await caller.until(lambda: ears.detached == 1)
        caller.call.speak("en")
        await caller.until(lambda: ears.attached == 2)


class _Ears(AudioInput):
    """Counts how often it is listened to."""

    def __init__(self) -> None:
        super().__init__(label="ears")
        self.attached = self.detached = 0

    async def __anext__(self) -> Any:
        await asyncio.Event().wait()

    def on_attached(self) -> None:
        self.attached += 1

    def on_detached(self) -> None:
        self.detached += 1


async def test_what_the_rules_say_is_logged_like_all_that_is_spoken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "receptionist")
    async with a_call(tmp_path) as caller:
        await caller.says("could you put me through to sales please")
        await caller.says("yes")
    spoken = [record.__dict__["pii_text"] for record in caplog.records if record.msg == "spoke"]
    assert spoken == ["Sales, is that right?"]
