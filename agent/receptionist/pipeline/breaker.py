"""Which services are known to be down: told by one call, known to the next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from .diagnosis import REMEMBERED, outage_after
from .outage import Outage, state_key
from .services import Service

if TYPE_CHECKING:
    from collections.abc import Coroutine

logger = logging.getLogger("receptionist")


class State(Protocol):
    """What of the record is used: short texts for other processes."""

    async def state(self, key: str, at: datetime) -> str | None:
        """What is kept under `key` at `at`."""
        ...

    async def set_state(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        """Keep `value` under `key`."""
        ...


class Breaker:
    """What a call knows about the services of one provider."""

    def __init__(
        self, record: State, provider: str, *, now: Callable[[], datetime] | None = None
    ) -> None:
        """Know nothing yet: everything counts as well.

        Args:
            record: Shared with other calls.
            provider: See `outage.provider_of`.
            now: The clock, aware. Default: the system's.
        """
        self.provider = provider
        self._record = record
        self._now = now or (lambda: datetime.now(UTC))
        self._known: dict[Service, Outage] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def load(self) -> None:
        """Learn what earlier calls have found."""
        at = self._now()
        keys = [state_key(self.provider, service) for service in Service]
        found = await asyncio.gather(*(self._record.state(key, at) for key in keys))
        for service, text in zip(Service, found, strict=True):
            if text is not None:
                self._known.setdefault(service, Outage.from_json(text))

    def down(self) -> frozenset[Service]:
        """The services that are not asked now."""
        return frozenset(service for service in Service if self.outage(service) is not None)

    def outage(self, service: Service) -> Outage | None:
        """Why `service` is not asked now; ``None`` when it is."""
        known = self._known.get(service)
        return known if known is not None and known.until > self._now() else None

    def failed(self, service: Service, error: BaseException) -> None:
        """Note that a request was given up, and let other calls know."""
        outage = outage_after(error, self._now(), self._known.get(service))
        self._known[service] = outage
        logger.error(
            "%s at %s has failed: %s",
            service.spelled,
            self.provider,
            outage.reason,
            extra={
                "service": service.value,
                "asked_again_at": outage.until.isoformat(),
                "pii_error": repr(error),
            },
        )
        self._keep(service, outage, outage.until + REMEMBERED)

    def answered(self, service: Service) -> None:
        """Note that a request was served."""
        if (known := self._known.pop(service, None)) is not None:
            logger.info("%s at %s answers again", service.spelled, self.provider)
            self._keep(service, known, self._now())

    async def aclose(self) -> None:
        """Wait until everything is kept."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _keep(self, service: Service, outage: Outage, until: datetime) -> None:
        key = state_key(self.provider, service)
        self._spawn(self._record.set_state(key, outage.to_json(), until))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
