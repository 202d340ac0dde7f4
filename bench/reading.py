"""What a call on the wire says about the worker that served it: times in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.audio import AUDIBLE

if TYPE_CHECKING:
    from lab.audio import Audio
    from lab.dialog import Dialog

WINDOW = 0.01
"""Seconds to which sounds are placed; a tone of a multiple of 100 Hz fits it."""
_AFTER_KEY = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Milliseconds; ``None`` where it did not happen.

    Attributes:
        answer: INVITE to 200.
        audible: INVITE to the first audible sound.
        refer: First packet of the key to the REFER.
        silence: First packet of the key to the end of what was being said.
        announced: First packet of the key to the first sound of the announcement.
        held: End of the announcement to the REFER.
    """

    answer: float | None = None
    audible: float | None = None
    refer: float | None = None
    silence: float | None = None
    announced: float | None = None
    held: float | None = None


def read(dialog: Dialog, *, talk: float, announcement: float | None = None) -> Reading:
    """Take the times of one call in which one key was pressed.

    Args:
        dialog: The call.
        talk: Hertz of what is said before the key.
        announcement: Hertz of what is said before the REFER, if anything.
    """
    invited = dialog.invite.at
    heard = dialog.heard()
    answered = dialog.answer.at if dialog.answer else None
    audible = heard.first_audible()
    key = next(iter(dialog.keys()), None)
    refer = next(iter(dialog.requests("REFER")), None)
    silence = announced = held = None
    if key is not None:
        said = sounding(heard, talk, after=key.at - WINDOW, before=key.at + _AFTER_KEY)
        if said and said[-1] + WINDOW - key.at < _AFTER_KEY - WINDOW:
            silence = said[-1] + WINDOW - key.at
        if announcement is not None:
            words = sounding(heard, announcement, after=key.at)
            if words:
                announced = words[0] - key.at
            if words and refer is not None:
                held = refer.at - words[-1] - WINDOW
    return Reading(
        answer=_milliseconds(answered and answered - invited),
        audible=_milliseconds(audible and audible - invited),
        refer=_milliseconds(refer.at - key.at if refer and key else None),
        silence=_milliseconds(silence),
        announced=_milliseconds(announced),
        held=_milliseconds(held),
    )


def sounding(
    audio: Audio, hertz: float, *, after: float, before: float | None = None
) -> list[float]:
    """The starts of all windows, on the audio's clock, in which this tone is most of the sound.

    Args:
        audio: What was heard.
        hertz: A multiple of 100.
        after: From when on.
        before: Until when.
    """
    part = audio.between(after, audio.end if before is None else before)
    size = round(WINDOW * part.rate)
    count = len(part.samples) // size
    windows = part.samples[: count * size].reshape(count, size).astype(np.float64) / 32768
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    # A sine of level L has L as its root mean square: half of its amplitude's square.
    floor = 10 ** (AUDIBLE / 10) * size * size / 2
    near = power[:, round(hertz * WINDOW)]
    loud = (near > 0.5 * power.sum(axis=1)) & (near > floor)
    return [part.start + int(place) * WINDOW for place in np.flatnonzero(loud)]


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
