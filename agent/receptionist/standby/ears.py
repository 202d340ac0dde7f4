"""Speech recognition without a network, for the names of one line, as an STT."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import numpy as np
from livekit import rtc
from livekit.agents import LanguageCode, stt, utils
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

from ..danger import Danger, danger_in
from .endpointing import RATE, Change, Endpointer, Utterance
from .grammar import LANGUAGE
from .rules import UNCLEAR

if TYPE_CHECKING:
    from livekit.agents.utils import AudioBuffer

    from .recognizer import Heard, Recognizer

logger = logging.getLogger("receptionist")

SHORTEST_WORD = 0.27
"""Seconds; anything shorter is a knock or a cough, whatever word it is like."""
SHORTEST_SENTENCE = 0.4
"""Seconds of speech from which on it is answered even if nobody can understand it."""
LEAST_DANGER = -7.5
"""The likeness of an emergency: nobody who chats should be told to hang up. `bench.standby` counts
how many emergencies are heard so, and how much chatter."""


class StandbyEars(stt.STT[Any]):
    """Hears the sentences of one line's grammar; anything else is `UNCLEAR`.

    It finds the ends of sentences itself: a session needs neither a VAD nor a turn detector.
    """

    def __init__(self, recognizer: Recognizer, line: str) -> None:
        """Listen on `line`.

        Args:
            recognizer: Knows the line's grammar.
            line: Its name.
        """
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=False, offline_recognize=True
            )
        )
        self._recognizer = recognizer
        self._line = line

    @property
    def model(self) -> str:
        """For metrics."""
        return "pocketsphinx"

    @property
    def provider(self) -> str:
        """For metrics."""
        return "standby"

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        """Listen to a call."""
        return _Stream(self, conn_options)

    async def hear(self, samples: np.ndarray) -> Heard:
        """Recognise one utterance, letting others work in between.

        Args:
            samples: Mono at 16 kHz, 16 bits.
        """
        for heard in self._recognizer.recognize(self._line, samples):
            if heard is not None:
                return heard
            await asyncio.sleep(0)
        raise AssertionError("the recogniser ended without a result")

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        frame = rtc.combine_audio_frames(buffer)
        resampler = rtc.AudioResampler(frame.sample_rate, RATE)
        frames = [*resampler.push(frame), *resampler.flush()]
        audio = b"".join(bytes(part.data) for part in frames)
        heard = await self.hear(np.frombuffer(audio, np.int16))
        return _final(heard.text if believed(heard) else "", heard)


class _Stream(stt.RecognizeStream):
    def __init__(self, ears: StandbyEars, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=ears, conn_options=conn_options, sample_rate=RATE)
        self._ears = ears

    async def _run(self) -> None:
        endpointer = Endpointer()
        async for frame in self._input_ch:
            if not isinstance(frame, rtc.AudioFrame):
                continue
            for found in endpointer.feed(bytes(frame.data)):
                if found is Change.BEGAN:
                    self._event(stt.SpeechEventType.START_OF_SPEECH)
                elif found is Change.ENDED:
                    self._event(stt.SpeechEventType.END_OF_SPEECH)
                elif isinstance(found, Utterance):
                    await self._answer(found)

    async def _answer(self, utterance: Utterance) -> None:
        if utterance.voiced < SHORTEST_WORD:
            return
        heard = await self._ears.hear(utterance.samples)
        trusted = believed(heard) and not utterance.cut
        logger.info(
            "heard",
            extra={
                "trusted": trusted,
                "likeness": round(max(heard.likeness, -99.0), 2),
                "seconds": round(utterance.voiced, 2),
                "pii_text": heard.text,
            },
        )
        if trusted:
            self._event_ch.send_nowait(_final(heard.text, heard))
        elif utterance.voiced >= SHORTEST_SENTENCE:
            self._event_ch.send_nowait(_final(UNCLEAR, heard))

    def _event(self, kind: stt.SpeechEventType) -> None:
        self._event_ch.send_nowait(stt.SpeechEvent(kind))


def believed(heard: Heard) -> bool:
    """Whether something was said; an emergency has to fit better than a name."""
    if heard.trusted and danger_in(heard.text, [LANGUAGE]) is Danger.CERTAIN:
        return heard.likeness >= LEAST_DANGER
    return heard.trusted


def _final(text: str, heard: Heard) -> stt.SpeechEvent:
    data = stt.SpeechData(
        language=LanguageCode(LANGUAGE), text=text, confidence=1 / (1 - heard.likeness)
    )
    return stt.SpeechEvent(
        stt.SpeechEventType.FINAL_TRANSCRIPT,
        request_id=utils.shortuuid(),
        alternatives=[data],
    )
