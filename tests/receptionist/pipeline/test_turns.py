"""When the caller has finished: decided on this machine."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from livekit import rtc
from livekit.agents.vad import VADEventType

from lab.sounds import spoken
from receptionist.pipeline.room import MODELS_RATE
from receptionist.pipeline.turns import voice_activity

FRAME = MODELS_RATE // 20


def caller_says(words: str) -> list[rtc.AudioFrame]:
    """What he says and a second of silence, as it comes from a room."""
    said = np.repeat(spoken(words, voice="rms"), MODELS_RATE // 8000)
    samples = np.concatenate([said, np.zeros(MODELS_RATE - len(said) % FRAME, said.dtype)])
    return [
        rtc.AudioFrame(samples[first : first + FRAME].tobytes(), MODELS_RATE, 1, FRAME)
        for first in range(0, len(samples) - FRAME + 1, FRAME)
    ]


async def test_speech_is_told_from_silence_without_a_thread_of_its_own() -> None:
    stream = voice_activity().stream()
    for frame in caller_says("I would like to know when you are open"):
        stream.push_frame(frame)
    stream.end_input()
    told = [event.type async for event in stream if event.type is not VADEventType.INFERENCE_DONE]
    assert told == [VADEventType.START_OF_SPEECH, VADEventType.END_OF_SPEECH]
    assert not [one for one in threading.enumerate() if "vad" in one.name]
    await stream.aclose()


def test_what_the_model_refuses_is_an_error_and_no_silence() -> None:
    executor = voice_activity()._executor  # type: ignore[attr-defined]
    with pytest.raises(ZeroDivisionError):
        executor.submit(lambda: 1 / 0).result()
