"""A TTS of the machine's own voice."""

from __future__ import annotations

from typing import Any

from livekit.agents import tts, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from tests.e2e.voices import rendered
from transfer_call.voice.sound import RATE


class Mouth(tts.TTS[Any]):
    """Speaks English; a sentence is there as a whole after about a tenth of a second."""

    def __init__(self) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1
        )

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Spoken(tts=self, input_text=text, conn_options=conn_options)


class _Spoken(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        pcm = await rendered(self.input_text)
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=pcm.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
        )
        output_emitter.push(pcm.samples)
        output_emitter.flush()
