"""What Twilio knows of a trunk and of a number (its APIs trunking/v1 and 2010-04-01)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

TransferMode = Literal["enable-all", "sip-only", "disable-all"]
"""Where a trunk lets REFER lead: anywhere, to SIP addresses only, nowhere."""
CallerId = Literal["from-transferee", "from-transferor"]
"""Whose number the new callee sees: the caller's, or the trunk's own."""


@dataclass(frozen=True, slots=True)
class OriginationUrl:
    """Where a trunk sends calls that come in.

    Attributes:
        sid: ``OU…``.
        sip_url: Such as ``sip:example.sip.livekit.cloud``.
        enabled: Whether it is used at all.
        priority: The lowest is asked first.
        weight: Its share of the calls among those of the same priority.
    """

    sid: str
    sip_url: str
    enabled: bool = True
    priority: int = 10
    weight: int = 10


@dataclass(frozen=True, slots=True)
class Trunk:
    """An Elastic SIP trunk.

    Attributes:
        sid: ``TK…``.
        name: Its friendly name.
        domain: ``….pstn.twilio.com``, or ``""`` for a trunk that only takes calls in.
        transfer_mode: A `TransferMode`, or ``""`` where Twilio does not say.
        caller_id: A `CallerId`, or ``""`` where Twilio does not say.
        recovery_url: Asked for TwiML when no origination URL takes a call, or ``""``.
        origination: In the order of their priorities.
        numbers: Its telephone numbers, E.164.
    """

    sid: str
    name: str = ""
    domain: str = ""
    transfer_mode: str = ""
    caller_id: str = ""
    recovery_url: str = ""
    origination: tuple[OriginationUrl, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How people find it."""
        return f"{self.sid} ({self.name})" if self.name else self.sid


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number of the account.

    Attributes:
        sid: ``PN…``.
        number: E.164.
        trunk_sid: The trunk that its calls go to, or ``""``.
        answered_by: What answers its calls without a trunk: ``a webhook``, ``an application``, or
            ``""``.
    """

    sid: str
    number: str
    trunk_sid: str = ""
    answered_by: str = ""


def by_priority(urls: Iterable[OriginationUrl]) -> tuple[OriginationUrl, ...]:
    """In the order in which Twilio asks them."""
    return tuple(sorted(urls, key=lambda url: (url.priority, -url.weight, url.sip_url)))
