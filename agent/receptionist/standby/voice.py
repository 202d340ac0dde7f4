"""The local voice as a TTS: what the rules say is found again among the words rendered before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livekit.agents import APIConnectionError, tts, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from transfer_call.voice.sound import RATE

if TYPE_CHECKING:
    from ..rendering import LineAudio


class StandbyVoice(tts.TTS[Any]):
    """Speaks in the voice of the fixed words, from the same cache."""

    def __init__(self, audio: LineAudio, language: str) -> None:
        """Speak `language`.

        Args:
            audio: What the line's calls play from.
            language: A BCP 47 tag.
        """
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1
        )
        self._audio = audio
        self._language = language

    @property
    def model(self) -> str:
        """For metrics."""
        return "local voice"

    @property
    def provider(self) -> str:
        """For metrics."""
        return "standby"

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Speak `text`: one sentence, or one in each line."""
        return _Spoken(self, text, conn_options, self._audio, self._language)


class _Spoken(tts.ChunkedStream):
    def __init__(
        self,
        voice: StandbyVoice,
        text: str,
        conn_options: APIConnectOptions,
        audio: LineAudio,
        language: str,
    ) -> None:
        self._audio, self._language = audio, language
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        sentences = [line.strip() for line in self._input_text.splitlines()]
        frames = await self._audio.frames(sentences, self._language, partial=True)
        if frames is None:
            raise APIConnectionError("the local voice cannot speak", retryable=False)
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=RATE,
            num_channels=1,
            mime_type="audio/pcm",
        )
        async for frame in frames:
            output_emitter.push(bytes(frame.data))
        output_emitter.flush()
