"""A call in plain lines, for someone who is in it: what is said, pressed, and comes of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.ladder import Step

_WHO = 14
_INDENT = " " * (8 + _WHO)


def line_of(step: Step, lanes: Sequence[str], answered_at: float, *, width: int = 80) -> str:
    """What someone who calls wants to read of a step, ``""`` when it tells him nothing.

    Args:
        step: Of the ladder.
        lanes: Who takes part, the caller first, who he dials second.
        answered_at: When the call was answered, in seconds since 1970.
        width: Columns of the terminal.
    """
    told = _told(step, lanes)
    if not told:
        return ""
    who = "you" if step.source == lanes[0] else step.source
    head = f"{step.at - answered_at:6.1f}  {who:<{_WHO}}"
    return textwrap.fill(
        told, max(width, len(_INDENT) + 20), initial_indent=head, subsequent_indent=_INDENT
    )


def _told(step: Step, lanes: Sequence[str]) -> str:
    mine = step.source == lanes[0]
    match step.kind, step.label:
        case "words", text:
            return text
        case "key", label:
            return f"press {label.removeprefix('key ')}"
        case _, "180" if step.source != lanes[1]:
            return "(the telephone rings)"
        case _, "200":
            return "(answers)"
        case _, "REFER":
            return f"(has your telephone call {step.detail.strip('<>')})"
        case _, "BYE" | "CANCEL":
            return "hang up" if mine else "(hangs up)"
        case _, status if status.isdecimal() and int(status) >= 300:
            return f"(refuses: {status} {step.detail})"
    return ""
