"""What ends a transfer before its REFER: the caller leaves, or somebody stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class StopReason(StrEnum):
    """Why a transfer was stopped before its REFER."""

    KEY = "key"
    PHRASE = "phrase"
    """The caller said so; the agent answers what he said."""
    REPLACED = "replaced"
    """Another wish took its place."""
    CODE = "code"


class Halt:
    """Whether a transfer is to go on, for everything in it that waits.

    Attributes:
        reason: Why it was stopped; ``None`` while it was not.
    """

    def __init__(self, left: asyncio.Event) -> None:
        """Go on until `stop` is called or `left` is set."""
        self.reason: StopReason | None = None
        self._left = left
        self._stopped = asyncio.Event()

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it."""
        return self._stopped.is_set()

    @property
    def over(self) -> bool:
        """Whether it was stopped or the caller is gone."""
        return self.stopped or self._left.is_set()

    def stop(self, reason: StopReason) -> bool:
        """Stop it; returns ``False`` when it was stopped before."""
        if self.reason is not None:
            return False
        self.reason = reason
        self._stopped.set()
        return True

    async def unless(self, work: Awaitable[T]) -> T | None:
        """The result of `work`, or ``None`` when it was over first; `work` is then cancelled."""
        working = asyncio.ensure_future(work)
        signals = [
            asyncio.create_task(self._stopped.wait()),
            asyncio.create_task(self._left.wait()),
        ]
        try:
            await asyncio.wait({working, *signals}, return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            for task in (working, *signals):
                task.cancel()
            await asyncio.gather(working, *signals, return_exceptions=True)
