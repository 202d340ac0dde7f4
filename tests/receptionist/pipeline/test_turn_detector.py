"""The end-of-turn model is asked in the process that all calls share."""

from __future__ import annotations

import asyncio
import logging

import numpy as np
import pytest
from livekit import rtc
from livekit.agents.inference_runner import _InferenceRunner
from livekit.agents.ipc.inference_executor import InferenceExecutor
from livekit.agents.testing import fake_job_context
from livekit.agents.voice.turn import _StreamingTurnDetector, _StreamingTurnDetectorStream

from lab.sounds import spoken
from receptionist.pipeline import turn_model
from receptionist.pipeline.turn_detector import HEARS_SECONDS, RATE, SharedTurnDetector
from receptionist.pipeline.turn_model import TurnModel

LONGEST = 2 * round(RATE * HEARS_SECONDS)


class Shared(InferenceExecutor):
    """The other process."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.answers: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    async def do_inference(self, method: str, data: bytes) -> bytes | None:
        assert method == TurnModel.INFERENCE_METHOD
        self.asked.append(data)
        answer = await self.answers.get()
        if isinstance(answer, Exception):
            raise answer
        return answer


def sound(value: int, seconds: float, rate: int = RATE) -> rtc.AudioFrame:
    samples = np.full(round(seconds * rate), value, np.int16)
    return rtc.AudioFrame(samples.tobytes(), rate, 1, len(samples))


def test_it_is_a_detector_as_the_framework_has_them() -> None:
    assert isinstance(SharedTurnDetector(), _StreamingTurnDetector)


async def test_the_model_hears_the_last_of_the_caller_and_its_answer_is_taken() -> None:
    shared = Shared()
    with fake_job_context(inference_executor=shared):
        stream = SharedTurnDetector().stream()
        assert isinstance(stream, _StreamingTurnDetectorStream)
        for value in range(1, 41):
            stream.push_audio(sound(value, 0.05))
        shared.answers.put_nowait(b"0.25")
        event = await stream.predict()
        assert event.end_of_turn_probability == 0.25
        [heard] = shared.asked
        assert len(heard) == LONGEST
        assert np.frombuffer(heard, np.int16)[[0, -1]].tolist() == [17, 40]
        await stream.aclose()


async def test_each_language_has_its_own_threshold() -> None:
    stream = SharedTurnDetector().stream()
    assert await stream.supports_language(None)
    assert await stream.unlikely_threshold(None) == 0.36


async def test_sound_of_another_rate_is_heard_at_the_right_one() -> None:
    shared = Shared()
    with fake_job_context(inference_executor=shared):
        stream = SharedTurnDetector().stream()
        for _ in range(20):
            stream.push_audio(sound(1000, 0.05, 24_000))
        shared.answers.put_nowait(b"1.0")
        await stream.predict()
        assert abs(len(shared.asked[0]) / 2 / RATE - 1.0) < 0.02


async def test_a_caller_who_goes_on_has_not_finished_whatever_the_model_says() -> None:
    shared = Shared()
    with fake_job_context(inference_executor=shared):
        stream = SharedTurnDetector().stream()
        dropped = stream.predict()
        stream.cancel_inference()
        assert (await dropped).end_of_turn_probability == 0.0
        later = stream.predict()
        shared.answers.put_nowait(b"0.75")
        assert (await later).end_of_turn_probability == 0.75
        # What ends a turn begins another, of which nothing was heard yet.
        stream.push_audio(sound(1, 0.05))
        stream.flush()
        shared.answers.put_nowait(b"0.5")
        await stream.predict()
        assert shared.asked[-1] == b""


async def test_a_model_that_fails_ends_turns_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shared = Shared()
    with fake_job_context(inference_executor=shared), caplog.at_level(logging.WARNING):
        stream = SharedTurnDetector().stream()
        for failure in (RuntimeError("gone"), b""):
            shared.answers.put_nowait(failure)
            assert (await stream.predict()).end_of_turn_probability == 1.0
    assert caplog.text.count("the end-of-turn model does not answer") == 1


def test_the_model_tells_finished_words_from_unfinished_ones() -> None:
    model = TurnModel()
    model.initialize()

    def likely(words: str) -> float:
        said = np.trim_zeros(spoken(words, voice="rms")).astype(np.int16)
        quiet = np.zeros(round(0.2 * RATE), np.int16)
        heard = np.concatenate([np.repeat(said, RATE // 8000), quiet])
        return float(model.run(heard[-LONGEST // 2 :].tobytes()))

    assert likely("Thank you, goodbye.") > 0.5 > likely("I want to know if")


def test_the_worker_starts_one_process_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_InferenceRunner, "registered_runners", {})
    turn_model.register()
    turn_model.register()
    assert _InferenceRunner.registered_runners == {TurnModel.INFERENCE_METHOD: TurnModel}
