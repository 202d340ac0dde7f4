from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lab.audio import RINGING_TONE, Audio, Span, silence, tone
from lab.rtp import PCMU, decode, encode_ulaw

if TYPE_CHECKING:
    from pathlib import Path

SPEAKING = Audio(
    np.concatenate([silence(0.5), tone(440, 0.3), silence(0.1), tone(880, 0.6), silence(0.5)]),
    start=100.0,
)


def near(span: Span, start: float, end: float) -> bool:
    return abs(span.start - start) < 0.011 and abs(span.end - end) < 0.011


def test_what_is_audible_is_found_on_the_clock_of_the_audio() -> None:
    first, second = SPEAKING.audible()
    assert near(first, 100.5, 100.8)
    assert near(second, 100.9, 101.5)


def test_pauses_between_words_can_be_bridged() -> None:
    (whole,) = SPEAKING.audible(pause=0.2)
    assert near(whole, 100.5, 101.5)


def test_the_first_and_the_last_that_is_heard() -> None:
    assert SPEAKING.first_audible(after=100.85) == pytest.approx(100.9, abs=0.011)
    assert SPEAKING.last_audible(before=100.85) == pytest.approx(100.8, abs=0.011)
    assert SPEAKING.last_audible() == pytest.approx(101.5, abs=0.011)
    assert SPEAKING.first_audible(after=101.6) is None
    assert SPEAKING.last_audible(before=100.4) is None


def test_line_noise_is_not_audible() -> None:
    noise = np.random.default_rng(1).integers(-20, 20, 8000).astype(np.int16)
    assert Audio(noise).audible() == []


@pytest.mark.parametrize(("hertz", "seconds"), [(440, 0.3), (880, 0.6), (1000, 0.0)])
def test_whose_tone_it_is(hertz: float, seconds: float) -> None:
    coded = decode(PCMU, encode_ulaw(SPEAKING.samples))
    assert coded is not None
    assert Audio(coded).tone_seconds(hertz) == pytest.approx(seconds, abs=0.1)


def test_a_tone_under_noise_as_loud_as_itself_does_not_count() -> None:
    noise = np.random.default_rng(1).normal(0, 12000, 8000).astype(np.int16)
    assert Audio(tone(440, 1.0, level=-20) // 2 + noise // 2).tone_seconds(440) == 0.0


def test_words_are_heard_after_the_ringing_that_goes_before() -> None:
    ringing = tone(RINGING_TONE, 0.73)
    voice = sum((tone(hertz, 0.5) // 4 for hertz in (200, 700, 1500)), silence(0.5))
    heard = Audio(np.concatenate([ringing, voice]), start=100.0)
    assert heard.first_audible(after=100.5) == pytest.approx(100.5, abs=0.011)
    assert heard.without_tone().first_audible(after=100.5) == pytest.approx(100.73, abs=0.06)
    assert heard.without_tone().last_audible() == pytest.approx(heard.end, abs=0.011)


def test_the_level_of_a_tone_is_the_one_asked_for() -> None:
    assert Audio(tone(440, 1.0, level=-20)).level() == pytest.approx(-20, abs=0.1)
    assert Audio(silence(1.0)).level() == -math.inf
    assert Audio(silence(0.0)).level() == -math.inf


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    SPEAKING.write(tmp_path / "x.wav")
    audio = Audio.read(tmp_path / "x.wav")
    assert audio.samples.tolist() == SPEAKING.samples.tolist()
    assert audio.start == 0.0


def test_a_file_still_being_written_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    SPEAKING.write(path)
    data = bytearray(path.read_bytes())
    data[40:44] = bytes(4)  # the length of the data, which the writer does not know yet
    path.write_bytes(bytes(data))
    assert Audio.read(path).seconds == SPEAKING.seconds


def test_a_part_has_its_own_start() -> None:
    part = SPEAKING.between(100.5, 100.8)
    assert part.start == pytest.approx(100.5)
    assert part.seconds == pytest.approx(0.3)
    assert SPEAKING.between(90, 95).seconds == 0
