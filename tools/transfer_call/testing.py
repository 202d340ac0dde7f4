"""Fakes to test an agent with: a telephone system that does as told, a room, and a caller.

Usage with LiveKit's own test helpers; no server, no key and no network is needed::

    room = fake_room(fake_caller())
    telephony = FakeTelephony(busy(), room=room)
    with fake_job_context(room=room):
        async with AgentSession(llm=...) as session:
            await session.start(MyAgent(telephony=telephony))
            await session.run(user_input="sales, please")
    assert telephony.addresses == ["tel:+12125550123"]
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from livekit import rtc

from .transfer.outcomes import SUCCESSFUL
from .transfer.sip_status import SIP_STATUSES
from .transfer.telephony import Refer, Reply, ReplyKind

if TYPE_CHECKING:
    from .directory.destination import Destination

__all__ = [
    "FakeCaller",
    "FakeRoom",
    "FakeTelephony",
    "accepted",
    "busy",
    "connected",
    "declined",
    "fake_caller",
    "fake_room",
    "no_answer",
    "notified",
    "refused",
    "timed_out",
    "unreachable",
]

_KEYS = {key: code for code, key in enumerate("0123456789*#abcd")}


def connected(transfer_id: str = "SXF_fake") -> Reply:
    """The carrier reported 200 for the new leg, as newer servers say it."""
    return Reply(
        ReplyKind.OK,
        transfer_status=SUCCESSFUL,
        transfer_reason="STR_COMPLETED",
        transfer_id=transfer_id,
    )


def accepted() -> Reply:
    """The empty reply of released servers: a success if the caller stays a moment longer."""
    return Reply(ReplyKind.OK)


def notified(code: int) -> Reply:
    """A final NOTIFY with SIP status `code`, 300 to 699: the new leg failed."""
    return _sip_error(code, "call transfer failed: ")


def refused(code: int) -> Reply:
    """The REFER itself answered with SIP status `code`, 300 to 699."""
    return _sip_error(code, "")


def busy() -> Reply:
    """486 by NOTIFY."""
    return notified(486)


def no_answer() -> Reply:
    """480 by NOTIFY."""
    return notified(480)


def declined() -> Reply:
    """603 by NOTIFY."""
    return notified(603)


def unreachable() -> Reply:
    """404 by NOTIFY: the number does not exist."""
    return notified(404)


def timed_out() -> Reply:
    """No final NOTIFY came in time: nobody knows what happened."""
    return Reply(
        ReplyKind.TWIRP,
        http_status=408,
        twirp_code="deadline_exceeded",
        message="request timed out",
    )


def _sip_error(code: int, prefix: str) -> Reply:
    if not 300 <= code < 700:
        raise ValueError(f"{code} is no SIP status of a failure, 300 to 699")
    phrase = SIP_STATUSES[code].meaning if code in SIP_STATUSES else "Other"
    return Reply(
        ReplyKind.TWIRP,
        http_status=400,
        twirp_code="invalid_argument",
        message=f"twirp error unknown: {prefix}sip status: {code}: {phrase}",
        sip_status=code,
    )


class FakeTelephony:
    """A `Telephony` that answers each REFER as told and remembers what it was asked.

    Attributes:
        requests: Every REFER, in order.
        deleted: Every deleted room, in order.
        warmed: How often `warm` was called.
        closed: Whether `aclose` was called.
    """

    def __init__(self, *replies: Reply, room: FakeRoom | None = None) -> None:
        """Make one.

        Args:
            replies: For the first, second … REFER; later ones get the last. Default: every
                transfer is `connected`.
            room: Where the caller leaves when he is connected or the room is deleted, as the
                SIP bridge makes him.
        """
        self.requests: list[Refer] = []
        self.deleted: list[str] = []
        self.warmed = 0
        self.closed = False
        self._room = room
        self._replies = deque(replies or (connected(),))
        self._by_address: dict[str, deque[Reply]] = {}
        self._open = asyncio.Event()
        self._open.set()
        self._arrivals: asyncio.Queue[Refer] = asyncio.Queue()

    @property
    def addresses(self) -> list[str]:
        """The Refer-To of every REFER, in order."""
        return [request.to for request in self.requests]

    def answer(self, to: str | Destination, *replies: Reply) -> None:
        """Answer REFERs to `to` with `replies`, the last one for ever.

        Args:
            to: An address as it is sent, such as ``tel:+12125550123``, or a destination of a
                directory: all its addresses.
            replies: In order; at least one.
        """
        if not replies:
            raise ValueError("say what to answer")
        addresses = [to] if isinstance(to, str) else [target.uri for target in to.targets]
        for address in addresses:
            self._by_address[address] = deque(replies)

    def hold(self) -> None:
        """Leave REFERs pending from now on, until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Answer what is pending."""
        self._open.set()

    async def next_request(self) -> Refer:
        """Wait for the next REFER that has not been waited for yet."""
        return await self._arrivals.get()

    async def warm(self) -> None:
        """Count the call."""
        self.warmed += 1

    async def refer(self, request: Refer) -> Reply:
        """Remember the request and answer it as told."""
        self.requests.append(request)
        self._arrivals.put_nowait(request)
        await self._open.wait()
        replies = self._by_address.get(request.to, self._replies)
        reply = replies.popleft() if len(replies) > 1 else replies[0]
        if self._room is not None and reply.transfer_status == SUCCESSFUL:
            asyncio.get_running_loop().call_soon(self._room.leave, request.identity)
        return reply

    async def delete_room(self, room: str) -> None:
        """Remember the room; with a `FakeRoom` of that name everyone leaves it."""
        self.deleted.append(room)
        if self._room is not None and self._room.name == room:
            for identity in list(self._room.remote_participants):
                self._room.leave(identity, rtc.DisconnectReason.ROOM_DELETED)

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.closed = True


class FakeCaller:
    """A participant as livekit-sip makes one of an inbound call.

    Attributes:
        identity: ``sip_`` and the number, as the bridge names it.
        kind: SIP; anything else is not a caller.
        attributes: ``sip.phoneNumber``, ``sip.trunkPhoneNumber``, ``sip.callStatus`` and more.
    """

    def __init__(
        self, identity: str, *, kind: rtc.ParticipantKind.ValueType, attributes: Mapping[str, str]
    ) -> None:
        self.identity = identity
        self.sid = f"PA_{identity}"
        self.name = f"Phone {identity}"
        self.kind = kind
        self.attributes = dict(attributes)
        self.metadata = ""
        self.track_publications: dict[str, rtc.RemoteTrackPublication] = {}
        self.disconnect_reason: rtc.DisconnectReason.ValueType | None = None


def fake_caller(
    number: str = "+14155550123",
    called: str = "+14155550100",
    *,
    identity: str = "",
    attributes: Mapping[str, str] | None = None,
    kind: rtc.ParticipantKind.ValueType = rtc.ParticipantKind.PARTICIPANT_KIND_SIP,
) -> FakeCaller:
    """A caller.

    Args:
        number: As the carrier gives it; ``"anonymous"`` for a withheld one.
        called: The number that was dialled.
        identity: Default: as the bridge makes it from `number`.
        attributes: More of them, or others than the usual.
        kind: For a participant that is no caller, such as
            ``PARTICIPANT_KIND_STANDARD``.
    """
    usual = {
        "sip.callID": f"SCL_{number.lstrip('+')}",
        "sip.callStatus": "active",
        "sip.phoneNumber": number,
        "sip.trunkPhoneNumber": called,
    }
    return FakeCaller(
        identity or f"sip_{number}", kind=kind, attributes={**usual, **(attributes or {})}
    )


class _FakeAgent:
    """The agent's own side of the room."""

    identity = "agent"
    sid = "PA_agent"
    name = "agent"
    kind = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT

    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}
        self.track_publications: dict[str, rtc.LocalTrackPublication] = {}

    async def set_attributes(self, attributes: dict[str, str]) -> None:
        self.attributes.update(attributes)


class FakeRoom(rtc.EventEmitter[str]):
    """A room without a server: participants, events and nothing else.

    Attributes:
        name: The room's name.
        remote_participants: By identity.
        local_participant: The agent.
    """

    def __init__(self, name: str, participants: Sequence[FakeCaller]) -> None:
        super().__init__()
        self.name = name
        self.sid = f"RM_{name}"
        self.metadata = ""
        self.remote_participants = {each.identity: each for each in participants}
        self.local_participant = _FakeAgent()
        self._connected = True

    def isconnected(self) -> bool:
        """Whether `disconnect` has not been called."""
        return self._connected

    def join(self, caller: FakeCaller) -> None:
        """Let `caller` join."""
        self.remote_participants[caller.identity] = caller
        self.emit("participant_connected", caller)

    def leave(
        self,
        identity: str,
        reason: rtc.DisconnectReason.ValueType = rtc.DisconnectReason.CLIENT_INITIATED,
    ) -> None:
        """Let a participant leave, as on a hang-up; nobody of that name is no error."""
        caller = self.remote_participants.pop(identity, None)
        if caller is not None:
            caller.disconnect_reason = reason
            self.emit("participant_disconnected", caller)

    def hang_up(self, identity: str) -> None:
        """Let the bridge say that a call is over, while its participant has yet to leave."""
        caller = self.remote_participants[identity]
        changed = {"sip.callStatus": "hangup"}
        caller.attributes.update(changed)
        self.emit("participant_attributes_changed", changed, caller)

    def press(self, keys: str, caller: FakeCaller | None = None) -> None:
        """Press keys one after the other: ``0``–``9``, ``*``, ``#``, ``a``–``d``.

        Args:
            keys: What is pressed.
            caller: Who presses; default: the first SIP participant.
        """
        presser = caller or next(
            each
            for each in self.remote_participants.values()
            if each.kind == rtc.ParticipantKind.PARTICIPANT_KIND_SIP
        )
        for key in keys:
            event = rtc.SipDTMF(
                code=_KEYS[key], digit=key, participant=cast("rtc.RemoteParticipant", presser)
            )
            self.emit("sip_dtmf_received", event)

    async def disconnect(self, **_: Any) -> None:
        """Leave the room as the agent."""
        if self._connected:
            self._connected = False
            self.emit("disconnected", rtc.DisconnectReason.CLIENT_INITIATED)


def fake_room(*participants: FakeCaller, name: str = "call-1") -> Any:
    """A `FakeRoom` with `participants` in it.

    Typed as anything, so that it may be given where an `rtc.Room` is asked for.
    """
    return FakeRoom(name, participants)
