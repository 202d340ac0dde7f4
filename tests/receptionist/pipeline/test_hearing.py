"""Speech to text is asked in the caller's pause, and once more when he goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import NOT_GIVEN, APIConnectionError, APIConnectOptions, APIError, stt, vad
from livekit.agents.types import NotGivenOr
from livekit.agents.vad import VADEvent, VADEventType

from receptionist.pipeline.hearing import LONGEST_SECONDS, PAUSE_SECONDS, EarlyHearing

RATE = 16_000
WINDOW = 512


def frame(value: int) -> rtc.AudioFrame:
    return rtc.AudioFrame(np.full(WINDOW, value, np.int16).tobytes(), RATE, 1, WINDOW)


def event(kind: VADEventType, value: int, *, silence: float = 0.0, lasts: float = 1.0) -> VADEvent:
    return VADEvent(
        kind,
        samples_index=0,
        timestamp=0.0,
        speech_duration=lasts,
        silence_duration=silence,
        frames=[frame(value)],
        speaking=kind is not VADEventType.END_OF_SPEECH,
        raw_accumulated_silence=silence,
    )


def begins(value: int) -> VADEvent:
    return event(VADEventType.START_OF_SPEECH, value)


def speaks(value: int, lasts: float = 1.0) -> VADEvent:
    return event(VADEventType.INFERENCE_DONE, value, lasts=lasts)


def pauses(value: int) -> VADEvent:
    return event(VADEventType.INFERENCE_DONE, value, silence=PAUSE_SECONDS)


def ends(value: int) -> VADEvent:
    return event(VADEventType.END_OF_SPEECH, value, silence=0.25)


class Told(vad.VAD):
    """Tells what it is told to; a frame in stands for an event out."""

    def __init__(self) -> None:
        super().__init__(capabilities=vad.VADCapabilities(update_interval=0.032))
        self.listening: asyncio.Future[ToldStream] = asyncio.Future()

    @property
    def model(self) -> str:
        return "told"

    @property
    def provider(self) -> str:
        return "here"

    def stream(self) -> vad.VADStream:
        stream = ToldStream(self)
        self.listening.set_result(stream)
        return stream


class ToldStream(vad.VADStream):
    async def _main_task(self) -> None:
        async for _ in self._input_ch:
            pass

    def tell(self, *events: VADEvent) -> None:
        for one in events:
            self._event_ch.send_nowait(one)


class Service(stt.STT[Any]):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.asked: asyncio.Queue[list[int]] = asyncio.Queue()
        self.answers: asyncio.Queue[str | Exception] = asyncio.Queue()
        self.dropped = 0

    async def _recognize_impl(
        self,
        buffer: Any,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        samples = np.frombuffer(buffer.data, np.int16)
        self.asked.put_nowait(samples[::WINDOW].tolist())
        try:
            answer = await self.answers.get()
        except asyncio.CancelledError:
            self.dropped += 1
            raise
        if isinstance(answer, Exception):
            raise answer
        data = stt.SpeechData(language="en", text=answer)  # type: ignore[arg-type]
        return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])


@asynccontextmanager
async def hearing() -> AsyncIterator[tuple[Service, ToldStream, stt.RecognizeStream]]:
    service, told = Service(), Told()
    stream = EarlyHearing(stt=service, vad=told).stream(conn_options=APIConnectOptions(max_retry=0))
    yield service, await told.listening, stream
    await stream.aclose()


async def heard(stream: stt.RecognizeStream) -> str:
    """The next words."""
    async with asyncio.timeout(2):
        async for one in stream:
            if one.type is stt.SpeechEventType.FINAL_TRANSCRIPT:
                return one.alternatives[0].text
    return ""


async def test_it_is_asked_before_the_utterance_is_over_and_only_once() -> None:
    async with hearing() as (service, sound, stream):
        sound.tell(begins(1), speaks(2), pauses(3))
        assert await service.asked.get() == [1, 2, 3]
        service.answers.put_nowait("open?")
        sound.tell(pauses(4), ends(9))
        assert await heard(stream) == "open?"
        assert service.asked.empty()


async def test_nothing_is_said_to_be_heard_before_the_utterance_is_over() -> None:
    async with hearing() as (service, sound, stream):
        sound.tell(begins(1), pauses(2))
        service.answers.put_nowait("open?")
        first = await anext(stream)
        await service.asked.get()
        sound.tell(ends(9))
        kinds = [first.type, (await anext(stream)).type, (await anext(stream)).type]
        assert kinds == [
            stt.SpeechEventType.START_OF_SPEECH,
            stt.SpeechEventType.END_OF_SPEECH,
            stt.SpeechEventType.FINAL_TRANSCRIPT,
        ]


async def test_a_caller_who_goes_on_is_heard_whole() -> None:
    async with hearing() as (service, sound, stream):
        sound.tell(begins(1), pauses(2))
        assert await service.asked.get() == [1, 2]
        sound.tell(speaks(3), pauses(4))
        assert await service.asked.get() == [1, 2, 3, 4]
        assert service.dropped == 1
        service.answers.put_nowait("all of it")
        sound.tell(ends(9))
        assert await heard(stream) == "all of it"


async def test_a_failure_matters_only_when_the_answer_does() -> None:
    async with hearing() as (service, sound, stream):
        sound.tell(begins(1), pauses(2))
        await service.asked.get()
        service.answers.put_nowait(APIConnectionError(retryable=False))
        sound.tell(speaks(3), pauses(4))
        await service.asked.get()
        service.answers.put_nowait("again")
        sound.tell(ends(9))
        assert await heard(stream) == "again"

        sound.tell(begins(1), pauses(2))
        await service.asked.get()
        service.answers.put_nowait(APIConnectionError(retryable=False))
        sound.tell(ends(9))
        with pytest.raises(APIError):
            await heard(stream)


async def test_an_utterance_without_a_pause_is_heard_at_its_end() -> None:
    async with hearing() as (service, sound, stream):
        sound.tell(begins(1), speaks(2), ends(9))
        assert await service.asked.get() == [9]
        service.answers.put_nowait("yes")
        assert await heard(stream) == "yes"


async def test_noise_is_no_words() -> None:
    async with hearing() as (service, sound, stream):
        for words in ("", "yes"):
            sound.tell(begins(1), pauses(2))
            await service.asked.get()
            service.answers.put_nowait(words)
            sound.tell(ends(9))
        assert await heard(stream) == "yes"


async def test_of_what_never_ends_the_beginning_is_heard() -> None:
    async with hearing() as (service, sound, stream):
        sound.tell(begins(1), speaks(2), speaks(3, LONGEST_SECONDS), pauses(4))
        assert await service.asked.get() == [1, 2, 4]
        service.answers.put_nowait("so much")
        sound.tell(ends(9))
        assert await heard(stream) == "so much"
