"""What a business needs of LiveKit, taken from its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transfer_call.business import Business

RINGING_SECONDS = 12
"""How long a caller hears ringing before LiveKit gives up because no agent has answered: long
enough for a worker that is busy, short enough for a carrier's fallback to be of use."""
MOST_RINGING_SECONDS = 20
"""More than that is reported."""
MEDIA_MARGIN_SECONDS = 15
"""How much longer than the longest transfer a call without sound lives: many carriers send none
while they ring the destination."""
MOST_MEDIA_SECONDS = 600
"""LiveKit allows no more."""
HEADERS_TO_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {"Diversion": "sip.h.diversion", "History-Info": "sip.h.history-info"}
)
"""How the worker learns that a call was forwarded to the business, and by whom."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be there for the calls of a business.

    Attributes:
        agent: The name that the worker registers.
        numbers: What callers dial, E.164.
        longest_transfer: The longest `ringing_timeout` of a destination, in seconds.
    """

    agent: str
    numbers: tuple[str, ...]
    longest_transfer: int = 60

    @property
    def media_timeout(self) -> int:
        """How many seconds a call should live without sound from the carrier."""
        return min(MOST_MEDIA_SECONDS, self.longest_transfer + MEDIA_MARGIN_SECONDS)

    @property
    def least_media_timeout(self) -> int:
        """How many of them are enough."""
        return min(MOST_MEDIA_SECONDS, self.longest_transfer)


def wanted(business: Business, agent: str) -> Wanted:
    """What `business` needs, answered by the worker that registers as `agent`."""
    numbers = [number for line in business.lines for number in line.numbers]
    waits = [
        destination.ringing_timeout
        for line in business.lines
        for destination in line.directory.destinations
    ]
    return Wanted(agent, tuple(dict.fromkeys(numbers)), max(waits))
