"""The scenarios with a real model; needs its key. Run it with `make evals`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from livekit.agents.llm import LLM

from tests.evals import report
from tests.evals.play import judge, play
from tests.evals.report import Score
from tests.evals.scenario import Scenario, scenarios

pytestmark = [pytest.mark.evals, pytest.mark.timeout(300)]

MODEL = os.environ.get("EVALS_MODEL") or "gpt-4.1"
JUDGE = os.environ.get("EVALS_JUDGE") or MODEL
PAGE = Path(__file__).parents[2] / "docs" / "evals.md"


def model(name: str) -> LLM[Any]:
    from livekit.plugins import openai

    if not os.environ.get("OPENAI_API_KEY"):
        pytest.fail(
            "the evals need a model: set OPENAI_API_KEY, and EVALS_BASE_URL if it is not OpenAI's"
        )
    base_url = os.environ.get("EVALS_BASE_URL")
    return openai.LLM(model=name, base_url=base_url) if base_url else openai.LLM(model=name)


@pytest.fixture(scope="module")
def scores() -> Iterator[list[Score]]:
    """Collects the scores, and puts those of a whole run on the page."""
    collected: list[Score] = []
    yield collected
    if len(collected) == len(scenarios()):
        date = datetime.now(UTC).date().isoformat()
        report.write(PAGE, report.table(collected, f"{MODEL}, judged by {JUDGE}", date))


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda one: one.name)
async def test_scenario(scenario: Scenario, scores: list[Score]) -> None:
    played = await play(scenario, model(MODEL))
    verdict = await judge(played, model(JUDGE))
    scores.append(
        Score(scenario.name, scenario.kind, strict=not played.faults, tone=verdict.passed)
    )
    assert not played.faults, f"{played.faults}\n{played.transcript}"
    assert verdict.passed, f"{verdict.why}\n{played.transcript}"
