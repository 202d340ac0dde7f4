"""One caller who may speak, without any AI service, while the keypad leads.

The keypad says the greeting and the menu and reads keys. When the caller speaks instead, the menu
stops, the rules answer, and the keypad waits until nobody speaks any more. Keys always win.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from transfer_call import TransferCallToolset
from transfer_call.events import Event, LanguageChosen
from transfer_call.voice.phrases import base_language

from ..pipeline.standby import standby_session
from .brain import StandbyBrain
from .ears import StandbyEars
from .rules import Ask, GiveUp, Goodbye, PutThrough, Reply
from .setup import rules_for
from .voice import StandbyVoice

if TYPE_CHECKING:
    from livekit.agents import AgentSession
    from livekit.agents.voice import SpeechHandle
    from livekit.agents.voice.events import (
        AgentStateChangedEvent,
        SpeechCreatedEvent,
        UserStateChangedEvent,
    )

    from transfer_call.business import Line
    from transfer_call.call import Call
    from transfer_call.directory import Directory
    from transfer_call.keypad.attached import KeypadMenu

    from ..agent import ReceptionistAgent
    from ..rendering import LineAudio
    from .recognizer import Recognizer

logger = logging.getLogger("receptionist")


class StandbyConversation:
    """Ears, rules and voice of one call, joined to its keypad.

    Attributes:
        session: Not started yet.
        toolset: For the agent of the session.
    """

    def __init__(self, line: Line, audio: LineAudio, recognizer: Recognizer) -> None:
        """Make the session.

        Args:
            line: Whose caller speaks; its grammar is known to `recognizer`.
            audio: What the line's calls play from.
            recognizer: Shared by the calls.
        """
        self._line = line
        self._brain = StandbyBrain(
            rules_for(line),
            menu_follows=True,
            silent_in_danger=line.notices.emergency,
            on_reply=self._on_reply,
        )
        self.session: AgentSession[None] = standby_session(
            stt=StandbyEars(recognizer, line.name),
            llm=self._brain,
            tts=StandbyVoice(audio, line.language),
        )
        self.toolset = TransferCallToolset(line.directory, phrases=line.phrases)
        self._reply: Reply | None = None
        self._call: Call | None = None
        self._keypad: KeypadMenu | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def join(
        self,
        call: Call,
        keypad: KeypadMenu,
        agent: ReceptionistAgent,
        today: asyncio.Future[Directory],
    ) -> None:
        """Begin: a keypad that leads is told from now on who speaks.

        Args:
            call: The caller's.
            keypad: Serves the same caller.
            agent: Carries `toolset`.
            today: The line's directory with today's exceptions.
        """
        self._call, self._keypad = call, keypad
        self.session.on("user_state_changed", self._on_caller)
        self.session.on("agent_state_changed", self._on_agent)
        self.session.on("speech_created", self._on_speech)
        call.bus.add(self._on_event)
        self._spawn(self._learn(agent, today))

    async def _learn(self, agent: ReceptionistAgent, today: asyncio.Future[Directory]) -> None:
        directory = await asyncio.shield(today)
        if directory.overrides:
            self._brain.use(directory)
            await agent.update_tools([TransferCallToolset(directory, phrases=self._line.phrases)])

    async def _on_event(self, event: Event) -> None:
        if isinstance(event, LanguageChosen):
            # A key for another language leaves the keys alone, for there are no ears for it.
            with contextlib.suppress(RuntimeError):  # The session is closing.
                self.session.input.set_audio_enabled(
                    event.language == base_language(self._line.language)
                )

    def _on_reply(self, reply: Reply) -> None:
        """The rules have an answer, which is about to be said."""
        self._reply = reply
        self._listen()
        if not isinstance(reply, PutThrough):
            logger.info("spoke", extra={"pii_text": " ".join(reply.sentences)})
        if isinstance(reply, GiveUp):
            logger.info("the caller was not understood twice; his keys are")
            self.session.input.set_audio_enabled(False)

    def _on_caller(self, event: UserStateChangedEvent) -> None:
        assert self._keypad is not None
        if event.new_state == "speaking":
            if not self._keypad.transferring:
                self._keypad.conversing()
                assert self._call is not None
                self._call.voice.hush()
        elif event.old_state == "speaking":
            self._listen()

    def _on_agent(self, event: AgentStateChangedEvent) -> None:
        assert self._keypad is not None
        if self._keypad.saying:
            return
        if event.new_state == "speaking":
            self._keypad.conversing()
        elif event.old_state == "speaking":
            self._listen()

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        if event.source == "say":
            # A menu, or words about a transfer: no question is open any more.
            self._reply = None
            self._brain.forget()
        else:
            event.speech_handle.add_done_callback(self._on_said)

    def _on_said(self, handle: SpeechHandle) -> None:
        if isinstance(self._reply, Goodbye) and not handle.interrupted:
            assert self._call is not None
            self._spawn(self._call.aclose())

    def _listen(self) -> None:
        if self._keypad is not None:
            asked = isinstance(self._reply, Ask)
            self._keypad.listen(self._on_answer if asked else None)

    def _on_answer(self, yes: bool) -> None:
        """A key has answered the question: the same as saying so."""
        self._reply = None
        self.session.generate_reply(user_input="yes" if yes else "no")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("standby failed inside", extra={"pii_error": repr(error)})
