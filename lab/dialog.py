"""One call on the wire: its messages, what was pressed, and what either side was sent."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lab.audio import RATE, Audio
from lab.rtp import KeyEvent, RtpPacket, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lab.pcap import Address
    from lab.sip_message import SipMessage

Stream: TypeAlias = "list[tuple[float, RtpPacket]]"
"""RTP packets to one address, with the times they were seen."""

_ANEW_SECONDS = 1.0
"""A timestamp further than this from the arrival, after the packet before, starts a new clock."""
_BURST_PACKETS = 25
"""Half a second: packets that are late for longer come from a sender that has paused."""


@dataclass(frozen=True)
class PressedKey:
    """A key as it went over the wire."""

    digit: str
    at: float
    """Of its first packet, in seconds since 1970."""
    seconds: float
    """How long it was held."""


class Dialog:
    """A call that one phone made (RFC 3261 section 12), from the first INVITE on."""

    def __init__(self, messages: Sequence[SipMessage], stream: Callable[[Address], Stream]) -> None:
        self.messages = tuple(messages)
        self._stream = stream

    @property
    def invite(self) -> SipMessage:
        """The INVITE that began it."""
        return next(m for m in self.messages if m.is_request and m.method == "INVITE")

    @property
    def call_id(self) -> str:
        return self.invite.call_id

    @property
    def answer(self) -> SipMessage | None:
        """The 200 to the INVITE, if it came."""
        return next((m for m in self.messages if m.method == "INVITE" and m.status == 200), None)

    @property
    def failed(self) -> bool:
        """Whether the INVITE was refused, or withdrawn before it was answered."""
        refused = any(m.method == "INVITE" and (m.status or 0) >= 300 for m in self.messages)
        return self.answer is None and (refused or bool(self.requests("CANCEL")))

    @property
    def end(self) -> SipMessage | None:
        """The first BYE, from either side, if it came."""
        return next(iter(self.requests("BYE")), None)

    def requests(self, method: str) -> list[SipMessage]:
        """The requests with this method, without retransmissions."""
        found: dict[tuple[int, Address], SipMessage] = {}
        for message in self.messages:
            if message.is_request and message.method == method:
                found.setdefault((message.cseq, message.source), message)
        return list(found.values())

    def sent(self, request: SipMessage) -> list[SipMessage]:
        """Every time this request was on the wire: the first, and its retransmissions."""
        return [
            m
            for m in self.messages
            if m.is_request
            and (m.method, m.cseq, m.source) == (request.method, request.cseq, request.source)
        ]

    def replies(self, request: SipMessage) -> list[SipMessage]:
        """The responses to this request, retransmissions included."""
        return [
            m
            for m in self.messages
            if not m.is_request
            and (m.method, m.cseq, m.destination) == (request.method, request.cseq, request.source)
        ]

    def heard(self) -> Audio:
        """What the one who dialled was sent, from the INVITE to the end; empty if nothing."""
        return self._audio(self.invite.media)

    def said(self) -> Audio:
        """What the one who dialled sent, from the answer on; keys are silence in it."""
        return self._audio(self.answer.media if self.answer else None)

    def longest_pause(self) -> float:
        """Longest time, in seconds, in which nothing at all was sent to the one who dialled.

        A bridge sends a packet every 20 ms, whether anything is said or not; where it did not,
        the machine was too busy, and what was heard says nothing about who spoke.
        """
        arrivals = [at for at, _ in self._within(self.invite.media)]
        return max((b - a for a, b in itertools.pairwise(arrivals)), default=0.0)

    def keys(self) -> list[PressedKey]:
        """The keys that the one who dialled pressed."""
        if self.answer is None or self.answer.media is None:
            return []
        event_type = self.answer.event_payload_type()
        pressed: dict[tuple[int, int], PressedKey] = {}
        for at, packet in self._within(self.answer.media):
            event = KeyEvent.parse(packet.payload) if packet.payload_type == event_type else None
            if event is None:
                continue
            # All packets of one event carry the timestamp of its start (RFC 4733 section 2.2).
            which = (packet.source, packet.timestamp)
            first = pressed.get(which, PressedKey(event.digit, at, 0.0))
            pressed[which] = PressedKey(event.digit, first.at, event.duration / RATE)
        return list(pressed.values())

    def _within(self, destination: Address | None) -> Stream:
        """The packets of this call: another call may have used the same ports."""
        if destination is None:
            return []
        end = self.end
        first, last = self.invite.at, end.at if end else float("inf")
        return [item for item in self._stream(destination) if first <= item[0] <= last]

    def _audio(self, destination: Address | None) -> Audio:
        stream = self._within(destination)
        decoded = [decode(packet.payload_type, packet.payload) for _, packet in stream]
        pieces = [
            (place, samples)
            for place, samples in zip(_places(stream), decoded, strict=True)
            if samples is not None
        ]
        if not pieces:
            return Audio(np.zeros(0, np.int16), self.invite.at)
        start = min(place for place, _ in pieces)
        length = max(round((place - start) * RATE) + len(piece) for place, piece in pieces)
        timeline = np.zeros(length, np.int16)
        for place, piece in pieces:
            first = round((place - start) * RATE)
            timeline[first : first + len(piece)] = piece
        return Audio(timeline, start)


def _places(stream: Stream) -> list[float]:
    """When each packet is due, in seconds since 1970.

    The sender's clock says where a packet belongs, free of the network's jitter. Packets that
    only one late burst delays stay where they belong; where all that follow are late as well,
    the sender itself has paused.
    """
    places: list[float] = []
    run: list[tuple[float, float]] = []  # Arrival, and the time of the sender's clock.
    before: RtpPacket | None = None
    for at, packet in stream:
        due = 0.0
        if before is not None and run:
            # Timestamps wrap at 32 bits.
            steps = (packet.timestamp - before.timestamp + 2**31) % 2**32 - 2**31
            due = run[-1][1] + steps / RATE
            anew = packet.source != before.source
            if anew or abs(steps / RATE - (at - run[-1][0])) > _ANEW_SECONDS:
                places += _smoothed(run)
                run, due = [], 0.0
        run.append((at, due))
        before = packet
    return places + _smoothed(run)


def _smoothed(run: Sequence[tuple[float, float]]) -> list[float]:
    if not run:
        return []
    arrived, due = np.array(run).T
    ahead = np.pad(arrived - due, (0, _BURST_PACKETS), mode="edge")
    late = np.lib.stride_tricks.sliding_window_view(ahead, _BURST_PACKETS + 1).min(axis=1)
    return [float(place) for place in due + late]
