"""Local ears behind a speech to text that fails, in the cascade's own session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import APIError, stt

from lab.openai.script import Manner, Model
from receptionist.pipeline.cascade import cascade
from receptionist.pipeline.ears import SecondEars
from receptionist.pipeline.guard import AGAIN
from receptionist.standby.rules import UNCLEAR
from receptionist.standby.setup import recognizer_for
from tests.support.openai import in_a_job, line_of, provider_of, scripted
from transfer_call.voice.local_voice import LocalVoice


async def spoken(text: str) -> rtc.AudioFrame:
    """A sentence with a little silence around it, as turns come."""
    pcm = await LocalVoice().render(text, "en")
    silence = bytes(pcm.sample_rate // 4 * 2)
    samples = silence + pcm.samples + silence
    return rtc.AudioFrame(samples, pcm.sample_rate, 1, len(samples) // 2)


@asynccontextmanager
async def ears(folder: Path, language: str) -> AsyncIterator[stt.STT[Any]]:
    """Those of a session whose key is refused."""
    async with scripted(Model(manner=lambda *_: Manner(status=401))) as server:
        line = line_of(folder, server)
        recognizer = recognizer_for([line])
        assert recognizer is not None
        async with in_a_job(), provider_of(line) as provider:
            second = SecondEars(recognizer, line, lambda: language)
            services = cascade(line, provider=provider, language=lambda: language, ears=second)
            yield services.stt


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Put me through to sales please", "put me through to sales please"),
        ("My cat has eaten the other half of the moon", UNCLEAR),
    ],
)
async def test_what_fails_to_be_transcribed_is_heard_all_the_same(
    tmp_path: Path, said: str, heard: str
) -> None:
    async with ears(tmp_path, "en") as hearing:
        event = await hearing.recognize(await spoken(said))
    assert event.alternatives[0].text == heard


async def test_a_caller_who_goes_on_in_another_language_is_left_to_his_keys(
    tmp_path: Path,
) -> None:
    async with ears(tmp_path, "es") as hearing:
        with pytest.raises(APIError):
            await hearing.recognize(
                await spoken("Put me through to sales please"), conn_options=AGAIN
            )
