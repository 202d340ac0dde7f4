"""The scenarios as data: read from YAML and refused when they cannot be played."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from transfer_call.business import Line, load

HERE = Path(__file__).parent
CLOCK = ZoneInfo("America/New_York")
KINDS = (
    "right destination",
    "ambiguous",
    "refused",
    "after hours",
    "chit-chat",
    "injection",
    "wrong language",
    "angry",
    "silent",
    "changes their mind",
)

Calls = list[str | list[str]]


class Scenario(BaseModel):
    """One conversation; see scenarios.yaml for what the keys mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: str
    line: str
    says: list[str] = Field(min_length=1)
    calls: Calls
    tone: str
    at: datetime = datetime(2026, 3, 4, 10, 30)
    replies: dict[str, Literal["busy", "no_answer", "declined"]] = {}
    never: list[re.Pattern[str]] = []

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"must be one of: {', '.join(KINDS)}")
        return kind

    @property
    def instant(self) -> datetime:
        """When it is played."""
        return self.at.replace(tzinfo=CLOCK)

    @property
    def wanted(self) -> list[list[str]]:
        """Every list of calls that is right."""
        each = [[one] if isinstance(one, str) else one for one in self.calls]
        if all(isinstance(one, str) for one in self.calls):
            return [[one for [one] in each]]
        # Lists in the list: each of them is a whole answer.
        return each


@cache
def line(name: str) -> Line:
    """The line that a scenario calls."""
    return load(HERE / "lines" / f"{name}.yaml").lines[0]


def scenarios(path: Path = HERE / "scenarios.yaml") -> list[Scenario]:
    """All of them, in order."""
    return [Scenario.model_validate(one) for one in yaml.safe_load(path.read_text("utf-8"))]
