"""The edge of supervision: a session's events in, what is due out; `remedies` does it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from transfer_call.events import (
    CallEnded,
    Event,
    LanguageChosen,
    TransferEnded,
    TransferRequested,
)
from transfer_call.transfer.halt import StopReason
from transfer_call.transfer.request import Source
from transfer_call.voice.phrases import LANGUAGES

from ..danger import Danger, danger_in
from .heard_language import HeardLanguage
from .promise_watch import PromiseWatch
from .promises import named_in, promise_in, says_yes
from .remedies import TOOL, Remedies
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

logger = logging.getLogger("receptionist")

AGAIN = 30.0
"""Seconds in which a caller in danger is not told a second time whom to call."""


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
        self._remedies = Remedies(session, call, line, keypad)
        self._timer: asyncio.TimerHandle | None = None
        self._silence.active(_now())
        session.on("agent_state_changed", self._on_agent)
        session.on("user_state_changed", self._on_caller)
        session.on("user_input_transcribed", self._on_transcript)
        session.on("speech_created", self._on_speech)
        call.room.on("sip_dtmf_received", self._on_key)
        call.bus.add(self._on_event)
        if today is not None:
            self._remedies.spawn(self._learn(today))
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
            self._end(limit=True)
        elif self._watching:
            if (broken := self._promise.due(now)) is not None:
                self._remedies.mend(broken)
            if (help_ := self._silence.due(now)) is not None:
                logger.info("nothing was heard for too long", extra={"then": help_.value})
                if help_ is Help.GOODBYE:
                    self._end(limit=False)
                else:
                    self._remedies.help(help_)
        self._set_timer()

    @property
    def _watching(self) -> bool:
        """Whether an agent is to be watched, and not a menu or a transfer."""
        return self._answers and not self._keypad.leading and not self._call.transfer_running

    @property
    def _spoken(self) -> str:
        return self._remedies.spoken

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
            self._remedies.offered = ""
            self._set_timer()

    def _on_transcript(self, event: UserInputTranscribedEvent) -> None:
        text = event.transcript.strip()
        if not text:
            return
        if self._in_danger(text, event):
            self._warned = _now()
            self._remedies.warn()
        if not event.is_final:
            return
        self._promise.kept()
        self._silence.caller_spoke(_now())
        offered, self._remedies.offered = self._remedies.offered, ""
        if offered and says_yes(text, self._spoken):
            self._remedies.transfer(offered)
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
            named = named_in(sentence, self._remedies.directory.offered())
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
                await self._remedies.agent.brief(language=language)
            case CallEnded():
                self.close()
        self._set_timer()

    async def _learn(self, today: asyncio.Future[Directory]) -> None:
        directory = self._remedies.directory = await today
        if self._answers and directory.overrides:
            await self._remedies.agent.brief(directory=directory)

    def _end(self, *, limit: bool) -> None:
        self.close()
        self._remedies.end(limit=limit)

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


def _now() -> float:
    return time.monotonic()
