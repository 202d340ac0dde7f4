"""The one vocabulary for how a transfer, or one attempt of it, ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How an attempt or a whole transfer ended; docs/outcomes.md explains each."""

    CONNECTED = "connected"
    """The carrier reported 200 for the new leg."""
    HANDED_OFF = "handed_off"
    """The caller left after the REFER was accepted; nobody can say where to."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    NOT_PERMITTED = "not_permitted"
    """The carrier refuses REFER itself, or refuses this kind of address."""
    MISCONFIGURED = "misconfigured"
    """Our key, grants, room or identity are wrong."""
    UNKNOWN = "unknown"
    """Nobody can say what happened; the destination may still be ringing."""
    CALLER_LEFT = "caller_left"
    """The caller was gone before the REFER was sent."""
    CANCELLED = "cancelled"
    CLOSED = "closed"
    BLOCKED = "blocked"

    @property
    def ends_call(self) -> bool:
        """Whether the caller is gone, so that nothing more may be said."""
        return self in _ENDS_CALL

    @property
    def certain(self) -> bool:
        """Whether it is known, not guessed, where the caller is now."""
        return self not in (Outcome.HANDED_OFF, Outcome.UNKNOWN)

    @property
    def tries_next(self) -> bool:
        """Whether the route goes on to its next destination by itself."""
        return self in _TRIES_NEXT


_ENDS_CALL = frozenset({Outcome.CONNECTED, Outcome.HANDED_OFF, Outcome.CALLER_LEFT})
_TRIES_NEXT = frozenset(
    {
        Outcome.BUSY,
        Outcome.NO_ANSWER,
        Outcome.DECLINED,
        Outcome.UNREACHABLE,
        Outcome.NOT_PERMITTED,
        Outcome.CLOSED,
        Outcome.BLOCKED,
    }
)


class Responsible(StrEnum):
    """Who must act on a failed attempt."""

    NOBODY = "nobody"
    OPERATOR = "operator"
    """The business file, a number in it, or the LiveKit key."""
    CARRIER = "carrier"
    """The trunk: transfers not enabled, or a fault on the way."""
    DEVELOPER = "developer"
    """A fault of this project: report it."""


class Settle(StrEnum):
    """What must still be watched before a verdict is final."""

    NOTHING = "nothing"
    STAYS = "stays"
    """Released servers reply the same to success and to a hang-up: see whether the caller is
    still in the room `STAY_SECONDS` after the reply."""
    LEAVES = "leaves"
    """Unknown: see whether the caller leaves within `GRACE_SECONDS`."""


STAY_SECONDS = 0.7
"""The bridge waits 1.0 s after a NOTIFY 200 before its BYE; a hang-up shows within 0.1 s."""
GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one REFER came to, as far as the API's reply tells.

    Attributes:
        outcome: The outcome if nothing more happens.
        settle: What to watch before it is final; see `settled`.
        sip_status: The SIP status code of the REFER's answer or of the final NOTIFY.
        reported_by: ``"refer"`` when the REFER itself was answered so, ``"notify"`` when a
            NOTIFY brought the code, ``"api"`` when neither was seen.
        detail: A short machine-readable code for the operator; never a number, a name or an
            exception's text.
        responsible: Who must act.
        transfer_id: LiveKit's id of the transfer, where the server gives one.
    """

    outcome: Outcome
    settle: Settle = Settle.NOTHING
    sip_status: int | None = None
    reported_by: str = "api"
    detail: str = ""
    responsible: Responsible = Responsible.NOBODY
    transfer_id: str = ""
