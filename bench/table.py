"""Results as aligned text."""

from __future__ import annotations

import math
from collections.abc import Sequence

NOTHING = "–"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be; all but the first are flush right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join((first, *others)).rstrip()

    return "\n".join([line(head), line(["-" * width for width in widths]), *map(line, rows)])


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float]) -> str:
    """Median and 95th percentile, such as ``8.1 / 11.9``."""
    if not values:
        return NOTHING
    return f"{_short(quantile(values, 0.5))} / {_short(quantile(values, 0.95))}"


def _short(value: float) -> str:
    return f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
