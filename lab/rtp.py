"""RTP (RFC 3550) with G.711 audio (RFC 3551) and pressed keys (RFC 4733)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.audio import Samples

PCMU, PCMA = 0, 8
PACKET_SECONDS = 0.02
PACKET_SAMPLES = 160
KEYS = "0123456789*#ABCD"
"""In the order of their event codes (RFC 4733 section 3.2)."""
FLASH = "flash"
"""The hook flash: an event like a key, which nobody reads as one."""

_HEADER = struct.Struct(">BBHII")
_EVENT = struct.Struct(">BBH")
_FLASH_CODE = 16
_VOLUME = 10  # dBm0 below zero, what phones use
_END = 0x80
_RTCP = range(192, 224)  # RFC 5761 section 4


@dataclass(frozen=True)
class RtpPacket:
    """One packet."""

    payload_type: int
    sequence: int
    timestamp: int
    source: int
    """The synchronisation source (SSRC)."""
    payload: bytes
    marker: bool = False

    def pack(self) -> bytes:
        header = _HEADER.pack(
            0x80,
            self.marker << 7 | self.payload_type,
            self.sequence & 0xFFFF,
            self.timestamp & 0xFFFFFFFF,
            self.source,
        )
        return header + self.payload


@dataclass(frozen=True)
class KeyEvent:
    """The payload of a telephone-event packet."""

    digit: str
    duration: int
    """In samples, counted from the packet's timestamp."""
    ended: bool

    def pack(self) -> bytes:
        flags = (_END if self.ended else 0) | _VOLUME
        code = _FLASH_CODE if self.digit == FLASH else KEYS.index(self.digit)
        return _EVENT.pack(code, flags, self.duration)

    @classmethod
    def parse(cls, payload: bytes) -> KeyEvent | None:
        """The event, None when it is not a key (flash, fax tones)."""
        if len(payload) < _EVENT.size:
            return None
        code, flags, duration = _EVENT.unpack_from(payload)
        return cls(KEYS[code], duration, bool(flags & _END)) if code < len(KEYS) else None


def parse_rtp(payload: bytes) -> RtpPacket | None:
    """The packet in a datagram, None when it holds none (SIP, RTCP)."""
    if len(payload) < _HEADER.size or payload[0] >> 6 != 2 or payload[1] in _RTCP:
        return None
    first, second, sequence, timestamp, source = _HEADER.unpack_from(payload)
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:  # header extension
        if len(payload) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(payload[start + 2 : start + 4], "big")
    end = len(payload) - (payload[-1] if first & 0x20 else 0)
    return RtpPacket(
        second & 0x7F, sequence, timestamp, source, payload[start:end], bool(second & 0x80)
    )


def decode(payload_type: int, payload: bytes) -> Samples | None:
    """The samples of a G.711 payload, None for any other type."""
    table = {PCMU: _FROM_ULAW, PCMA: _FROM_ALAW}.get(payload_type)
    return None if table is None else table[np.frombuffer(payload, np.uint8)]


def encode_ulaw(samples: Samples) -> bytes:
    """PCMU (ITU-T G.711, mu-law)."""
    signed = samples.astype(np.int32)
    magnitude = np.minimum(np.abs(signed), 32635) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(signed < 0, 0x80, 0)
    codes: NDArray[np.uint8] = (~(sign | exponent << 4 | mantissa) & 0xFF).astype(np.uint8)
    return codes.tobytes()


def _ulaw_table() -> Samples:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 132) << ((code >> 4) & 7)) - 132
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _alaw_table() -> Samples:
    code = np.arange(256) ^ 0x55
    exponent = (code >> 4) & 7
    magnitude = ((code & 0x0F) << 4) + 8 + np.where(exponent > 0, 0x100, 0)
    magnitude <<= np.maximum(exponent - 1, 0)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


_FROM_ULAW, _FROM_ALAW = _ulaw_table(), _alaw_table()
