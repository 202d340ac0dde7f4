"""An AgentSession reduced to what a transfer uses, whose speech ends when the test says so."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from livekit import rtc
from livekit.agents.types import NOT_GIVEN
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.events import (
    SpeechCreatedEvent,
    UserInputTranscribedEvent,
    UserStateChangedEvent,
)


class ScriptedSession(rtc.EventEmitter[str]):
    """Speaks instantly by default; with `patient` set, until `finish_speech` or an interruption.

    Attributes:
        said: Every text, in order.
        deaf: Whether the audio input is off.
    """

    current_agent: Any = SimpleNamespace(stt=NOT_GIVEN, llm=NOT_GIVEN, tts=NOT_GIVEN)

    def __init__(self, *, stt: bool = True) -> None:
        super().__init__()
        self.stt = object() if stt else None
        self.llm = None
        self.tts = None
        self.away_resets = 0
        self.said: list[str] = []
        self.handles: list[SpeechHandle] = []
        self.patient = False
        self.mute = False
        self.deaf = False
        self.turns_cleared = 0
        self.options = SimpleNamespace(interruption={"discard_audio_if_uninterruptible": True})
        self.output = SimpleNamespace(audio=None)
        self.input = SimpleNamespace(audio=object(), set_audio_enabled=self._set_audio_enabled)

    def say(self, text: str, *, audio: Any = None, allow_interruptions: bool) -> SpeechHandle:
        if self.mute:
            raise RuntimeError("no TTS")
        handle = self._handle(allow_interruptions)
        self.said.append(text)
        self.created(handle)
        if not self.patient:
            handle._mark_done()
        return handle

    def created(self, handle: SpeechHandle) -> None:
        self.emit(
            "speech_created",
            SpeechCreatedEvent(user_initiated=True, source="say", speech_handle=handle),
        )

    def agent_speaks(self) -> SpeechHandle:
        """What the LLM would say; not ours."""
        handle = self._handle(True)
        self.created(handle)
        return handle

    def _handle(self, allow_interruptions: bool) -> SpeechHandle:
        handle = SpeechHandle.create(allow_interruptions=allow_interruptions)
        # In the framework the speech's own task ends it when it is interrupted.
        handle._interrupt_fut.add_done_callback(lambda _: handle._mark_done())
        self.handles.append(handle)
        return handle

    @property
    def current_speech(self) -> SpeechHandle | None:
        return next((handle for handle in self.handles if not handle.done()), None)

    def finish_speech(self) -> None:
        for handle in self.handles:
            if not handle.done():
                handle._mark_done()

    def interrupt(self, *, force: bool = False) -> Any:
        for handle in self.handles:
            if not handle.done():
                handle.interrupt(force=force)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def reset_away_timer(self) -> None:
        self.away_resets += 1

    def clear_user_turn(self) -> None:
        self.turns_cleared += 1

    def caller_speaks(self) -> None:
        self.emit(
            "user_state_changed",
            UserStateChangedEvent(old_state="listening", new_state="speaking"),
        )

    def caller_pauses(self) -> None:
        self.emit(
            "user_state_changed",
            UserStateChangedEvent(old_state="speaking", new_state="listening"),
        )

    def transcribed(self, text: str, *, final: bool = True) -> None:
        self.emit(
            "user_input_transcribed", UserInputTranscribedEvent(transcript=text, is_final=final)
        )

    def _set_audio_enabled(self, enabled: bool) -> None:
        self.deaf = not enabled
