"""How much of a known sound is in a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.audio import AUDIBLE, RATE, Audio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.audio import Samples

_PIECE = round(0.2 * RATE)
_SAME = 0.8
"""Correlation from which a piece is taken for the same: G.711 twice leaves more than 0.95."""


def seconds_of(sound: Samples, recording: Audio) -> float:
    """For how many seconds of ``sound`` the very same is in the recording.

    Only what is audible counts, in pieces of 0.2 s, wherever each of them is: networks drop a
    packet here and there.

    Args:
        sound: 8000 samples per second.
        recording: The same rate.
    """
    heard = recording.samples.astype(np.float64)
    if len(heard) < _PIECE:
        return 0.0
    energy = np.sqrt(_windows(heard**2).clip(min=1.0))
    size = 1 << (len(heard) + _PIECE).bit_length()
    spectrum = np.fft.rfft(heard, size)
    found = 0
    for first in range(0, len(sound) - _PIECE + 1, _PIECE):
        piece = sound[first : first + _PIECE].astype(np.float64)
        if Audio(sound[first : first + _PIECE]).level() < AUDIBLE:
            continue
        product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)
        likeness = product[: len(energy)] / (energy * np.sqrt((piece**2).sum()))
        found += bool(likeness.max() >= _SAME)
    return found * _PIECE / RATE


def _windows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of each window as long as a piece."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(total[_PIECE:] - total[:-_PIECE], dtype=np.float64)
