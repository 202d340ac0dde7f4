from __future__ import annotations

import asyncio
from typing import Any

import pytest
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.events import SpeechCreatedEvent

from receptionist.pipeline import stopped
from receptionist.pipeline.stopped import AnswerStop
from tests.support.call import CallUnderTest, a_call
from tests.support.session import ScriptedSession
from transfer_call.transfer.halt import StopReason


class Answering(ScriptedSession):
    """Remembers when it was asked for a reply."""

    def __init__(self) -> None:
        super().__init__()
        self.patient = True
        self.asked = asyncio.Event()

    def generate_reply(self) -> None:
        self.asked.set()


async def stop(call: CallUnderTest, reason: StopReason) -> None:
    """Stop a transfer while it is being announced."""
    transferring = call.begin("sales")
    await call.until(lambda: call.session.said)
    call.call.cancel(reason)
    await transferring


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopped, "ANSWER_SECONDS", 0.0)


async def test_what_stopped_a_transfer_is_answered() -> None:
    session = Answering()
    async with a_call(session=session) as call:
        speaking: Any = session
        AnswerStop(speaking, call.call)
        await stop(call, StopReason.PHRASE)
        await asyncio.wait_for(session.asked.wait(), 5)


async def test_an_answer_that_comes_by_itself_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopped, "ANSWER_SECONDS", 0.1)
    session = Answering()
    async with a_call(session=session) as call:
        speaking: Any = session
        watch = AnswerStop(speaking, call.call)
        await stop(call, StopReason.PHRASE)
        await call.until(lambda: watch._waiting is not None)
        handle = SpeechHandle.create()
        session.emit(
            "speech_created",
            SpeechCreatedEvent(user_initiated=False, source="generate_reply", speech_handle=handle),
        )
        assert watch._waiting is None
    assert not session.asked.is_set()


async def test_a_key_that_stops_a_transfer_is_answered_by_the_keypad() -> None:
    session = Answering()
    async with a_call(session=session) as call:
        speaking: Any = session
        watch = AnswerStop(speaking, call.call)
        await stop(call, StopReason.KEY)
        await call.call.bus.aclose()
        assert watch._waiting is None
    assert not session.asked.is_set()
