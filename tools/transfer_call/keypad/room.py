"""Keys of the caller from the room's DTMF events."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..transfer.caller import is_caller

if TYPE_CHECKING:
    from livekit import rtc

HELD_KEYS = 32
"""Keys kept while it is not known yet who the caller is."""


class RoomKeys:
    """Hands on the keys of one caller, in order; those of anyone else are dropped.

    Registered before the room is connected, so that no key is lost between the join and the
    first handler; keys that come before the caller is known wait for `serve`.
    """

    def __init__(self, room: rtc.Room) -> None:
        self._room = room
        self._identity = ""
        self._sink: Callable[[int, float], None] | None = None
        self._held: list[tuple[str, int, float]] = []
        room.on("sip_dtmf_received", self._on_dtmf)

    def serve(self, identity: str, sink: Callable[[int, float], None]) -> None:
        """Give `sink` the keys of `identity`, those already pressed first.

        Args:
            identity: The caller's.
            sink: Called with the event code (RFC 4733 §3.2: 0–9, 10 ``*``, 11 ``#``, 12–15
                A–D, 16 flash) and the time it came, in seconds of the monotonic clock.
        """
        self._identity, self._sink = identity, sink
        held, self._held = self._held, []
        for presser, code, at in held:
            if presser == identity:
                sink(code, at)

    def close(self) -> None:
        """Hand on no more keys."""
        self._sink = None
        self._held.clear()
        self._room.off("sip_dtmf_received", self._on_dtmf)

    def _on_dtmf(self, event: rtc.SipDTMF) -> None:
        participant = event.participant
        if participant is None or not is_caller(participant):
            return
        at = time.monotonic()
        if self._sink is None:
            if len(self._held) < HELD_KEYS:
                self._held.append((participant.identity, event.code, at))
        elif participant.identity == self._identity:
            self._sink(event.code, at)
