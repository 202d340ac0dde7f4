"""A REFER that is out is seen to its end, whatever becomes of agent, session and job."""

from __future__ import annotations

import pytest

from tests.e2e.plays import (
    ASKED,
    ASKED_HANDOFF,
    ASKED_SESSION_CLOSED,
    FRONT_DESK,
    HANDOFF,
    JOB_SHUT_DOWN,
    JOB_SHUT_DOWN_AND_CONNECTED,
    SALES_ANNOUNCED,
    SESSION_CLOSED,
)
from tests.e2e.scene import Scene
from tests.e2e.stage import Played

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        pytest.param("handoff", "busy", marks=pytest.mark.play(HANDOFF)),
        pytest.param("handoff", "busy", marks=pytest.mark.play(ASKED_HANDOFF)),
        pytest.param("aclose", "busy", marks=pytest.mark.play(SESSION_CLOSED)),
        pytest.param("aclose", "busy", marks=pytest.mark.play(ASKED_SESSION_CLOSED)),
        pytest.param("shutdown", "busy", marks=pytest.mark.play(JOB_SHUT_DOWN)),
        pytest.param("shutdown", "connected", marks=pytest.mark.play(JOB_SHUT_DOWN_AND_CONNECTED)),
    ],
)
def test_neither_handoff_nor_close_nor_shutdown_cuts_it(
    what: str, outcome: str, played: Played
) -> None:
    (meddled,) = played.diary.entries(what)
    reported = [n for n in played.dialog.requests("NOTIFY") if (n.reported or 0) >= 200]
    assert played.refer.at < meddled.at < reported[-1].at
    assert [end["outcome"] for end in played.facts("AttemptEnded")] == [outcome]
    assert played.outcome == outcome


@pytest.mark.play(HANDOFF)
def test_after_a_handoff_the_next_agent_says_what_happened(played: Played) -> None:
    played.spoken("I'm sorry.", "Sales is busy right now.")


@pytest.mark.play(ASKED_HANDOFF)
def test_where_no_fixed_words_can_be_said_the_llm_is_not_told_that_they_were(
    played: Played,
) -> None:
    (told,) = [asked["tool_output"] for asked in played.facts("llm") if asked["tool_output"]]
    assert "busy" in told
    assert "has just been told" not in told
    played.spoken(Scene().after_tool)


@pytest.mark.play(JOB_SHUT_DOWN)
def test_a_caller_whose_job_is_gone_is_not_left_alone_in_the_room(played: Played) -> None:
    end = played.dialog.end
    assert end is not None
    assert end.source != played.dialog.invite.source
    assert 0 < end.at - played.notified(486).at < 2


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("key", marks=pytest.mark.play(FRONT_DESK)),
        pytest.param("key, announced", marks=pytest.mark.play(SALES_ANNOUNCED)),
        pytest.param("tool", marks=pytest.mark.play(ASKED)),
    ],
)
def test_after_a_success_the_room_is_gone_in_two_seconds_and_the_job_ends_with_the_call(
    way: str, played: Played
) -> None:
    assert played.room_gone - played.notified(200).at < 2
    assert played.job_gone - played.ended < played.SESSION_CLOSES_WITHIN
