"""Models that fail, one or all: the call becomes a plain menu, and lives on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.audio import Audio
from tests.e2e.keypad.dead_openai import GOOD_REPLY, Manner
from tests.e2e.keypad.trials import MODELS, Trial
from tests.e2e.scene import DESK
from tests.e2e.voices import sound_of

if TYPE_CHECKING:
    from tests.e2e.scene import Entry
    from tests.e2e.stage import Played

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="session"),
]

APOLOGY = ["I'm having trouble hearing you.", "Please use the keys of your phone."]
MENU = "For sales, press 1."
LATE = 50.0
"""Seconds after which the plugins for hearing and speaking have given up on who never answers."""
ENOUGH = 0.7
"""The part of some words that must be audible: a busy machine swallows a little."""
ON_THE_WAY = 2.0
"""Seconds that words may reach the caller after their playing began."""


def _trials() -> list[Trial]:
    each = [(model,) for model in MODELS]
    return [
        *(Trial(Manner.HANGS, (model,), key_at=LATE, speaks_at=(6.0,)) for model in ("stt", "tts")),
        Trial(Manner.HANGS, ("llm",)),
        *(Trial(Manner.REFUSES, broken) for broken in (*each, MODELS)),
        *(Trial(Manner.BREAKS, broken, key_at=28.0) for broken in (*each, MODELS)),
        Trial(Manner.HANGS, MODELS),
        Trial(Manner.REPORTS, MODELS),
    ]


TRIALS = _trials()
every_trial = pytest.mark.parametrize(
    "trial",
    [pytest.param(trial, marks=pytest.mark.trial(trial), id=str(trial)) for trial in TRIALS],
)
every_broken_call = pytest.mark.parametrize(
    "trial",
    [
        pytest.param(trial, marks=pytest.mark.trial(trial), id=str(trial))
        for trial in TRIALS
        if trial.manner is Manner.BREAKS
    ],
)


def apologies(tried: Played) -> list[Entry]:
    """When the caller was told that the keys are what works, and what else with it."""
    return [
        words for words in tried.diary.entries("words") if APOLOGY[0] in words.facts["sentences"]
    ]


def audible(audio: Audio) -> float:
    return sum(span.seconds for span in audio.audible())


@every_trial
async def test_the_caller_is_told_once_and_hears_the_menu(trial: Trial, tried: Played) -> None:
    (told,) = apologies(tried)
    sentences = told.facts["sentences"]
    assert sentences[:2] == APOLOGY
    assert MENU in sentences
    sounds = [Audio(sound_of(sentence)) for sentence in sentences]
    ends = told.at + sum(sound.seconds for sound in sounds) + ON_THE_WAY
    heard = tried.heard.between(told.at, min(ends, tried.refer.at))
    assert audible(heard) > ENOUGH * sum(audible(sound) for sound in sounds)


@every_trial
async def test_whatever_else_is_said_comes_from_rendered_audio(trial: Trial, tried: Played) -> None:
    assert all(words["rendered"] for words in tried.facts("words"))


@every_trial
async def test_the_session_lives_on_and_0_puts_the_caller_through(
    trial: Trial, tried: Played
) -> None:
    failed = {str(error["type"]).removesuffix("_error") for error in tried.facts("error")}
    assert failed & set(trial.broken)
    assert tried.refer.header("Refer-To").strip("<>") == DESK
    assert tried.outcome == "connected"
    (key,) = tried.dialog.keys()
    assert key.at < tried.refer.at
    assert all(closed.at > tried.refer.at for closed in tried.diary.entries("closed"))


@every_broken_call
async def test_until_it_fails_the_agent_talks(trial: Trial, tried: Played) -> None:
    (told,) = apologies(tried)
    first = tried.diary.entries("said")[0]
    assert first.facts["text"] == GOOD_REPLY
    assert first.at < told.at
    heard = tried.heard.between(tried.answered, told.at)
    assert audible(heard) > ENOUGH * audible(Audio(sound_of(GOOD_REPLY)))
