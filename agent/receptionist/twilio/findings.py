"""What is wrong with a trunk for the addresses that callers are put through to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transfer_call.directory import TransferTarget

    from .facts import Number, Trunk

_TWILIO_HOST = re.compile(r"[a-z0-9-]+\.pstn(?:\.[a-z0-9-]+)?\.twilio\.com\.?", re.IGNORECASE)


class AddressKind(StrEnum):
    """What a trunk permits separately."""

    TELEPHONE = "telephone"
    """``tel:``, or a number at a trunk's own host: the telephone network."""
    SIP = "sip"
    """A SIP address elsewhere."""


@dataclass(frozen=True, slots=True)
class TrunkFinding:
    """One thing that is wrong.

    Attributes:
        code: Its name, for programs; stable.
        fault: Whether callers suffer now, and not only once something else goes wrong.
        what: The fact.
        caller: What it means to who calls.
        mend: The command or the page that mends it.
    """

    code: str
    fault: bool
    what: str
    caller: str
    mend: str


def kinds_in_use(targets: Iterable[TransferTarget]) -> set[AddressKind]:
    """The kinds of the addresses that callers may be put through to."""
    return {
        AddressKind.TELEPHONE
        if not target.host or _TWILIO_HOST.fullmatch(target.host)
        else AddressKind.SIP
        for target in targets
    }


def trunk_findings(trunk: Trunk, kinds: Iterable[AddressKind]) -> list[TrunkFinding]:
    """What callers of this trunk will suffer from.

    Args:
        trunk: In full.
        kinds: Those of the business's destinations.
    """
    wanted = set(kinds)
    found = [_transfers(trunk, wanted), _origination(trunk), _recovery(trunk)]
    return [finding for finding in found if finding is not None]


def number_finding(number: Number) -> TrunkFinding:
    """What callers of a number that is on no trunk suffer from."""
    by = number.answered_by
    return TrunkFinding(
        "twilio_number_without_trunk",
        not by,
        f"The number {number.number} is on no trunk{f'; {by} answers it' if by else ''}.",
        f"Should {by} lead him to LiveKit, only its TwiML can put him through."
        if by
        else "He does not reach LiveKit.",
        "receptionist twilio connect --number NUMBER --livekit-sip HOST",
    )


def _transfers(trunk: Trunk, wanted: set[AddressKind]) -> TrunkFinding | None:
    mode = trunk.transfer_mode
    if not wanted or mode == "enable-all":
        return None
    telephone = AddressKind.TELEPHONE in wanted
    needed = "enable-all" if telephone else "sip-only"
    mend = f"receptionist twilio enable-transfers --trunk {trunk.sid} --mode {needed}"
    if mode == "sip-only":
        if not telephone:
            return None
        return TrunkFinding(
            "twilio_no_telephone_transfers",
            True,
            f"Trunk {trunk.label} at Twilio transfers to SIP addresses only, and destinations are"
            " telephone numbers.",
            "He is told that he cannot be put through; nobody's telephone rings.",
            mend,
        )
    if mode == "disable-all":
        return TrunkFinding(
            "twilio_no_transfers",
            True,
            f"Trunk {trunk.label} at Twilio does not transfer calls.",
            "He is told that he cannot be put through; nobody's telephone rings.",
            mend,
        )
    return TrunkFinding(
        "twilio_transfers_not_known",
        False,
        f"Twilio does not say whether trunk {trunk.label} transfers calls.",
        "He may be told that he cannot be put through.",
        mend,
    )


def _origination(trunk: Trunk) -> TrunkFinding | None:
    if any(url.enabled for url in trunk.origination):
        return None
    return TrunkFinding(
        "twilio_no_origination",
        True,
        f"Trunk {trunk.label} at Twilio has no origination URL that is enabled.",
        "His call never reaches LiveKit.",
        "receptionist twilio connect --number NUMBER --livekit-sip HOST",
    )


def _recovery(trunk: Trunk) -> TrunkFinding | None:
    if trunk.recovery_url:
        return None
    return TrunkFinding(
        "twilio_no_disaster_recovery",
        False,
        f"Trunk {trunk.label} at Twilio has no disaster recovery URL.",
        "While LiveKit cannot be reached he hears a failure, and reaches nobody.",
        "receptionist twilio connect --number NUMBER --livekit-sip HOST --recovery-url URL",
    )
