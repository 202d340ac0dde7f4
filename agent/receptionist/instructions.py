"""What the LLM is told: the same words for every call, and the facts of this one behind them."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from livekit.agents.beta import Instructions

from receptionist_prompts import PromptError, Prompts
from transfer_call.directory import opening_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transfer_call.business import Line
    from transfer_call.directory import Directory

logger = logging.getLogger("receptionist")

LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "de": "German"}
"""The languages a line can have, as the prompts name them."""
MOST_NAMES = 30
"""Names that are listed as open or closed; with more, the tool says so when it is asked."""


def prompts_of(line: Line) -> Prompts:
    """The prompts of a line; ours alone while its own cannot be used, which is said."""
    try:
        return Prompts(line.prompts)
    except PromptError as error:
        for fault in error.faults:
            logger.error("the usual prompts are used: %s", fault)
        return Prompts()


def instructions(
    prompts: Prompts,
    line: Line,
    directory: Directory,
    *,
    caller: str,
    language: str,
    at: datetime,
) -> Instructions:
    """How to answer a call.

    The part that does not change from call to call comes first and byte for byte the same, so
    that a provider need not read it anew.

    Args:
        prompts: Of the line.
        line: That is answered.
        directory: Its directory, with today's exceptions if they are known.
        caller: E.164, or ``""``.
        language: One of `LANGUAGES`.
        at: Now, aware.
    """
    zone = directory.zone
    local = at if zone is None else at.astimezone(zone)
    return Instructions(
        prompts.fill("receptionist", business=line.business),
        dynamic=prompts.fill(
            "call",
            language=LANGUAGES[language],
            line=line.name,
            caller=caller or "not known",
            now=local.strftime("%A %Y-%m-%d %H:%M"),
            opening=_opening(directory, at),
            reachable=_reachable(directory, at),
        ),
    )


def _opening(directory: Directory, at: datetime) -> str:
    hours = directory.hours
    if hours is None or hours.is_open(at):
        return "open."
    said = "closed."
    if reason := hours.closed_reason(at):
        said += f" The reason: {reason}."
    if opens := hours.next_opening(at):
        said += f" It opens again {_when(opens.astimezone(hours.zone))}."
    return said


def _reachable(directory: Directory, at: datetime) -> str:
    """Who takes calls at `at`, and who does not, as far as a caller would ask for it."""
    offered = [one.name for one in directory.offered()]
    closed = [name for name in offered if not directory.is_open(name, at)]
    if not closed:
        return "everybody."
    if len(closed) == len(offered):
        return f"nobody.{_reopening(directory, closed, at)}"
    reachable = [name for name in offered if name not in set(closed)]
    if len(reachable) <= MOST_NAMES:
        return f"{', '.join(reachable)}.{_reopening(directory, closed, at)}"
    if len(closed) <= MOST_NAMES:
        return f"everybody but {', '.join(closed)}.{_reopening(directory, closed, at)}"
    return "not everybody; the tool says so when it is called."


def _reopening(directory: Directory, closed: Sequence[str], at: datetime) -> str:
    """When those who are closed open again, as far as anybody knows."""
    said = ""
    for name in closed[:MOST_NAMES]:
        opens = opening_facts(directory, name, at).opens_at
        said += f" {name} opens {_when(opens)}." if opens is not None else ""
    return said


def _when(instant: datetime) -> str:
    return instant.strftime("%A %Y-%m-%d at %H:%M")
