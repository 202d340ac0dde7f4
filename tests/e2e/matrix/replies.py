"""Everything a carrier can answer to a REFER, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lab.scenario import Notify, Refer, Script, referred, refused
from lab.track import Key, Track
from tests.e2e.matrix.businesses import HASTY_SECONDS
from tests.e2e.matrix.stage import Scenario, Take
from transfer_call.transfer.detail import Detail
from transfer_call.transfer.outcome import GRACE_SECONDS, Outcome
from transfer_call.voice.phrases import Phrases

if TYPE_CHECKING:
    from lab.sip_message import SipMessage
    from tests.e2e.matrix.reception import Live, Meanwhile, Seen
    from tests.e2e.matrix.stage import Stage

KEY_AT = 0.4
"""When the caller presses the key of sales, in the middle of the greeting."""
PHRASES = Phrases("en")
_SECONDS_PER_CHARACTER = 0.085


@dataclass(frozen=True, eq=False)
class Case:
    """One thing that can happen to a transfer to sales.

    Attributes:
        name: As the matrix has it.
        refer: What the carrier does with the REFER; None: the caller is gone before it.
        outcome: What must be recorded.
        sip_status: The same.
        reported_by: The same.
        detail: The same.
        news: Seconds after the REFER at which the last thing comes that the outcome is known
            by; None: with the message that has `sip_status`.
        line: The line that is called.
        stays: Seconds the caller stays after all this; default: until he has heard why.
        patience: Seconds he waits for the REFER before he hangs up.
        meanwhile: What somebody else does.
        waits: Whether most of its time is waiting.
        unheard: Whether what is said about it cannot reach the caller.
        later: Facts that must be recorded beside the outcome.
        ends_within: Seconds after the call within which room and job must be gone.
    """

    name: str
    refer: Refer | None
    outcome: Outcome
    sip_status: int | None = None
    reported_by: str = "api"
    detail: str = ""
    news: float | None = None
    line: str = "acme"
    stays: float = 0.0
    patience: float = 20.0
    meanwhile: Meanwhile | None = None
    waits: bool = False
    unheard: bool = False
    later: tuple[str, ...] = ()
    ends_within: float = 2.0
    scenario: Scenario = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scenario", Scenario(self.name, self._play, self.waits))

    @property
    def told(self) -> list[str]:
        """What the caller must hear about it; nothing when he is gone."""
        return PHRASES.failed(self.outcome, "sales")

    @property
    def listens(self) -> float:
        """Seconds until the caller has heard all of it."""
        return 1.5 + _SECONDS_PER_CHARACTER * len(" ".join(self.told))

    def known_at(self, seen: Seen) -> float:
        """When the outcome could be known, in seconds since 1970."""
        (refer,) = seen.refers
        if self.news is not None:
            return refer.at + self.news
        return self._deciding(seen, refer).at

    def _deciding(self, seen: Seen, refer: SipMessage) -> SipMessage:
        if self.reported_by == "refer":
            return next(m for m in seen.dialog.replies(refer) if m.status == self.sip_status)
        notifies = seen.dialog.requests("NOTIFY")
        return next(m for m in notifies if m.reported == self.sip_status)

    async def _play(self, stage: Stage) -> Take:
        script = Script(
            track=Track((Key("1", at=KEY_AT),)),
            refers=(self.refer or Refer(),),
            patience=self.patience,
            stays=self.stays or self.listens,
        )
        return Take((await stage.reception.call(self.line, script, meanwhile=self.meanwhile),))


def _refused(status: int, outcome: Outcome = Outcome.NOT_PERMITTED, detail: str = "") -> Case:
    return Case(
        f"REFER answered {status}",
        refused(status),
        outcome,
        status,
        "refer",
        detail or (Detail.REFER_REFUSED if outcome is Outcome.NOT_PERMITTED else ""),
    )


def _notified(status: int, outcome: Outcome, detail: str = "") -> Case:
    return Case(f"202, NOTIFY {status}", referred(status), outcome, status, "notify", detail)


_LEARNS = (
    GRACE_SECONDS + 1.5 + _SECONDS_PER_CHARACTER * len(" ".join(PHRASES.failed(Outcome.UNKNOWN)))
)
"""Seconds from the time-out until the caller has heard that nobody knows."""


def _unknown(
    name: str,
    *notifies: Notify,
    answer: int | None = 202,
    line: str = "hasty",
    wait: float = HASTY_SECONDS,
    detail: str = Detail.TIMED_OUT,
    unheard: bool = False,
) -> Case:
    """Nothing of use comes from the carrier in time."""
    return Case(
        name,
        Refer(answer=answer, notifies=notifies),
        Outcome.UNKNOWN,
        detail=detail,
        news=wait,
        line=line,
        stays=wait + _LEARNS - sum(notify.after for notify in notifies),
        waits=True,
        unheard=unheard,
        # He hangs up when he has heard all that can be said.
        later=(Detail.LEFT_AFTER_TIMEOUT,),
    )


def _hangs_up(name: str, refer: Refer, detail: str, line: str = "acme") -> Case:
    return Case(name, refer, Outcome.HANDED_OFF, detail=detail, news=0.0, line=line)


async def _room_deleted_while_announced(live: Live) -> None:
    await live.spoken("You are being connected")
    await live.reception.stack.rooms.delete(live.room)


async def _room_deleted_while_pending(live: Live) -> None:
    await live.referred()
    await live.reception.stack.rooms.delete(live.room)


REFUSED = tuple(_refused(status) for status in (401, 403, 405, 407, 501, 603))
ANSWERED = (
    _refused(404, Outcome.UNREACHABLE, Detail.WRONG_NUMBER),
    _refused(486, Outcome.BUSY),
    _refused(503, Outcome.UNREACHABLE, Detail.CARRIER_FAULT),
)
NOTIFIED = (
    _notified(403, Outcome.NOT_PERMITTED, Detail.ADDRESS_FORBIDDEN),
    _notified(404, Outcome.UNREACHABLE, Detail.WRONG_NUMBER),
    _notified(408, Outcome.NO_ANSWER),
    _notified(480, Outcome.NO_ANSWER),
    _notified(486, Outcome.BUSY),
    _notified(487, Outcome.NO_ANSWER),
    _notified(500, Outcome.UNREACHABLE, Detail.CARRIER_FAULT),
    _notified(503, Outcome.UNREACHABLE, Detail.CARRIER_FAULT),
    _notified(600, Outcome.BUSY),
    _notified(603, Outcome.DECLINED),
)
OTHER_NOTIFIED = (
    Case("202, NOTIFY 200", Refer(), Outcome.CONNECTED, detail=Detail.STAYED, news=0.0),
    Case(
        "202, NOTIFY 202",
        referred(202),
        Outcome.UNKNOWN,
        202,
        "notify",
        Detail.ODD_STATUS,
        stays=_LEARNS,
        waits=True,
        later=(Detail.LEFT_AFTER_UNKNOWN,),
    ),
    Case(
        "202, NOTIFY 486 without id",
        Refer(notifies=(Notify(486, event="bare"),)),
        Outcome.BUSY,
        486,
        "notify",
    ),
    _unknown("202, NOTIFY without body", Notify(200, body=False)),
    _unknown("202, NOTIFY 486 without Event", Notify(486, event="none")),
    _unknown("202, NOTIFY 486 with a wrong id", Notify(486, event="wrong")),
)
SILENCE = (
    _unknown("202, silence"),
    _unknown("202, silence, no dial tone", line="quiet"),
    _unknown("202, NOTIFY 200 after the time-out", Notify(200, after=HASTY_SECONDS + 2.0)),
    Case(
        "202, silence, BYE after the time-out",
        Refer(notifies=(), hang_up_after=HASTY_SECONDS + 2.0),
        Outcome.HANDED_OFF,
        detail=Detail.LEFT_AFTER_TIMEOUT,
        news=HASTY_SECONDS,
        line="hasty",
        waits=True,
    ),
    # The bridge waits 5 s for somebody to take the late NOTIFY, and notices the BYE after that.
    Case(
        "202, NOTIFY 200 after the time-out, BYE",
        Refer(notifies=(Notify(200, after=HASTY_SECONDS + 2.0),), hang_up_after=0.2),
        Outcome.UNKNOWN,
        detail=Detail.TIMED_OUT,
        news=HASTY_SECONDS,
        line="hasty",
        waits=True,
        unheard=True,
        later=(Detail.LEFT_AFTER_TIMEOUT,),
        ends_within=7.0,
    ),
    _unknown(
        "REFER never answered",
        answer=None,
        line="acme",
        wait=32.0,
        detail=Detail.REFER_UNANSWERED,
    ),
    _unknown("REFER never answered in a short time", answer=None, unheard=True),
    _unknown("REFER never answered in a short time, no dial tone", answer=None, line="quiet"),
)
GONE = (
    _hangs_up("202, BYE at once", Refer(notifies=(), hang_up_after=0.0), Detail.LEFT_AT_ONCE),
    _hangs_up(
        "202, NOTIFY 180, BYE",
        Refer(notifies=(Notify(180),), hang_up_after=1.0),
        Detail.LEFT_AT_ONCE,
    ),
    _hangs_up("202, NOTIFY 200, BYE at once", Refer(hang_up_after=0.0), Detail.LEFT_AT_ONCE),
    _hangs_up(
        "BYE as the REFER comes",
        Refer(answer=None, notifies=(), hang_up_after=0.0),
        Detail.LEFT_WHILE_PENDING,
    ),
    Case("BYE while announcing", None, Outcome.CALLER_LEFT, patience=1.0),
    Case(
        "room deleted while announcing",
        None,
        Outcome.CALLER_LEFT,
        meanwhile=_room_deleted_while_announced,
    ),
    Case(
        "room deleted while pending",
        Refer(notifies=(Notify(100),)),
        Outcome.HANDED_OFF,
        detail=Detail.LEFT_AT_ONCE,
        news=0.0,
        meanwhile=_room_deleted_while_pending,
    ),
    Case(
        "202, RTP stops, NOTIFY 200 after 20 s",
        Refer(notifies=(Notify(100), Notify(200, after=20.0)), keep_talking=False),
        Outcome.HANDED_OFF,
        detail=Detail.LEFT_AT_ONCE,
        news=0.0,
        waits=True,
    ),
)

CASES = (*SILENCE, *OTHER_NOTIFIED, *REFUSED, *ANSWERED, *NOTIFIED, *GONE)
"""Those that wait first, so that the others are made meanwhile."""
