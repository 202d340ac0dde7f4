"""OpenAI's realtime model, which can be given up without anybody waiting for it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from livekit.agents import APIError, ErrorEvent, llm
from livekit.plugins import openai

from .last_words import LastWords

if TYPE_CHECKING:
    from collections.abc import Callable

    from livekit import rtc
    from livekit.agents import AgentSession

CLOSE_SECONDS = 0.3
"""How long the goodbye to a model that was given up may take."""


class WatchedModel(openai.realtime.RealtimeModel):
    """The plugin's model, for one call.

    Attributes:
        words: What the caller says, in the turns that it is told.
        on_asked: Told each time that a reply is asked for.
        given_up: Set when nothing is expected of it any more.
        asked_in_vain: Whether it has been asked for a reply since then.
    """

    def __init__(self, **options: Any) -> None:
        """Take the plugin's options."""
        super().__init__(**options)
        self.words = LastWords()
        self.on_asked: Callable[[], object] = lambda: None
        self.given_up = asyncio.Event()
        self.asked_in_vain = False

    def session(self, *, turn_detection_disabled: bool = False) -> openai.realtime.RealtimeSession:
        """The call's conversation."""
        session = _Session(self, turn_detection_disabled=turn_detection_disabled)
        self._sessions.add(session)
        return session

    def fail(self, session: AgentSession[Any], error: APIError) -> None:
        """Report to `session` that it has failed for good, as the plugin itself would."""
        failure = llm.RealtimeModelError(
            timestamp=time.time(), label=self.label, error=error, recoverable=False
        )
        session.emit("error", ErrorEvent(error=failure, source=self))


class _Session(openai.realtime.RealtimeSession):
    _realtime_model: WatchedModel

    def push_audio(self, frame: rtc.AudioFrame) -> None:
        self._realtime_model.words.push(frame)
        super().push_audio(frame)

    def commit_audio(self) -> None:
        super().commit_audio()
        self._realtime_model.words.commit()

    def clear_audio(self) -> None:
        self._realtime_model.words.clear()
        super().clear_audio()

    def generate_reply(self, **options: Any) -> asyncio.Future[llm.GenerationCreatedEvent]:
        model = self._realtime_model
        if not model.given_up.is_set():
            model.on_asked()
            return super().generate_reply(**options)
        model.asked_in_vain = True
        reply = asyncio.Future[llm.GenerationCreatedEvent]()
        reply.set_exception(llm.RealtimeError("the model was given up"))
        return reply

    async def update_chat_ctx(self, chat_ctx: llm.ChatContext) -> None:
        """Tell the model what was said, and do not wait for one that is gone.

        Words that are played count as ended only when the model has acknowledged them.
        """
        given_up = self._realtime_model.given_up
        if given_up.is_set():
            return
        gone = asyncio.ensure_future(given_up.wait())
        told = asyncio.ensure_future(super().update_chat_ctx(chat_ctx))
        # Who is gone is waited for by nobody, and what becomes of it is nobody's concern.
        told.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            await asyncio.wait({gone, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if told.done():
            told.result()

    async def aclose(self) -> None:
        closing = asyncio.ensure_future(self._closed())
        given_up = self._realtime_model.given_up.is_set()
        await asyncio.wait({closing}, timeout=CLOSE_SECONDS if given_up else None)

    async def _closed(self) -> None:
        # What it was given up for has been reported; here it would end the job with a traceback.
        with suppress(APIError):
            await super().aclose()
