"""Whose voice says the fixed words when some of them are not rendered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from livekit import rtc

from tests.support.session import ScriptedSession
from transfer_call.voice.session_voice import SessionVoice


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
