"""A realtime model that has failed is followed by the cascade, in the same conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livekit import rtc
from livekit.agents import APIConnectionError
from livekit.agents.llm import RealtimeModelError
from livekit.agents.voice.events import UserInputTranscribedEvent

from transfer_call.events import Event, TransferEnded

from .choose import Pipeline, choose
from .guard import AGAIN
from .realtime_model import WatchedModel

if TYPE_CHECKING:
    from livekit.agents import AgentSession, ErrorEvent
    from livekit.agents.llm import Tool, Toolset
    from livekit.agents.voice import SpeechHandle
    from livekit.agents.voice.events import SpeechCreatedEvent, UserStateChangedEvent

    from transfer_call.call import Call

    from ..agent import ReceptionistAgent
    from .breaker import Breaker
    from .cascade import Cascade

logger = logging.getLogger("receptionist")

TURN_SECONDS = 2.5
"""How long after the caller fell silent his turn may take to be known as ended; a cough is none."""
GREETING_SECONDS = 2.0
"""How long the first words may take to begin."""
LONGEST_SECONDS = 20.0
"""How long all of it may take, sentences that are being said included."""

TOOL_SECONDS = 1.0
"""How long a tool may take to return after its transfer has ended."""
PATIENCE_SECONDS = 1.0
"""How long words may take to be heard by others before the caller is asked to bear with us."""
CUT = "Your last sentence was cut off by a fault. Say what was left of it, in one short sentence."


@dataclass(eq=False)
class _Turn:
    """What the caller has said and nobody has answered.

    Attributes:
        sound: For who hears it.
        text: What the realtime model has heard; ``None`` when it has not said.
        heard: By the ears of the cascade.
    """

    sound: list[rtc.AudioFrame]
    text: str | None = None
    heard: asyncio.Task[str] | None = None


class Succession:
    """Watches one session, whose model is a realtime one, and replaces that when it fails.

    The caller is told to bear with us, his unanswered words are heard by other ears, and the
    agent goes on with what has been said; a transfer that runs is waited for. While speech to
    text is known to be down too, the error is left to the keypad's menu.

    Attributes:
        replaced: Set once the cascade serves the caller.
    """

    def __init__(
        self,
        session: AgentSession[Any],
        call: Call,
        agent: ReceptionistAgent,
        breaker: Breaker,
        *,
        language: Callable[[], str],
        services: Callable[[], Cascade],
        tools: Callable[[], Sequence[Tool | Toolset]],
        on_replaced: Callable[[], object],
    ) -> None:
        """Watch `session`; before the keypad serves it, which acts on errors that are left.

        Args:
            session: Not started yet.
            call: The caller's.
            agent: That answers.
            breaker: Knows which services are down.
            language: What the caller is spoken to in.
            services: Makes what replaces the model.
            tools: Makes those of the agent, which belong to one of them alone.
            on_replaced: Called when the model has no part in the call any more.
        """
        assert isinstance(session.llm, WatchedModel)
        self._session, self._call, self._agent = session, call, agent
        self._model = session.llm
        self._breaker = breaker
        self._language, self._services, self._tools = language, services, tools
        self._on_replaced = on_replaced
        self._turns: list[_Turn] = []
        self._reply: SpeechHandle | None = None
        self._cascade: Cascade | None = None
        self._begun = self._failed = self._owed = self._cut = self._borne = False
        self._greeted, self.replaced = asyncio.Event(), asyncio.Event()
        # Whether the caller neither speaks nor is in the middle of a turn.
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._turn_timer: asyncio.TimerHandle | None = None
        self._transfer_ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._model.words.on_turn = self._on_turn
        session.on("user_state_changed", self._on_caller)
        session.on("user_input_transcribed", self._on_transcript)
        session.on("speech_created", self._on_speech)
        session.on("error", self._on_error)
        session.on("close", lambda _: self._close())
        call.bus.add(self._on_event)

    def _on_caller(self, event: UserStateChangedEvent) -> None:
        self._stop_timer()
        if event.new_state == "speaking":
            self._quiet.clear()
            self._model.words.begin()
        else:
            loop = asyncio.get_running_loop()
            self._turn_timer = loop.call_later(TURN_SECONDS, self._quiet.set)

    def _on_turn(self, sound: list[rtc.AudioFrame]) -> None:
        turn = _Turn(sound)
        self._turns.append(turn)
        self._stop_timer()
        self._quiet.set()
        if self._cascade is not None:
            self._hear(turn, self._cascade)

    def _on_transcript(self, event: UserInputTranscribedEvent) -> None:
        if event.is_final:
            turn = next((turn for turn in self._turns if turn.text is None), None)
            if turn is not None:
                turn.text = event.transcript.strip()

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        self._greeted.set()
        if event.source == "say":
            return
        self._reply = event.speech_handle
        asked = list(self._turns)

        def on_done(handle: SpeechHandle) -> None:
            if handle.chat_items:
                self._turns = [turn for turn in self._turns if turn not in asked]

        event.speech_handle.add_done_callback(on_done)

    async def _on_event(self, event: Event) -> None:
        if isinstance(event, TransferEnded):
            # What was said before it has been overtaken.
            self._turns.clear()
            self._transfer_ended.set()

    def _on_error(self, event: ErrorEvent) -> None:
        error = event.error
        if not isinstance(error, RealtimeModelError) or error.recoverable or self._failed:
            return
        self._model.given_up.set()
        down = self._breaker.down()
        able = choose(Pipeline.CASCADE, key=True, down=down) is Pipeline.CASCADE
        if not self._begun and not able:
            self._failed = True
            return
        error.recoverable = True
        if not self._begun:
            self._begun = True
            logger.warning("the realtime model has failed; the cascade takes its place")
            self._task = asyncio.create_task(self._replace())

    async def _replace(self) -> None:
        try:
            await self._transfer_ends()
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._hand_over()
                await self._answer()
        except Exception as error:
            logger.error("the cascade cannot take over", extra={"pii_error": repr(error)})
            self._leave_to_menu()
        finally:
            self._stop()

    async def _hand_over(self) -> None:
        session = self._session
        self._cascade = self._services()
        for turn in self._turns:
            self._hear(turn, self._cascade)
        if self._reply is not None and not self._reply.done():
            self._owed = True
            self._cut = session.agent_state == "speaking"
            self._reply.interrupt(force=True)
        if self._turns or self._owed or self._model.asked_in_vain:
            await self._bear_with_me()
        else:
            await self._words_ended()
        await self._quiet.wait()
        await self._transfer_ends()
        agent = self._agent.successor(self._cascade, greet=self.replaced.set, tools=self._tools())
        self._on_replaced()
        session.update_agent(agent)
        await self.replaced.wait()

    async def _transfer_ends(self) -> None:
        """Wait for a transfer: an agent that is being replaced has no voice to tell of it."""
        while self._call.transfer_running:
            self._transfer_ended.clear()
            await self._transfer_ended.wait()
            if self._reply is not None:
                # The tool has yet to take down what came of it.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._reply.wait_for_playout(), TOOL_SECONDS)

    async def _words_ended(self) -> None:
        """Wait until what is being said, such as the greeting, has been said."""
        try:
            await asyncio.wait_for(self._greeted.wait(), GREETING_SECONDS)
        except TimeoutError:
            return  # There is nothing to be said.
        if (speech := self._session.current_speech) is not None:
            await speech.wait_for_playout()

    async def _answer(self) -> None:
        turns, self._turns = self._turns, []
        hearing = [turn.heard for turn in turns if turn.text is None and turn.heard is not None]
        if hearing and not self._borne:
            _, pending = await asyncio.wait(hearing, timeout=PATIENCE_SECONDS)
            if pending:
                await self._bear_with_me()
        new = " ".join(text for text in await asyncio.gather(*hearing) if text)
        if new:
            event = UserInputTranscribedEvent(transcript=new, is_final=True)
            self._session.emit("user_input_transcribed", event)
            self._session.generate_reply(user_input=new)
        elif self._cut:
            self._session.generate_reply(instructions=CUT)
        elif self._owed or self._model.asked_in_vain or any(turn.text for turn in turns):
            self._session.generate_reply()

    async def _bear_with_me(self) -> None:
        self._borne = True
        language = self._language()
        await self._call.voice.say(self._call.phrases(language).bear_with_me(), language)

    def _hear(self, turn: _Turn, cascade: Cascade) -> None:
        if turn.text is None and turn.sound:
            turn.heard = asyncio.create_task(_text_of(turn.sound, cascade))

    def _leave_to_menu(self) -> None:
        self._failed = True
        error = APIConnectionError("nothing takes its place", retryable=False)
        self._model.fail(self._session, error)

    def _stop_timer(self) -> None:
        if self._turn_timer is not None:
            self._turn_timer.cancel()
            self._turn_timer = None

    def _close(self) -> None:
        self._stop()
        if self._task is not None:
            self._task.cancel()

    def _stop(self) -> None:
        self._stop_timer()
        self._session.off("user_state_changed", self._on_caller)
        self._session.off("user_input_transcribed", self._on_transcript)
        self._session.off("speech_created", self._on_speech)
        self._model.words.on_turn = lambda _: None


async def _text_of(sound: list[rtc.AudioFrame], cascade: Cascade) -> str:
    event = await cascade.stt.recognize(sound, conn_options=AGAIN)
    return event.alternatives[0].text.strip() if event.alternatives else ""
