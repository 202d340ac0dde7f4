"""One wish to be put through, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from .outcome import Outcome, Responsible, Verdict

if TYPE_CHECKING:
    from ..directory import Directory


class Source(StrEnum):
    """Who asked for the transfer."""

    TOOL = "tool"
    KEY = "key"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """A wish to reach one named destination.

    Attributes:
        destination: A name in `directory`.
        directory: The names the request was made against.
        source: Who asked.
        summary: One line from the LLM for the human; leaves by SIP header only where the
            destination says so.
    """

    destination: str
    directory: Directory
    source: Source = Source.CODE
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One REFER to one address and its outcome."""

    destination: str
    address: str
    verdict: Verdict
    seconds: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """A destination of the route that was not tried, and why."""

    destination: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TransferResult:
    """How a whole transfer ended.

    Attributes:
        outcome: Of the last attempt, or why none was made.
        destination: The destination the outcome is about.
        requested: The destination that was asked for.
        attempts: In order.
        skipped: Destinations passed over, in order.
        spoken: What the caller has already been told about the end; ``""`` when nothing.
        alternatives: Names that can be reached now.
        stopped: Why it was stopped before its REFER: ``key``, ``phrase``, ``replaced``,
            ``code``; else ``""``.
        running: The destination already under way when the request was answered with what is
            running instead of being carried out.
        responsible: Who must act on the failure.
    """

    outcome: Outcome
    destination: str
    requested: str
    attempts: tuple[Attempt, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    spoken: str = ""
    alternatives: tuple[str, ...] = ()
    stopped: str = ""
    running: str = ""
    responsible: Responsible = Responsible.NOBODY
