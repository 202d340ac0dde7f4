"""A deadline of our own for every request to a service, and none to one that is known to be down.

OpenAI's plugin waits 30 s for speech to text and text to speech, which no setting changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from livekit.agents import APIConnectionError, APIConnectOptions, APIError, APITimeoutError

from .services import Service

if TYPE_CHECKING:
    from .breaker import Breaker

T = TypeVar("T")

SECONDS = {Service.STT: 2.5, Service.LLM: 2.5, Service.TTS: 2.0}
"""How long the first of an answer may take, in all its tries: with what comes before and after
it, a caller then hears something within 4 s."""
HURRY_SECONDS = 1.0
"""The same while another service of the provider is down: what is left of those 4 s."""
AGAIN = APIConnectOptions(max_retry=1, retry_interval=0.1, timeout=max(SECONDS.values()))
"""A request that fails at once is made once more: most faults of a provider are over by then."""


class Guard:
    """Watches the requests to one service."""

    def __init__(self, service: Service, breaker: Breaker) -> None:
        self._service = service
        self._breaker = breaker

    @property
    def seconds(self) -> float:
        """The deadline for the first of an answer, and between its parts."""
        hurry = self._breaker.down() - {self._service}
        return HURRY_SECONDS if hurry else SECONDS[self._service]

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Make one request in this block.

        Raises:
            APIError: It failed, took too long, or the service is known to be down.
        """
        if (outage := self._breaker.outage(self._service)) is not None:
            raise APIConnectionError(
                f"{self._service.spelled} is left alone: {outage.reason}", retryable=False
            )
        try:
            yield
        except TimeoutError as error:
            self._breaker.failed(self._service, error)
            raise APITimeoutError(retryable=False) from error
        except APIError as error:
            self._breaker.failed(self._service, error)
            # The tries are over; what wraps this service goes on to the next.
            error.retryable = False
            raise
        except Exception as error:
            self._breaker.failed(self._service, error)
            raise APIConnectionError(retryable=False) from error
        self._breaker.answered(self._service)

    async def paced(self, parts: AsyncIterator[T]) -> AsyncIterator[T]:
        """The same parts, each within the deadline.

        Raises:
            TimeoutError: One did not come.
        """
        while True:
            try:
                async with asyncio.timeout(self.seconds):
                    part = await anext(parts)
            except StopAsyncIteration:
                return
            yield part
