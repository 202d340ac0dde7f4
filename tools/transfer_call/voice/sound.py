"""Mono speech as numbers: reading it, making it one rate, one loudness, without silence around."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
"""Samples per second of everything that is played: what an AgentSession's output track runs at,
so that no call pays for resampling. The telephone itself carries 8,000 or 16,000."""
LEVEL = -20.0
"""Active level of speech in dB below full scale, within the telephone band."""
PEAK = -1.0
"""No sample is louder than this, in dB below full scale, whatever the level."""
LEAD = 0.02
"""Seconds kept before the first audible sound."""
TAIL = 0.05
"""Seconds kept after the last audible sound."""
HISS = 0.08
"""Seconds kept, at either end, of what is not heard on an ordinary telephone: the last "s" of
"sales" lasts 0.2 s there as silence, while the REFER waits for the end of the announcement."""
LONGEST_RECORDING = 180.0
"""Seconds of an operator's recording."""
LARGEST_RECORDING = 64 * 1024 * 1024

_AUDIBLE = -45.0
_ACTIVE_RANGE = 30.0
_BAND = (300.0, 3400.0)
_BOOM = 200.0
_FADE = 0.008
_WINDOW = 0.005

SETTINGS = (RATE, LEVEL, PEAK, LEAD, TAIL, HISS, _AUDIBLE, _BOOM, _FADE)
"""What `conditioned` depends on: with other settings, audio that was kept is out of date."""

Wave: TypeAlias = NDArray[np.float64]


class SoundError(ValueError):
    """Audio that cannot be played; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """Mono audio, 16-bit signed little-endian.

    Attributes:
        sample_rate: Samples per second.
        samples: Two bytes each.
    """

    sample_rate: int
    samples: bytes

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return len(self.samples) / 2 / self.sample_rate


def conditioned(pcm: Pcm) -> Pcm:
    """The same speech at `RATE` and `LEVEL`, without boom and without silence around it.

    Raises:
        SoundError: Nothing in it is audible.
    """
    whole = Pcm(pcm.sample_rate, pcm.samples[: len(pcm.samples) // 2 * 2])
    at_rate = whole if whole.sample_rate == RATE else _resampled(whole)
    speech = _without_boom(np.frombuffer(at_rate.samples, "<i2").astype(np.float64) / 32768)
    speech = _trimmed(speech * _gain(speech))
    return Pcm(RATE, np.rint(speech * 32767).astype("<i2").tobytes())


def read_recording(path: Path) -> Pcm:
    """An operator's own WAV file, of any rate, channels and codec, ready to be played.

    Raises:
        SoundError: It is missing, no WAV file, too long, or silent; the text names the file.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise SoundError(f"{path}: {error.strerror}") from None
    if size > LARGEST_RECORDING:
        raise SoundError(f"{path}: larger than {LARGEST_RECORDING // 2**20} MiB")
    try:
        return conditioned(_decoded(path))
    except SoundError as error:
        raise SoundError(f"{path}: {error}") from None


def to_wav(pcm: Pcm) -> bytes:
    """A WAV file with the audio in it."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(pcm.sample_rate)
        file.writeframes(pcm.samples)
    return buffer.getvalue()


def from_wav(data: bytes) -> Pcm:
    """The audio of a mono 16-bit WAV file.

    Raises:
        SoundError: It is anything else, or cut off.
    """
    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise SoundError("not mono 16-bit audio")
            samples = file.readframes(file.getnframes())
            if len(samples) != 2 * file.getnframes():
                raise SoundError("the file is cut off")
            return Pcm(file.getframerate(), samples)
    except (wave.Error, EOFError) as error:
        raise SoundError(f"not a WAV file: {error}") from None


def _without_boom(speech: Wave) -> Wave:
    """The speech with what lies below `_BOOM` hertz turned down.

    Synthetic voices put up to four fifths of their energy where no telephone carries it, and
    would be either too quiet for a handset or too loud for everything else.
    """
    if len(speech) < int(_WINDOW * RATE):
        raise SoundError("nothing in it is audible")
    return _filtered(speech, lambda hertz: hertz**4 / (hertz**4 + _BOOM**4))


def _gain(speech: Wave) -> float:
    """What brings the active level within the telephone band to `LEVEL`, peaks permitting."""
    peak = float(np.abs(speech).max(initial=0.0))
    if peak < 10 ** (_AUDIBLE / 20):
        raise SoundError("nothing in it is audible")
    levels = _levels(_in_band(speech))
    active = levels[levels > levels.max() - _ACTIVE_RANGE]
    level = 10 * np.log10(np.mean(10 ** (active / 10)))
    return float(min(10 ** ((LEVEL - level) / 20), 10 ** (PEAK / 20) / peak))


def _in_band(speech: Wave) -> Wave:
    return _filtered(speech, lambda hertz: (hertz >= _BAND[0]) & (hertz <= _BAND[1]))


def _filtered(speech: Wave, passes: Callable[[NDArray[np.floating[Any]]], NDArray[Any]]) -> Wave:
    """The speech with each frequency multiplied by what `passes` gives for it."""
    # Silence keeps the ringing of the start from coming round to the end; a power of two is fast.
    length = 1 << (len(speech) + RATE // 4).bit_length()
    spectrum = np.fft.rfft(speech, length) * passes(np.fft.rfftfreq(length, 1 / RATE))
    return np.fft.irfft(spectrum, length)[: len(speech)]


def _levels(speech: Wave) -> Wave:
    """Levels in dB below full scale of the windows the audio is made of."""
    size = int(_WINDOW * RATE)
    windows = speech[: len(speech) // size * size].reshape(-1, size)
    levels: Wave = 10 * np.log10(np.mean(windows**2, axis=1) + 1e-12)
    return levels


def _trimmed(speech: Wave) -> Wave:
    heard, narrow = _edges(speech), _edges(_in_band(speech))
    if heard is None or narrow is None:
        raise SoundError("nothing in it is audible")
    start = max(min(heard[0], narrow[0]) - int(LEAD * RATE), narrow[0] - int(HISS * RATE), 0)
    end = min(max(heard[1], narrow[1]) + int(TAIL * RATE), narrow[1] + int(HISS * RATE))
    cut = speech[start:end].copy()
    # A cut in the middle of a sound would click.
    ramp = np.linspace(0.0, 1.0, min(int(_FADE * RATE), len(cut)))
    cut[: len(ramp)] *= ramp
    cut[len(cut) - len(ramp) :] *= ramp[::-1]
    return cut


def _edges(speech: Wave) -> tuple[int, int] | None:
    """The samples at which something audible begins and ends."""
    audible = np.flatnonzero(_levels(speech) > _AUDIBLE)
    if not audible.size:
        return None
    window = int(_WINDOW * RATE)
    return int(audible[0]) * window, (int(audible[-1]) + 1) * window


# PyAV is imported where it is used: a call that finds its audio in the cache never needs it, and
# its import takes longer than playing starts.


def _resampled(pcm: Pcm) -> Pcm:
    import av

    samples = np.frombuffer(pcm.samples, "<i2").reshape(1, -1)
    if not samples.size:
        raise SoundError("nothing in it is audible")
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = pcm.sample_rate
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return Pcm(RATE, b"".join(part.to_ndarray().tobytes() for part in frames))


def _decoded(path: Path) -> Pcm:
    """A WAV file at `RATE`, its channels mixed to one."""
    import av

    parts: list[bytes] = []
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    longest = int(LONGEST_RECORDING * RATE) * 2
    try:
        # Naming the format keeps FFmpeg from guessing at, and opening, anything else.
        with av.open(str(path), format="wav") as container:
            if not container.streams.audio:
                raise SoundError("no audio in it")
            for decoded in container.decode(audio=0):
                parts += [frame.to_ndarray().tobytes() for frame in resampler.resample(decoded)]
                if sum(map(len, parts)) > longest:
                    raise SoundError(f"longer than {LONGEST_RECORDING:.0f} seconds")
        parts += [frame.to_ndarray().tobytes() for frame in resampler.resample(None)]
    except (av.error.FFmpegError, OSError) as error:
        raise SoundError(f"cannot be read as a WAV file: {error.strerror}") from None
    return Pcm(RATE, b"".join(parts))
