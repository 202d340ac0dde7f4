"""Fixed words in the voice of an AI service, and in the local one where that cannot be had."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING

from livekit.agents import APIError, APIStatusError
from livekit.agents.types import APIConnectOptions

from transfer_call.voice.local_voice import RenderError
from transfer_call.voice.sound import Pcm

from .pipeline.outage import provider_of

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.plugins import openai

    from transfer_call.business.services import OpenAIServices
    from transfer_call.voice.rendering import PhraseAudio

SENTENCE_SECONDS = 20.0
"""How long the service may take for one sentence; a call waits a much shorter time."""
HEAD_START = 0.3
"""How much longer a caller waits for the voice of a service; what is kept is there at once."""
_NEVER = (400, 401, 403, 404)
"""What is said once is said again: the key, the model or the voice is not accepted."""


class OpenAIVoice:
    """Renders with the text to speech of OpenAI, or of a server that speaks its API.

    Nothing is connected before the first sentence that nobody has rendered yet: a call whose
    words are all there asks for nothing.
    """

    def __init__(self, services: OpenAIServices, key: str) -> None:
        """Take the model and the voice of a line."""
        self._services = services
        self._key = key
        self._speaker: openai.TTS | None = None
        self._refused = ""

    def voice_id(self, language: str) -> str:
        """Server, model and voice; such a voice tells the language by the text."""
        services = self._services
        return f"{provider_of(services.base_url)} {services.tts} {services.voice}"

    async def render(self, text: str, language: str) -> Pcm:
        """Speak one sentence; see `Renderer.render`.

        Raises:
            RenderError: The service refuses, fails or takes longer than `SENTENCE_SECONDS`.
        """
        if self._refused:
            raise RenderError(self._refused)
        options = APIConnectOptions(max_retry=1, timeout=SENTENCE_SECONDS)
        try:
            async with asyncio.timeout(SENTENCE_SECONDS):
                async with self._service().synthesize(text, conn_options=options) as stream:
                    spoken = await stream.collect()
        except TimeoutError:
            raise RenderError("text to speech did not answer in time") from None
        except APIStatusError as error:
            reason = f"text to speech refuses: HTTP {error.status_code}"
            if error.status_code in _NEVER:
                self._refused = reason
            raise RenderError(reason) from None
        except APIError:
            raise RenderError("text to speech cannot be reached, or sends no sound") from None
        if spoken.num_channels != 1:
            raise RenderError("text to speech sends more than one channel")
        return Pcm(spoken.sample_rate, bytes(spoken.data))

    async def aclose(self) -> None:
        """Close the connections there are."""
        if self._speaker is not None:
            await self._speaker.aclose()
            self._speaker = None

    def _service(self) -> openai.TTS:
        if self._speaker is None:
            # Here, because a worker that serves standby alone needs no provider's plugin.
            from livekit.plugins import openai

            self._speaker = openai.TTS(
                model=self._services.tts,
                voice=self._services.voice,
                base_url=self._services.base_url,
                api_key=self._key,
                # Nothing to decode.
                response_format="pcm",
            )
        return self._speaker


class EitherVoice:
    """Words from one voice, or from another where the first does not have all of them at hand.

    A service that was down while the words should have been rendered leaves no caller without,
    and keeps none waiting: what it still renders is for the next one.
    """

    def __init__(self, first: PhraseAudio, second: PhraseAudio) -> None:
        """Prefer `first`."""
        self._first = first
        self._second = second

    async def frames(
        self, sentences: Sequence[str], language: str, *, partial: bool = False
    ) -> AsyncIterator[rtc.AudioFrame] | None:
        """See `transfer_call.voice.rendering.PhraseAudio.frames`."""
        first = asyncio.ensure_future(self._first.frames(sentences, language))
        await asyncio.wait({first}, timeout=HEAD_START)
        if not first.done() and (found := await self._second.frames(sentences, language)):
            return found
        if (found := await first) is None:
            found = await self._second.frames(sentences, language, partial=partial)
        return found

    def load(self, sentences: Iterable[str], language: str) -> list[str]:
        """See `transfer_call.voice.rendering.PhraseAudio.load`."""
        return self._second.load(self._first.load(sentences, language), language)
