"""One attempt on one address: announce, hold, record, REFER, settle."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..events import AnnouncementEnd, AnnouncementEnded, AttemptEnded, AttemptStarted
from ..policy import check_store_down, is_international
from ..record import AttemptRow, NotCounted, RateExceeded
from ..voice.session_voice import Spoken
from . import attempt as attempts, words
from .halt import StopReason
from .outcome import Outcome, Responsible, Settle, Verdict
from .outcomes import left
from .request import Attempt
from .scene import Doubt
from .states import Step
from .telephony import Refer

if TYPE_CHECKING:
    from collections.abc import Callable

    from .halt import Halt
    from .preparing import Ready
    from .request import TransferRequest
    from .scene import Scene
    from .states import Machine

HOLD_SECONDS = 1.5
"""How long a REFER is held for a caller who speaks or a transcript that is pending."""

_ANNOUNCEMENT = {
    Spoken.PLAYED: AnnouncementEnd.PLAYED,
    Spoken.HUNG: AnnouncementEnd.HUNG,
    Spoken.FAILED: AnnouncementEnd.FAILED,
    Spoken.STOPPED: AnnouncementEnd.CANCELLED,
}


class Trying:
    """Makes the attempts of one transfer, one after the other.

    Attributes:
        made: The attempts whose REFER was sent, in order.
    """

    def __init__(
        self,
        scene: Scene,
        request: TransferRequest,
        machine: Machine,
        halt: Halt,
        stop: Callable[[StopReason], bool],
    ) -> None:
        """Prepare to try.

        Args:
            scene: The call.
            request: What is wanted.
            machine: The transfer's state; moved along here.
            halt: Whether the transfer is to go on.
            stop: Stops the transfer.
        """
        self.made: list[Attempt] = []
        self._scene = scene
        self._request = request
        self._directory = request.directory
        self._machine = machine
        self._halt = halt
        self._stop = stop

    async def once(self, ready: Ready, before: tuple[Outcome, str] | None) -> Verdict | None:
        """Try one address.

        Args:
            ready: The address.
            before: What came of the destination before it, and its name.

        Returns:
            The final verdict; ``None`` when the transfer was over before the REFER.
        """
        scene, destination = self._scene, ready.destination
        sentences = words.before_refer(
            scene, self._directory, destination, ready.announcement, before
        )
        # Nobody is told that he is being put through where that is not allowed.
        if sentences and (refusal := await self._forbidden(self._row(ready), announced=False)):
            return refusal
        self._machine.take(Step.ANNOUNCE)
        end = await self._announce(sentences, destination.language or self._directory.language)
        scene.bus.emit(AnnouncementEnded(scene.call_id, destination.name, end))
        if self._halt.over:
            return None
        self._machine.take(Step.ANNOUNCED)
        quiet = scene.listening.quiet or await self._halt.unless(
            scene.listening.wait_quiet(HOLD_SECONDS)
        )
        if quiet is False and scene.listening.suspects_stop:
            self._stop(StopReason.PHRASE)
        if self._halt.over:
            return None
        row = self._row(ready, end)
        if (refusal := await self._forbidden(row, announced=True)) is not None:
            return refusal
        if self._halt.over:
            outcome = Outcome.CANCELLED if self._halt.stopped else Outcome.CALLER_LEFT
            await scene.record.end_attempt(row.attempt_id, Verdict(outcome), scene.now())
            return None
        return await self._refer(ready, row)

    async def _announce(self, sentences: Sequence[str], language: str) -> AnnouncementEnd:
        if not sentences:
            return AnnouncementEnd.NONE
        voice = self._scene.voice
        speaking = asyncio.create_task(voice.say(sentences, language))
        spoken = await self._halt.unless(asyncio.shield(speaking))
        if spoken is None:
            if not self._halt.stopped:
                voice.stop()
            spoken = Spoken.STOPPED
        elif spoken is Spoken.PLAYED:
            await self._halt.unless(voice.arrived())
        await speaking
        return _ANNOUNCEMENT[spoken]

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

    async def _refer(self, ready: Ready, row: AttemptRow) -> Verdict:
        scene, destination = self._scene, ready.destination
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
        verdict = await attempts.refer(scene, request)
        self._machine.take(Step.REPLY)
        if verdict.settle is Settle.LEAVES:
            # The watch is long; what is known already must survive a crash in it.
            await scene.record.end_attempt(row.attempt_id, verdict, scene.now())
        verdict = await attempts.settle(scene, verdict, self._ask_for_patience)
        await scene.record.end_attempt(row.attempt_id, verdict, scene.now())
        unknown = verdict.outcome is Outcome.UNKNOWN
        scene.learned.doubt = Doubt(row.attempt_id, left(verdict), scene.now()) if unknown else None
        seconds = loop.time() - began
        self.made.append(Attempt(destination.name, ready.target.uri, verdict, seconds))
        scene.bus.emit(
            AttemptEnded(scene.call_id, row.attempt_id, destination.name, verdict, seconds)
        )
        return verdict

    async def _ask_for_patience(self) -> None:
        language = self._directory.language
        await self._scene.voice.begin(self._scene.phrases(language).please_wait(), language)

    def _row(self, ready: Ready, end: AnnouncementEnd = AnnouncementEnd.NONE) -> AttemptRow:
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
            source=self._request.source.value,
            announcement=end.value,
            started_at=scene.now(),
        )
