"""What happens on a call, as typed events, and a bus that no listener can hold up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .transfer.outcome import Outcome, Verdict
    from .transfer.request import Source, TransferResult

logger = logging.getLogger("transfer_call")

LISTENER_SECONDS = 5.0
"""A listener that takes longer for one event is given up on for that event."""
BACKLOG = 256
"""Events kept for a slow listener; newer ones are dropped beyond it."""


class AnnouncementEnd(StrEnum):
    """How the words before a REFER ended."""

    PLAYED = "played"
    NONE = "none"
    """None was configured."""
    HUNG = "hung"
    """The voice did not end in time; the REFER went out without it."""
    FAILED = "failed"
    """The voice could not speak at all."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class TransferRequested:
    """Somebody asked for a destination, and nothing was running."""

    call_id: str
    destination: str
    source: Source


@dataclass(frozen=True, slots=True)
class AnnouncementEnded:
    """The words before a REFER are over."""

    call_id: str
    destination: str
    end: AnnouncementEnd


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """The attempt is on record and its REFER goes out."""

    call_id: str
    attempt_id: str
    destination: str
    address: str


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """One REFER has its verdict."""

    call_id: str
    attempt_id: str
    destination: str
    verdict: Verdict
    seconds: float


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """The whole transfer is over."""

    call_id: str
    source: Source
    result: TransferResult


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """From now on the caller is spoken to in `language`."""

    call_id: str
    language: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller is gone. `outcome` is of the last transfer, ``None`` when there was none."""

    call_id: str
    outcome: Outcome | None


Event: TypeAlias = (
    TransferRequested
    | AnnouncementEnded
    | AttemptStarted
    | AttemptEnded
    | TransferEnded
    | LanguageChosen
    | CallEnded
)
Listener: TypeAlias = Callable[[Event], Awaitable[None]]


class EventBus:
    """Hands events to each listener in order, in a task of its own.

    A listener that raises is logged and goes on with the next event; one that hangs is given
    up on after `LISTENER_SECONDS`. Neither is ever waited for by the call.
    """

    def __init__(self) -> None:
        self._queues: dict[Listener, asyncio.Queue[Event | None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    def add(self, listener: Listener) -> None:
        """Send `listener` every event from now on; adding it twice changes nothing."""
        if listener in self._queues or self._closed:
            return
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._queues[listener] = queue
        self._tasks.append(asyncio.create_task(_deliver(listener, queue)))

    def emit(self, event: Event) -> None:
        """Queue `event` for every listener and return at once."""
        for queue in self._queues.values():
            if queue.qsize() >= BACKLOG:
                logger.warning("event dropped: its listener is too slow")
                continue
            queue.put_nowait(event)

    async def aclose(self, timeout: float = 1.0) -> None:
        """Let the listeners finish what is queued, for at most `timeout` seconds."""
        self._closed = True
        for queue in self._queues.values():
            queue.put_nowait(None)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._queues.clear()


async def _deliver(listener: Listener, queue: asyncio.Queue[Event | None]) -> None:
    while (event := await queue.get()) is not None:
        try:
            await asyncio.wait_for(listener(event), LISTENER_SECONDS)
        except TimeoutError:
            logger.warning("event listener gave no sign within %s s", LISTENER_SECONDS)
        except Exception as error:
            logger.warning(
                "event listener failed on %s",
                type(event).__name__,
                extra={"pii_error": repr(error)},
            )
