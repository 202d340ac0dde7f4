"""Whether the caller has finished, by how his last words sound: asked of the process that knows."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, get_job_context, inference, utils
from livekit.agents.voice.turn import TurnDetectionEvent

from .turn_model import TurnModel

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.agents import APIConnectOptions

logger = logging.getLogger("receptionist")

RATE = 16_000
"""Samples per second of what the model hears."""
HEARS_SECONDS = 1.2
"""How much of the caller's last sound it hears."""
ANSWER_SECONDS = 0.5
"""How long it may take; then the turn ends after `turns.MIN_DELAY`."""
FINISHED, CANCELLED = 1.0, 0.0
"""What counts as its answer when it gives none: it failed, or the caller went on."""


class SharedTurnDetector:
    """The framework's local end-of-turn detector, with the model in a process that calls share."""

    def __init__(self) -> None:
        """Load nothing."""
        # It would load the model for a stream only, of which it is never asked.
        self._known = inference.TurnDetector(version="v1-mini")

    @property
    def model(self) -> str:
        """Of the framework's detector."""
        return self._known.model

    @property
    def provider(self) -> str:
        """Of the framework's detector."""
        return self._known.provider

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> SharedTurnDetectorStream:
        """Listen to one caller."""
        return SharedTurnDetectorStream(self._known)


class SharedTurnDetectorStream:
    """Listens to one caller, as the protocol in `livekit.agents.voice.turn` has it."""

    is_fallback = False
    prediction_timeout = ANSWER_SECONDS

    def __init__(self, known: inference.TurnDetector) -> None:
        """Have the thresholds of `known`."""
        self.model = known.model
        self.provider = known.provider
        self.unlikely_threshold = known.unlikely_threshold
        self.backchannel_threshold = known.backchannel_threshold
        self.supports_language = known.supports_language
        self._heard = utils.AudioArrayBuffer(
            buffer_size=round(RATE * HEARS_SECONDS), sample_rate=RATE
        )
        self._asking: asyncio.Task[None] | None = None
        self._answer: asyncio.Future[TurnDetectionEvent] | None = None
        self._failed = False

    def push_audio(self, frame: rtc.AudioFrame) -> None:
        """Hear `frame`."""
        self._heard.push_frame(frame)

    def predict(self) -> asyncio.Future[TurnDetectionEvent]:
        """Ask whether what was heard so far is finished; an earlier question is dropped."""
        self.cancel_inference()
        self._answer = asyncio.get_running_loop().create_future()
        self._asking = asyncio.create_task(self._ask(self._answer, self._heard.read().tobytes()))
        return self._answer

    def cancel_inference(self, *, timed_out: bool = False) -> None:
        """Drop the question that is open."""
        if self._asking is not None:
            self._asking.cancel()
        if self._answer is not None:
            _resolve(self._answer, CANCELLED)
        self._asking = self._answer = None

    def flush(self, reason: str | None = None) -> None:
        """Forget what was heard: a turn has ended."""
        self._heard.shift(len(self._heard))
        self.cancel_inference()

    def end_input(self) -> None:
        """Nothing more will be heard."""
        self.flush()

    async def aclose(self) -> None:
        """Stop listening."""
        self.end_input()

    async def _ask(self, answer: asyncio.Future[TurnDetectionEvent], heard: bytes) -> None:
        asked = time.monotonic()
        try:
            executor = get_job_context().inference_executor
            told = await executor.do_inference(TurnModel.INFERENCE_METHOD, heard)
            likely = float(told or b"")
        except Exception as error:
            if not self._failed:
                logger.warning(
                    "the end-of-turn model does not answer; every silence ends a turn",
                    extra={"pii_error": repr(error)},
                )
            self._failed, likely = True, FINISHED
        _resolve(answer, likely, time.monotonic() - asked)


def _resolve(
    answer: asyncio.Future[TurnDetectionEvent], likely: float, seconds: float | None = None
) -> None:
    if not answer.done():
        answer.set_result(
            TurnDetectionEvent(
                type="eot_prediction",
                end_of_turn_probability=likely,
                last_speaking_time=time.time(),
                inference_duration=seconds,
            )
        )
