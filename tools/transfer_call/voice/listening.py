"""What the caller does while being transferred: speaks, waits for a transcript, says stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .models_in_use import uses
from .stop_phrases import wants_stop

if TYPE_CHECKING:
    from livekit.agents import AgentSession
    from livekit.agents.voice.events import UserInputTranscribedEvent, UserStateChangedEvent

TRANSCRIPT_SECONDS = 1.5
"""How long after the caller fell silent a transcript may come; a cough has none, ever."""


class Listening:
    """Follows one session's ears."""

    def __init__(self, language: Callable[[], str], on_stop: Callable[[], None]) -> None:
        """Follow nothing yet.

        Args:
            language: Which language the caller is taken to speak now, one of the phrases';
                ``""`` while nothing can be stopped.
            on_stop: Called when the caller asks to stop.
        """
        self._language = language
        self._on_stop = on_stop
        self._session: AgentSession[Any] | None = None
        self._speaking = False
        self._pending = False
        self._suspect = False
        self._deaf = False
        self._patience: asyncio.TimerHandle | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def suspects_stop(self) -> bool:
        """Whether a transcript that is not final yet sounds like a stop."""
        return self._suspect

    @property
    def quiet(self) -> bool:
        """Whether the caller is silent and everything said is transcribed."""
        return self._quiet.is_set()

    def attach(self, session: AgentSession[Any]) -> None:
        """Follow `session`."""
        if session is self._session:
            return
        self.detach()
        self._session = session
        session.on("user_state_changed", self._on_state)
        session.on("user_input_transcribed", self._on_transcript)

    def detach(self) -> None:
        """Stop following."""
        if self._session is not None:
            self._session.off("user_state_changed", self._on_state)
            self._session.off("user_input_transcribed", self._on_transcript)
            self._session = None
        self._stop_waiting()

    async def wait_quiet(self, timeout: float) -> bool:
        """Wait until the caller is silent and everything said is transcribed.

        Returns:
            Whether it became so within `timeout` seconds.
        """
        try:
            await asyncio.wait_for(self._quiet.wait(), timeout)
        except TimeoutError:
            return False
        return True

    def deafen(self) -> None:
        """Drop what the caller is saying: no turn of his may start while a REFER is out."""
        self._deaf = True
        if (session := self._session) is None:
            return
        with suppress(RuntimeError):  # The session is not running: nobody listens anyway.
            session.clear_user_turn()
            if session.input.audio is not None:
                session.input.set_audio_enabled(False)

    def listen(self) -> None:
        """Hear the caller again, from a clean start; changes nothing where he was heard."""
        if not self._deaf:
            # What he is saying, such as why he stopped the transfer, is to be answered.
            return
        self._deaf = self._speaking = self._pending = self._suspect = False
        self._stop_waiting()
        self._quiet.set()
        if (session := self._session) is None:
            return
        with suppress(RuntimeError):
            if session.input.audio is not None:
                session.input.set_audio_enabled(True)
            # A turn that was open when the input went away would never be closed, and speech
            # that waits for the caller's silence would wait for ever.
            session.clear_user_turn()

    def _on_state(self, event: UserStateChangedEvent) -> None:
        if event.new_state == "speaking":
            self._stop_waiting()
            self._speaking = True
            # Without an STT no transcript will ever follow.
            self._pending = self._session is not None and uses(self._session, "stt")
        elif event.old_state == "speaking":
            self._speaking = False
            self._stop_waiting()
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(TRANSCRIPT_SECONDS, self._expect_no_more)
        self._update()

    def _on_transcript(self, event: UserInputTranscribedEvent) -> None:
        language = self._language()
        stop = bool(language) and wants_stop(event.transcript, language)
        # "no" may yet become "no problem": only a final transcript stops anything at once.
        self._suspect = stop and not event.is_final
        if event.is_final:
            self._pending = False
        self._update()
        if stop and event.is_final:
            self._on_stop()

    def _expect_no_more(self) -> None:
        self._pending = False
        self._update()

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _update(self) -> None:
        if self._speaking or self._pending:
            self._quiet.clear()
        else:
            self._quiet.set()
