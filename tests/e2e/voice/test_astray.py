"""Calls that go astray are taken in hand, whichever pipeline serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.openai.script import Service
from tests.e2e.recognition import find
from tests.e2e.voice.astray import (
    DANGER_SAID,
    EMERGENCY,
    IN_DANGER,
    NOT_ANSWERED,
    ONLY_PROMISED,
    PROMISE,
    PROMISED,
    SHALL_I,
    SILENT,
)
from tests.e2e.voice.talks import DESK, SALES, each
from tests.e2e.voices import sound_of

if TYPE_CHECKING:
    from tests.e2e.voice.conftest import Held

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

NOTICED_WITHIN = 3.0
"""Seconds from a promise that is not kept to what is done about it."""
WARNED_WITHIN = 3.0
"""Seconds from a caller's last word to the first of ours, one transcription included."""


@each(PROMISED)
async def test_a_model_that_promises_and_does_nothing_is_asked_again_and_the_caller_gets_through(
    pipeline: str, held: Held
) -> None:
    promised = find(sound_of(PROMISE), held.seen.heard)
    assert promised is not None
    _, again = held.asked(Service.LLM) + held.asked(Service.RESPONSE)
    assert 0.0 < again.at - promised.end < NOTICED_WITHIN
    assert held.seen.referred_to == [SALES]


@each(ONLY_PROMISED)
async def test_where_it_never_does_the_caller_is_asked_and_his_yes_is_enough(
    pipeline: str, held: Held
) -> None:
    assert find(sound_of(SHALL_I), held.seen.heard) is not None
    assert held.seen.referred_to == [SALES]
    assert held.seen.outcomes == ["connected"]


@each(NOT_ANSWERED)
async def test_a_caller_whom_nobody_answers_hears_so_then_the_keys_then_gets_the_operator(
    pipeline: str, held: Held
) -> None:
    spoken = " / ".join(held.seen.spoken())
    assert 0 < spoken.index("bear with me") < spoken.index("press 0")
    assert held.seen.referred_to == [DESK]


@each(SILENT)
async def test_a_silent_caller_is_asked_twice_and_told_goodbye(pipeline: str, held: Held) -> None:
    spoken = held.seen.spoken()
    assert [text for text in spoken if "still there" in text] == ["Are you still there?"] * 2
    assert "Goodbye" in spoken[-1]
    assert held.seen.referred_to == []
    assert held.seen.job_gone is not None


@each(IN_DANGER)
async def test_a_caller_in_danger_is_told_whom_to_call_at_once(pipeline: str, held: Held) -> None:
    warned = find(sound_of(EMERGENCY), held.seen.heard)
    assert warned is not None
    assert warned.start - (held.seen.answered + DANGER_SAID) < WARNED_WITHIN
    assert any("dial 9 1 1" in text for text in held.seen.spoken())
