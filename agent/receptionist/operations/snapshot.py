"""The trunks and dispatch rules of a LiveKit project, and which of them a call would take.

Numbers, trunks and rules are matched as livekit-server does it (protocol, `sip/sip.go`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MADE_BY = "receptionist setup"
"""How the metadata begins of what `setup` has made; all else belongs to others."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """An inbound trunk.

    Attributes:
        id: LiveKit's, ``ST_…``.
        numbers: What callers dial; none: every number.
        allowed_addresses: Where calls may come from; none: anywhere.
        allowed_numbers: Who may call; none: everybody.
        username: Of the calls' authentication, or ``""``.
        ringing_timeout: Seconds a caller hears ringing until the agent speaks; ``None`` is the
            bridge's own, three minutes.
        media_timeout: Seconds without sound from the carrier that end a call; ``None`` is the
            bridge's own, 15 unless it is configured otherwise.
        headers_to_attributes: SIP headers of the INVITE by participant attribute.
    """

    id: str
    name: str = ""
    metadata: str = ""
    numbers: tuple[str, ...] = ()
    allowed_addresses: tuple[str, ...] = ()
    allowed_numbers: tuple[str, ...] = ()
    username: str = ""
    ringing_timeout: float | None = None
    media_timeout: float | None = None
    headers_to_attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """How people find it."""
        return f"{self.id} ({self.name})" if self.name else self.id


RuleKind = Literal["individual", "direct", "callee", "unknown"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A dispatch rule.

    Attributes:
        id: LiveKit's, ``SDR_…``.
        kind: ``individual``: a room for each call; ``direct``: one for all; ``callee``: one for
            each dialled number.
        separate: Whether each call gets a room of its own.
        room_prefix: How the names of its rooms begin.
        pin: Whether callers are asked for one.
        trunk_ids: The trunks it is for; none: every trunk.
        numbers: The dialled numbers it is for, to the letter; none: all.
        inbound_numbers: The callers' numbers it is for, to the letter; none: all.
        agents: Who is sent to the room, in order.
        media_timeout: As of a trunk, and stronger; ``None`` leaves it to the trunk.
    """

    id: str
    name: str = ""
    metadata: str = ""
    kind: RuleKind = "individual"
    separate: bool = True
    room_prefix: str = ""
    pin: bool = False
    trunk_ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    inbound_numbers: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    media_timeout: float | None = None

    @property
    def label(self) -> str:
        """How people find it."""
        return f"{self.id} ({self.name})" if self.name else self.id


@dataclass(frozen=True, slots=True)
class OutboundTrunk:
    """A trunk for calls that LiveKit makes.

    Attributes:
        id: LiveKit's, ``ST_…``.
        address: The carrier's host.
        numbers: Its own numbers, one of which is shown to who is called.
    """

    id: str
    name: str = ""
    address: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of them."""

    trunks: tuple[Trunk, ...] = ()
    outbound: tuple[OutboundTrunk, ...] = ()
    rules: tuple[Rule, ...] = ()

    def trunks_for(self, number: str) -> tuple[Trunk, ...]:
        """The trunks that a call to `number` may take: those that name it, else those for all."""
        wanted = normalized(number)
        named = [one for one in self.trunks if wanted in map(normalized, one.numbers)]
        return tuple(named or [one for one in self.trunks if not one.numbers])

    def rule_for(self, number: str, trunk: Trunk | None) -> Rule | None:
        """The rule that a call to `number` takes, of any caller, without a PIN."""
        fits = [
            one
            for one in self.rules
            if not one.inbound_numbers and (not one.numbers or number in one.numbers)
        ]
        own = [one for one in fits if trunk is not None and trunk.id in one.trunk_ids]
        return min(own or [one for one in fits if not one.trunk_ids], key=_priority, default=None)


def normalized(number: str) -> str:
    """A number as livekit-server compares it: its digits behind a ``+``."""
    if not re.fullmatch(r"\+?[0-9 ()-]+", number):
        return number
    return "+" + re.sub("[^0-9]", "", number)


def is_ours(one: Trunk | Rule, agent: str) -> bool:
    """Whether `setup` has made it for this agent."""
    return one.metadata == mark(agent)


def mark(agent: str) -> str:
    """The metadata of what `setup` makes."""
    return f"{MADE_BY}: {agent}"


_KINDS: dict[RuleKind, int] = {"direct": 0, "individual": 1, "callee": 2, "unknown": 3}


def _priority(rule: Rule) -> tuple[bool, int, str]:
    # A rule with a PIN comes first: the caller is then asked for it.
    return (not rule.numbers, _KINDS[rule.kind] + (0 if rule.pin else 100), rule.room_prefix)
