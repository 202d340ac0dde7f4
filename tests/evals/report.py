"""Scores as a page: what `make evals` leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.evals.scenario import KINDS

BEGIN, END = "<!-- scores -->", "<!-- end of scores -->"


@dataclass(frozen=True, slots=True)
class Score:
    """One scenario's.

    Attributes:
        name: Of the scenario.
        kind: Of the scenario.
        strict: Whether the tool calls were right and nothing forbidden was said.
        tone: Whether the judge found the tone right.
    """

    name: str
    kind: str
    strict: bool
    tone: bool


def table(scores: Sequence[Score], model: str, date: str) -> str:
    """The scores by kind, and what went wrong by name."""
    lines = [
        f"{model}, {date}:",
        "",
        "| kind | scenarios | tool calls right | tone right |",
        "|---|---|---|---|",
    ]
    for kind in (*KINDS, "all"):
        of = [one for one in scores if kind in (one.kind, "all")]
        strict, tone = sum(one.strict for one in of), sum(one.tone for one in of)
        lines.append(f"| {kind} | {len(of)} | {strict} | {tone} |")
    wrong = [one.name for one in scores if not (one.strict and one.tone)]
    if wrong:
        lines += ["", f"Not right: {', '.join(wrong)}."]
    return "\n".join(lines)


def write(page: Path, scores: str) -> None:
    """Put the scores on the page, in place of those of the last run.

    Raises:
        ValueError: The page has no place for them.
    """
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no {BEGIN} … {END}")
    page.write_text(f"{before}{BEGIN}\n{scores}\n{END}{after}", "utf-8")
