"""The edge of supervision: a session's events in, words, transfers and questions out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from transfer_call.call import NoCallerError
from transfer_call.events import (
    CallEnded,
    Event,
    LanguageChosen,
    TransferEnded,
    TransferRequested,
)
from transfer_call.transfer.halt import StopReason
from transfer_call.transfer.request import Source, TransferRequest
from transfer_call.voice.emergency import emergency_number
from transfer_call.voice.phrases import LANGUAGES

from ..agent import ReceptionistAgent
from ..danger import Danger, danger_in
from .heard_language import HeardLanguage
from .promise_watch import Broken, PromiseWatch, Remedy
from .promises import named_in, promise_in, says_yes
from .silence import Help, Silence, Sound

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.agents import AgentSession
    from livekit.agents.voice import SpeechHandle
    from livekit.agents.voice.events import (
        AgentStateChangedEvent,
        SpeechCreatedEvent,
        UserInputTranscribedEvent,
        UserStateChangedEvent,
    )

    from transfer_call.business import Line
    from transfer_call.call import Call
    from transfer_call.directory import Directory
    from transfer_call.keypad.attached import KeypadMenu
    from transfer_call.voice.phrases import Phrases

logger = logging.getLogger("receptionist")

AGAIN = 30.0
"""Seconds in which a caller in danger is not told a second time whom to call."""
TOOL = "transfer_call"


def supervise(
    session: AgentSession[Any],
    call: Call,
    line: Line,
    *,
    keypad: KeypadMenu,
    today: asyncio.Future[Directory] | None = None,
) -> Supervisor:
    """Watch a call from now to its end.

    Whom to call in danger, the language of the caller and the longest call are seen to on every
    pipeline; silence and promises only where an LLM answers, and while it does: a keypad that
    leads has rules of its own.

    Args:
        session: That serves the call; its agent is a `ReceptionistAgent`.
        call: The caller's.
        line: Whose call it is.
        keypad: That serves the same caller.
        today: The line's directory with today's exceptions, of which the agent is told.
    """
    return Supervisor(session, call, line, keypad=keypad, today=today)


class Supervisor:
    """Watches one call; see `supervise`."""

    def __init__(
        self,
        session: AgentSession[Any],
        call: Call,
        line: Line,
        *,
        keypad: KeypadMenu,
        today: asyncio.Future[Directory] | None = None,
    ) -> None:
        self._session, self._call, self._line = session, call, line
        self._keypad = keypad
        self._silence = Silence(line.limits.silence, line.limits.caller_silence)
        self._promise = PromiseWatch()
        self._language = HeardLanguage()
        self._answers = session.llm is not None
        self._ends: float | None = _now() + line.limits.max_call
        self._over = False
        self._warned: float | None = None
        # Whom the caller has been asked about, until he says something.
        self._offered = ""
        self._directory = line.directory
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._silence.active(_now())
        session.on("agent_state_changed", self._on_agent)
        session.on("user_state_changed", self._on_caller)
        session.on("user_input_transcribed", self._on_transcript)
        session.on("speech_created", self._on_speech)
        call.room.on("sip_dtmf_received", self._on_key)
        call.bus.add(self._on_event)
        if today is not None:
            self._spawn(self._learn(today))
        self._set_timer()

    def close(self) -> None:
        """Watch no longer."""
        self._over = True
        self._session.off("agent_state_changed", self._on_agent)
        self._session.off("user_state_changed", self._on_caller)
        self._session.off("user_input_transcribed", self._on_transcript)
        self._session.off("speech_created", self._on_speech)
        self._call.room.off("sip_dtmf_received", self._on_key)
        self._set_timer()

    def tick(self) -> None:
        """Do what is due; called by its own timer."""
        now = _now()
        if self._ends is not None and now >= self._ends and not self._call.transfer_running:
            self._ends = None
            logger.warning("the call has lasted as long as a call may")
            self._spawn(self._end(self._phrases.call_limit()))
        elif self._watching:
            if (broken := self._promise.due(now)) is not None:
                self._mend(broken)
            if (help_ := self._silence.due(now)) is not None:
                self._help(help_)
        self._set_timer()

    @property
    def _watching(self) -> bool:
        """Whether an agent is to be watched, and not a menu or a transfer."""
        return self._answers and not self._keypad.leading and not self._call.transfer_running

    @property
    def _agent(self) -> ReceptionistAgent:
        agent = self._session.current_agent
        assert isinstance(agent, ReceptionistAgent)
        return agent

    @property
    def _spoken(self) -> str:
        return self._call.language or self._line.language

    @property
    def _phrases(self) -> Phrases:
        return self._call.phrases(self._spoken)

    def _on_agent(self, event: AgentStateChangedEvent) -> None:
        if event.new_state == "speaking":
            self._silence.begins(Sound.AGENT)
        else:
            self._silence.ends(Sound.AGENT, _now())
            if event.new_state == "thinking":
                self._silence.caller_spoke(_now())
        self._set_timer()

    def _on_caller(self, event: UserStateChangedEvent) -> None:
        if event.new_state == "speaking":
            self._silence.begins(Sound.CALLER)
        else:
            self._silence.ends(Sound.CALLER, _now())
        self._set_timer()

    def _on_key(self, event: rtc.SipDTMF) -> None:
        caller = self._call.caller
        presser = event.participant
        if caller is not None and presser is not None and presser.identity == caller.identity:
            self._silence.active(_now())
            self._promise.kept()
            self._offered = ""
            self._set_timer()

    def _on_transcript(self, event: UserInputTranscribedEvent) -> None:
        text = event.transcript.strip()
        if not text:
            return
        if self._in_danger(text, event):
            self._spawn(self._warn())
        if not event.is_final:
            return
        self._promise.kept()
        self._silence.caller_spoke(_now())
        offered, self._offered = self._offered, ""
        if offered and says_yes(text, self._spoken):
            self._spawn(self._transfer(offered))
        language = self._language.heard(text, event.language or "", self._spoken)
        if language:
            self._call.speak(language)
        self._set_timer()

    def _in_danger(self, text: str, event: UserInputTranscribedEvent) -> bool:
        if not self._line.notices.emergency or self._over:
            return False
        if self._warned is not None and _now() < self._warned + AGAIN:
            return False
        languages = [self._spoken, self._line.language]
        heard = (event.language or "").partition("-")[0]
        languages += [heard] if heard in LANGUAGES else []
        return danger_in(text, languages, final=event.is_final) is Danger.CERTAIN

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        if event.source != "say":
            event.speech_handle.add_done_callback(self._on_spoken)

    def _on_spoken(self, handle: SpeechHandle) -> None:
        """The agent has ended a turn of its own."""
        if self._over:
            return
        items = handle.chat_items
        called = any(item.type == "function_call" and item.name == TOOL for item in items)
        said = " ".join(
            item.text_content or ""
            for item in items
            if item.type == "message" and item.role == "assistant"
        ).strip()
        if said:
            self._silence.agent_answered(_now())
        if called:
            self._promise.kept()
        elif handle.interrupted or self._call.transfer_running:
            pass
        elif sentence := promise_in(said, self._spoken):
            named = named_in(sentence, self._directory.offered())
            self._promise.promised(named, _now())
        else:
            self._promise.answered(_now())
        self._set_timer()

    async def _on_event(self, event: Event) -> None:
        match event:
            case TransferRequested():
                self._silence.begins(Sound.TRANSFER)
                self._promise.kept()
            case TransferEnded(source=source, result=result):
                self._silence.ends(Sound.TRANSFER, _now())
                if source is not Source.TOOL or result.stopped == StopReason.KEY:
                    # Nobody will answer it: the caller has been told what he can do.
                    self._silence.agent_answered(_now())
            case LanguageChosen(language=language) if self._answers:
                await self._agent.brief(language=language)
            case CallEnded():
                self.close()
        self._set_timer()

    def _help(self, help_: Help) -> None:
        logger.info("nothing was heard for too long", extra={"then": help_.value})
        match help_:
            case Help.BEAR_WITH_ME:
                self._spawn(self._say(self._phrases.bear_with_me()))
            case Help.KEYS:
                said = [*self._phrases.agent_trouble(), *self._keypad.read_out()]
                self._spawn(self._say(said))
            case Help.OPERATOR:
                self._spawn(self._transfer(self._directory.operator.name))
            case Help.STILL_THERE:
                self._spawn(self._say(self._phrases.no_input()))
            case Help.GOODBYE:
                self._spawn(self._end([]))

    def _mend(self, broken: Broken) -> None:
        logger.warning(
            "the agent promised a transfer and did nothing", extra={"then": broken.remedy.value}
        )
        if broken.remedy is Remedy.ASK_MODEL:
            with contextlib.suppress(RuntimeError):  # The session is closing.
                self._session.generate_reply(
                    instructions=self._agent.prompts.fill("promise"),
                    tool_choice={"type": "function", "function": {"name": TOOL}},
                )
            return
        self._offered = broken.destination
        label = self._directory[broken.destination].label if broken.destination else ""
        self._spawn(self._say(self._phrases.confirm(label)))

    async def _warn(self) -> None:
        """Tell a caller in danger whom to call, whatever else is being said or done."""
        self._warned = _now()
        logger.warning("the caller spoke of a danger to life and is told whom to call")
        call = self._call
        call.cancel()
        call.voice.hush()
        number = emergency_number(self._line.directory.country)
        await self._say(self._phrases.emergency(number))
        if self._answers:
            context = self._agent.chat_ctx.copy()
            told = self._agent.prompts.fill("emergency", number=number or "the emergency number")
            context.add_message(role="system", content=told)
            await self._agent.update_chat_ctx(context)

    async def _learn(self, today: asyncio.Future[Directory]) -> None:
        self._directory = await today
        if self._answers and self._directory.overrides:
            await self._agent.brief(directory=self._directory)

    async def _say(self, sentences: list[str]) -> None:
        await self._call.voice.say(sentences, self._spoken)

    async def _transfer(self, destination: str) -> None:
        with contextlib.suppress(NoCallerError):
            await self._call.transfer(TransferRequest(destination, self._directory, Source.CODE))

    async def _end(self, first: list[str]) -> None:
        """Say goodbye, and hang up."""
        self.close()
        self._call.voice.keep_floor()
        await self._say([*first, *self._phrases.goodbye()])
        await self._call.aclose()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._over:
            return
        due: list[float | None] = []
        if not self._call.transfer_running:
            due.append(self._ends)
        if self._watching:
            due += [self._silence.deadline(), self._promise.deadline()]
        times = [one for one in due if one is not None]
        if times:
            delay = max(0.0, min(times) - _now())
            self._timer = asyncio.get_running_loop().call_later(delay, self.tick)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("supervision failed inside", extra={"pii_error": repr(error)})


def _now() -> float:
    return time.monotonic()
