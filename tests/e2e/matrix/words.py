"""What the receptionist said, and whether the caller heard it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from livekit import rtc

from lab.audio import RATE, Audio
from transfer_call.voice.rendering import PhraseAudio
from transfer_call.voice.sound import RATE as SOURCE_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.stack import Stack
    from tests.e2e.matrix.reception import Seen

_ENOUGH = 0.75
"""The part of some words that must be audible: a busy machine swallows a little."""
_LATE = 2.0
"""Seconds that words may reach the caller after their playing began."""
_AT_ONCE = 0.3
"""Seconds by which the log may be behind the wire."""


class Words:
    """The words of all receptionists of a lab, from the cache they share."""

    def __init__(self, stack: Stack) -> None:
        self._audio = PhraseAudio(stack.folder / "words" / "audio")

    async def heard(
        self, sentences: Sequence[str], seen: Seen, *, after: float, before: float = math.inf
    ) -> float | None:
        """When a caller began to hear the sentences, all of them and in a row.

        The log says which words were played when, and the recording whether so much could be
        heard then: so nothing depends on how well a voice is understood on a busy machine.

        Args:
            sentences: The words, from the beginning of what was said.
            seen: The call.
            after: Not before then, in seconds since 1970.
            before: All of it before then.

        Returns:
            Seconds since 1970; ``None``: not spoken, or not heard.
        """
        text = " ".join(sentences)
        lines = [line for line in seen.log if line.spoken and line.at > after - _AT_ONCE]
        began = next((line.at for line in lines if line.spoken.startswith(text)), None)
        if began is None:
            return None
        rendered = await self._rendered(sentences)
        end = min(before, began + rendered.seconds + _LATE)
        heard = seen.heard.between(max(began, after), end)
        if _audible(heard) < _ENOUGH * _audible(rendered):
            return None
        return heard.first_audible()

    async def _rendered(self, sentences: Sequence[str]) -> Audio:
        frames = await self._audio.frames(sentences, "en")
        assert frames is not None, f"cannot be rendered: {sentences}"
        resampler = rtc.AudioResampler(SOURCE_RATE, RATE)
        narrow = [part async for frame in frames for part in resampler.push(frame)]
        narrow += resampler.flush()
        return Audio(np.frombuffer(b"".join(bytes(part.data) for part in narrow), np.int16))


def _audible(audio: Audio) -> float:
    return sum(span.seconds for span in audio.audible())
