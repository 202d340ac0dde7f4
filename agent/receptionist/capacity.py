"""How many calls a worker takes: counted, not guessed from the CPU.

A worker that sheds load by its CPU refuses a caller because a neighbour on the machine is busy,
and the refused caller hears ringing until the trunk gives up. A call costs a known share of a
core, so calls are counted instead.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sized

    from livekit.agents import JobRequest

logger = logging.getLogger("receptionist")

SERVER_TARGET_LOAD = 0.7
"""The load from which livekit-server offers a worker nothing more (``agents.target_load``)."""


class CallLimit:
    """Admits calls up to a number, and tells the server how much room is left."""

    def __init__(self, max_calls: int) -> None:
        """Take at most `max_calls` calls at once."""
        self.max_calls = max_calls
        self._accepted = 0

    def load(self, live: Sized) -> float:
        """The load to report while the calls in `live` are up.

        Scaled so that the server stops offering calls at the same number at which `admit`
        refuses them.
        """
        return SERVER_TARGET_LOAD * min(1.0, len(live) / self.max_calls)

    async def admit(self, request: JobRequest, live: Sized) -> None:
        """Accept the call unless the limit is reached.

        The load is reported only every few seconds, so the limit is kept here. A refused call
        is offered to another worker of the same name.
        """
        if len(live) + self._accepted >= self.max_calls:
            logger.warning(
                "call refused: this worker has as many as RECEPTIONIST_MAX_CALLS allows",
                extra={"max_calls": self.max_calls, "room": request.room.name},
            )
            await request.reject(terminate=False)
            return
        # Between the answer and the start of its process a call is not among the live ones.
        self._accepted += 1
        try:
            await request.accept()
        finally:
            self._accepted -= 1
