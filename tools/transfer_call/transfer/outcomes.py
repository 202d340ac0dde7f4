"""From what the API replied to an outcome: pure tables, for released and for newer servers.

Released servers say little: an empty message for a success and for a hang-up alike, an error
whose text is the only difference between a refused REFER and a refused new leg. Newer ones
(livekit-sip after 1.11) add a status, a reason and an id. A SIP status, where there is one,
outweighs everything else: the HTTP status is then only a translation of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from .api_errors import BY_KIND, CONNECTION_LOST, NOT_COMPLETED, REASONS, RULES, TRANSPORT, unknown
from .detail import Detail
from .outcome import Outcome, Responsible, Settle, Verdict
from .sip_status import sip_status
from .telephony import Reply, ReplyKind

if TYPE_CHECKING:
    from ..directory.target import TransferTarget

_TIMEOUTS = frozenset({Detail.TIMED_OUT, Detail.REFER_UNANSWERED})

LEFT_WHILE_PENDING = Verdict(Outcome.HANDED_OFF, detail=Detail.LEFT_WHILE_PENDING)
"""The caller left while the REFER was pending: whether it was accepted cannot be known, and the
API may take until its time-out to say so."""
CALLER_GONE = Verdict(Outcome.CALLER_LEFT, detail=Detail.CALLER_GONE)
"""The caller was gone before the REFER was sent."""

SUCCESSFUL = 2
"""`SIPTransferStatus` of a confirmed transfer; 0 is "ongoing", 1 "failed"."""

_CODE_IN_MESSAGE = re.compile(r"sip status:? (\d{3})\b", re.IGNORECASE)
_BY_NOTIFY = "call transfer failed"


def classify(reply: Reply, *, caller_present: bool) -> Verdict:
    """Say what a reply of the API means.

    Args:
        reply: What `Telephony.refer` returned.
        caller_present: Whether the caller was in the room when it did.

    Returns:
        The verdict; see `settled` where it asks for something to be watched.
    """
    verdict = replace(_verdict(reply), transfer_id=reply.transfer_id)
    if verdict.settle is not Settle.NOTHING and not caller_present:
        return settled(verdict, still_there=False)
    return verdict


def settled(verdict: Verdict, *, still_there: bool) -> Verdict:
    """Make a verdict final once what its `settle` asked for has been watched.

    Args:
        verdict: What `classify` returned.
        still_there: Whether the caller was still in the room at the end of the wait, or
            ``False`` as soon as he left it.
    """
    if verdict.settle is Settle.NOTHING:
        return verdict
    if still_there:
        return replace(verdict, settle=Settle.NOTHING)
    if verdict.outcome is Outcome.MISCONFIGURED:
        return replace(CALLER_GONE, transfer_id=verdict.transfer_id)
    return replace(
        verdict,
        outcome=Outcome.HANDED_OFF,
        settle=Settle.NOTHING,
        detail=Detail.LEFT_AT_ONCE if verdict.outcome is Outcome.CONNECTED else left(verdict),
        responsible=Responsible.NOBODY,
    )


def left(verdict: Verdict) -> Detail:
    """What to say of a caller who has left after an `unknown` verdict."""
    if verdict.detail in _TIMEOUTS:
        return Detail.LEFT_AFTER_TIMEOUT
    return Detail.LEFT_AFTER_UNKNOWN


def address_kind(target: TransferTarget) -> str:
    """What a `not_permitted` outcome closes for the rest of the call.

    Carriers permit transfers to the telephone network and to each SIP host separately: the
    kind is ``tel`` or the host of a ``sip:`` address.
    """
    return target.host.lower() or target.scheme


def _verdict(reply: Reply) -> Verdict:
    if reply.kind is ReplyKind.OK:
        return _response(reply)
    if reply.kind is ReplyKind.TRANSPORT:
        return TRANSPORT.get(reply.message, CONNECTION_LOST)
    if reply.kind is not ReplyKind.TWIRP:
        return BY_KIND[reply.kind]
    if code := _sip_code(reply):
        return _by_code(reply, code)
    if reply.transfer_reason in REASONS:
        return REASONS[reply.transfer_reason]
    return next(rule.verdict for rule in RULES if rule.fits(reply))


def _response(reply: Reply) -> Verdict:
    if reply.transfer_status == SUCCESSFUL:
        return Verdict(Outcome.CONNECTED, sip_status=reply.sip_status, detail=Detail.CONFIRMED)
    if reply.transfer_status == 0 and not reply.transfer_id and not reply.transfer_reason:
        return Verdict(Outcome.CONNECTED, Settle.STAYS, detail=Detail.STAYED)
    if reply.sip_status:
        return _by_code(reply, reply.sip_status)
    return REASONS.get(reply.transfer_reason, NOT_COMPLETED)


def _sip_code(reply: Reply) -> int | None:
    if reply.sip_status:
        return reply.sip_status
    found = _CODE_IN_MESSAGE.search(reply.message)
    return int(found[1]) if found else None


def _by_code(reply: Reply, code: int) -> Verdict:
    message = reply.message.lower()
    if _BY_NOTIFY in message:
        reported_by = "notify"
    elif "sip status" in message:
        reported_by = "refer"
    else:
        reported_by = "api"
    row = sip_status(code)
    if row is None:
        # A 2xx other than 200 is no failure, though the bridge takes it for one.
        verdict = unknown(Detail.ODD_STATUS, Responsible.CARRIER)
    elif row.refuses_refer and reported_by == "refer":
        verdict = Verdict(
            Outcome.NOT_PERMITTED,
            detail=Detail.REFER_REFUSED,
            responsible=Responsible.CARRIER,
        )
    else:
        verdict = Verdict(row.outcome, detail=row.detail, responsible=row.responsible)
    return replace(verdict, sip_status=code, reported_by=reported_by)
