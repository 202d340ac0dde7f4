"""What the API's errors say where no SIP status decides: by reason, by message, by HTTP status."""

from __future__ import annotations

from dataclasses import dataclass

from .detail import Detail
from .outcome import Outcome, Responsible, Settle, Verdict
from .telephony import Reply, ReplyKind


@dataclass(frozen=True, slots=True)
class Rule:
    """An error of the API that carries no SIP status; the first that fits is taken.

    Attributes:
        verdict: What it comes to.
        http: HTTP statuses it may have; empty is any.
        code: Twirp error codes it may have; empty is any.
        says: A part of the server's message, in lower case; ``""`` is any.
    """

    verdict: Verdict
    http: tuple[int, ...] = ()
    code: tuple[str, ...] = ()
    says: str = ""

    def fits(self, reply: Reply) -> bool:
        """Whether `reply` is the error this rule is about."""
        return (
            (not self.http or reply.http_status in self.http)
            and (not self.code or reply.twirp_code in self.code)
            and self.says in reply.message.lower()
        )


def unknown(detail: Detail, responsible: Responsible) -> Verdict:
    """Nobody can say what happened: watch whether the caller leaves."""
    return Verdict(Outcome.UNKNOWN, Settle.LEAVES, detail=detail, responsible=responsible)


def _misconfigured(
    detail: Detail,
    responsible: Responsible = Responsible.OPERATOR,
    settle: Settle = Settle.NOTHING,
) -> Verdict:
    return Verdict(Outcome.MISCONFIGURED, settle, detail=detail, responsible=responsible)


_NOT_IN_ROOM = _misconfigured(Detail.NOT_IN_ROOM, settle=Settle.STAYS)
_NO_BRIDGE = _misconfigured(Detail.NO_BRIDGE, settle=Settle.STAYS)
_HANDED_OFF = Verdict(Outcome.HANDED_OFF, detail=Detail.CALL_ENDED)
_TIMED_OUT = unknown(Detail.TIMED_OUT, Responsible.CARRIER)
_SUBSCRIPTION_ENDED = unknown(Detail.SUBSCRIPTION_ENDED, Responsible.CARRIER)
_SERVER_CANCELLED = unknown(Detail.SERVER_CANCELLED, Responsible.OPERATOR)
NOT_COMPLETED = unknown(Detail.NOT_COMPLETED, Responsible.CARRIER)

REASONS: dict[str, Verdict] = {
    # Said by an error, or beside a status that is not "successful", it contradicts itself.
    "STR_COMPLETED": NOT_COMPLETED,
    "STR_CALL_ENDED": _HANDED_OFF,
    "STR_REJECTED": Verdict(
        Outcome.UNREACHABLE, detail=Detail.REJECTED, responsible=Responsible.CARRIER
    ),
    "STR_RINGING_TIMEOUT": _TIMED_OUT,
    "STR_SUBSCRIPTION_TERMINATED": _SUBSCRIPTION_ENDED,
    "STR_CANCELED": _SERVER_CANCELLED,
}
"""`SIPTransferReason` of newer servers, where there is no SIP status beside it."""

RULES: tuple[Rule, ...] = (
    Rule(_HANDED_OFF, says="call ended before transfer completed"),
    Rule(_SUBSCRIPTION_ENDED, says="subscription terminated"),
    Rule(
        _misconfigured(Detail.ALREADY_TRANSFERRING, Responsible.DEVELOPER),
        says="call already being transferred",
    ),
    Rule(_misconfigured(Detail.NOT_ANSWERED, Responsible.DEVELOPER), says="non established call"),
    Rule(_misconfigured(Detail.NOT_SIP, Responsible.DEVELOPER), says="no sip session"),
    Rule(_misconfigured(Detail.NO_SIP_SERVICE), says="sip not connected"),
    Rule(
        Verdict(
            Outcome.NOT_PERMITTED,
            detail=Detail.NUMBER_FORBIDS_TRANSFER,
            responsible=Responsible.CARRIER,
        ),
        http=(501,),
    ),
    Rule(_misconfigured(Detail.MISSING_GRANTS), http=(401,), says="permissions denied"),
    Rule(_misconfigured(Detail.WRONG_KEY), http=(401,)),
    Rule(_misconfigured(Detail.FORBIDDEN), http=(403,)),
    Rule(_misconfigured(Detail.NOT_LIVEKIT), http=(404,), code=("bad_route", "unknown", "")),
    Rule(_NOT_IN_ROOM, http=(404,)),
    Rule(_NO_BRIDGE, says="no response from servers"),
    Rule(unknown(Detail.BRIDGE_STOPPING, Responsible.NOBODY), says="service shutting down"),
    Rule(unknown(Detail.REFER_UNANSWERED, Responsible.CARRIER), says="transaction failed"),
    Rule(_TIMED_OUT, http=(408,), says="deadline exceeded"),
    Rule(_TIMED_OUT, http=(408,), says="refer canceled"),
    Rule(_SERVER_CANCELLED, code=("canceled",)),
    Rule(_TIMED_OUT, http=(408,)),
    Rule(_misconfigured(Detail.API_LIMIT), http=(429,)),
    Rule(_misconfigured(Detail.REGION_PINNED), http=(451,)),
    Rule(_misconfigured(Detail.REQUEST_REFUSED), code=("invalid_argument", "out_of_range")),
    Rule(unknown(Detail.SERVER_FAULT, Responsible.OPERATOR), http=(409, 412)),
    Rule(_misconfigured(Detail.NOT_LIVEKIT), http=tuple(range(300, 500))),
    Rule(unknown(Detail.SERVER_FAULT, Responsible.OPERATOR)),
)
"""Ends with a rule that fits everything: what nobody foresaw is unknown, never "failed"."""

NOT_SENT = "not sent"
"""`Reply.message` of a `ReplyKind.TRANSPORT` error before the request left."""
UNREADABLE = "unreadable"
"""`Reply.message` of a `ReplyKind.TRANSPORT` reply that is not the protocol's."""
UNEXPECTED = "unexpected"
"""`Reply.message` of a `ReplyKind.TRANSPORT` error nobody foresaw."""

TRANSPORT = {
    NOT_SENT: _misconfigured(Detail.NOT_CONNECTED),
    UNREADABLE: unknown(Detail.UNREADABLE_REPLY, Responsible.OPERATOR),
    UNEXPECTED: unknown(Detail.CLIENT_FAULT, Responsible.DEVELOPER),
}
CONNECTION_LOST = unknown(Detail.CONNECTION_LOST, Responsible.OPERATOR)
BY_KIND = {
    ReplyKind.TIMEOUT: _TIMED_OUT,
    ReplyKind.CONFIG: _misconfigured(Detail.NO_API_KEY),
    ReplyKind.CANCELLED: unknown(Detail.REQUEST_CANCELLED, Responsible.NOBODY),
}
