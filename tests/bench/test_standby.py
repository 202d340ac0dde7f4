"""What the measurement of standby counts, with ears that hear what the test says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bench import standby
from bench.standby import (
    AFTER,
    ASKED,
    CHATTER,
    EMERGENCY,
    REJECTED,
    RIGHT,
    UNHEARD,
    WRONG,
    Case,
    corpus,
    heard_as,
    outcomes,
    spoken,
)
from receptionist.standby.endpointing import RATE
from receptionist.standby.rules import UNCLEAR

VOICE = UNHEARD["rms"]


class _Ears:
    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)

    def text(self, line: Any, samples: Any) -> str:
        return self._texts.pop(0)


COUNTED = [
    (("sales please",), "sales", [RIGHT]),
    (("front desk", "no"), "sales", [WRONG]),
    (("front desk", "yes"), "sales", [WRONG, AFTER]),
    (("front desk", UNCLEAR), "sales", [WRONG]),
    (("sales or the front desk",), "sales", [ASKED]),
    ((UNCLEAR,), "sales", [REJECTED]),
    (("",), "", [REJECTED]),
    (("sales", "no"), "", [WRONG]),
    (("my father can't breathe",), EMERGENCY, [RIGHT]),
    (("my father can't breathe",), "", [WRONG]),
    ((UNCLEAR,), EMERGENCY, [REJECTED]),
]


@pytest.mark.parametrize(("texts", "meant", "expected"), COUNTED)
def test_a_case_counts_by_what_it_led_to(
    texts: tuple[str, ...], meant: str, expected: list[str]
) -> None:
    (line, *_), _ = corpus(0.1)
    ears: Any = _Ears(*texts)
    case = Case(line, CHATTER[0], meant)
    assert list(outcomes(ears, case, VOICE, "clean")) == expected


def test_every_destination_that_can_be_heard_is_asked_for_in_every_way() -> None:
    lines, said = corpus(1.0)
    offered = sum(len(line.directory.offered()) for line in lines)
    assert len(said["wish"]) == offered * len(standby.PHRASINGS)
    assert len({case.text for case in said["chatter"]}) == len(CHATTER)


def test_a_telephone_carries_nothing_above_four_kilohertz() -> None:
    said = spoken(VOICE, "sales please")
    share = {}
    for condition in ("clean", "telephone"):
        power = np.abs(np.fft.rfft(heard_as(said, condition, 1).astype(float))) ** 2
        high = round(len(power) * 4200 / (RATE / 2))
        share[condition] = power[high:].sum() / power.sum()
    assert share["telephone"] < 1e-3 < share["clean"]


def test_noise_is_as_loud_as_it_says() -> None:
    said = spoken(VOICE, "sales please")
    quiet = heard_as(said, "noise", 1)[: RATE // 2].astype(float)
    loud = said[np.abs(said) > 200]
    ratio = 10 * np.log10(np.mean(loud**2) / np.mean(quiet**2))
    # The telephone's band keeps half of white noise away.
    assert ratio == pytest.approx(standby.NOISE_DB + 3, abs=1.5)
