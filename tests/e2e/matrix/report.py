"""The matrix of scenarios with what came of them, for whoever ran the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.matrix.reception import Seen

MATRIX = pytest.StashKey[dict[str, "Sequence[Seen]"]]()

_HEAD = ("scenario", "attempts", "call", "after REFER", "room, job gone")


def table(matrix: Mapping[str, Sequence[Seen]]) -> list[str]:
    """Lines of text, one for each call; none when nothing was played."""
    if not matrix:
        return []
    rows = [_HEAD]
    for name, calls in matrix.items():
        for number, seen in enumerate(calls, 1):
            rows.append(_row(name if len(calls) == 1 else f"{name} ({number})", seen))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _row(name: str, seen: Seen) -> tuple[str, str, str, str, str]:
    attempts = [
        f"{attempt.outcome}"
        + (f" {attempt.sip_status}/{attempt.reported_by}" if attempt.sip_status else "")
        + (f" ({attempt.detail})" if attempt.detail else "")
        + (f" in {attempt.seconds:.1f} s" if attempt.seconds is not None else ", open")
        for attempt in seen.call.attempts
    ]
    said = seen.spoken(after=seen.refers[0].at) if seen.refers else seen.spoken()
    return (
        name,
        ", ".join(attempts) or "none",
        seen.call.end_reason or "open",
        f"“{said[0]}”" if said else "",
        f"{_seconds(seen.room_gone)}, {_seconds(seen.job_gone)}",
    )


def _seconds(value: float | None) -> str:
    return "left behind" if value is None else f"{max(0.0, value):.1f} s"
