"""What is wrong with the LiveKit server, the key, and the worker, by what was seen of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .finding import Finding, Level

MOST_SKEW_SECONDS = 30.0
"""LiveKit refuses keys used by a clock that is a minute ahead."""

_EVERYBODY = "Nobody is answered, and nobody can be put through."


@dataclass(frozen=True, slots=True)
class Server:
    """What a few harmless requests have shown.

    Attributes:
        unreachable: Why the server cannot be reached, or ``""``.
        key_refused: Whether it does not know the key, or not with this secret.
        missing_grants: What the key may not do, by the name of the grant.
        skew: How far this machine's clock is ahead of the server's, in seconds; ``None`` when
            it does not tell the time.
        without_sip: Whether it has no SIP service.
    """

    unreachable: str = ""
    key_refused: bool = False
    missing_grants: tuple[str, ...] = ()
    skew: float | None = None
    without_sip: bool = False

    @property
    def usable(self) -> bool:
        """Whether anything more can be asked."""
        return not self.unreachable and not self.key_refused


def server_findings(server: Server, url: str) -> list[Finding]:
    """What is wrong, the cause before its effects."""
    return list(_server_findings(server, url))


def worker_finding(agent: str) -> Finding:
    """Nobody has taken a job that was offered to `agent`."""
    return Finding(
        "no_worker",
        Level.FAULT,
        f"No worker takes calls under the name {agent!r}: none is running, or it has another "
        "name, or it is full.",
        "He hears ringing until LiveKit gives up, then that the line is busy.",
        "receptionist start, with the same RECEPTIONIST_AGENT_NAME",
    )


def _server_findings(server: Server, url: str) -> Iterator[Finding]:
    if server.unreachable:
        yield Finding(
            "livekit_unreachable",
            Level.FAULT,
            f"The LiveKit server at {url} cannot be reached: {server.unreachable}.",
            _EVERYBODY,
            "check LIVEKIT_URL, the network and the server",
        )
        return
    skewed = server.skew is not None and abs(server.skew) > MOST_SKEW_SECONDS
    if server.skew is not None and skewed:
        way = "ahead of" if server.skew > 0 else "behind"
        yield Finding(
            "clock_skew",
            Level.FAULT if server.key_refused else Level.WARNING,
            f"This machine's clock is {abs(server.skew):.0f} seconds {way} the server's.",
            _EVERYBODY
            if server.key_refused
            else "Nothing yet; LiveKit refuses keys of a clock "
            "that is a minute ahead, and times in the record are wrong.",
            "set the clock: timedatectl set-ntp true",
        )
    if server.key_refused:
        if not skewed:
            yield Finding(
                "livekit_key",
                Level.FAULT,
                "The LiveKit server refuses LIVEKIT_API_KEY with LIVEKIT_API_SECRET.",
                _EVERYBODY,
                "take both from that server: lk project list, or its configuration file",
            )
        return
    if server.missing_grants:
        yield Finding(
            "livekit_grants",
            Level.FAULT,
            f"The key may not do all that is needed: {', '.join(server.missing_grants)}.",
            "He may be answered, but not put through.",
            "make a key with these grants, and put it into LIVEKIT_API_KEY",
        )
    if server.without_sip:
        yield Finding(
            "livekit_sip",
            Level.FAULT,
            "The LiveKit server has no SIP service.",
            "No telephone call reaches LiveKit.",
            "run livekit-sip beside it, with the same Redis; see docs/quickstart.md",
        )
