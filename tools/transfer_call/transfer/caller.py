"""Who is to be transferred: the room's SIP participant, never one named by the LLM."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from livekit import rtc

from .scene import Caller

if TYPE_CHECKING:
    from collections.abc import Iterable

E164 = re.compile(r"\+[1-9]\d{6,14}")
"""ITU-T E.164: a plus and at most 15 digits."""

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


def describe(participant: rtc.RemoteParticipant) -> Caller:
    """What the participant's attributes say about the caller.

    Attributes may be missing or arrive late, and the number is what the carrier claims: a
    withheld or odd one becomes ``""``.
    """
    attributes = participant.attributes
    return Caller(
        identity=participant.identity,
        number=e164(attributes.get("sip.phoneNumber", "")),
        called=attributes.get("sip.trunkPhoneNumber", ""),
        diversion=tuple(attributes[name] for name in DIVERSION_ATTRIBUTES if attributes.get(name)),
    )


def e164(text: str) -> str:
    """`text` when it is an E.164 number, else ``""``."""
    return text if E164.fullmatch(text) else ""
