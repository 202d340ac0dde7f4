"""A caller asks, the STT transcribes, the LLM calls the tool."""

from __future__ import annotations

import pytest

from tests.e2e.plays import (
    ASKED,
    ASKED_BUSY,
    ASKED_WITH_PREAMBLE,
    PREAMBLE,
    TALKS_WHILE_PENDING,
)
from tests.e2e.scene import SALES, SALES_ANNOUNCEMENT, Scene
from tests.e2e.sentences import ARE_YOU_THERE, SALES_PLEASE
from tests.e2e.stage import Played

pytestmark = pytest.mark.e2e


@pytest.mark.play(ASKED)
def test_a_caller_who_asks_for_sales_is_put_through_to_sales(played: Played) -> None:
    assert played.facts("transcript") == [{"text": SALES_PLEASE}]
    assert played.refer.header("Refer-To") == SALES
    assert played.outcome == "connected"


@pytest.mark.play(ASKED)
def test_the_llm_is_asked_nothing_more_after_a_success(played: Played) -> None:
    assert [asked["said"] for asked in played.facts("llm")] == [SALES_PLEASE]


@pytest.mark.play(ASKED_WITH_PREAMBLE)
def test_what_the_llm_says_itself_is_heard_before_the_announcement_and_the_refer(
    played: Played,
) -> None:
    preamble, announced, _ = played.spoken(PREAMBLE, *SALES_ANNOUNCEMENT)
    assert preamble.end < announced.start
    assert announced.end < played.refer.at


@pytest.mark.play(ASKED_BUSY)
def test_after_a_failure_the_llm_has_the_last_word_once(played: Played) -> None:
    assert played.outcome == "busy"
    told = [asked for asked in played.facts("llm") if asked["tool_output"]]
    assert len(told) == 1
    assert "sales is busy" in told[0]["tool_output"].lower()
    busy, reply = played.spoken("Sales is busy right now.", Scene().after_tool)
    assert busy.end < reply.start


@pytest.mark.play(TALKS_WHILE_PENDING)
def test_what_a_caller_says_while_he_is_put_through_is_no_turn(played: Played) -> None:
    notify = played.notified(486)
    spoken_at = played.dialog.said().first_audible(after=played.refer.at)
    assert spoken_at is not None
    assert played.refer.at < spoken_at < notify.at
    assert {"text": ARE_YOU_THERE} not in played.facts("transcript")
    assert all(asked["said"] == SALES_PLEASE for asked in played.facts("llm"))


@pytest.mark.play(TALKS_WHILE_PENDING)
def test_after_it_has_failed_he_gets_one_reply(played: Played) -> None:
    asked_after = [
        entry for entry in played.diary.entries("llm") if entry.at > played.notified(486).at
    ]
    assert len(asked_after) == 1
    played.spoken(Scene().after_tool)
