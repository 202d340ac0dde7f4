"""Speech to text and text to speech over a real socket: their deadlines and who replaces them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import APIError, stt
from livekit.agents.types import NOT_GIVEN, APIConnectOptions, NotGivenOr

from lab.openai.script import RATE, Manner, Model, Service
from lab.openai.server import ScriptedOpenAI
from receptionist.pipeline import guard
from receptionist.pipeline.breaker import Breaker
from receptionist.pipeline.cascade import Cascade, cascade
from receptionist.pipeline.services import Service as Asking
from tests.support.openai import KeptState, in_a_job, line_of, provider_of, scripted

TONE: bytes = (8000 * np.sin(2 * np.pi * 440 / RATE * np.arange(RATE // 2))).astype("<i2").tobytes()
SPEECH = rtc.AudioFrame(TONE, RATE, 1, len(TONE) // 2)
BROKEN = [
    Manner(status=500),
    Manner(status=429, retry_after=20),
    Manner(cut_after=0),
    Manner(hangs=True),
    Manner(after=30),
]


class Ears(stt.STT[Any]):
    """Hears without a network, and remembers what."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.heard: list[Any] = []

    async def _recognize_impl(
        self,
        buffer: Any,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        self.heard.append(buffer)
        data = stt.SpeechData(language="en", text="by local ears")  # type: ignore[arg-type]
        return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])


class Talking:
    def __init__(self, server: ScriptedOpenAI, services: Cascade, state: KeptState) -> None:
        self.server = server
        self.services = services
        self.state = state

    async def hear(self) -> str:
        event = await asyncio.wait_for(self.services.stt.recognize(SPEECH), 5)
        return str(event.alternatives[0].text)

    async def speak(self, text: str) -> rtc.AudioFrame:
        frame: rtc.AudioFrame = await asyncio.wait_for(
            self.services.tts.synthesize(text).collect(), 5
        )
        return frame


@asynccontextmanager
async def talking_to(folder: Path, model: Model, **parts: Any) -> AsyncIterator[Talking]:
    state = KeptState()
    spoken_in = itertools.chain(parts.pop("languages", ()), itertools.repeat("en"))
    models = parts.pop("models", {})
    async with scripted(model) as server:
        line = line_of(folder, server, models)
        async with in_a_job(), provider_of(line, state) as provider:
            services = cascade(line, provider=provider, language=lambda: next(spoken_in), **parts)
            yield Talking(server, services, state)
            await services.tts.aclose()


def hurry(monkeypatch: pytest.MonkeyPatch, manner: Manner) -> None:
    """Do not wait long for what never comes."""
    if manner.hangs or manner.after:
        for service in (Asking.STT, Asking.TTS):
            monkeypatch.setitem(guard.SECONDS, service, 0.3)


async def spoken(text: str) -> bytes:
    return TONE


async def test_speech_becomes_words_and_words_become_speech(tmp_path: Path) -> None:
    model = Model(hears=lambda samples, rate: f"{len(samples) / 2 / rate} s", speaks=spoken)
    async with talking_to(tmp_path, model) as talking:
        assert await talking.hear() == "0.5 s"
        frame = await talking.speak("Hello.")
        assert bytes(frame.data)[: len(TONE)] == TONE
        [said] = talking.server.asked(Service.TTS)
        assert said.body["input"] == "Hello."
        assert said.body["voice"] == "marin"


async def test_a_model_that_takes_keywords_is_told_names_and_languages(tmp_path: Path) -> None:
    async with talking_to(tmp_path, Model(language="es")) as talking:
        event = await talking.services.stt.recognize(SPEECH)
        assert event.alternatives[0].language == "es"
        [heard] = talking.server.asked(Service.STT)
    assert heard.body["keywords"] == ["Acme Dental", "front desk", "sales", "new orders"]
    assert heard.body["languages"] == ["en", "es", "fr", "de"]


async def test_another_model_is_told_the_names_in_its_prompt(tmp_path: Path) -> None:
    async with talking_to(tmp_path, Model(), models={"stt": "gpt-4o-mini-transcribe"}) as talking:
        await talking.services.stt.recognize(SPEECH)
        [heard] = talking.server.asked(Service.STT)
    assert heard.body["prompt"] == "Acme Dental, front desk, sales, new orders"
    assert heard.body["language"] == "en"


@pytest.mark.parametrize("manner", BROKEN, ids=str)
async def test_what_speech_to_text_does_not_hear_local_ears_hear_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manner: Manner
) -> None:
    hurry(monkeypatch, manner)
    ears = Ears()
    model = Model(manner=lambda service, number: manner)
    async with talking_to(tmp_path, model, ears=ears) as talking:
        assert await talking.hear() == "by local ears"
        assert ears.heard == [SPEECH]
        assert [key.rpartition("/")[2] for key in talking.state.kept] == ["stt"]
        before = len(talking.server.asked(Service.STT))
        assert await talking.hear() == "by local ears"
        assert len(talking.server.asked(Service.STT)) == before


async def test_without_local_ears_a_failure_is_an_error_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, Manner(hangs=True))
    async with talking_to(tmp_path, Model(manner=lambda *_: Manner(hangs=True))) as talking:
        with pytest.raises(APIError):
            await talking.hear()


async def test_speech_to_text_that_fails_once_hears_at_the_second_try(tmp_path: Path) -> None:
    model = Model(
        hears=lambda *_: "again", manner=lambda _, number: Manner(status=200 if number else 500)
    )
    async with talking_to(tmp_path, model) as talking:
        assert await talking.hear() == "again"
        assert talking.state.kept == {}


@pytest.mark.parametrize("manner", BROKEN, ids=str)
async def test_what_text_to_speech_does_not_say_the_local_voice_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manner: Manner
) -> None:
    hurry(monkeypatch, manner)
    model = Model(manner=lambda service, number: manner)
    async with talking_to(tmp_path, model) as talking:
        frame = await talking.speak("Good morning to you.")
        assert frame.duration > 0.5
        assert np.abs(np.frombuffer(frame.data, np.int16)).max() > 1000
        assert [key.rpartition("/")[2] for key in talking.state.kept] == ["tts"]


async def test_speech_that_stops_in_its_middle_is_given_up(tmp_path: Path) -> None:
    async def endless(text: str) -> bytes:
        return TONE * 6

    model = Model(speaks=endless, manner=lambda *_: Manner(cut_after=5))
    async with talking_to(tmp_path, model) as talking:
        frame = await talking.speak("A long sentence.")
        assert 0.1 < frame.duration < 3.0
        assert [key.rpartition("/")[2] for key in talking.state.kept] == ["tts"]


async def test_while_one_service_is_down_others_are_given_less_time() -> None:
    breaker = Breaker(KeptState(), "api.example.com")
    thinking, speaking = guard.Guard(Asking.LLM, breaker), guard.Guard(Asking.TTS, breaker)
    assert thinking.seconds == guard.SECONDS[Asking.LLM]
    breaker.failed(Asking.LLM, TimeoutError())
    assert speaking.seconds == guard.HURRY_SECONDS
    assert thinking.seconds == guard.SECONDS[Asking.LLM]
    await breaker.aclose()


async def test_the_local_voice_speaks_the_language_of_the_moment(tmp_path: Path) -> None:
    model = Model(manner=lambda *_: Manner(status=401))
    async with talking_to(tmp_path, model, languages=["en", "es", "en"]) as talking:
        english, spanish, again = [
            bytes((await talking.speak("No problem.")).data) for _ in range(3)
        ]
    assert english == again != spanish
