"""The words before a REFER: all of them, then the REFER, and what stops it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.e2e import plays
from tests.e2e.plays import (
    ALL_RIGHT,
    ASKED_SAYS_WAIT,
    COUGHS,
    HANGS_UP,
    LONG_PREAMBLE,
    PRESSES_STAR,
    SALES_ANNOUNCED,
    SALES_PRERENDERED,
    SAYS_THANKS,
    SAYS_WAIT,
    SAYS_WAIT_TO_THE_PREAMBLE,
)
from tests.e2e.scene import LONG_ANNOUNCEMENT, SALES, SALES_ANNOUNCEMENT, Scene
from tests.e2e.sentences import THANKS, WAIT
from tests.e2e.stage import Played
from tests.e2e.voices import sound_of

pytestmark = pytest.mark.e2e

LONGEST_GAP = 0.3
"""Seconds from the last word to the REFER."""

put_through = pytest.mark.parametrize(
    "kind",
    [
        pytest.param("spoken by the TTS", marks=pytest.mark.play(SALES_ANNOUNCED)),
        pytest.param("rendered before", marks=pytest.mark.play(SALES_PRERENDERED)),
        pytest.param("asked for by the LLM", marks=pytest.mark.play(plays.ASKED)),
    ],
)


@put_through
def test_the_announcement_is_heard_in_full(kind: str, played: Played) -> None:
    for sentence in SALES_ANNOUNCEMENT:
        (found,) = played.spoken(sentence)
        wanted = sound_of(sentence)
        heard = played.heard.between(found.start, found.end)
        assert heard.seconds == pytest.approx(len(wanted) / heard.rate, abs=0.15)
        assert abs(heard.level() - _level(wanted)) < 3


@put_through
def test_its_last_sample_is_heard_before_the_refer_and_not_long_before(
    kind: str, played: Played
) -> None:
    last = played.spoken(*SALES_ANNOUNCEMENT)[-1]
    audible_until = played.heard.last_audible(before=played.refer.at)
    assert audible_until is not None
    assert audible_until == pytest.approx(last.end, abs=0.1)
    assert 0 < played.refer.at - audible_until <= LONGEST_GAP


@pytest.mark.play(COUGHS)
def test_a_cough_and_a_tone_stop_nothing(played: Played) -> None:
    played.spoken(*SALES_ANNOUNCEMENT)
    assert played.refer.header("Refer-To") == SALES


@pytest.mark.play(SAYS_THANKS)
def test_ok_thanks_stops_nothing_and_is_no_turn(played: Played) -> None:
    assert played.facts("transcript") == [{"text": THANKS}]
    played.spoken(*SALES_ANNOUNCEMENT)
    assert played.refer.header("Refer-To") == SALES
    assert played.facts("llm") == []


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("key", marks=pytest.mark.play(SAYS_WAIT)),
        pytest.param("tool", marks=pytest.mark.play(ASKED_SAYS_WAIT)),
    ],
)
def test_wait_stops_the_transfer_and_the_agent_answers(way: str, played: Played) -> None:
    assert {"text": WAIT} in played.facts("transcript")
    assert played.refers == []
    assert played.outcome == "cancelled"
    assert played.never_spoken(LONG_ANNOUNCEMENT[-1])
    (answer,) = played.spoken(ALL_RIGHT)
    stopped = next(e for e in played.diary.entries("transcript") if e.facts["text"] == WAIT)
    assert answer.start - stopped.at < 2


@pytest.mark.play(SAYS_WAIT_TO_THE_PREAMBLE)
def test_wait_stops_what_the_llm_says_about_the_transfer_too(played: Played) -> None:
    assert played.refers == []
    assert played.outcome == "cancelled"
    assert played.never_spoken(LONG_PREAMBLE)
    played.spoken(ALL_RIGHT)


@pytest.mark.play(PRESSES_STAR)
def test_the_star_key_stops_the_transfer_and_the_caller_hears_so(played: Played) -> None:
    (star,) = [key for key in played.dialog.keys() if key.digit == "*"]
    assert played.refers == []
    assert played.outcome == "cancelled"
    (told,) = played.spoken("All right, I won't put you through.")
    assert 0 < told.start - star.at < 2
    assert played.never_spoken(SALES_ANNOUNCEMENT[-1])


@pytest.mark.play(HANGS_UP)
def test_a_caller_who_hangs_up_meanwhile_is_not_referred_and_leaves_nothing(
    played: Played,
) -> None:
    assert played.refers == []
    assert played.outcome == "caller_left"
    assert played.room_gone - played.ended < 2
    assert played.job_gone - played.ended < played.SESSION_CLOSES_WITHIN


@pytest.mark.play(SALES_ANNOUNCED)
def test_the_announcement_cuts_the_greeting_short(played: Played) -> None:
    (key,) = played.dialog.keys()
    assert played.never_spoken(Scene().greeting)
    (announced, _) = played.spoken(*SALES_ANNOUNCEMENT)
    assert 0 < announced.start - key.at < 1


def _level(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(samples.astype(np.float64) ** 2)) / 32768))
