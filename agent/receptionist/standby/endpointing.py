"""Where an utterance begins and ends in a stream of audio."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from pocketsphinx import Vad

RATE = 16000
FRAME_SECONDS = 0.03
_FRAME = round(RATE * FRAME_SECONDS)
_FRAME_BYTES = 2 * _FRAME

_BEGINS_OF, _BEGINS_WITH = 10, 8
"""Speech begins with so many frames of speech among so many."""
_ENDS_OF, _ENDS_WITH = 20, 1
"""It ends when there are at most so many among so many: 0.6 seconds."""
_BEFORE = 16
"""Frames kept of what was before the beginning; soft sounds are no speech to the detector."""
LONGEST_SECONDS = 8.0
"""Nobody asks for a name for longer."""


class Change(Enum):
    """What happened in a stream."""

    BEGAN = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech with a little silence around it.

    Attributes:
        samples: Mono at `RATE`, 16 bits.
        voiced: Seconds of speech in it.
        cut: Whether it was longer than `LONGEST_SECONDS`.
    """

    samples: np.ndarray
    voiced: float
    cut: bool


class Endpointer:
    """Cuts a stream into utterances."""

    def __init__(self) -> None:
        self._vad = Vad(Vad.STRICT, RATE, FRAME_SECONDS)
        self._rest = b""
        self._recent: deque[bool] = deque(maxlen=_ENDS_OF)
        self._before: deque[bytes] = deque(maxlen=_BEFORE)
        self._speech: list[bytes] | None = None
        self._voiced = 0

    def feed(self, audio: bytes) -> list[Utterance | Change]:
        """What `audio`, mono at `RATE` with 16 bits, begins and ends, in order."""
        found: list[Utterance | Change] = []
        self._rest += audio
        while len(self._rest) >= _FRAME_BYTES:
            frame, self._rest = self._rest[:_FRAME_BYTES], self._rest[_FRAME_BYTES:]
            found += self._frame(frame, self._vad.is_speech(frame))
        return found

    def _frame(self, frame: bytes, speech: bool) -> list[Utterance | Change]:
        self._recent.append(speech)
        if self._speech is None:
            self._before.append(frame)
            if sum(list(self._recent)[-_BEGINS_OF:]) < _BEGINS_WITH:
                return []
            self._speech, self._voiced = list(self._before), _BEGINS_WITH
            return [Change.BEGAN]
        self._speech.append(frame)
        self._voiced += speech
        cut = len(self._speech) * FRAME_SECONDS >= LONGEST_SECONDS
        silent = len(self._recent) == _ENDS_OF and sum(self._recent) <= _ENDS_WITH
        if not (cut or silent):
            return []
        samples = np.frombuffer(b"".join(self._speech), np.int16)
        ended = Utterance(samples, self._voiced * FRAME_SECONDS, cut)
        self._speech = None
        self._recent.clear()
        self._before.clear()
        return [ended, Change.ENDED]
