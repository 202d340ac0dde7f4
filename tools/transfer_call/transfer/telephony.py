"""What the engine asks of the telephone system, and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Refer:
    """One TransferSIPParticipant request.

    Attributes:
        room: LiveKit room of the caller.
        identity: The caller's participant identity; always of kind SIP.
        to: ``tel:``, ``sip:`` or ``sips:`` URI for the Refer-To header (RFC 3515 §2.1).
        play_dialtone: Whether the caller hears ringing while the REFER is pending.
        headers: Extra headers of the REFER.
        ringing_timeout: Seconds to wait for the outcome; whole, at least 1.
    """

    room: str
    identity: str
    to: str
    play_dialtone: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    ringing_timeout: int = 60


class ReplyKind(StrEnum):
    """The shape of what the API returned or raised."""

    OK = "ok"
    """A response message, possibly empty."""
    TWIRP = "twirp"
    """An error answered by the server."""
    TIMEOUT = "timeout"
    TRANSPORT = "transport"
    """Connection refused or cut, or a reply that is not the protocol's."""
    CONFIG = "config"
    """No URL or key at all."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reply:
    """A TransferSIPParticipant reply with the SDK's exceptions already taken apart.

    Attributes:
        kind: The reply's shape; which other fields mean anything follows from it.
        http_status: HTTP status of a `ReplyKind.TWIRP` error.
        twirp_code: Twirp error code, such as ``deadline_exceeded``.
        message: The server's message, for classification by substring only; it may hold
            numbers and must never be logged in a message.
        sip_status: SIP status code the server attached.
        transfer_status: ``SIPTransferStatus`` number of a response (2 is successful).
        transfer_reason: ``SIPTransferReason`` name of a response or an error, or ``""``.
        transfer_id: LiveKit's id of the transfer, or ``""``.
    """

    kind: ReplyKind
    http_status: int | None = None
    twirp_code: str = ""
    message: str = ""
    sip_status: int | None = None
    transfer_status: int = 0
    transfer_reason: str = ""
    transfer_id: str = ""


class Telephony(Protocol):
    """The LiveKit server API as the engine uses it.

    `transfer_call.adapters.livekit_api.LiveKitTelephony` is the real one,
    `transfer_call.testing.FakeTelephony` the one for tests.
    """

    async def warm(self) -> None:
        """Open the connection with a real request, so that the first REFER need not."""
        ...

    async def refer(self, request: Refer) -> Reply:
        """Ask for one transfer and wait for its end. Raises nothing but CancelledError."""
        ...

    async def delete_room(self, room: str) -> None:
        """Delete the room, which hangs up everyone in it. A missing room is no error."""
        ...

    async def aclose(self) -> None:
        """Close the connection."""
        ...
