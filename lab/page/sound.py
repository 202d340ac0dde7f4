"""Sound for a page: how loud it is over time, and as a file that every browser plays."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import av
import numpy as np

from lab.audio import RATE, Audio
from lab.page.facts import STEP, Clip, Strip

if TYPE_CHECKING:
    from collections.abc import Sequence

_BIT_RATE = 32_000
_SHAPE = 0.6
"""Exponent that lets quiet speech be seen beside loud speech."""


def strip(who: str, audio: Audio, zero: float) -> Strip:
    """How loud ``audio`` is, on a clock that starts at ``zero``."""
    size = round(STEP * audio.rate)
    count = len(audio.samples) // size
    peaks = np.abs(audio.samples[: count * size].astype(np.int32)).reshape(count, size).max(axis=1)
    levels = (peaks / 32768) ** _SHAPE if count else np.zeros(0)
    return Strip(who, audio.start - zero, tuple(round(float(level), 3) for level in levels))


def ringing_alone(audio: Audio) -> Audio:
    """Only the tone that the bridge plays to a caller while his transfer is pending."""
    return replace(audio, samples=audio.samples - audio.without_tone().samples)


def clip(sounds: Sequence[Audio], zero: float) -> Clip:
    """All of them together, each at its time.

    Args:
        sounds: 8000 samples per second, at least one that is not empty.
        zero: Where the page's clock starts.
    """
    start = min(sound.start for sound in sounds if len(sound.samples))
    end = max(sound.end for sound in sounds)
    mixed = np.zeros(round((end - start) * RATE) + 1, np.int32)
    for sound in sounds:
        if len(sound.samples):
            first = round((sound.start - start) * RATE)
            mixed[first : first + len(sound.samples)] += sound.samples[: len(mixed) - first]
    samples = np.clip(mixed, -32768, 32767).astype(np.int16)
    return Clip(start - zero, len(samples) / RATE, mp3(Audio(samples)))


def mp3(audio: Audio) -> bytes:
    """An MP3 file of it: small, and played by every browser."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=audio.rate, layout="mono")
        stream.bit_rate = _BIT_RATE
        frame = av.AudioFrame.from_ndarray(
            audio.samples[np.newaxis, :], format="s16p", layout="mono"
        )
        frame.sample_rate = audio.rate
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()
