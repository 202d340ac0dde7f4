"""A caller who speaks of a danger to life is told whom to call, at once."""

from __future__ import annotations

from .words import Danger, danger_in

__all__ = ["Danger", "danger_in"]
