"""A transfer that fails: the caller stays, and hears at once what happened."""

from __future__ import annotations

import pytest

from tests.e2e.plays import ASKED_BUSY, BUSY, TALKS_WHILE_PENDING
from tests.e2e.stage import Played

pytestmark = pytest.mark.e2e

BUSY_WORDS = ("I'm sorry.", "Sales is busy right now.", "For the front desk, press 0.")

failed = pytest.mark.parametrize(
    "way",
    [
        pytest.param("key", marks=pytest.mark.play(BUSY)),
        pytest.param("tool", marks=pytest.mark.play(ASKED_BUSY)),
        pytest.param("tool, long pending", marks=pytest.mark.play(TALKS_WHILE_PENDING)),
    ],
)


@failed
def test_a_caller_whose_wish_is_busy_hears_so_within_two_seconds(way: str, played: Played) -> None:
    notify = played.notified(486)
    sorry, busy, keys = played.spoken(*BUSY_WORDS)
    assert 0 < sorry.start - notify.at < 2
    assert sorry.end < busy.start < keys.start


@failed
def test_he_stays_until_he_hangs_up_himself(way: str, played: Played) -> None:
    end = played.dialog.end
    assert end is not None
    assert end.source == played.dialog.invite.source
    assert len(played.refers) == 1


@pytest.mark.play(BUSY)
def test_the_ringing_tone_does_not_swallow_the_first_word(played: Played) -> None:
    (sorry,) = played.spoken(BUSY_WORDS[0])
    assert sorry.start < played.notified(486).at + 1
