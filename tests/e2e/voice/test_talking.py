"""Callers who speak, and are put through: speech in, REFER out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.openai.script import Service
from tests.e2e.recognition import find
from tests.e2e.sentences import SALES_PLEASE
from tests.e2e.voice.talks import (
    ALL_RIGHT,
    ASKED,
    BARGES_IN,
    BUSY,
    DESK,
    DESK_INSTEAD,
    GREETING,
    REMARK,
    SALES,
    each,
)
from tests.e2e.voices import sound_of

if TYPE_CHECKING:
    from tests.e2e.voice.conftest import Held

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


@each(ASKED)
async def test_a_caller_who_asks_for_sales_is_put_through_to_sales(
    pipeline: str, held: Held
) -> None:
    assert held.seen.referred_to == [SALES]
    assert held.seen.outcomes == ["connected"]
    assert held.server.faults == []


@each(ASKED)
async def test_the_greeting_waits_for_no_service(pipeline: str, held: Held) -> None:
    assert find(sound_of(GREETING), held.seen.heard) is not None
    began = held.seen.dialog.invite.at
    late = [one.body["input"] for one in held.server.asked(Service.TTS) if one.at > began]
    assert GREETING not in late


@each(BARGES_IN)
async def test_a_caller_who_says_wait_during_the_announcement_is_not_put_through_but_answered(
    pipeline: str, held: Held
) -> None:
    assert held.seen.referred_to == []
    assert find(sound_of(ALL_RIGHT), held.seen.heard) is not None


@each(REMARK)
async def test_a_remark_while_the_transfer_is_pending_changes_nothing(
    pipeline: str, held: Held
) -> None:
    assert held.seen.referred_to == [SALES]
    assert held.seen.outcomes == ["connected"]
    asked = held.asked(Service.LLM) + held.asked(Service.RESPONSE)
    assert len(asked) == 1


@each(BUSY)
async def test_a_caller_whose_wish_is_busy_agrees_to_another_and_gets_there(
    pipeline: str, held: Held
) -> None:
    assert held.seen.referred_to == [SALES, DESK]
    assert held.seen.outcomes == ["busy", "connected"]
    assert find(sound_of(DESK_INSTEAD), held.seen.heard) is not None


@pytest.mark.talk(ASKED["cascade"])
async def test_speech_to_text_gets_the_whole_sentence_and_the_names(held: Held) -> None:
    [heard] = held.asked(Service.STT)
    assert heard.body["keywords"] == ["Acme", "sales", "front desk"]
    [asked] = held.asked(Service.LLM)
    assert asked.body["messages"][-1]["content"] == SALES_PLEASE
