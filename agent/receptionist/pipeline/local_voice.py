"""The machine's own voice as a TTS: the last resort, which needs no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livekit.agents import APIConnectionError, tts, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from transfer_call.voice.local_voice import LocalVoice, RenderError
from transfer_call.voice.sound import RATE, SoundError, conditioned


class LocalTTS(tts.TTS[Any]):
    """Speaks one sentence after the other, as loud as the fixed words."""

    def __init__(self, language: Callable[[], str]) -> None:
        """Speak.

        Args:
            language: Of the next sentence, a BCP 47 tag.
        """
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1
        )
        self._language = language

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Speak one sentence."""
        return _Spoken(self, text, conn_options, self._language())


class _Spoken(tts.ChunkedStream):
    def __init__(
        self, outer: LocalTTS, text: str, conn_options: APIConnectOptions, language: str
    ) -> None:
        self._language = language
        super().__init__(tts=outer, input_text=text, conn_options=conn_options)

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        try:
            pcm = conditioned(await LocalVoice().render(self._input_text, self._language))
        except (RenderError, SoundError) as error:
            raise APIConnectionError("the local voice cannot speak", retryable=False) from error
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=RATE,
            num_channels=1,
            mime_type="audio/pcm",
        )
        output_emitter.push(pcm.samples)
        output_emitter.flush()
