"""The AI provider of one call: its key, one client for all its services, and how they are doing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from transfer_call.adapters.livekit_api import tls_context

from .breaker import Breaker, State
from .outage import provider_of

if TYPE_CHECKING:
    import openai

    from transfer_call.business.services import OpenAIServices


class Provider:
    """OpenAI, or a server that speaks its API.

    Attributes:
        key: ``""`` when there is none.
        breaker: How its services are doing.
    """

    def __init__(self, services: OpenAIServices, key: str, record: State) -> None:
        """Connect to nothing yet.

        Args:
            services: Of the line.
            key: ``OPENAI_API_KEY``.
            record: Where outages are kept for other calls.
        """
        self.key = key
        self.breaker = Breaker(record, provider_of(services.base_url))
        self._base_url = services.base_url

    @cached_property
    def client(self) -> openai.AsyncClient:
        """For every service: connections that one of them has made are the others' too."""
        # Here, because a worker that serves standby alone does not need it.
        import openai

        return openai.AsyncClient(
            api_key=self.key,
            base_url=self._base_url,
            max_retries=0,
            # Made once and shared: to make one keeps the event loop from the caller's sound.
            http_client=openai.DefaultAsyncHttpxClient(verify=tls_context()),
        )

    async def aclose(self) -> None:
        """Close the connections; wait until what was learned is kept."""
        await self.breaker.aclose()
        if "client" in self.__dict__:
            await self.client.close()


def preload() -> None:
    """Import what a first request would, which takes longer than a caller's patience for sound."""
    import anyio._backends._asyncio  # noqa: F401
    import openai

    client = openai.AsyncClient(
        api_key="none", http_client=openai.DefaultAsyncHttpxClient(verify=tls_context())
    )
    for _ in (client.chat.completions, client.audio.transcriptions, client.audio.speech):
        pass
    _ = client.models
