"""Watches a room for its caller: who he is, once he has joined, and that he has left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from livekit import rtc

from .caller import describe, find_caller, has_hung_up, is_caller

if TYPE_CHECKING:
    from .scene import Caller


class CallerWatch:
    """Follows one room from `start` to `stop`."""

    def __init__(
        self,
        room: rtc.Room,
        country: str,
        *,
        on_known: Callable[[Caller], None],
        on_left: Callable[[], None],
        on_closed: Callable[[], None],
    ) -> None:
        """Say what to follow.

        Args:
            room: The room of one telephone call.
            country: ISO 3166 country in which the caller's number is read when it comes without
                a calling code.
            on_known: Called once, when the caller is there.
            on_left: Called when he is gone, or nothing more can be known of him.
            on_closed: Called when this side has closed the connection: the caller may still be
                there, and a REFER that is out is still waited for.
        """
        self.caller: Caller | None = None
        """The SIP participant being served, once he is known."""
        self.known = asyncio.Event()
        self.left = asyncio.Event()
        self._room = room
        self._country = country
        self._on_known = on_known
        self._on_left = on_left
        self._on_closed = on_closed

    def start(self) -> None:
        """Follow the room from now on, with whom it already has."""
        self._room.on("participant_connected", self._connected)
        self._room.on("participant_disconnected", self._disconnected)
        self._room.on("participant_attributes_changed", self._attributes_changed)
        self._room.on("disconnected", self._room_disconnected)
        self.look()

    def stop(self) -> None:
        """Follow it no longer."""
        self._room.off("participant_connected", self._connected)
        self._room.off("participant_disconnected", self._disconnected)
        self._room.off("participant_attributes_changed", self._attributes_changed)
        self._room.off("disconnected", self._room_disconnected)

    def look(self) -> None:
        """Take the caller from those already in the room."""
        if self.caller is None and (participant := find_caller(self._room)) is not None:
            self._know(participant)

    def _connected(self, participant: rtc.RemoteParticipant) -> None:
        if self.caller is None and is_caller(participant):
            self._know(participant)

    def _know(self, participant: rtc.RemoteParticipant) -> None:
        self.caller = describe(participant, self._country)
        self.known.set()
        self._on_known(self.caller)
        if has_hung_up(participant):
            self._leave()

    def _disconnected(self, participant: rtc.RemoteParticipant) -> None:
        if self._is_caller(participant):
            self._leave()

    def _attributes_changed(self, changed: Mapping[str, str], participant: rtc.Participant) -> None:
        if self._is_caller(participant) and has_hung_up(participant):
            self._leave()

    def _room_disconnected(self, reason: object = None) -> None:
        if reason == rtc.DisconnectReason.CLIENT_INITIATED:
            self._on_closed()
        else:
            self._leave()

    def _is_caller(self, participant: rtc.Participant) -> bool:
        return self.caller is not None and participant.identity == self.caller.identity

    def _leave(self) -> None:
        self.left.set()
        self._on_left()
