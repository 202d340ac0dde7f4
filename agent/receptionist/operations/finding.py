"""What `receptionist check` has to say: what is wrong, who suffers, and what mends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    FAULT = "fault"
    """Callers suffer now."""
    WARNING = "warning"
    """Callers will suffer once something else goes wrong."""


class Fix(StrEnum):
    """What `check --fix` can do about a finding, after asking."""

    RECORD = "record"
    """Bring the record's tables up to date and write back what waits in the spool file."""
    RENDER = "render"
    """Render the fixed words that have no audio yet."""
    SETUP = "setup"
    """Make or change the trunk and the dispatch rule that `setup` owns."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        code: Its name, for programs; stable.
        level: How bad it is.
        what: The fact.
        caller: What it means to who calls.
        mend: The command or the edit that mends it.
        fix: What `--fix` can do about it; ``None`` when only a person can.
    """

    code: str
    level: Level
    what: str
    caller: str
    mend: str
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """One thing that was looked at.

    Attributes:
        name: For people, such as ``business file``.
        looked_at: What there is of it, such as ``2 lines``; ``""`` when nothing is to be said.
        findings: What is wrong with it.
        skipped: Why it was not looked at, or ``""``.
    """

    name: str
    looked_at: str = ""
    findings: tuple[Finding, ...] = ()
    skipped: str = ""


def count(number: int, of: str, several: str = "") -> str:
    """A number of things in words, such as ``2 lines``."""
    return f"{number} {of if number == 1 else several or of + 's'}"


def faults(areas: Iterable[Area]) -> list[Finding]:
    """The findings that callers suffer from now."""
    return [one for area in areas for one in area.findings if one.level is Level.FAULT]


def fixable(areas: Iterable[Area]) -> list[Fix]:
    """What `--fix` can do about the findings, each once, in a useful order."""
    wanted = {one.fix for area in areas for one in area.findings}
    return [fix for fix in Fix if fix in wanted]
