"""Where things stand on a call's page: pure geometry, in percent of the time axis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.page.facts import STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.ladder import Step
    from lab.page.facts import Strip, Words

HEIGHT = 100.0
"""Of the drawing in which loudness is shown; its middle is silence."""

_SILENT = 0.03
_LABEL_SECONDS = 2.2
"""Room that the label of a mark needs beside another."""
_TEXT_SECONDS = 6.0
"""Room that a sentence takes where there is some, also if it was shorter."""
_TICKS = (1, 2, 5, 10, 15, 30, 60)
_MOST_TICKS = 24


@dataclass(frozen=True)
class Axis:
    """The time axis of a page: from when to when, in seconds from the answer."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start

    def percent(self, at: float) -> float:
        """Where a time is, 0 to 100."""
        return round(100 * (min(max(at, self.start), self.end) - self.start) / self.seconds, 3)

    def ticks(self) -> list[int]:
        """Whole seconds worth a number, 0 among them."""
        step = next((one for one in _TICKS if self.seconds / one <= _MOST_TICKS), _TICKS[-1])
        return list(range(math.ceil(self.start / step) * step, math.floor(self.end) + 1, step))


@dataclass(frozen=True)
class Box:
    """A sentence on the axis.

    Attributes:
        left: Where it begins, in percent of the axis.
        width: Room for its text, in percent of the axis.
        heard: How much of that room it was to be heard, in percent of the room.
        words: What it is.
    """

    left: float
    width: float
    heard: float
    words: Words


@dataclass(frozen=True)
class Mark:
    """Something signalled, as a line through all tracks."""

    left: float
    level: int
    """Its label's row, so that labels do not cover each other."""
    label: str


def axis(start: float, end: float) -> Axis:
    """The axis of a call, with a little room behind its end."""
    return Axis(start, end + max(0.2, 0.02 * (end - start)))


def boxes(said: Sequence[Words], on: Axis) -> list[Box]:
    """The sentences of one row, none over the next."""
    ordered = sorted(said, key=lambda words: words.start)
    found = []
    for index, words in enumerate(ordered):
        room = ordered[index + 1].start if index + 1 < len(ordered) else on.end
        end = max(min(words.end, room), min(room, words.start + _TEXT_SECONDS))
        left, right = on.percent(words.start), on.percent(end)
        width = max(right - left, 0.1)
        heard = on.percent(min(words.end, end)) - left
        found.append(Box(left, round(width, 3), round(min(100.0, 100 * heard / width), 1), words))
    return found


def marks(steps: Sequence[Step], on: Axis) -> list[Mark]:
    """What was signalled and changed something: the answer, transfers, their results, ends."""
    found: list[Mark] = []
    free: list[float] = []
    answered = False
    for step in steps:
        label = _milestone(step, answered)
        if not label:
            continue
        answered = answered or label == "answered"
        level = next((row for row, until in enumerate(free) if until <= step.at), len(free))
        free[level : level + 1] = [step.at + _LABEL_SECONDS]
        found.append(Mark(on.percent(step.at), level, label))
    return found


def _milestone(step: Step, answered: bool) -> str:
    if step.kind != "signal":
        return ""
    if step.label == "200":
        return "" if answered else "answered"
    if step.label in ("REFER", "BYE"):
        return step.label
    reported = step.label.removeprefix("NOTIFY ")
    return step.label if reported.isdecimal() and int(reported) >= 200 and " " in step.label else ""


def outline(strip: Strip, on: Axis, loudest: float, *, upwards: bool) -> str:
    """A strip as an SVG path around its loudness; empty for silence.

    The drawing is as wide as the axis has hundredths of a second, and `HEIGHT` high.

    Args:
        strip: The sound.
        on: The axis.
        loudest: The level that takes all the room there is.
        upwards: Whether it is above the middle.
    """
    middle, sign = HEIGHT / 2, -1 if upwards else 1
    parts: list[str] = []
    run: list[tuple[float, float]] = []

    def close() -> None:
        if run:
            line = "L".join(f"{x:g} {middle + sign * y:g}" for x, y in run)
            parts.append(f"M{run[0][0]:g} {middle:g}L{line}L{run[-1][0]:g} {middle:g}Z")
            run.clear()

    for index, level in enumerate(strip.levels):
        if level < _SILENT:
            close()
            continue
        x = round(100 * (strip.start + index * STEP - on.start), 1)
        y = round(level / loudest * middle, 1)
        run += [(x, y), (round(x + 100 * STEP, 1), y)]
    close()
    return "".join(parts)
