"""The sound of what a caller has just said, kept until somebody has understood it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from livekit import rtc

BEFORE_SECONDS = 1.0
"""Kept from before the caller was known to speak: a voice detector takes its time."""
LONGEST_SECONDS = 20.0
"""Of one turn; what was said first says least about whom a caller wants."""


class LastWords:
    """Keeps the sound of the turn that a caller is in.

    Attributes:
        on_turn: Told the sound of each turn once it has ended.
    """

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.on_turn: Callable[[list[rtc.AudioFrame]], None] = lambda _: None
        self._frames: deque[rtc.AudioFrame] = deque()
        self._samples = 0
        self._speaking = False

    def begin(self) -> None:
        """The caller has begun to speak."""
        self._speaking = True

    def push(self, frame: rtc.AudioFrame) -> None:
        """Take what is heard."""
        self._frames.append(frame)
        self._samples += frame.samples_per_channel
        seconds = LONGEST_SECONDS if self._speaking else BEFORE_SECONDS
        while self._samples > seconds * frame.sample_rate:
            self._samples -= self._frames.popleft().samples_per_channel

    def commit(self) -> None:
        """The caller's turn has ended."""
        frames, spoken = list(self._frames), self._speaking
        self.clear()
        if spoken:
            self.on_turn(frames)

    def clear(self) -> None:
        """What was heard is not wanted."""
        self._frames.clear()
        self._samples, self._speaking = 0, False
