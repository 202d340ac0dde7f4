"""What a scripted caller sends: sound and pressed keys at given times, as RTP in one stream."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.audio import RATE, Audio, Samples
from lab.pcap import Address, Datagram, write_pcap
from lab.rtp import (
    PACKET_SAMPLES,
    PACKET_SECONDS,
    PCMU,
    KeyEvent,
    RtpPacket,
    encode_ulaw,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = 101
"""The RTP payload type the lab's callers offer for keys."""

_END_PACKETS = 3  # RFC 4733 section 2.5.1.4
_ANYWHERE = Address("127.0.0.1", 10_000)  # SIPp puts its own addresses in


@dataclass(frozen=True)
class Key:
    """A key held from ``at`` (seconds from the start) for ``seconds``."""

    digit: str
    at: float
    seconds: float = 0.1


@dataclass(frozen=True, eq=False)
class Sound:
    """Something heard from ``at`` on: samples at 8000 per second, or a WAV file of that rate."""

    what: Samples | Path
    at: float = 0.0

    def samples(self) -> Samples:
        """The samples.

        Raises:
            ValueError: The file has another rate.
        """
        if not isinstance(self.what, Path):
            return self.what
        audio = Audio.read(self.what)
        if audio.rate != RATE:
            raise ValueError(f"{self.what} has {audio.rate} samples per second, not {RATE}")
        return audio.samples


@dataclass(frozen=True)
class Track:
    """Sounds over silence, and keys; the stream itself never pauses.

    It lasts ``seconds``. A bridge ends calls whose RTP stops, so it should be longer than
    the call.
    """

    items: tuple[Key | Sound, ...] = ()
    seconds: float = 120.0

    def packets(self, stream: int = 0) -> Iterator[tuple[float, RtpPacket]]:
        """The packets with their times, in seconds from the start.

        Args:
            stream: Tracks played one after the other in one call need different numbers: a
                receiver takes a key with a source and timestamp that it knows for the same.
        """
        count = round(self.seconds / PACKET_SECONDS)
        samples = np.zeros(count * PACKET_SAMPLES, np.int16)
        for item in self.items:
            if isinstance(item, Sound):
                first = round(item.at * RATE)
                piece = item.samples()[: max(0, len(samples) - first)]
                samples[first : first + len(piece)] = piece
        payload = encode_ulaw(samples)
        keys = {
            round(item.at / PACKET_SECONDS): item for item in self.items if isinstance(item, Key)
        }
        chance = random.Random(hashlib.sha256(b"%d" % stream + payload).digest())
        source, origin = chance.getrandbits(32), chance.getrandbits(32)
        sequence = chance.getrandbits(16)
        index = 0
        while index < count:
            start = index * PACKET_SAMPLES
            timestamp = (origin + start) & 0xFFFFFFFF
            if key := keys.get(index):
                for offset, event, marker in _event_packets(key):
                    at = (index + offset) * PACKET_SECONDS
                    packet = RtpPacket(EVENTS, sequence, timestamp, source, event.pack(), marker)
                    yield at, packet
                    sequence = (sequence + 1) & 0xFFFF
                index += _packets_held(key)
                continue
            voice = payload[start : start + PACKET_SAMPLES]
            yield index * PACKET_SECONDS, RtpPacket(PCMU, sequence, timestamp, source, voice)
            sequence = (sequence + 1) & 0xFFFF
            index += 1

    def pcap(self, folder: Path, stream: int = 0) -> Path:
        """A capture of the packets in ``folder``, for SIPp to play; written once."""
        name = hashlib.sha256()
        datagrams = []
        for at, packet in self.packets(stream):
            data = packet.pack()
            name.update(data)
            # From second 1 on: SIPp takes a time of 0 for "unset".
            datagrams.append(Datagram(1 + at, _ANYWHERE, _ANYWHERE, data))
        path = folder / f"track-{name.hexdigest()[:16]}.pcap"
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            write_pcap(unfinished, datagrams)
            unfinished.rename(path)
        return path


def _packets_held(key: Key) -> int:
    return max(1, round(key.seconds / PACKET_SECONDS))


def _event_packets(key: Key) -> Iterator[tuple[int, KeyEvent, bool]]:
    """Packet offset, payload and marker of each packet of one event."""
    held = _packets_held(key)
    for offset in range(held):
        yield offset, KeyEvent(key.digit, (offset + 1) * PACKET_SAMPLES, False), offset == 0
    # The last one is sent three times so that losing one does not lengthen the key.
    for _ in range(_END_PACKETS):
        yield held - 1, KeyEvent(key.digit, held * PACKET_SAMPLES, True), False
