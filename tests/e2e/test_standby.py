"""A caller who speaks to the receptionist as it is without any AI service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
import pytest_asyncio

from lab import sipp
from lab.business import business_file, receptionist
from lab.scenario import Script
from lab.sounds import spoken
from lab.track import Key, Sound, Track
from tests.e2e.recognition import find, trimmed
from tests.e2e.voices import sound_of
from transfer_call import Phrases

if TYPE_CHECKING:
    from lab.audio import Samples
    from lab.dialog import Dialog
    from lab.stack import Stack

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
]

SALES = "tel:+12125550123"
WORDS = Phrases("en")
(QUESTION,) = WORDS.sentences("is_that_right", label="sales")
(ANNOUNCEMENT,) = WORDS.announce("sales")
ASKED_AT, ANSWERED_AT = 2.5, 11.0


def _said(text: str) -> Samples:
    return trimmed(spoken(text, voice="rms"))


def _wish() -> Sound:
    return Sound(_said("could you put me through to sales please"), ASKED_AT)


def _cough() -> Samples:
    noise = np.random.default_rng(1).normal(0, 6000, 1500)
    return (noise * np.hanning(len(noise))).astype(np.int16)


@dataclass(frozen=True)
class Reception:
    front_desk: str
    by_voice: Dialog
    by_key: Dialog
    overruled: Dialog


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reception(stack: Stack) -> AsyncIterator[Reception]:
    """Three callers side by side: one says yes, one presses 1, one presses 0 while he speaks."""
    front_desk = f"sip:desk@{stack.host}:{stack.ports.take()}"
    file = business_file(stack.line.number, stack.host, front_desk=front_desk, sales=SALES)
    tracks = (
        Track((_wish(), Sound(_said("yes"), ANSWERED_AT))),
        Track((_wish(), Key("1", at=ANSWERED_AT))),
        Track((Sound(_cough(), 1.5), _wish(), Key("0", at=ASKED_AT + 1.0))),
    )
    with receptionist(stack, file):
        calls = [sipp.call(stack, Script(track=track)) for track in tracks]
        dialogs = await asyncio.gather(*(call.ended(60) for call in calls))
        yield Reception(front_desk, *dialogs)


async def test_a_spoken_wish_is_asked_about_and_a_spoken_yes_puts_through(
    reception: Reception,
) -> None:
    (refer,) = reception.by_voice.requests("REFER")
    assert refer.header("Refer-To") == SALES
    heard = reception.by_voice.heard()
    question = find(sound_of(QUESTION), heard)
    announced = find(sound_of(ANNOUNCEMENT), heard)
    assert question is not None
    assert announced is not None
    assert question.end < announced.start < refer.at


async def test_the_key_1_says_yes_to_the_question(reception: Reception) -> None:
    (refer,) = reception.by_key.requests("REFER")
    assert refer.header("Refer-To") == SALES
    pressed = reception.by_key.keys()[0].at
    question = find(sound_of(QUESTION), reception.by_key.heard())
    assert question is not None
    assert question.end < pressed < refer.at


async def test_a_key_in_the_middle_of_a_spoken_wish_wins(reception: Reception) -> None:
    (refer,) = reception.overruled.requests("REFER")
    assert refer.header("Refer-To") == f"<{reception.front_desk}>"
    assert find(sound_of(QUESTION), reception.overruled.heard()) is None
