"""An STT that knows what callers of these tests can say, by the sound of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from livekit import rtc
from livekit.agents import stt, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, APIConnectOptions

from lab.audio import RATE, Audio, Samples
from tests.e2e.recognition import recognise

if TYPE_CHECKING:
    from livekit.agents.types import NotGivenOr

    from tests.e2e.scene import Diary


class Ears(stt.STT[Any]):
    """Transcribes whole utterances: what none of the known sentences sounds like is nothing."""

    def __init__(self, known: Mapping[str, Samples], diary: Diary, *, seconds: float) -> None:
        """Know these sentences.

        Args:
            known: Their sound, by text.
            diary: Where transcripts are written.
            seconds: How long each transcript takes.
        """
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self._known = known
        self._diary = diary
        self._seconds = seconds

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.SpeechEvent:
        text = recognise(Audio(_narrow(utils.merge_frames(buffer))), self._known)
        await asyncio.sleep(self._seconds)
        self._diary.write("transcript", text=text)
        data = stt.SpeechData(language="en", text=text)  # type: ignore[arg-type]  # it converts
        return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])


def known_sentences(folder: Path) -> dict[str, Samples]:
    """Every ``text.wav`` in a folder, by text."""
    return {path.stem: Audio.read(path).samples for path in folder.glob("*.wav")}


def _narrow(frame: rtc.AudioFrame) -> Samples:
    resampler = rtc.AudioResampler(frame.sample_rate, RATE)
    frames = [*resampler.push(frame), *resampler.flush()]
    return np.frombuffer(b"".join(bytes(part.data) for part in frames), np.int16)
