"""Who is to be transferred: the room's SIP participant, never one named by the LLM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livekit import rtc

from ..directory.number_like import claimed_number
from .scene import Caller

if TYPE_CHECKING:
    from collections.abc import Iterable

DIVERSION_ATTRIBUTES = ("sip.h.diversion", "sip.h.history-info", "diversion", "history-info")
"""Where a trunk with header mapping puts them; the first is LiveKit's own naming."""


def is_caller(participant: rtc.RemoteParticipant) -> bool:
    """Whether `participant` came in by telephone.

    Only the kind counts: any web client may set itself the attribute ``sip.callID``.
    """
    return participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_SIP


def find_caller(room: rtc.Room) -> rtc.RemoteParticipant | None:
    """The first SIP participant of `room`, if there is one."""
    participants: Iterable[rtc.RemoteParticipant] = room.remote_participants.values()
    return next((each for each in participants if is_caller(each)), None)


def has_hung_up(participant: rtc.Participant) -> bool:
    """Whether the bridge says that the participant's telephone call is over.

    It does so just before it leaves the room. Its leaving itself may be lost on the way, and the
    server then keeps the participant for seconds, until it misses him.
    """
    return participant.attributes.get("sip.callStatus") == "hangup"


def describe(participant: rtc.RemoteParticipant, country: str = "") -> Caller:
    """What the participant's attributes say about the caller.

    Attributes may be missing or arrive late, and the number is what the carrier claims: one that
    is withheld, or none, becomes ``""``.

    Args:
        participant: Of kind SIP.
        country: ISO 3166 country in which a number without its calling code is read.
    """
    attributes = participant.attributes
    return Caller(
        identity=participant.identity,
        number=claimed_number(attributes.get("sip.phoneNumber", ""), country),
        called=attributes.get("sip.trunkPhoneNumber", ""),
        diversion=tuple(attributes[name] for name in DIVERSION_ATTRIBUTES if attributes.get(name)),
    )
