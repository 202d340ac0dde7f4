"""Speech to text that is asked before it is certain that the caller has finished.

Only a quarter of a second of silence ends what somebody says. What it was is asked earlier, and
the answer is dropped when he goes on: so it is there that much sooner when he does not.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, APIConnectOptions, stt, utils
from livekit.agents.vad import VADEventType

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.agents import NotGivenOr
    from livekit.agents.vad import VAD, VADEvent, VADStream

PAUSE_SECONDS = 0.06
"""Of silence after which it is asked. What is looked at comes 32 ms later; the silence within
words, before a "p" or "t", is shorter."""
LONGEST_SECONDS = 60.0
"""Of what one utterance is heard, as with the framework's own."""


class EarlyHearing(stt.StreamAdapter):
    """Hears a stream with a service that hears whole utterances."""

    def __init__(self, *, stt: stt.STT[Any], vad: VAD) -> None:
        """Hear with `stt` what `vad` tells from silence."""
        super().__init__(stt=stt, vad=vad)
        self._detector = vad

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        """Hear one caller."""
        return _Stream(self, self._detector, language, conn_options)


class _Stream(stt.RecognizeStream):
    def __init__(
        self,
        outer: EarlyHearing,
        detector: VAD,
        language: NotGivenOr[str],
        conn_options: APIConnectOptions,
    ) -> None:
        # Each request has tries of its own.
        super().__init__(stt=outer, conn_options=APIConnectOptions(max_retry=0))
        self._service = outer.wrapped_stt
        self._detector = detector
        self._language = language
        self._request_options = conn_options
        self._utterance: list[rtc.AudioFrame] = []
        self._asked: asyncio.Task[stt.SpeechEvent] | None = None

    async def _run(self) -> None:
        sound = self._detector.stream()
        pushing = asyncio.create_task(self._push(sound))
        try:
            async for event in sound:
                await self._on_event(event)
            await pushing
        finally:
            self._drop()
            await utils.aio.cancel_and_wait(pushing)
            await sound.aclose()

    async def _push(self, sound: VADStream) -> None:
        async for item in self._input_ch:
            if isinstance(item, self._FlushSentinel):
                sound.flush()
            else:
                sound.push_frame(item)
        sound.end_input()

    async def _on_event(self, event: VADEvent) -> None:
        match event.type:
            case VADEventType.START_OF_SPEECH:
                self._drop()
                self._utterance = list(event.frames)
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH))
            case VADEventType.INFERENCE_DONE if event.speaking:
                self._hear(event)
            case VADEventType.END_OF_SPEECH:
                await self._end(event)

    def _hear(self, event: VADEvent) -> None:
        if event.speech_duration < LONGEST_SECONDS:
            self._utterance += event.frames
        if event.raw_accumulated_silence < PAUSE_SECONDS:
            self._drop()
        elif self._asked is None:
            self._asked = asyncio.create_task(self._recognize(self._utterance))

    async def _end(self, event: VADEvent) -> None:
        ended = time.time() - event.silence_duration - event.inference_duration
        self._event_ch.send_nowait(
            stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH, speech_end_time=ended)
        )
        asked, self._asked = self._asked, None
        heard = await (asked or self._recognize(event.frames))
        if heard.alternatives and heard.alternatives[0].text:
            self._event_ch.send_nowait(
                stt.SpeechEvent(
                    stt.SpeechEventType.FINAL_TRANSCRIPT,
                    alternatives=heard.alternatives[:1],
                    speech_end_time=heard.speech_end_time or ended,
                )
            )

    async def _recognize(self, frames: list[rtc.AudioFrame]) -> stt.SpeechEvent:
        return await self._service.recognize(
            utils.merge_frames(frames), language=self._language, conn_options=self._request_options
        )

    def _drop(self) -> None:
        """Forget what was asked: he goes on."""
        if self._asked is not None:
            self._asked.cancel()
            # A failure is the service's guard's business, who has seen it.
            self._asked.add_done_callback(lambda task: task.cancelled() or task.exception())
            self._asked = None
