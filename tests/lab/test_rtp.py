from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lab.audio import tone
from lab.rtp import FLASH, PCMA, PCMU, KeyEvent, RtpPacket, decode, encode_ulaw, parse_rtp


@given(
    st.builds(
        RtpPacket,
        st.integers(0, 63),
        st.integers(0, 0xFFFF),
        st.integers(0, 0xFFFFFFFF),
        st.integers(0, 0xFFFFFFFF),
        st.binary(max_size=200),
        st.booleans(),
    )
)
def test_a_packet_is_read_as_it_was_written(packet: RtpPacket) -> None:
    assert parse_rtp(packet.pack()) == packet


def test_extension_sources_and_padding_are_not_payload() -> None:
    head = bytes([0x80 | 0x20 | 0x10 | 0x01, 0]) + bytes(10)
    extension = b"\xbe\xde\x00\x01" + b"1234"
    packet = parse_rtp(head + b"CSRC" + extension + b"voice" + b"\x00\x00\x03")
    assert packet is not None
    assert packet.payload == b"voice"


@pytest.mark.parametrize(
    "payload", [b"", b"\x80\x00", b"INVITE sip:a@b SIP/2.0\r\n", bytes([0x80, 200]) + bytes(26)]
)
def test_what_is_no_rtp_is_none(payload: bytes) -> None:
    assert parse_rtp(payload) is None


def test_mu_law_keeps_a_tone() -> None:
    samples = tone(440, 0.1)
    decoded = decode(PCMU, encode_ulaw(samples))
    assert decoded is not None
    assert np.abs(decoded.astype(int) - samples).max() < 1024


@pytest.mark.parametrize(
    ("payload_type", "code", "sample"),
    [  # ITU-T G.711, tables 1 and 2
        (PCMU, 0xFF, 0),
        (PCMU, 0x80, 32124),
        (PCMU, 0x00, -32124),
        (PCMA, 0xD5, 8),
        (PCMA, 0xAA, 32256),
        (PCMA, 0x2A, -32256),
    ],
)
def test_the_ends_and_the_middle_of_g711(payload_type: int, code: int, sample: int) -> None:
    decoded = decode(payload_type, bytes([code]))
    assert decoded is not None
    assert decoded.tolist() == [sample]


def test_other_payloads_are_not_decoded() -> None:
    assert decode(96, b"abc") is None


@pytest.mark.parametrize("digit", "0123456789*#ABCD")
def test_a_key_is_read_as_it_was_written(digit: str) -> None:
    event = KeyEvent(digit, 800, True)
    assert KeyEvent.parse(event.pack()) == event


def test_the_hook_flash_is_no_key() -> None:
    flash = KeyEvent(FLASH, 160, True).pack()
    assert flash == bytes([16, 0x8A, 0, 160])
    assert KeyEvent.parse(flash) is None
