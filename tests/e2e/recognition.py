"""Finding known sentences in recordings: the agents' ears, and the tests' own.

A sentence is known by how loud it is, over time, in a few bands of the telephone's range. That
survives codecs and levels, and says when a sentence was heard and whether all of it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lab.audio import RATE, Audio, Samples

if TYPE_CHECKING:
    from collections.abc import Mapping

Features: TypeAlias = NDArray[np.float64]

STEP = 0.01
"""Seconds between two features."""
SURE = 0.85
"""Likeness from which a sentence is taken for heard; others of a second or more stay below."""

_PIECE = 0.45
_EARLY, _LATE = 5, 25
"""Steps by which a piece may come too soon or too late after the one before it."""
_MARGIN = 0.1
_OTHER = 0.4
"""Seconds by which what was heard may be longer or shorter than what was said: voice detectors
cut off beginnings, and codecs add a little at ends."""
_WINDOW = round(0.025 * RATE)
_HOP = round(STEP * RATE)
_EDGES = (250, 450, 700, 1000, 1400, 1900, 2500, 3400)
_FLOOR = -60.0


@dataclass(frozen=True)
class Found:
    """Where a sentence is in a recording.

    Attributes:
        start: Of its first sample, on the recording's clock.
        end: Of its last sample.
        likeness: 1 when it is the very same.
    """

    start: float
    end: float
    likeness: float


def find(sentence: Samples, recording: Audio) -> Found | None:
    """Where the whole of `sentence` is heard best, ``None`` when it is not heard.

    Args:
        sentence: 8000 samples per second, without silence around it.
        recording: The same rate.
    """
    every = find_all(sentence, recording)
    return max(every, key=lambda found: found.likeness, default=None)


def find_all(sentence: Samples, recording: Audio) -> list[Found]:
    """Every place where the whole of `sentence` is heard, in order."""
    wanted, heard = _features(sentence), _features(recording.samples)
    if not len(wanted) or len(heard) < len(wanted):
        return []
    pieces = np.array_split(wanted, max(1, round(len(wanted) * STEP / _PIECE)))
    total = _likeness(pieces[0], heard)
    # Where each piece before the last began, for every place of the one after it.
    began: list[NDArray[np.intp]] = []
    for before, piece in zip(pieces[:-1], pieces[1:], strict=True):
        total, where = _best_before(total, len(before))
        own = _likeness(piece, heard)
        count = min(len(total), len(own))
        total, where = total[:count] + own[:count], where[:count]
        began.append(where)
    likeness = total / len(pieces)
    found: list[Found] = []
    while likeness.size and likeness.max() >= SURE:
        last = int(likeness.argmax())
        first = last
        for where in reversed(began):
            first = int(where[first])
        end = last + len(pieces[-1])
        found.append(
            Found(
                recording.start + first * STEP,
                recording.start + end * STEP,
                float(likeness[last]),
            )
        )
        likeness[max(0, last - len(wanted) // 2) : last + len(wanted) // 2 + 1] = -1
    return sorted(found, key=lambda one: one.start)


def recognise(recording: Audio, known: Mapping[str, Samples]) -> str:
    """The text of the one of `known` that is all that is heard, ``""`` when none is."""
    spans = recording.audible(pause=1.0)
    if not spans:
        return ""
    heard = recording.between(spans[0].start - _MARGIN, spans[-1].end + _MARGIN)
    best, text = 0.0, ""
    for said, sentence in known.items():
        # A short word may be a part of a longer sentence; it is meant when it is all there is.
        if abs(len(sentence) / RATE - (spans[-1].end - spans[0].start)) > _OTHER:
            continue
        found = find(sentence, heard)
        if found is not None and found.likeness > best:
            best, text = found.likeness, said
    return text


def trimmed(samples: Samples) -> Samples:
    """Without the silence around it."""
    audio = Audio(samples)
    spans = audio.audible()
    return audio.between(spans[0].start, spans[-1].end).samples if spans else samples[:0]


def _features(samples: Samples) -> Features:
    count = max(0, (len(samples) - _WINDOW) // _HOP + 1)
    if not count:
        return np.zeros((0, len(_EDGES) - 1))
    index = np.arange(_WINDOW)[None, :] + _HOP * np.arange(count)[:, None]
    windows = samples[index].astype(np.float64) / 32768 * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    hertz = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    bands = [
        power[:, (hertz >= low) & (hertz < high)].mean(axis=1)
        for low, high in zip(_EDGES[:-1], _EDGES[1:], strict=True)
    ]
    levels: Features = 10 * np.log10(np.stack(bands, axis=1) + 1e-9)
    return levels.clip(min=_FLOOR)


def _best_before(total: Features, length: int) -> tuple[Features, NDArray[np.intp]]:
    """For each place of a piece, the best total of those before it, and where the last began.

    It begins where that ends, or a little sooner or later: networks stretch speech.
    """
    # The piece before place p began at p - length - late, for every lateness that may be.
    padded = np.pad(total, (length + _LATE, max(0, _EARLY - length)), constant_values=-9.0)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _LATE + _EARLY + 1)
    choice = windows.argmax(axis=1)
    places = np.arange(len(windows))
    return windows[places, choice], places + choice - length - _LATE


def _likeness(wanted: Features, heard: Features) -> Features:
    """The correlation of `wanted` with `heard` at every place where it fits as a whole."""
    length, bands = wanted.shape
    places = len(heard) - length + 1
    if places <= 0 or not length:
        return np.zeros(0)
    centred = wanted - wanted.mean()
    product = np.zeros(places)
    for band in range(bands):
        product += np.correlate(heard[:, band], centred[:, band], "valid")
    total = np.concatenate(([0.0], np.cumsum(heard.sum(axis=1))))
    square = np.concatenate(([0.0], np.cumsum((heard**2).sum(axis=1))))
    size = length * bands
    sums = total[length:] - total[:-length]
    spread = square[length:] - square[:-length] - sums**2 / size
    scale = np.sqrt(np.maximum(spread, 1.0) * max(1.0, float((centred**2).sum())))
    likeness: Features = product / scale
    return likeness
