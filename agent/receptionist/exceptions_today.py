"""A line's directory as it is today: with the exceptions that operators have set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transfer_call.directory import Directory, Override


def with_exceptions(
    directory: Directory, overrides: Sequence[Override]
) -> tuple[Directory, tuple[Override, ...]]:
    """Apply what can be applied.

    Returns:
        The directory of today, and the exceptions for destinations that it no longer has: each
        is left out by itself and holds nothing else back.
    """
    gone = tuple(o for o in overrides if o.destination and o.destination not in directory)
    held = [override for override in overrides if override not in gone]
    return (directory.with_override(*held) if held else directory), gone
