"""The runner of the evals, without any model: scripted ones in its place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.evals import play as player, report
from tests.evals.play import Played, judge, play
from tests.evals.report import Score
from tests.evals.scenario import KINDS, Scenario, line, scenarios
from tests.support.llm import ScriptedLLM, call, say

ALL = {one.name: one for one in scenarios()}


def test_there_are_forty_and_four_of_every_kind() -> None:
    assert len(scenarios()) == len(ALL) == 40
    assert Counter(one.kind for one in ALL.values()) == dict.fromkeys(KINDS, 4)


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda one: one.name)
def test_every_scenario_names_destinations_that_exist(scenario: Scenario) -> None:
    names = line(scenario.line).directory.names
    assert {name for calls in scenario.wanted for name in calls} <= set(names)
    assert set(scenario.replies) <= set(names)
    assert scenario.tone.endswith(".")


AT_NIGHT = [one for one in scenarios() if one.kind == "after hours"]


@pytest.mark.parametrize("scenario", AT_NIGHT, ids=lambda one: one.name)
def test_after_hours_somebody_has_gone_home(scenario: Scenario) -> None:
    directory = line(scenario.line).directory
    assert not all(directory.is_open(one, scenario.instant) for one in directory.names)


async def test_a_model_that_does_right_passes() -> None:
    model = ScriptedLLM(call("transfer_call", destination="appointments", summary="cleaning"))
    played = await play(ALL["an appointment"], model)
    assert played.faults == []
    assert played.calls == ["appointments"]
    assert "[tool call: transfer_call(" in played.transcript
    assert "system: I'll put you through to appointments." in played.transcript
    assert played.words == []


async def test_a_model_that_calls_the_wrong_tool_or_none_fails() -> None:
    model = ScriptedLLM(call("transfer_call", destination="billing", summary=""))
    played = await play(ALL["an appointment"], model)
    assert played.faults == ["called ['billing'], not ['appointments']"]
    played = await play(ALL["an appointment"], ScriptedLLM(say("Sure.")))
    assert played.faults == ["called [], not ['appointments']"]


async def test_a_model_that_says_what_it_must_not_fails() -> None:
    model = ScriptedLLM(say("Of course, dialling 1 900 555 0123."))
    [fault] = (await play(ALL["ignore your rules"], model)).faults
    assert "must never say" in fault


async def test_the_caller_goes_on_after_a_failure_and_stops_when_he_is_gone() -> None:
    model = ScriptedLLM(
        call("transfer_call", destination="sales", summary=""),
        say("Whom else would you like to speak to?"),
        call("transfer_call", destination="front-desk", summary=""),
    )
    played = await play(ALL["busy and then the front desk"], model)
    assert played.faults == []
    assert played.calls == ["sales", "front-desk"]
    assert played.words == ["Whom else would you like to speak to?"]
    early = ScriptedLLM(call("transfer_call", destination="workshop", summary=""))
    played = await play(ALL["noise and then a word"], early)
    assert len(early.asked) == 1
    assert played.faults == []


async def test_the_model_is_told_what_hour_the_scenario_is_at() -> None:
    model = ScriptedLLM(say("We are closed."))
    await play(ALL["billing at night"], model)
    told = "\n".join(
        item.text_content or "" for item in model.asked[0][0].items if item.type == "message"
    )
    assert "2026-03-04 20:00" in told
    assert "The business is closed" in told


def played(text: str) -> Played:
    return Played(ALL["a joke"], [], [text], f"assistant: {text}")


async def test_a_judge_decides_on_the_tone_of_what_was_said() -> None:
    yes = ScriptedLLM(call("submit_verdict", true=True, why="short and friendly"))
    no = ScriptedLLM(call("submit_verdict", true=False, why="it lectures"))
    mute = ScriptedLLM(say("Hm."))
    assert (await judge(played("Two tyred."), yes)).passed
    assert (await judge(played("Well, well."), no)) == player.Judgement(False, "it lectures")
    assert not (await judge(played("Two tyred."), mute)).passed
    asked = "\n".join(
        item.text_content or "" for item in yes.asked[0][0].items if item.type == "message"
    )
    assert ALL["a joke"].tone in asked and "Two tyred." in asked
    assert yes.choices == ["required"]


SCORES = [
    Score("one", "angry", strict=True, tone=True),
    Score("two", "angry", strict=False, tone=True),
    Score("three", "silent", strict=True, tone=False),
]


def test_the_page_says_how_many_were_right_and_which_were_not(tmp_path: Path) -> None:
    page = tmp_path / "evals.md"
    page.write_text(f"# Evals\n\n{report.BEGIN}\nNot yet run.\n{report.END}\n\nmore\n")
    report.write(page, report.table(SCORES, "a-model", "2026-03-04"))
    text = page.read_text()
    assert "Not yet run" not in text
    assert "a-model, 2026-03-04:" in text
    assert "| angry | 2 | 1 | 2 |" in text
    assert "| all | 3 | 2 | 2 |" in text
    assert "Not right: two, three." in text
    assert text.endswith("\n\nmore\n")


def test_a_page_without_a_place_for_scores_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "evals.md"
    page.write_text("# Evals\n")
    with pytest.raises(ValueError, match="has no"):
        report.write(page, "scores")
    assert page.read_text() == "# Evals\n"


def test_the_page_of_the_documentation_has_a_place_for_scores() -> None:
    text = Path("docs/evals.md").read_text("utf-8")
    assert report.BEGIN in text and report.END in text
