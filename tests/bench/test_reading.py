"""What the bench reads off a call, on calls that were never made."""

from __future__ import annotations

import numpy as np
import pytest

from bench.reading import sounding
from bench.table import NOTHING, quantile, spread, table
from lab.audio import Audio, silence, tone


def test_a_tone_is_found_where_it_is_among_other_sounds() -> None:
    samples = [silence(0.2), tone(500, 0.3), silence(0.05), tone(1500, 0.4), silence(0.1)]
    heard = Audio(np.concatenate(samples), start=100.0)
    greeting = sounding(heard, 500, after=100.0)
    words = sounding(heard, 1500, after=100.0)
    assert (greeting[0], greeting[-1]) == pytest.approx((100.2, 100.49))
    assert (words[0], words[-1]) == pytest.approx((100.55, 100.94))


def test_only_what_sounds_in_time_counts() -> None:
    heard = Audio(tone(500, 1.0), start=100.0)
    found = sounding(heard, 500, after=100.3, before=100.5)
    assert (found[0], found[-1]) == pytest.approx((100.3, 100.49))


def test_line_noise_is_no_tone() -> None:
    heard = Audio(tone(500, 1.0, level=-60), start=0.0)
    assert sounding(heard, 500, after=0.0) == []


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 3.0), (0.95, 5.0), (1.0, 5.0), (0.21, 2.0)]
)
def test_a_quantile_is_one_of_the_values(share: float, expected: float) -> None:
    assert quantile([5.0, 3.0, 1.0, 4.0, 2.0], share) == expected


def test_columns_line_up() -> None:
    text = table(("what", "ours"), [("key → REFER", spread([8.0, 9.0])), ("none", spread([]))])
    assert text.splitlines() == [
        "what              ours",
        "-----------  ---------",
        "key → REFER  8.0 / 9.0",
        f"none                 {NOTHING}",
    ]
