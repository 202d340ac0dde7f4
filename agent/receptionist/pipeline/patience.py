"""A realtime model that does not answer is given up while the caller still waits."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from livekit.agents import APITimeoutError
from livekit.agents.llm import RealtimeModelError

from .realtime_model import WatchedModel
from .services import Service

if TYPE_CHECKING:
    from livekit.agents import AgentSession, ErrorEvent
    from livekit.agents.voice import SpeechHandle
    from livekit.agents.voice.events import AgentStateChangedEvent, SpeechCreatedEvent

    from transfer_call.call import Call

    from .breaker import Breaker

REPLY_SECONDS = 3.0
"""From the end of the caller's turn to the model's first sound."""


class Patience:
    """Watches one session; what the plugin takes 10 s to give up is given up in `REPLY_SECONDS`.

    A model that is given up is reported as any other that has failed: by the session's event
    ``error``, at which others take its place (`Succession`).
    """

    def __init__(self, session: AgentSession[Any], call: Call, breaker: Breaker) -> None:
        """Watch `session`, whose model is a realtime one."""
        assert isinstance(session.llm, WatchedModel)
        self._session, self._model = session, session.llm
        self._call = call
        self._breaker = breaker
        self._waiting: asyncio.TimerHandle | None = None
        self._given_up = self._asked_again = False
        self._model.on_asked = self._on_asked
        session.on("speech_created", self._on_speech)
        session.on("agent_state_changed", self._on_state)
        session.on("error", self._on_error)
        session.on("close", lambda _: self._stop())

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        if event.source != "say" and not self._given_up:
            self._stop()
            event.speech_handle.add_done_callback(self._on_done)

    def _on_asked(self) -> None:
        """A reply is asked for: to the caller's words, or to what a tool has returned."""
        if not self._given_up:
            self._stop()
            loop = asyncio.get_running_loop()
            self._waiting = loop.call_later(REPLY_SECONDS, self._give_up)

    def _on_done(self, handle: SpeechHandle) -> None:
        """A reply is over; one of which nothing came is asked for once more."""
        if self._waiting is None:
            return  # Of an earlier reply, or the model has been heard.
        self._stop()
        if handle.interrupted or handle.chat_items or self._given_up:
            self._asked_again = False
        elif self._asked_again:
            self._give_up()
        else:
            self._asked_again = True
            with suppress(RuntimeError):  # The session is closing.
                self._session.generate_reply()

    def _on_state(self, event: AgentStateChangedEvent) -> None:
        if event.new_state == "speaking":
            self._asked_again = False
            self._stop()
            if not self._given_up:
                self._breaker.answered(Service.REALTIME)

    def _on_error(self, event: ErrorEvent) -> None:
        error = event.error
        if isinstance(error, RealtimeModelError) and not error.recoverable and not self._given_up:
            self._given_up = True
            self._stop()
            self._breaker.failed(Service.REALTIME, error.error)

    def _give_up(self) -> None:
        self._waiting = None
        if self._call.transfer_running or self._session.agent_state == "speaking":
            return  # The model's answer was a transfer, or is on its way.
        self._model.fail(self._session, APITimeoutError(retryable=False))

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
