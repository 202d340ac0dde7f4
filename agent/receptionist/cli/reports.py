"""Which outcomes the carrier of an address can report, and what to make of them.

By RFC 3515 the transferee's side tells with a NOTIFY how its new call went; what it knows depends
on where the address leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transfer_call.directory import TransferTarget


@dataclass(frozen=True, slots=True)
class Kind:
    """Addresses that report alike.

    Attributes:
        title: For people.
        lines: Outcomes, and what they mean here.
    """

    title: str
    lines: tuple[tuple[str, str], ...]

    @property
    def outcomes(self) -> list[str]:
        """All of them, as they are named elsewhere."""
        return [name.replace(" ", "_") for names, _ in self.lines for name in names.split(", ")]


_UNKNOWN = ("unknown", "nothing is reported within ringing_timeout; nobody else is tried")

TELEPHONE = Kind(
    "a telephone number",
    (
        ("connected", "somebody answered, or a voicemail did: nobody can tell which"),
        ("busy, no answer, unreachable", "as the telephone network says"),
        ("declined", "seldom: a refused call is mostly busy, or connected to a voicemail"),
        ("not permitted", "transfers to telephone numbers are not enabled on the trunk"),
        _UNKNOWN,
    ),
)
SIP = Kind(
    "a SIP address",
    (
        ("connected", "its host answered, a voicemail there included"),
        ("busy, no answer, declined, unreachable", "as its host says"),
        ("not permitted", "the trunk does not transfer to SIP addresses, or not to this host"),
        _UNKNOWN,
    ),
)


def kinds(targets: Sequence[TransferTarget], *, asked: bool) -> list[Kind]:
    """How the addresses of a destination report; both ways where it is not known before."""
    if asked:
        return [TELEPHONE, SIP]
    # A number at a SIP host mostly goes on to the telephone network.
    found = [TELEPHONE if target.number else SIP for target in targets]
    return list(dict.fromkeys(found))
