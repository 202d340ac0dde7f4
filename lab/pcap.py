"""Captured packets: reading what dumpcap writes, writing what SIPp plays.

The classic format (draft-ietf-opsawg-pcap), microseconds, with UDP over IPv4 inside.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MAGIC = 0xA1B2C3D4
_FILE_HEADER = struct.Struct("<IHHiIII")
_RECORD_HEADER = struct.Struct("<IIII")
_IP_HEADER = struct.Struct(">BBHHHBBH4s4s")
_UDP_HEADER = struct.Struct(">HHHH")
_UDP = 17
_LINK_HEADERS = {1: (14, 12), 113: (16, 14), 276: (20, 0)}
"""Ethernet, Linux cooked v1 and v2 ("any"): length, and where the protocol's number is."""


@dataclass(frozen=True)
class Address:
    """Where a datagram comes from or goes to."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Datagram:
    """A UDP datagram on the wire, at a time in seconds since 1970."""

    at: float
    source: Address
    destination: Address
    payload: bytes


class PcapReader:
    """Takes a capture in pieces of any size, gives the datagrams that are complete."""

    def __init__(self) -> None:
        self._buffer = b""
        self._link: tuple[int, int] | None = None

    def feed(self, data: bytes) -> list[Datagram]:
        """The datagrams that ``data`` completes.

        Raises:
            ValueError: This is no capture in the format that dumpcap is asked for.
        """
        self._buffer += data
        position = 0
        if self._link is None:
            if len(self._buffer) < _FILE_HEADER.size:
                return []
            magic, *_, link = _FILE_HEADER.unpack_from(self._buffer)
            if magic != _MAGIC or link not in _LINK_HEADERS:
                raise ValueError(f"not a capture this can read: magic {magic:#x}, link type {link}")
            self._link = _LINK_HEADERS[link]
            position = _FILE_HEADER.size
        found = []
        while len(self._buffer) - position >= _RECORD_HEADER.size:
            seconds, micros, length, _ = _RECORD_HEADER.unpack_from(self._buffer, position)
            end = position + _RECORD_HEADER.size + length
            if len(self._buffer) < end:
                break
            frame = self._buffer[position + _RECORD_HEADER.size : end]
            if datagram := _datagram(seconds + micros / 1e6, frame, *self._link):
                found.append(datagram)
            position = end
        self._buffer = self._buffer[position:]
        return found


def _datagram(at: float, frame: bytes, link_length: int, protocol_at: int) -> Datagram | None:
    """The UDP datagram in a frame; None for anything else, and for fragments."""
    if frame[protocol_at : protocol_at + 2] != b"\x08\x00":
        return None
    packet = frame[link_length:]
    if len(packet) < _IP_HEADER.size:
        return None
    first, _, _, _, fragment, _, protocol, _, source, destination = _IP_HEADER.unpack_from(packet)
    ip_length = (first & 0x0F) * 4
    if protocol != _UDP or fragment & 0x3FFF or len(packet) < ip_length + _UDP_HEADER.size:
        return None
    source_port, destination_port, length, _ = _UDP_HEADER.unpack_from(packet, ip_length)
    return Datagram(
        at,
        Address(".".join(map(str, source)), source_port),
        Address(".".join(map(str, destination)), destination_port),
        packet[ip_length + _UDP_HEADER.size : ip_length + length],
    )


def write_pcap(path: Path, datagrams: Iterable[Datagram]) -> None:
    """Write datagrams as an Ethernet capture. SIPp takes a time of 0 for "unset"; avoid it."""
    with path.open("wb") as file:
        file.write(_FILE_HEADER.pack(_MAGIC, 2, 4, 0, 0, 65535, 1))
        for datagram in datagrams:
            udp = _UDP_HEADER.pack(
                datagram.source.port, datagram.destination.port, 8 + len(datagram.payload), 0
            )
            ip = _IP_HEADER.pack(
                0x45,
                0,
                _IP_HEADER.size + len(udp) + len(datagram.payload),
                0,
                0,
                64,
                _UDP,
                0,
                _ip(datagram.source.host),
                _ip(datagram.destination.host),
            )
            frame = bytes(12) + b"\x08\x00" + ip + udp + datagram.payload
            micros = round(datagram.at * 1e6)
            file.write(_RECORD_HEADER.pack(micros // 10**6, micros % 10**6, len(frame), len(frame)))
            file.write(frame)


def _ip(host: str) -> bytes:
    return bytes(int(part) for part in host.split("."))
