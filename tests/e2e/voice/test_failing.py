"""Services that fail in a call, each alone and all together: the caller gets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.openai.script import Service
from tests.e2e.recognition import find
from tests.e2e.voice.talks import (
    DESK,
    FAILING,
    LATER,
    NO_CONNECTION_NO_EARS,
    NO_EARS,
    NO_MIND,
    NO_VOICE,
    NOTHING,
    NOTHING_REALTIME,
    SALES,
    TO_THE_CASCADE,
    YES_HERE,
    each,
)
from tests.e2e.voices import sound_of

if TYPE_CHECKING:
    from tests.e2e.voice.conftest import Held

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

AUDIBLE_WITHIN = 4.0
"""Seconds from the first request that fails to something the caller hears."""


ASKED_OF_A_SPEAKER = {Service.STT, Service.LLM, Service.TTS, Service.RESPONSE}


@each(TO_THE_CASCADE, "what")
async def test_without_a_realtime_model_the_cascade_goes_on_with_what_the_caller_said(
    what: str, held: Held
) -> None:
    assert held.seen.referred_to == [SALES]
    assert held.seen.outcomes == ["connected"]
    assert len(held.asked(Service.LLM)) == 1


@pytest.mark.talk(NO_CONNECTION_NO_EARS)
async def test_words_that_reached_no_model_at_all_have_been_heard_by_local_ears(held: Held) -> None:
    assert held.asked(Service.STT)
    assert held.seen.referred_to == [SALES]


@pytest.mark.talk(NOTHING_REALTIME)
async def test_without_any_service_a_realtime_line_is_served_by_what_is_local(held: Held) -> None:
    assert find(sound_of("Sales, is that right?"), held.seen.heard) is not None
    assert held.seen.referred_to == [DESK]


@each(FAILING, "what")
async def test_something_is_heard_soon_after_the_first_failure(what: str, held: Held) -> None:
    failing = ASKED_OF_A_SPEAKER & set(FAILING[what].broken)
    asked = [one.at for one in held.asked(*(failing or ASKED_OF_A_SPEAKER))]
    heard = held.seen.heard.first_audible(after=asked[0])
    assert heard is not None
    assert heard - asked[0] < AUDIBLE_WITHIN


@each(LATER, "what")
async def test_services_that_fail_after_the_wish_leave_the_caller_a_second_one(
    what: str, held: Held
) -> None:
    assert held.seen.referred_to == [SALES, DESK]
    assert held.seen.outcomes == ["busy", "connected"]


@each(FAILING | LATER, "what")
async def test_no_job_ends_over_it_and_none_is_left_behind(what: str, held: Held) -> None:
    for call in held.calls:
        assert call.room_gone is not None
        assert call.job_gone is not None


@pytest.mark.talk(NO_EARS)
async def test_what_speech_to_text_did_not_hear_local_ears_have_heard(held: Held) -> None:
    assert held.server.asked(Service.STT)
    assert held.seen.referred_to == [SALES]


@pytest.mark.talk(NO_VOICE)
async def test_without_text_to_speech_the_agent_goes_on_in_the_local_voice(held: Held) -> None:
    assert held.asked(Service.TTS)
    assert find(sound_of(YES_HERE), held.seen.heard) is not None
    assert held.seen.referred_to == [SALES]


@pytest.mark.talk(NOTHING)
async def test_without_any_service_ears_rules_and_voice_of_this_machine_serve(held: Held) -> None:
    first, _ = held.calls
    assert first.referred_to == [DESK]
    assert {Service.STT, Service.LLM, Service.TTS} <= {one.service for one in held.server.requests}


@pytest.mark.talk(NOTHING)
async def test_the_next_call_does_not_try_what_is_known_to_be_down(held: Held) -> None:
    first, second = held.calls
    assert second.referred_to == [DESK]
    assert held.asked(call=1) == []
    assert any("left alone; standby" in line.message for line in second.log)
    assert any("speech to text" in line.message for line in first.log)


@pytest.mark.talk(NO_MIND)
async def test_without_a_language_model_rules_ask_whether_they_have_understood(held: Held) -> None:
    assert held.asked(Service.LLM)
    assert find(sound_of("Sales, is that right?"), held.seen.heard) is not None
    assert held.seen.referred_to == [DESK]
