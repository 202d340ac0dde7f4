from __future__ import annotations

import numpy as np
import pytest

from lab.audio import RATE, Audio, Samples, silence, tone
from lab.matching import seconds_of
from lab.rtp import PCMU, decode, encode_ulaw

CHANCE = np.random.default_rng(7)


def voice(seconds: float) -> Samples:
    """Something that is like nothing else, as speech is."""
    noise = np.convolve(CHANCE.normal(0, 4000, round(seconds * RATE)), np.ones(8) / 4, "same")
    return np.clip(noise, -32768, 32767).astype(np.int16)


def over_the_telephone(samples: Samples) -> Samples:
    sound = decode(PCMU, encode_ulaw(samples))
    assert sound is not None
    return (sound * 0.7).astype(np.int16)


def test_what_was_said_is_found_wherever_it_is() -> None:
    said = voice(2.0)
    heard = np.concatenate([silence(1.3), over_the_telephone(said), silence(0.5)])
    assert seconds_of(said, Audio(heard)) == pytest.approx(2.0)


def test_a_part_of_it_is_a_part() -> None:
    said = voice(2.0)
    heard = np.concatenate([silence(1.0), over_the_telephone(said[: RATE // 2])])
    assert seconds_of(said, Audio(heard)) == pytest.approx(0.4)


def test_silence_in_it_does_not_count() -> None:
    said = np.concatenate([silence(1.0), voice(1.0)])
    assert seconds_of(said, Audio(said)) == pytest.approx(1.0)


@pytest.mark.parametrize("heard", [voice(4.0), tone(440, 4.0), silence(4.0), silence(0.1)])
def test_other_sound_is_not_taken_for_it(heard: Samples) -> None:
    assert seconds_of(voice(2.0), Audio(heard)) == 0
