"""What the LLM is told about a call, and that the rest is the same for every call."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import AgentSession
from livekit.agents.llm import ChatContext

from receptionist.agent import ReceptionistAgent
from receptionist.instructions import instructions, prompts_of
from receptionist_prompts import Prompts
from tests.support.business import loaded
from tests.support.llm import ScriptedLLM, say
from transfer_call.business import Line
from transfer_call.directory import Override

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
"""A Wednesday; 12:00 in New York."""
NIGHT = NOON + timedelta(hours=12)
ACME = """\
business: {name: Acme Dental, country: US, timezone: America/New_York, hours: "Mo-Fr 09:00-17:00",
           closed: {2026-12-24: Christmas Eve}}
destinations:
  front-desk: {to: "tel:+12125550100", key: "0"}
  sales: {to: "tel:+12125550123", hours: "Mo-Fr 08:00-11:00"}
  on-call: {to: "tel:+12125550199", hours: "24/7"}
  vault: {to: "tel:+12125550198", hidden: true}
"""


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return loaded(tmp_path, ACME).lines[0]


def told(line: Line, at: datetime, **facts: Any) -> str:
    known = {"caller": "", "language": "en", "directory": line.directory, **facts}
    dynamic = instructions(Prompts(), line, at=at, **known).dynamic
    assert dynamic is not None
    return dynamic


def test_two_calls_differ_only_behind_what_is_the_same_for_all(line: Line) -> None:
    one = instructions(
        Prompts(), line, line.directory, caller="+14155550123", language="en", at=NOON
    )
    other = instructions(Prompts(), line, line.directory, caller="", language="es", at=NIGHT)

    fixed = one.render_static(modality="audio")
    assert fixed.encode() == other.render_static(modality="audio").encode()
    assert one.dynamic != other.dynamic
    assert one.render(modality="audio").startswith(fixed)
    for fact in ("+14155550123", "English", "12:00", "on-call"):
        assert fact not in fixed
        assert fact in one.render(modality="audio")


def test_at_noon_it_is_known_who_has_gone_home(line: Line) -> None:
    text = told(line, NOON, caller="+14155550123")

    assert "Language: English" in text
    assert "Line: acme" in text
    assert "+14155550123" in text
    assert "Wednesday 2026-03-04 12:00" in text
    assert "The business is open." in text
    assert "reached now: front-desk, on-call. sales opens Thursday 2026-03-05 at 08:00." in text
    assert "vault" not in text


def test_after_hours_it_is_known_when_somebody_is_there_again(line: Line) -> None:
    text = told(line, NIGHT)

    assert "closed. It opens again Thursday 2026-03-05 at 09:00." in text
    assert "reached now: on-call." in text
    assert "front-desk opens Thursday 2026-03-05 at 09:00." in text
    assert "not known" in text


def test_the_reason_of_a_closed_day_is_known(line: Line) -> None:
    assert "The reason: Christmas Eve." in told(line, datetime(2026, 12, 24, 17, tzinfo=UTC))


def test_todays_exceptions_are_known(line: Line) -> None:
    closed = [
        Override("closed", name, NOON + timedelta(hours=2), reason="flu")
        for name in ("front-desk", "on-call")
    ]
    text = told(line, NOON, directory=line.directory.with_override(*closed))

    assert "reached now: nobody." in text


def test_a_large_directory_is_not_read_out(tmp_path: Path) -> None:
    people = "\n".join(
        f'  p{n}: {{to: "tel:+12125550123", hours: "{"24/7" if n % 2 else "Mo 09:00-10:00"}"}}'
        for n in range(100)
    )
    line = loaded(tmp_path, ACME + people + "\n").lines[0]

    assert "not everybody" in told(line, NOON)
    assert len(told(line, NOON)) < 600


def test_a_prompt_that_broke_since_the_start_is_said_and_ours_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    line = loaded(tmp_path, ACME + "prompts: own\n").lines[0]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "promise.md").write_text("Call {it}.")

    with caplog.at_level(logging.ERROR, "receptionist"):
        prompts = prompts_of(line)

    assert prompts.fill("promise") == Prompts().fill("promise")
    assert "promise.md:1: knows no {it}" in caplog.text


def system_text(context: ChatContext) -> str:
    items = [item for item in context.items if item.type == "message" and item.role == "system"]
    return "\n".join(item.text_content or "" for item in items)


async def test_what_changes_in_a_call_reaches_the_model_behind_the_same_words(line: Line) -> None:
    model = ScriptedLLM(say("Hello."), say("Hola."))
    agent = ReceptionistAgent(line, greet=lambda: None, caller="+14155550123", now=lambda: NOON)
    async with AgentSession(llm=model) as session:
        await session.start(agent)
        await session.run(user_input="Hi")
        await agent.brief(language="es")
        await session.run(user_input="Hola")

    first, second = (system_text(context) for context, _ in model.asked)
    fixed = Prompts().fill("receptionist", business="Acme Dental")
    assert first.startswith(fixed) and second.startswith(fixed)
    assert "Language: English" in first and "Spanish" not in first
    assert "Language: Spanish" in second and "Language: English" not in second
    assert "+14155550123" in second
