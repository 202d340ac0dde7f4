"""Whose voice says the fixed words when some of them are not rendered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from livekit import rtc

from tests.support.session import ScriptedSession
from transfer_call.voice.session_voice import SessionVoice, Spoken


class AskedAudio:
    """Remembers whether some of the words would have been better than none."""

    def __init__(self) -> None:
        self.partial: list[bool] = []

    async def frames(
        self, sentences: Sequence[str], language: str, *, partial: bool = False
    ) -> AsyncIterator[rtc.AudioFrame] | None:
        self.partial.append(partial)
        return None


def speaking(*, tts: bool) -> tuple[SessionVoice, AskedAudio]:
    audio = AskedAudio()
    voice = SessionVoice(audio)
    session: Any = ScriptedSession()
    session.tts = object() if tts else None
    voice.attach(session)
    return voice, audio


async def test_a_session_that_can_speak_says_what_is_not_rendered() -> None:
    voice, audio = speaking(tts=True)
    await voice.say(["Goodbye."], "en")
    assert audio.partial == [False]


async def test_without_another_voice_some_words_are_better_than_none() -> None:
    voice, audio = speaking(tts=False)
    await voice.say(["Goodbye."], "en")
    assert audio.partial == [True]


async def test_the_voice_of_an_agent_that_has_failed_is_not_counted_on() -> None:
    voice, audio = speaking(tts=True)
    voice.keep_floor()
    await voice.say(["Goodbye."], "en")
    assert audio.partial == [True]


def beside_an_agent() -> tuple[SessionVoice, ScriptedSession]:
    voice, session = SessionVoice(), ScriptedSession()
    attached: Any = session
    voice.attach(attached)
    return voice, session


async def test_what_the_agent_says_stops_soon_after_a_transfer_has_the_floor() -> None:
    voice, session = beside_an_agent()
    sentence = session.agent_speaks()
    voice.take_floor(in_tool=False)
    async with asyncio.timeout(2):
        await sentence
    assert sentence.interrupted


async def test_what_the_agent_says_stops_before_the_first_word_of_ours() -> None:
    voice, session = beside_an_agent()
    sentence = session.agent_speaks()
    voice.take_floor(in_tool=False)
    speech = await voice.begin(["One moment."], "en")
    assert sentence.interrupted
    assert await speech.ended() is Spoken.PLAYED


async def test_what_the_agent_says_stops_also_when_it_gets_the_floor_back_at_once() -> None:
    voice, session = beside_an_agent()
    sentence = session.agent_speaks()
    voice.take_floor(in_tool=False)
    voice.give_floor()
    assert sentence.interrupted
    answer = session.agent_speaks()
    assert not answer.interrupted


async def test_the_turn_of_an_agent_whose_tool_waits_for_us_is_not_stopped_by_force() -> None:
    voice, session = beside_an_agent()
    turn = session.agent_speaks()
    turn.allow_interruptions = False
    voice.take_floor(in_tool=True)
    await voice.begin(["One moment."], "en")
    assert not turn.interrupted
