"""One transfer from the wish to its end: announce, record, REFER, next, come back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from ..directory import CallFacts, ResolveError, Route
from ..events import (
    AnnouncementEnd,
    AnnouncementEnded,
    AttemptEnded,
    AttemptStarted,
    TransferEnded,
    TransferRequested,
)
from ..policy import check, check_store_down, is_international, render_headers
from ..record import UNLIMITED, AttemptRow, NotCounted, RateExceeded
from ..voice.session_voice import Speech, Spoken
from . import attempt as attempts, words
from .outcome import Outcome, Responsible, Settle, Verdict
from .outcomes import address_kind
from .request import Attempt, Skipped, Source, TransferRequest, TransferResult
from .states import Machine, State, Step
from .telephony import Refer

if TYPE_CHECKING:
    from ..directory import Destination, Stop, TransferTarget
    from .scene import Scene

T = TypeVar("T")

HOLD_SECONDS = 1.5
"""How long a REFER is held for a caller who speaks or a transcript that is pending."""
LEAD_IN_SECONDS = 15.0
"""How long the LLM's own sentence before the tool call may take."""
RESOLVE_SECONDS = 3.0
"""A bound on resolvers in code; those over HTTP keep a shorter one of their own."""

_ANNOUNCEMENT = {
    Spoken.PLAYED: AnnouncementEnd.PLAYED,
    Spoken.HUNG: AnnouncementEnd.HUNG,
    Spoken.FAILED: AnnouncementEnd.FAILED,
    Spoken.STOPPED: AnnouncementEnd.CANCELLED,
}

RETURNED = "returned"
"""Detail of a destination from which the caller has come back again and again."""


class StopReason(StrEnum):
    """Why a transfer was stopped before its REFER."""

    KEY = "key"
    PHRASE = "phrase"
    """The caller said so; the agent answers what he said."""
    REPLACED = "replaced"
    """Another wish took its place."""
    CODE = "code"


@dataclass(frozen=True, slots=True)
class _Ready:
    """An address that may be dialled, with what goes with it."""

    destination: Destination
    target: TransferTarget
    announcement: str | None
    headers: dict[str, str]


class Transfer:
    """One run of the engine. `run` is awaited once, in a task that the call owns."""

    def __init__(
        self,
        scene: Scene,
        request: TransferRequest,
        *,
        lead_in: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Prepare a transfer.

        Args:
            scene: The call.
            request: What is wanted.
            lead_in: Waits for what the agent was already saying about the transfer.
        """
        self.request = request
        self._scene = scene
        self._directory = request.directory
        self._lead_in = lead_in
        self._machine = Machine()
        self._stopped = asyncio.Event()
        self._stop_reason: StopReason | None = None
        self._attempts: list[Attempt] = []
        self._skipped: list[Skipped] = []
        self._told: Speech | None = None

    @property
    def state(self) -> State:
        """Where the transfer stands."""
        return self._machine.state

    @property
    def recallable(self) -> bool:
        """Whether it can still be stopped."""
        return self._machine.recallable

    @property
    def stopped(self) -> bool:
        """Whether somebody has stopped it; it may still be on its way to its end."""
        return self._stopped.is_set()

    def stop(self, reason: StopReason) -> bool:
        """Stop the transfer if no REFER is out; returns whether it could."""
        if not self._machine.recallable:
            return False
        if self._stop_reason is None:
            self._stop_reason = reason
            self._stopped.set()
            self._scene.voice.stop()
            if reason is StopReason.PHRASE:
                # The agent's answer to what the caller said is created before `run` goes on.
                self._scene.voice.give_floor()
        return True

    async def run(self) -> TransferResult:
        """Carry the transfer out to its end.

        Returns when the outcome is known and the words about it have begun.
        """
        scene, request = self._scene, self.request
        scene.bus.emit(TransferRequested(scene.call_id, request.destination, request.source))
        try:
            result = self._result(*await self._carry_out())
            self._machine.take(Step.END)
            scene.listening.listen()
            result = await self._tell(result)
        finally:
            scene.listening.listen()
            scene.voice.give_floor()
        scene.bus.emit(TransferEnded(scene.call_id, request.source, result))
        if not self._attempts:
            await self._note(result)
        return result

    async def _note(self, result: TransferResult) -> None:
        """Leave on record that a wish came to nothing before any REFER, and why."""
        scene = self._scene
        row = AttemptRow(
            attempt_id=uuid.uuid4().hex,
            call_id=scene.call_id,
            line=scene.line,
            caller=scene.caller.number,
            destination=result.destination,
            address="",
            number="",
            international=False,
            source=self.request.source.value,
            announcement="",
            started_at=scene.now(),
        )
        why = next((each.detail for each in self._skipped if each.outcome is result.outcome), "")
        verdict = Verdict(
            result.outcome,
            detail=why or result.stopped,
            responsible=result.responsible,
        )
        await scene.record.begin_attempt(row, UNLIMITED)
        await scene.record.end_attempt(row.attempt_id, verdict, scene.now())

    async def words_ended(self) -> None:
        """Wait until the words about the end have been heard; at once when there were none."""
        if self._told is not None:
            await self._told.ended()

    async def _tell(self, result: TransferResult) -> TransferResult:
        scene, language = self._scene, self._directory.language
        sentences = words.after(scene, self._directory, result)
        if not sentences or scene.left.is_set():
            return result
        self._told = await scene.voice.begin(sentences, language)
        return replace(result, spoken=self._told.text)

    async def _carry_out(self) -> tuple[Outcome, str, Responsible]:
        scene, request = self._scene, self.request
        if self._lead_in is not None:
            await self._unless_stopped(asyncio.wait_for(_quietly(self._lead_in()), LEAD_IN_SECONDS))
        if not self._over():
            scene.voice.take_floor(in_tool=request.source is Source.TOOL)
        if scene.circles and request.destination in scene.skip:
            self._skipped.append(Skipped(request.destination, Outcome.BLOCKED, RETURNED))
            return Outcome.BLOCKED, request.destination, Responsible.NOBODY
        route = Route.to(
            self._directory,
            request.destination,
            at=scene.now(),
            skip=scene.skip,
            rotation=await self._rotation(),
        )
        began = asyncio.get_running_loop().time()
        step = route.first()
        self._skipped.extend(step.skipped)
        # What the caller is told about why it is not the destination he asked for.
        before: tuple[Outcome, str] | None = None
        if step.skipped:
            before = (step.skipped[0].outcome, step.skipped[0].destination)
        last: tuple[Outcome, str, Responsible] | None = None
        while step.stop is not None and not self._over():
            if len(self._attempts) >= self._directory.policy.max_attempts:
                break
            if asyncio.get_running_loop().time() - began > self._directory.policy.max_seconds:
                break
            name = step.stop.destination.name
            ready = await self._prepare(step.stop)
            if self._over():
                break
            if isinstance(ready, Skipped):
                self._skipped.append(ready)
                outcome, responsible = ready.outcome, _responsible(ready.outcome)
            else:
                verdict = await self._try(ready, before)
                if verdict is None:
                    break
                outcome, responsible = verdict.outcome, verdict.responsible
                if outcome is Outcome.BLOCKED:
                    self._skipped.append(Skipped(name, outcome, verdict.detail))
                self._learn(ready.target, outcome)
            last = (outcome, name, responsible)
            if not outcome.tries_next:
                return last
            if self._machine.state is not State.IDLE:
                self._machine.take(Step.NEXT)
            before = (outcome, name)
            step = route.then(outcome)
            self._skipped.extend(step.skipped)
        if scene.left.is_set():
            return Outcome.CALLER_LEFT, request.destination, Responsible.NOBODY
        if self._stopped.is_set():
            return Outcome.CANCELLED, request.destination, Responsible.NOBODY
        if last is not None:
            return last
        first = self._skipped[0] if self._skipped else None
        outcome = first.outcome if first is not None else Outcome.UNREACHABLE
        return outcome, request.destination, _responsible(outcome)

    async def _try(self, ready: _Ready, before: tuple[Outcome, str] | None) -> Verdict | None:
        """Announce, hold, record, REFER and settle; ``None`` when stopped before the REFER."""
        scene = self._scene
        destination = ready.destination
        sentences = words.before_refer(
            scene, self._directory, destination, ready.announcement, before
        )
        # Nobody is told that he is being put through where that is not allowed.
        if sentences and (refusal := await self._forbidden(self._row(ready), announced=False)):
            return refusal
        self._machine.take(Step.ANNOUNCE)
        end = await self._announce(sentences, destination.language or self._directory.language)
        scene.bus.emit(AnnouncementEnded(scene.call_id, destination.name, end))
        if self._over():
            return None
        self._machine.take(Step.ANNOUNCED)
        quiet = await self._unless_stopped(scene.listening.wait_quiet(HOLD_SECONDS))
        if quiet is False and scene.listening.suspects_stop:
            self.stop(StopReason.PHRASE)
        if self._over():
            return None
        row = self._row(ready, end)
        if (refusal := await self._forbidden(row, announced=True)) is not None:
            return refusal
        if self._over():
            outcome = Outcome.CALLER_LEFT if scene.left.is_set() else Outcome.CANCELLED
            await scene.record.end_attempt(row.attempt_id, Verdict(outcome), scene.now())
            return None
        return await self._refer(ready, row)

    async def _forbidden(self, row: AttemptRow, *, announced: bool) -> Verdict | None:
        """Why the attempt must not be made, if so; once `announced` it is committed."""
        policy, record = self._directory.policy, self._scene.record
        ask = record.begin_attempt if announced else record.check_rates
        answer = await ask(row, policy.rates)
        if isinstance(answer, RateExceeded):
            detail = f"rate_{answer.rate}"
        elif isinstance(answer, NotCounted) and (
            blocked := check_store_down(policy, international=row.international)
        ):
            detail = blocked.reason
        else:
            return None
        verdict = Verdict(Outcome.BLOCKED, detail=detail, responsible=Responsible.OPERATOR)
        if announced and isinstance(answer, NotCounted):
            await record.end_attempt(row.attempt_id, verdict, self._scene.now())
        return verdict

    async def _refer(self, ready: _Ready, row: AttemptRow) -> Verdict:
        scene = self._scene
        destination = ready.destination
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._machine.take(Step.REFER)
        scene.bus.emit(
            AttemptStarted(scene.call_id, row.attempt_id, destination.name, ready.target.uri)
        )
        request = Refer(
            room=scene.room,
            identity=scene.caller.identity,
            to=ready.target.uri,
            play_dialtone=destination.play_dialtone,
            headers=ready.headers,
            ringing_timeout=destination.ringing_timeout,
        )
        asking = asyncio.create_task(attempts.refer(scene, request))
        # The request is on its way before anything else is done on this side.
        await asyncio.sleep(0)
        scene.listening.deafen()
        verdict = await asking
        self._machine.take(Step.REPLY)
        if verdict.settle is Settle.LEAVES:
            # The watch is long; what is known already must survive a crash in it.
            await scene.record.end_attempt(row.attempt_id, verdict, scene.now())
        verdict = await attempts.settle(scene, verdict, self._ask_for_patience)
        await scene.record.end_attempt(row.attempt_id, verdict, scene.now())
        seconds = loop.time() - began
        self._attempts.append(Attempt(destination.name, ready.target.uri, verdict, seconds))
        scene.bus.emit(
            AttemptEnded(scene.call_id, row.attempt_id, destination.name, verdict, seconds)
        )
        return verdict

    async def _announce(self, sentences: Sequence[str], language: str) -> AnnouncementEnd:
        if not sentences:
            return AnnouncementEnd.NONE
        speaking = asyncio.create_task(self._scene.voice.say(sentences, language))
        spoken = await self._unless_stopped(asyncio.shield(speaking))
        if spoken is None:
            if not self._stopped.is_set():
                self._scene.voice.stop()
            spoken = Spoken.STOPPED
        elif spoken is Spoken.PLAYED:
            await self._unless_stopped(self._scene.voice.arrived())
        await speaking
        return _ANNOUNCEMENT[spoken]

    async def _ask_for_patience(self) -> None:
        language = self._directory.language
        await self._scene.voice.begin(self._scene.phrases(language).please_wait(), language)

    async def _prepare(self, stop: Stop) -> _Ready | Skipped:
        """Resolve and check one stop of the route."""
        scene, directory = self._scene, self._directory
        destination = stop.destination
        facts = CallFacts(
            call_id=scene.call_id,
            line=scene.line,
            caller=scene.caller.number,
            called=scene.caller.called,
            language=directory.language,
            summary=self.request.summary,
            diversion=scene.caller.diversion,
        )
        announcement = destination.announcement
        extra: Mapping[str, str] = {}
        if stop.target is not None:
            target = stop.target
        else:
            resolver = destination.resolver
            assert resolver is not None, "the route gives no address only where one must be asked"
            try:
                resolved = await self._unless_stopped(
                    asyncio.wait_for(resolver(destination.name, facts), RESOLVE_SECONDS)
                )
            except (ResolveError, TimeoutError):
                return Skipped(destination.name, Outcome.UNREACHABLE, "resolver")
            if resolved is None:
                return Skipped(destination.name, Outcome.CANCELLED)
            target = resolved.target
            extra = resolved.headers
            if resolved.announcement is not None:
                announcement = resolved.announcement
        if scene.learned.no_more_refers or address_kind(target) in scene.learned.refused_kinds:
            return Skipped(destination.name, Outcome.NOT_PERMITTED, "refused_before")
        blocked = check(
            target, directory.policy, caller=scene.caller.number, called=scene.caller.called
        )
        if blocked is not None:
            return Skipped(destination.name, Outcome.BLOCKED, blocked.reason)
        headers = render_headers(destination, facts, extra=extra)
        return _Ready(destination, target, announcement, headers)

    async def _rotation(self) -> int:
        destination = self._directory[self.request.destination]
        if not destination.rotate:
            return 0
        key = f"{self._scene.line}/{destination.name}"
        return await self._scene.record.next_rotation(key, len(destination.targets))

    def _learn(self, target: TransferTarget, outcome: Outcome) -> None:
        learned = self._scene.learned
        if outcome is Outcome.NOT_PERMITTED:
            learned.refused_kinds.add(address_kind(target))
            learned.no_more_refers |= len(learned.refused_kinds) > 1
        elif outcome is Outcome.MISCONFIGURED:
            learned.no_more_refers = True

    def _row(self, ready: _Ready, end: AnnouncementEnd = AnnouncementEnd.NONE) -> AttemptRow:
        scene, target = self._scene, ready.target
        return AttemptRow(
            attempt_id=uuid.uuid4().hex,
            call_id=scene.call_id,
            line=scene.line,
            caller=scene.caller.number,
            destination=ready.destination.name,
            address=target.uri,
            number=target.number,
            international=is_international(target, self._directory.country),
            source=self.request.source.value,
            announcement=end.value,
            started_at=scene.now(),
        )

    def _result(self, outcome: Outcome, about: str, responsible: Responsible) -> TransferResult:
        failed = {attempt.destination for attempt in self._attempts} | self._scene.skip
        failed |= {skipped.destination for skipped in self._skipped}
        offered = {destination.name for destination in self._directory.offered()}
        return TransferResult(
            outcome=outcome,
            destination=about,
            requested=self.request.destination,
            attempts=tuple(self._attempts),
            skipped=tuple(self._skipped),
            alternatives=tuple(
                name
                for name in self._directory.open_now(self._scene.now())
                if name in offered and name not in failed
            ),
            stopped=self._stop_reason or "",
            responsible=responsible,
        )

    def _over(self) -> bool:
        """Whether the caller left or stopped it."""
        return self._stopped.is_set() or self._scene.left.is_set()

    async def _unless_stopped(self, work: Awaitable[T]) -> T | None:
        """The result of `work`, or ``None`` when the caller left or stopped it first."""
        working = asyncio.ensure_future(work)
        signals = [
            asyncio.create_task(self._stopped.wait()),
            asyncio.create_task(self._scene.left.wait()),
        ]
        try:
            await asyncio.wait({working, *signals}, return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            for task in (working, *signals):
                task.cancel()
            await asyncio.gather(working, *signals, return_exceptions=True)


def _responsible(outcome: Outcome) -> Responsible:
    return {
        Outcome.BLOCKED: Responsible.OPERATOR,
        Outcome.UNREACHABLE: Responsible.OPERATOR,
        Outcome.NOT_PERMITTED: Responsible.CARRIER,
    }.get(outcome, Responsible.NOBODY)


async def _quietly(work: Awaitable[Any] | Coroutine[Any, Any, Any]) -> None:
    """Wait for the agent's own words; that they failed is no reason not to transfer."""
    try:
        await work
    except RuntimeError:
        return
