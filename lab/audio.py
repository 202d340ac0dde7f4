"""Sound as numbers: where it is audible, how loud, and whose tone it is."""

from __future__ import annotations

import wave
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path

Samples: TypeAlias = NDArray[np.int16]

RATE = 8000
"""Samples per second of telephone audio (G.711)."""

AUDIBLE = -45.0
"""Level in dB below full scale from which a window counts as audible: above line noise."""

RINGING_TONE = 425.0
"""Hertz of what livekit-sip plays to a caller while his transfer is pending."""

_WINDOW = 0.01
_TONE_WINDOW = 0.05


@dataclass(frozen=True)
class Span:
    """From when to when, in the seconds of the audio it was found in."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Audio:
    """Mono audio on a clock: the wire's (seconds since 1970), or 0 at its start."""

    samples: Samples
    start: float = 0.0
    rate: int = RATE

    @classmethod
    def read(cls, path: Path) -> Audio:
        """A mono 16-bit WAV file; also one whose writer has not closed it yet.

        Raises:
            ValueError: It is of another kind.
        """
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise ValueError(f"{path} is not mono 16-bit audio")
            rate = file.getframerate()
            data = file.readframes(file.getnframes())
        if not data:
            # The length in the header is written at the end; until then all that follows counts.
            data = path.read_bytes()[44:]
        return cls(np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16), 0.0, rate)

    def write(self, path: Path) -> None:
        """Write a mono 16-bit WAV file."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.samples.astype("<i2").tobytes())

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def end(self) -> float:
        return self.start + self.seconds

    def between(self, start: float, end: float) -> Audio:
        """The part from ``start`` to ``end`` on its clock."""
        first = max(0, round((start - self.start) * self.rate))
        last = max(first, round((end - self.start) * self.rate))
        return replace(self, samples=self.samples[first:last], start=self.start + first / self.rate)

    def after(self, start: float) -> Audio:
        """The part from ``start`` on."""
        return self.between(start, self.end)

    def level(self) -> float:
        """Root mean square level in dB below full scale; -inf for silence and for nothing."""
        return (
            float(_levels(self.samples, max(1, len(self.samples)))[0]) if self.seconds else -np.inf
        )

    def audible(self, *, level: float = AUDIBLE, pause: float = 0.0) -> list[Span]:
        """Where it is at least that loud, to 10 ms.

        Args:
            level: dB below full scale.
            pause: Seconds of silence that do not end a span (the gaps between words).
        """
        loud = _levels(self.samples, round(_WINDOW * self.rate)) >= level
        edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
        spans: list[Span] = []
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            span = Span(self.start + int(first) * _WINDOW, self.start + int(last) * _WINDOW)
            if spans and span.start - spans[-1].end <= pause:
                spans[-1] = Span(spans[-1].start, span.end)
            else:
                spans.append(span)
        return spans

    def first_audible(self, *, after: float | None = None, level: float = AUDIBLE) -> float | None:
        """When something is first heard (after a time); None when nothing is."""
        part = self if after is None else self.after(after)
        spans = part.audible(level=level)
        return spans[0].start if spans else None

    def last_audible(self, *, before: float | None = None, level: float = AUDIBLE) -> float | None:
        """When something is last heard (before a time); None when nothing is."""
        part = self if before is None else self.between(self.start, before)
        spans = part.audible(level=level)
        return spans[-1].end if spans else None

    def tone_seconds(self, hertz: float) -> float:
        """For how long a pure tone of this frequency is the most of what is heard."""
        return float(np.count_nonzero(self._is_tone(hertz)) * _TONE_WINDOW)

    def without_tone(self, hertz: float = RINGING_TONE) -> Audio:
        """The same with silence where a pure tone of this frequency is the most of it."""
        size = round(_TONE_WINDOW * self.rate)
        is_tone = np.repeat(self._is_tone(hertz), size)
        samples = self.samples.copy()
        samples[: len(is_tone)][is_tone] = 0
        return replace(self, samples=samples)

    def _is_tone(self, hertz: float) -> NDArray[np.bool_]:
        """For each whole 50 ms whether this tone is the most of it."""
        size = round(_TONE_WINDOW * self.rate)
        count = len(self.samples) // size
        windows = self.samples[: count * size].reshape(count, size).astype(np.float64)
        power = np.abs(np.fft.rfft(windows * np.hanning(size), axis=1)) ** 2
        center = round(hertz * size / self.rate)
        near = power[:, max(0, center - 2) : center + 3].sum(axis=1)
        loud = _levels(self.samples, size) >= AUDIBLE
        return np.asarray(loud & (near > 0.5 * power.sum(axis=1)), dtype=np.bool_)


def tone(hertz: float, seconds: float, *, level: float = -12.0, rate: int = RATE) -> Samples:
    """A sine of this frequency; ``level`` is its root mean square in dB below full scale."""
    amplitude = 32767 * 10 ** (level / 20) * np.sqrt(2)
    phase = 2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate
    wave_form: Samples = np.clip(amplitude * np.sin(phase), -32768, 32767).astype(np.int16)
    return wave_form


def silence(seconds: float, *, rate: int = RATE) -> Samples:
    """Nothing to hear."""
    return np.zeros(round(seconds * rate), np.int16)


def _levels(samples: Samples, size: int) -> NDArray[np.float64]:
    """The level of each whole window of ``size`` samples."""
    count = len(samples) // size
    windows = samples[: count * size].reshape(count, size).astype(np.float64)
    mean = np.sqrt((windows**2).mean(axis=1)) / 32768
    with np.errstate(divide="ignore"):
        return np.asarray(20 * np.log10(mean), dtype=np.float64)
