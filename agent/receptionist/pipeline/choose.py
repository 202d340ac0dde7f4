"""Which pipeline serves a call."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from .services import Service


class Pipeline(StrEnum):
    """How a caller is heard and answered."""

    CASCADE = "cascade"
    REALTIME = "realtime"
    STANDBY = "standby"


def choose(wanted: str, *, key: bool, down: Collection[Service] = ()) -> Pipeline:
    """The pipeline for the next call of a line.

    Without ears there is no conversation, so such a call begins with the menu instead of finding
    out. Rules answer for a language model, and the local voice speaks for another.

    Args:
        wanted: The line's ``pipeline``.
        key: Whether there is a key of the AI provider.
        down: Services that are known not to answer.
    """
    if wanted == Pipeline.STANDBY or not key:
        return Pipeline.STANDBY
    if wanted == Pipeline.REALTIME and Service.REALTIME not in down:
        return Pipeline.REALTIME
    if Service.STT in down:
        return Pipeline.STANDBY
    return Pipeline.CASCADE
