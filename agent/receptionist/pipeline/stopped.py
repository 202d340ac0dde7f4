"""A caller who has stopped a transfer is answered, also by a realtime model."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from transfer_call.events import Event, TransferEnded
from transfer_call.transfer.halt import StopReason

if TYPE_CHECKING:
    from livekit.agents import AgentSession
    from livekit.agents.voice.events import SpeechCreatedEvent

    from transfer_call.call import Call

ANSWER_SECONDS = 0.4
"""How long an answer that comes by itself may take to begin."""


class AnswerStop:
    """Has a realtime model answer what stopped a transfer.

    "Wait" ends as a turn before it has been transcribed, while the announcement still runs, and
    the framework drops turns that meet words which may not be interrupted. The model has heard
    it all the same, and only needs to be asked.
    """

    def __init__(self, session: AgentSession[Any], call: Call) -> None:
        """Watch `call`, whose `session` has a realtime model."""
        self._session = session
        self._waiting: asyncio.TimerHandle | None = None
        self._over = False
        session.on("speech_created", self._on_speech)
        session.on("close", lambda _: self.close())
        call.bus.add(self._on_event)

    def close(self) -> None:
        """Ask no more: there is no realtime model."""
        self._over = True
        self._stop()

    async def _on_event(self, event: Event) -> None:
        if self._over:
            return
        if isinstance(event, TransferEnded) and event.result.stopped == StopReason.PHRASE:
            self._stop()
            loop = asyncio.get_running_loop()
            self._waiting = loop.call_later(ANSWER_SECONDS, self._ask)

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        if event.source != "say":
            self._stop()

    def _ask(self) -> None:
        self._waiting = None
        with suppress(RuntimeError):  # The session is closing.
            self._session.generate_reply()

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
