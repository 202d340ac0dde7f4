"""One transfer from the wish to its end: the route, attempt by attempt, and coming back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..directory import Route
from ..events import TransferEnded, TransferRequested
from ..record import UNLIMITED, AttemptRow
from . import words
from .halt import Halt, StopReason
from .outcome import Outcome, Responsible, Verdict
from .outcomes import address_kind
from .preparing import prepare
from .request import Skipped, Source, TransferRequest, TransferResult
from .states import Machine, State, Step
from .trying import Trying

if TYPE_CHECKING:
    from ..directory import TransferTarget
    from ..voice.session_voice import Speech
    from .scene import Scene

LEAD_IN_SECONDS = 15.0
"""How long the LLM's own sentence before the tool call may take."""

RETURNED = "returned"
"""Detail of a destination from which the caller has come back again and again."""


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
        self._halt = Halt(scene.left)
        self._trying = Trying(scene, request, self._machine, self._halt, self.stop)
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
        return self._halt.stopped

    def stop(self, reason: StopReason) -> bool:
        """Stop the transfer if no REFER is out; returns whether it could."""
        if not self._machine.recallable:
            return False
        if self._halt.stop(reason):
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
        if not result.attempts:
            await self._note(result)
        return result

    async def words_ended(self) -> None:
        """Wait until the words about the end have been heard; at once when there were none."""
        if self._told is not None:
            await self._told.ended()

    async def _carry_out(self) -> tuple[Outcome, str, Responsible]:
        """Walk the route; returns the outcome, whose it is, and who must act."""
        scene, request = self._scene, self.request
        if self._lead_in is not None:
            await self._halt.unless(_patiently(self._lead_in()))
        if not self._halt.over:
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
        while step.stop is not None and not self._halt.over and not self._exhausted(began):
            name = step.stop.destination.name
            ready = await prepare(scene, request, step.stop, self._halt)
            if self._halt.over:
                break
            if isinstance(ready, Skipped):
                self._skipped.append(ready)
                outcome, responsible = ready.outcome, _responsible(ready.outcome)
            else:
                verdict = await self._trying.once(ready, before)
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
        if self._halt.stopped:
            return Outcome.CANCELLED, request.destination, Responsible.NOBODY
        if last is not None:
            return last
        outcome = self._skipped[0].outcome if self._skipped else Outcome.UNREACHABLE
        return outcome, request.destination, _responsible(outcome)

    def _exhausted(self, began: float) -> bool:
        """Whether one wish has had the attempts and the seconds that the policy gives it."""
        policy = self._directory.policy
        seconds = asyncio.get_running_loop().time() - began
        return len(self._trying.made) >= policy.max_attempts or seconds > policy.max_seconds

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

    async def _tell(self, result: TransferResult) -> TransferResult:
        scene, language = self._scene, self._directory.language
        sentences = words.after(scene, self._directory, result)
        if not sentences or scene.left.is_set():
            return result
        self._told = await scene.voice.begin(sentences, language)
        return replace(result, spoken=self._told.text)

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
            result.outcome, detail=why or result.stopped, responsible=result.responsible
        )
        await scene.record.begin_attempt(row, UNLIMITED)
        await scene.record.end_attempt(row.attempt_id, verdict, scene.now())

    def _result(self, outcome: Outcome, about: str, responsible: Responsible) -> TransferResult:
        failed = {attempt.destination for attempt in self._trying.made} | self._scene.skip
        failed |= {skipped.destination for skipped in self._skipped}
        offered = {destination.name for destination in self._directory.offered()}
        return TransferResult(
            outcome=outcome,
            destination=about,
            requested=self.request.destination,
            attempts=tuple(self._trying.made),
            skipped=tuple(self._skipped),
            alternatives=tuple(
                name
                for name in self._directory.open_now(self._scene.now())
                if name in offered and name not in failed
            ),
            stopped=self._halt.reason or "",
            responsible=responsible,
        )


def _responsible(outcome: Outcome) -> Responsible:
    return {
        Outcome.BLOCKED: Responsible.OPERATOR,
        Outcome.UNREACHABLE: Responsible.OPERATOR,
        Outcome.NOT_PERMITTED: Responsible.CARRIER,
    }.get(outcome, Responsible.NOBODY)


async def _patiently(words_of_the_agent: Awaitable[None]) -> None:
    """Wait for the agent's own words; that they failed or hang is no reason not to transfer."""
    try:
        await asyncio.wait_for(words_of_the_agent, LEAD_IN_SECONDS)
    except (RuntimeError, TimeoutError):
        return
