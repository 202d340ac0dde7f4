"""When the caller has finished, and when he interrupts: decided here, never by a provider."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from livekit.agents import TurnHandlingOptions, inference
from livekit.agents.vad import VAD

from .turn_detector import SharedTurnDetector

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

MIN_DELAY = 0.3
"""Seconds of silence after words that sound finished."""
MAX_DELAY = 2.0
"""The same after words that do not: "put me through to the …"."""
INTERRUPTION_SECONDS = 0.5
"""Shorter sounds, such as a cough, interrupt nothing."""


def voice_activity() -> VAD:
    """Silero's voice activity detection as livekit-agents ships it.

    It runs in native code that comes with the framework: 2 MB and 0.03 ms for 32 ms of sound,
    where onnxruntime with the same model takes 40 MB in every process.
    """
    return inference.VAD(model="silero", executor=_Here())


class _Here(Executor):
    """Does work at once: to wake a thread 60 times a second costs more than the work."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it."""
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def turn_handling() -> TurnHandlingOptions:
    """How turns are told.

    The framework ships weights of its end-of-turn detector, which listens to how the last words
    sound in any language, and needs no network and no download. They are 250 MB, loaded once in
    a process that all calls ask. Without it, callers who look for a word are cut off, or all wait
    longer for every answer.
    """
    return {
        "turn_detection": SharedTurnDetector(),
        "endpointing": {"mode": "fixed", "min_delay": MIN_DELAY, "max_delay": MAX_DELAY},
        "interruption": {
            # The adaptive mode asks a service of LiveKit Cloud.
            "mode": "vad",
            "min_duration": INTERRUPTION_SECONDS,
            # "Wait" during an announcement must be heard.
            "discard_audio_if_uninterruptible": False,
        },
        "preemptive_generation": {"enabled": True},
    }


def preload() -> None:
    """Load the model that each call has of its own where job processes share its weights."""
    # Here, because a worker that serves standby alone needs none of it.
    from livekit import local_inference

    local_inference.init_vad()
