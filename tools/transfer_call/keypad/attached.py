"""The keypad on a real call: keys in, actions out, beside an agent or instead of one."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from livekit.agents import get_job_context

from ..call import NoCallerError
from ..events import Event, LanguageChosen, TransferEnded, TransferRequested
from ..session_call import call_for
from ..transfer.halt import StopReason
from ..transfer.outcome import Outcome
from ..transfer.request import Source, TransferRequest, TransferResult
from .actions import (
    Action,
    Answered,
    Cancel,
    Goodbye,
    Play,
    Prompt,
    Resume,
    Speak,
    StopSpeech,
    Transfer,
)
from .beside_agent import BesideAgent
from .menu import Goto, Menus, default_menu, prompt_items, reachable_now
from .reader import DEBOUNCE, digit_of
from .room import RoomKeys
from .session import KeypadSession
from .speech import item_sentences, sentences

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.agents import AgentSession, ErrorEvent

    from ..call import Call
    from ..directory import Directory
    from ..events import Listener
    from ..record import Record
    from ..transfer.telephony import Telephony
    from ..voice.phrases import Phrases
    from ..voice.session_voice import Audio

logger = logging.getLogger("transfer_call")


class KeypadMenu:
    """Digits to destinations, deterministic, never through the LLM.

    Make it in the job's entry point before ``ctx.connect()``, so that no key is lost, and
    attach it to the session, with or without a `TransferCallToolset`; both share the call.

    Beside an agent it is silent: a key that reaches somebody stops the agent and puts the
    caller through; others are ignored. With `lead` it says the menu itself.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        menus: Menus | None = None,
        debounce: float = DEBOUNCE,
        room: rtc.Room | None = None,
        keys: RoomKeys | None = None,
        on_event: Listener | None = None,
        phrases: Callable[[str], Phrases] | None = None,
        record: Record | None = None,
        telephony: Telephony | None = None,
        audio: Audio | None = None,
    ) -> None:
        """Begin to collect keys.

        Args:
            directory: Who can be reached.
            menus: What the keys mean. Default: the destinations' keys and extensions, 0 for
                the operator, ``*`` to cancel.
            debounce: Seconds in which the same key again is the same press, re-sent.
            room: Default: the job's.
            keys: Those of the room, where they have been collected since before the directory
                was known.
            on_event: As for `TransferCallToolset`; the other parts likewise.
            phrases: The fixed words of a language.
            record: Where calls and attempts are written.
            telephony: Default: the LiveKit server named by the environment.
            audio: Pre-rendered words.

        Raises:
            MenuError: The menus cannot be carried out.
            RuntimeError: No `room` is given, and there is no job.
        """
        self._directory = directory
        self._menus = menus or Menus({"main": default_menu(directory)})
        self._keypad = KeypadSession(
            directory, self._menus, language=directory.language, debounce=debounce
        )
        self._keys = keys or RoomKeys(room if room is not None else get_job_context().room)
        self._today: asyncio.Future[Directory] | None = None
        self._parts: dict[str, Any] = {
            "on_event": on_event,
            "phrases": phrases,
            "record": record,
            "telephony": telephony,
            "audio": audio,
            "line": directory.line,
            "country": directory.country,
        }
        self._intro: Sequence[str] = ()
        # Whether the transfer that runs was asked for by somebody else, such as the LLM.
        self._others = False
        # Where the caller is being sent as far as the keypad knows: a call that is just being
        # told of a new wish still names the old one.
        self._wanted = ""
        self._on_answer: Callable[[bool], None] | None = None
        self._call: Call | None = None
        self._session: AgentSession[Any] | None = None
        self._agent: BesideAgent | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._saying: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.ended = asyncio.Event()

    def attach(self, session: AgentSession[Any]) -> None:
        """Serve the caller of `session`'s room; a started session.

        Raises:
            RuntimeError: The session runs in no room, and there is no job.
        """
        self.serve(call_for(session, **self._parts), session)

    def serve(
        self,
        call: Call,
        session: AgentSession[Any],
        *,
        today: asyncio.Future[Directory] | None = None,
    ) -> None:
        """Serve the caller of `call`.

        Args:
            call: Of the session's room.
            session: A started session.
            today: The directory with today's exceptions; the first transfer waits for it, the
                menu does not.
        """
        self._call, self._session, self._today = call, session, today
        self._agent = BesideAgent(session, self._spawn)
        call.next_moves = self._next_moves
        session.on("error", self._on_error)
        call.bus.add(self._on_event)
        call.look_for_caller()
        if call.caller is not None:
            self._keys.serve(call.caller.identity, self._on_key)
        else:
            self._spawn(self._wait_for_caller(call))

    def lead(self, intro: Sequence[str]) -> None:
        """Take the lead: say `intro` and the menu, repeat it, end the call when nobody answers.

        `ended` is set when goodbye has been said and the call is being hung up.
        """
        self._intro = intro
        self._act(self._keypad.start(_now()))

    def read_out(self) -> list[str]:
        """What its first menu offers, as sentences in the language of the call."""
        assert self._call is not None
        items = prompt_items(self._menus.menus[self._menus.start], self._directory)
        return item_sentences(items, self._phrases(), self._call.phrases)

    @property
    def leading(self) -> bool:
        """Whether it says the menu itself, and sees to callers who press nothing."""
        return not self._keypad.passive

    @property
    def transferring(self) -> bool:
        """Whether a transfer runs, so that only ``*`` and the key of somebody else count."""
        return self._keypad.transferring

    def tick(self) -> None:
        """Do what is due; called by its own timer."""
        self._act(self._keypad.tick(_now()))

    def conversing(self) -> None:
        """The caller speaks, or is answered: no menu is said meanwhile; keys go on working."""
        self._act(self._keypad.conversing(_now()))

    def listen(self, on_answer: Callable[[bool], None] | None = None) -> None:
        """Nobody speaks any more: after a while without keys or words the menu follows.

        Args:
            on_answer: Called when the key 1 (yes) or 2 (no) answers what the caller was asked;
                without it both mean what they do in the menu.
        """
        self._on_answer = on_answer
        self._keypad.listen(_now(), question=on_answer is not None)
        self._set_timer()

    @property
    def saying(self) -> bool:
        """Whether it is saying a prompt."""
        return self._saying is not None and not self._saying.done()

    def close(self) -> None:
        """Take no more keys."""
        self._keys.close()
        if self._session is not None:
            self._session.off("error", self._on_error)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_error(self, event: ErrorEvent) -> None:
        """A model has failed for good: the session lives on, and the menu takes its place."""
        error = event.error
        if getattr(error, "recoverable", False):
            return  # The framework tries again by itself.
        with suppress(AttributeError, ValueError):
            # Else the session closes itself at the fourth error, with the caller on the line.
            error.recoverable = True
        if self._keypad.passive and self._call is not None:
            logger.error("a model has failed; the keypad menu takes its place")
            self._call.voice.keep_floor()
            self.lead(self._phrases().agent_trouble())

    async def _wait_for_caller(self, call: Call) -> None:
        try:
            caller = await call.wait_for_caller()
        except NoCallerError:
            return  # A room without a telephone has no keys.
        self._keys.serve(caller.identity, self._on_key)

    def _on_key(self, code: int, at: float) -> None:
        if self._agent is not None:
            self._agent.active()
        if self._call is not None and self._call.recallable and not self._keypad.transferring:
            # Somebody else's wish is a fact before its event is heard of here.
            self._follow(self._call.transfer_wanted)
        if self._replaces(code):
            assert self._call is not None
            self._call.cancel(StopReason.REPLACED)
            self._others = False
            self._keypad.transfer_ended(Outcome.CANCELLED, at)
        actions = self._keypad.key(code, at)
        self._act(actions)
        if self._agent is not None and any(isinstance(each, StopSpeech) for each in actions):
            self._agent.forget_words()

    def _replaces(self, code: int) -> bool:
        """Whether the key by itself means somebody else than who is being announced."""
        digit = digit_of(code)
        if self._call is None or digit is None or not self._call.recallable:
            return False
        entry = self._menus.menus[self._menus.start].entries.get(digit)
        return isinstance(entry, Goto) and entry.destination != self._wanted

    def _act(self, actions: Sequence[Action], *, after_words: bool = False) -> None:
        """Carry out what the keypad wants.

        Args:
            actions: In order.
            after_words: Let what the caller is being told about a transfer end before a prompt.
        """
        for action in actions:
            match action:
                case StopSpeech():
                    self._hush(transferring=any(isinstance(each, Transfer) for each in actions))
                case Play():
                    self._play(action, after_words=after_words)
                case Transfer(destination):
                    self._wanted = destination
                    self._spawn(self._transfer(destination))
                    if self._agent is not None:
                        self._agent.note(self._directory[destination].label)
                case Cancel():
                    if self._call is not None:
                        self._call.cancel(StopReason.KEY)
                case Resume():
                    if self._agent is not None:
                        self._agent.resume()
                case Speak(language):
                    self._speak(language)
                case Answered(yes):
                    if self._on_answer is not None:
                        self._on_answer(yes)
                case Goodbye():
                    self._spawn(self._goodbye())
        self._set_timer()

    def _hush(self, *, transferring: bool = False) -> None:
        if self._saying is not None:
            self._saying.cancel()
            self._saying = None
        # A transfer that has nothing to wait for stops what is being said as it takes the floor.
        waits = not transferring or (self._today is not None and not self._today.done())
        if self._call is not None and waits:
            self._call.voice.hush()

    def _play(self, action: Play, *, after_words: bool) -> None:
        if not after_words:
            self._hush()
        assert self._call is not None
        said = sentences(action.parts, self._phrases(), self._call.phrases, self._intro)
        if any(part.prompt is Prompt.INTRO for part in action.parts):
            self._intro = ()
        self._saying = self._spawn(self._say(said, action.prompt_id))

    async def _say(self, said: Sequence[str], prompt_id: int) -> None:
        assert self._call is not None
        await self._call.words_ended()
        await self._call.voice.say(said, self._language)
        self._act(self._keypad.prompt_finished(prompt_id, _now()))

    async def _transfer(self, destination: str) -> None:
        call = self._call
        assert call is not None
        directory = self._directory if self._today is None else await self._today
        result = await call.transfer(TransferRequest(destination, directory, Source.KEY))
        if result.stopped != StopReason.REPLACED:
            self._resume_keypad(result)

    def _resume_keypad(self, result: TransferResult) -> None:
        self._act(
            self._keypad.transfer_ended(result.outcome, _now(), alternatives=result.alternatives),
            after_words=True,
        )

    async def _goodbye(self) -> None:
        call = self._call
        assert call is not None
        await call.voice.say(self._phrases().goodbye(), self._language)
        self.ended.set()
        await call.aclose()

    def _speak(self, language: str) -> None:
        """The caller has chosen a language: everything goes on in it, the agent too."""
        assert self._call is not None
        self._call.speak(language)
        if self._keypad.passive and self._agent is not None:
            self._agent.speak(language)

    def _next_moves(self, result: TransferResult) -> list[str]:
        """What can be done by key after a failure; while leading the menu follows by itself."""
        if not self._keypad.passive:
            return []
        menu = self._menus.menus[self._menus.start]
        items = reachable_now(prompt_items(menu, self._directory), result.alternatives)
        assert self._call is not None
        return item_sentences(items, self._phrases(), self._call.phrases)

    async def _on_event(self, event: Event) -> None:
        match event:
            case TransferRequested(source=source, destination=name) if (
                source is not Source.KEY
                # An event may be heard after a key has put an end to what it tells of.
                and self._call is not None
                and name == self._call.transfer_wanted
            ):
                self._follow(name)
            case LanguageChosen(language=language):
                self._keypad.speak(language)
            case TransferEnded(result=result) if self._others:
                self._others = False
                self._resume_keypad(result)
            case _:
                return

    def _follow(self, destination: str) -> None:
        """Take note of a transfer that somebody else has asked for."""
        self._others, self._wanted = True, destination
        self._act(self._keypad.transfer_started(_now()))

    def _phrases(self) -> Phrases:
        assert self._call is not None
        return self._call.phrases(self._language)

    @property
    def _language(self) -> str:
        chosen = self._call.language if self._call is not None else ""
        return chosen or self._directory.language

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._keypad.next_deadline()
        if due is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, due - _now()), self.tick)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("the keypad failed inside", extra={"pii_error": repr(error)})


def _now() -> float:
    return time.monotonic()
