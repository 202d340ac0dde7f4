"""One caller transferred by the operator: who, where to, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from transfer_call.adapters.livekit_api import LiveKitTelephony
from transfer_call.adapters.sql_record import SqlRecord
from transfer_call.directory.number_like import claimed_number
from transfer_call.policy import check, check_store_down, is_international
from transfer_call.record import UNLIMITED, AttemptRow, CallRow, NotCounted, RateExceeded
from transfer_call.transfer.attempt import send, watch
from transfer_call.transfer.outcome import Outcome, Responsible, Verdict
from transfer_call.transfer.request import Source
from transfer_call.transfer.telephony import Refer

from ..logs import mask_numbers
from .livekit import LiveKitError

if TYPE_CHECKING:
    from transfer_call.business import Line
    from transfer_call.directory import TransferTarget

    from ..settings import Settings
    from .livekit import LiveCaller, LiveKit

EXIT_CODES = {
    Outcome.CONNECTED: 0,
    Outcome.HANDED_OFF: 10,
    Outcome.BUSY: 11,
    Outcome.NO_ANSWER: 12,
    Outcome.DECLINED: 13,
    Outcome.UNREACHABLE: 14,
    Outcome.NOT_PERMITTED: 15,
    Outcome.MISCONFIGURED: 16,
    Outcome.UNKNOWN: 17,
    Outcome.CALLER_LEFT: 18,
    Outcome.CLOSED: 19,
    Outcome.BLOCKED: 20,
}
"""The exit code of each outcome that a transfer by hand can have."""

_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class ByHand:
    """A transfer that the operator wants.

    Attributes:
        caller: Who is transferred.
        line: Whose policy and rates hold, and on whose record it is.
        name: The destination's name, or the masked address where none was named.
        target: Where to.
    """

    caller: LiveCaller
    line: Line
    name: str
    target: TransferTarget
    headers: Mapping[str, str] = field(default_factory=dict)
    play_dialtone: bool = True
    ringing_timeout: int = 60


def matching(
    callers: Sequence[LiveCaller], room: str | None, identity: str | None
) -> list[LiveCaller]:
    """Those that `room` and `identity` mean, as they are or as masked lists show them."""
    return [
        one
        for one in callers
        if (room is None or room in (one.room, mask_numbers(one.room)))
        and (identity is None or identity in (one.identity, mask_numbers(one.identity)))
    ]


async def transfer(server: LiveKit, settings: Settings, wish: ByHand) -> Verdict:
    """Check, record, send one REFER, and see how it ends.

    Raises:
        LiveKitError: The server cannot be asked who is there.
    """
    record = SqlRecord(settings.record_url, settings.spool)
    telephony = LiveKitTelephony(
        settings.livekit_url,
        settings.livekit_api_key,
        settings.livekit_api_secret.get_secret_value(),
    )
    try:
        await record.warm()
        await telephony.warm()
        return await _recorded(server, telephony, record, wish)
    finally:
        await telephony.aclose()
        await record.aclose()


async def _recorded(
    server: LiveKit, telephony: LiveKitTelephony, record: SqlRecord, wish: ByHand
) -> Verdict:
    directory, caller = wish.line.directory, wish.caller
    number = claimed_number(caller.number, directory.country)
    call_id = await record.open_call(caller.room)
    known = call_id is not None
    call_id = call_id or uuid.uuid4().hex
    if not known:
        row = CallRow(call_id, wish.line.name, caller.room, number, caller.called, _now())
        await record.call_started(row)
    attempt = AttemptRow(
        attempt_id=uuid.uuid4().hex,
        call_id=call_id,
        line=wish.line.name,
        caller=number,
        destination=wish.name,
        address=wish.target.uri,
        number=wish.target.number,
        international=is_international(wish.target, directory.country),
        source=Source.CODE.value,
        announcement="none",
        started_at=_now(),
    )
    blocked = check(wish.target, directory.policy, caller=number, called=caller.called)
    rates = UNLIMITED if blocked else directory.policy.rates
    refused = await record.begin_attempt(attempt, rates)
    if blocked is not None:
        verdict = _blocked(blocked.reason)
    elif isinstance(refused, RateExceeded):
        verdict = _blocked(f"rate_{refused.rate}")
    elif isinstance(refused, NotCounted) and (
        down := check_store_down(directory.policy, international=attempt.international)
    ):
        verdict = _blocked(down.reason)
    else:
        verdict = await _send(server, telephony, wish)
    await record.end_attempt(attempt.attempt_id, verdict, _now())
    if not known:
        await record.call_ended(call_id, str(verdict.outcome), _now())
    return verdict


async def _send(server: LiveKit, telephony: LiveKitTelephony, wish: ByHand) -> Verdict:
    request = Refer(
        room=wish.caller.room,
        identity=wish.caller.identity,
        to=wish.target.uri,
        play_dialtone=wish.play_dialtone,
        headers=wish.headers,
        ringing_timeout=wish.ringing_timeout,
    )
    async with _leaving(server, wish.caller) as left:
        return await watch(left, await send(telephony, request, left))


@contextlib.asynccontextmanager
async def _leaving(server: LiveKit, caller: LiveCaller) -> AsyncIterator[asyncio.Event]:
    """An event that is set when the caller is seen to be gone."""
    left = asyncio.Event()

    async def look() -> None:
        while not left.is_set():
            # A server that does not answer says nothing about the caller.
            with contextlib.suppress(LiveKitError):
                there = {
                    one.identity
                    for one in await server.callers(caller.room)
                    if one.status != "hangup"
                }
                if caller.identity not in there:
                    left.set()
            await asyncio.sleep(_POLL_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield left
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def _blocked(reason: str) -> Verdict:
    return Verdict(Outcome.BLOCKED, detail=reason, responsible=Responsible.OPERATOR)


def _now() -> datetime:
    return datetime.now(UTC)
