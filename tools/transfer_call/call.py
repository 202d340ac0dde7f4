"""The owner of everything about one phone call: room, caller, transfers, record.

One `Call` per room, shared by whatever wants to transfer its caller: the toolset, the keypad,
code. It outlives tools, agents and the session; the REFER runs in a task of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .adapters.memory_record import MemoryRecord
from .events import CallEnded, EventBus, LanguageChosen, Listener
from .policy import keeps_returning, returned_from
from .record import CallRow, Record, Remembered
from .transfer.caller_watch import CallerWatch
from .transfer.engine import Transfer
from .transfer.halt import StopReason
from .transfer.outcome import Outcome, Responsible
from .transfer.request import Source, TransferRequest, TransferResult
from .transfer.scene import ATTEMPTS_PER_DESTINATION, DOUBT_SECONDS, Caller, Learned, Scene
from .voice.listening import Listening
from .voice.phrases import Phrases, base_language
from .voice.session_voice import SessionVoice

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.agents import AgentSession

    from .transfer.telephony import Telephony
    from .voice.session_voice import Audio

logger = logging.getLogger("transfer_call")

BYE_SECONDS = 1.2
"""The bridge hangs up 1.0 s after a NOTIFY 200; the room is deleted when it has, or then."""

_calls: dict[int, Call] = {}


class NoCallerError(Exception):
    """The room has no SIP participant, so there is nobody to transfer."""


class Call:
    """One phone call. Get it with `Call.start`, which returns the room's own if there is one."""

    def __init__(
        self,
        room: rtc.Room,
        *,
        telephony: Telephony,
        record: Record,
        phrases: Callable[[str], Phrases],
        audio: Audio | None,
        line: str,
        country: str,
        call_id: str,
        on_spoken: Callable[[str], None] | None,
        now: Callable[[], datetime],
    ) -> None:
        self.room = room
        self.call_id = call_id
        self.line = line
        self.bus = EventBus()
        self.voice = SessionVoice(audio, on_spoken=on_spoken)
        self.listening = Listening(lambda: self._language, self._on_stop_phrase)
        self.session: AgentSession[Any] | None = None
        self.next_moves: Callable[[TransferResult], Sequence[str]] = lambda _: ()
        self.telephony = telephony
        self.record = record
        self.phrases = phrases
        self.now = now
        self.learned = Learned()
        self._chosen = ""
        self._language = ""
        self._watch = CallerWatch(
            room,
            country,
            on_known=self._on_known,
            on_left=self._on_left,
            on_closed=self._start_ending,
        )
        self._began = now()
        self._ended = asyncio.Event()
        self._transfer: Transfer | None = None
        self._running: asyncio.Task[TransferResult] | None = None
        self._remembering: asyncio.Task[Remembered] | None = None
        self._last_outcome: Outcome | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ending: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, room: rtc.Room) -> Call | None:
        """The call of `room`, if it has one."""
        return _calls.get(id(room))

    @classmethod
    def start(
        cls,
        room: rtc.Room,
        *,
        session: AgentSession[Any] | None = None,
        telephony: Telephony | None = None,
        record: Record | None = None,
        phrases: Callable[[str], Phrases] | None = None,
        audio: Audio | None = None,
        line: str = "",
        country: str = "",
        call_id: str = "",
        on_event: Listener | None = None,
        on_spoken: Callable[[str], None] | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> Call:
        """The room's call, made now if it has none.

        Whoever comes first decides how the call telephones, records and speaks; later ones
        share it, and only add their session and listener.

        Args:
            room: The LiveKit room; one phone call each.
            session: Speaks and listens; can also be given later with `attach`.
            telephony: Default: the LiveKit server named by the environment.
            record: Default: kept in memory and forgotten with the process.
            phrases: The fixed words of a language. Default: ours, unchanged.
            audio: Pre-rendered words. Default: the session's own TTS.
            line: The business line, for the record.
            country: ISO 3166 country in which the caller's number is read when it comes without
                a calling code.
            call_id: Default: made up.
            on_event: Awaited with every event, in order; can neither break nor delay the call.
            on_spoken: Told each fixed text as its playing begins.
            now: The clock, aware. Default: the system's, in UTC.

        Raises:
            ValueError: No `telephony`, and the environment names no LiveKit server.
        """
        call = cls.of(room)
        if call is None:
            if telephony is None:
                from .adapters.livekit_api import LiveKitTelephony

                telephony = LiveKitTelephony()
            call = cls(
                room,
                telephony=telephony,
                record=record or MemoryRecord(),
                phrases=phrases or Phrases,
                audio=audio,
                line=line,
                country=country,
                call_id=call_id or uuid.uuid4().hex,
                on_spoken=on_spoken,
                now=now or _utc_now,
            )
            _calls[id(room)] = call
            call._watch.start()
        if on_event is not None:
            call.bus.add(on_event)
        if session is not None:
            call.attach(session)
        return call

    def attach(self, session: AgentSession[Any]) -> None:
        """Speak and listen through `session`."""
        self.session = session
        self.voice.attach(session)
        self.listening.attach(session)

    @property
    def caller(self) -> Caller | None:
        """The SIP participant being served, once he is known."""
        return self._watch.caller

    @property
    def language(self) -> str:
        """The language that was chosen during the call; ``""`` is the line's own."""
        return self._chosen

    def speak(self, language: str) -> None:
        """Go on in another language: fixed words, menus, announcements, stop phrases.

        Raises:
            ValueError: There are no words for `language`.
        """
        language = base_language(language)
        if language != self._chosen:
            self._chosen = language
            self.bus.emit(LanguageChosen(self.call_id, language))

    @property
    def caller_left(self) -> bool:
        """Whether the caller is gone."""
        return self._watch.left.is_set()

    @property
    def transfer_running(self) -> str:
        """The destination under way, or ``""``."""
        if self._running is None or self._running.done() or self._transfer is None:
            return ""
        return self._transfer.request.destination

    @property
    def transfer_wanted(self) -> str:
        """The destination under way, or ``""`` also when its transfer has been stopped."""
        if self._transfer is None or self._transfer.stopped:
            return ""
        return self.transfer_running

    @property
    def recallable(self) -> bool:
        """Whether the transfer under way can still be stopped; ``False`` when none is."""
        return bool(self.transfer_wanted) and (
            self._transfer is not None and self._transfer.recallable
        )

    async def wait_for_caller(self, timeout: float = 10.0) -> Caller:
        """Wait for the room's SIP participant.

        Raises:
            NoCallerError: None joined within `timeout` seconds.
        """
        try:
            await asyncio.wait_for(self._watch.known.wait(), timeout)
        except TimeoutError:
            raise NoCallerError("no SIP participant joined the room") from None
        assert self._watch.caller is not None
        return self._watch.caller

    def tried_out(self, destination: str) -> bool:
        """Whether the LLM has failed with `destination` as often as it may in one call."""
        return self.learned.failures[destination] >= ATTEMPTS_PER_DESTINATION

    async def transfer(
        self,
        request: TransferRequest,
        *,
        lead_in: Callable[[], Awaitable[None]] | None = None,
    ) -> TransferResult:
        """Put the caller through, or say what is already under way.

        At most one transfer runs. A request for the same destination joins it and gets its
        result; a key pressed before the REFER replaces it; any other is answered with what is
        running. Cancelling the waiter does not cancel the transfer.

        Args:
            request: What is wanted; its destination is a name in its directory.
            lead_in: Waits for what the agent is still saying about the transfer.

        Raises:
            KeyError: The directory has no such destination.
            NoCallerError: The room has no SIP participant.
        """
        if request.destination not in request.directory:
            raise KeyError(request.destination)
        if self._chosen:
            spoken = request.directory.in_language(self._chosen)
            request = dataclasses.replace(request, directory=spoken)
        while (running := self._running) is not None and not running.done():
            assert self._transfer is not None
            if self._transfer.stopped:
                await asyncio.wait({running})
                continue
            if self._transfer.request.destination == request.destination:
                return await asyncio.shield(running)
            if request.source is Source.KEY and self._transfer.stop(StopReason.REPLACED):
                continue
            return TransferResult(
                outcome=Outcome.CANCELLED,
                destination=request.destination,
                requested=request.destination,
                running=self._transfer.request.destination,
            )
        if self.caller_left:
            return TransferResult(
                Outcome.CALLER_LEFT, request.destination, requested=request.destination
            )
        if self._watch.caller is None:
            raise NoCallerError("the room has no SIP participant")
        self._language = request.directory.language
        scene = self._scene(self._watch.caller)
        self._transfer = Transfer(scene, request, lead_in=lead_in)
        self._running = asyncio.create_task(self._run(self._transfer, scene))
        return await asyncio.shield(self._running)

    def cancel(self, reason: StopReason = StopReason.CODE) -> bool:
        """Stop the running transfer if its REFER is not out; returns whether it could."""
        return (
            bool(self.transfer_running)
            and self._transfer is not None
            and (self._transfer.stop(reason))
        )

    async def words_ended(self) -> None:
        """Wait until the words about the last transfer's end have been heard."""
        if self._transfer is not None:
            await self._transfer.words_ended()

    async def wait_ended(self) -> None:
        """Wait until the caller is gone and everything about the call is written."""
        await self._ended.wait()

    async def settle(self, timeout: float | None = None) -> None:
        """Wait for a transfer that cannot be recalled; stop one that can.

        For the end of a job: what has been asked of the carrier is waited for, so that its
        outcome is on record.
        """
        running = self._running
        if running is None or running.done():
            return
        if not self.cancel():
            await asyncio.wait({running}, timeout=timeout)

    async def aclose(self) -> None:
        """End the call: wait for its transfer, hang up if the caller is still there, write."""
        await self.settle()
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        await asyncio.shield(self._ending)

    def _scene(self, caller: Caller) -> Scene:
        return Scene(
            call_id=self.call_id,
            line=self.line,
            room=self.room.name,
            caller=caller,
            voice=self.voice,
            listening=self.listening,
            phrases=self.phrases,
            telephony=self.telephony,
            record=self.record,
            bus=self.bus,
            left=self._watch.left,
            learned=self.learned,
            next_moves=lambda result: self.next_moves(result),
            now=self.now,
        )

    async def _run(self, transfer: Transfer, scene: Scene) -> TransferResult:
        request = transfer.request
        try:
            if self._remembering is not None:
                remembered = await asyncio.shield(self._remembering)
                scene.skip = returned_from(
                    remembered, scene.caller.diversion, self._began, request.directory
                )
                scene.circles = keeps_returning(remembered, self._began)
            result = await transfer.run()
        except Exception as error:
            # A fault of ours must not leave the caller with nobody: he stays with the agent.
            logger.error("the transfer failed inside", extra={"pii_error": repr(error)})
            result = TransferResult(
                outcome=Outcome.MISCONFIGURED if transfer.recallable else Outcome.UNKNOWN,
                destination=request.destination,
                requested=request.destination,
                responsible=Responsible.DEVELOPER,
            )
        self._last_outcome = result.outcome
        if request.source is Source.TOOL and _counts_as_failure(result.outcome):
            self.learned.failures[request.destination] += 1
        if result.outcome.ends_call:
            self._spawn(self._hang_up())
        return result

    async def _hang_up(self) -> None:
        """Give the carrier its second to take the caller, then see the room gone."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._watch.left.wait(), BYE_SECONDS)
        self._start_ending()

    def _start_ending(self) -> None:
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        running = self._running
        if running is not None and not running.done():
            await asyncio.wait({running})
        reason = self._last_outcome.value if self._last_outcome else "no_transfer"
        if not self._watch.left.is_set() and not (
            self._last_outcome and self._last_outcome.ends_call
        ):
            reason = "job_ended"
        await self._amend()
        if self._watch.caller is not None:
            # A room without a telephone caller is not ours to end.
            await self.telephony.delete_room(self.room.name)
            await self.record.call_ended(self.call_id, reason, self.now())
        self.bus.emit(CallEnded(self.call_id, self._last_outcome))
        self._watch.stop()
        self.voice.detach()
        self.listening.detach()
        await self.bus.aclose()
        await self.telephony.aclose()
        await self.record.aclose()
        _calls.pop(id(self.room), None)
        self._ended.set()

    async def _amend(self) -> None:
        """Leave on record that the caller left while the last attempt may still have rung."""
        doubt, now = self.learned.doubt, self.now()
        if (
            doubt is not None
            and self.caller_left
            and now - doubt.since < timedelta(seconds=DOUBT_SECONDS)
        ):
            await self.record.amend_attempt(doubt.attempt_id, doubt.detail, now)

    def look_for_caller(self) -> None:
        """Take the caller from those already in the room; for after `JobContext.connect`."""
        self._watch.look()

    def _on_known(self, caller: Caller) -> None:
        self._began = self.now()
        row = CallRow(
            call_id=self.call_id,
            line=self.line,
            room=self.room.name,
            caller=caller.number,
            called=caller.called,
            started_at=self._began,
        )
        self._remembering = asyncio.create_task(self.record.call_started(row))
        self._spawn(self.telephony.warm())

    def _on_left(self) -> None:
        # The job ends when nothing is being said any more, whoever listens.
        self.voice.stop()
        self._start_ending()

    def _on_stop_phrase(self) -> None:
        self.cancel(StopReason.PHRASE)

    def _spawn(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _counts_as_failure(outcome: Outcome) -> bool:
    return not outcome.ends_call and outcome is not Outcome.CANCELLED


def _utc_now() -> datetime:
    return datetime.now(UTC)
