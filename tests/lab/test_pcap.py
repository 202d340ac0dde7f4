from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from lab.pcap import Address, Datagram, PcapReader, write_pcap

if TYPE_CHECKING:
    from pathlib import Path

DATAGRAMS = [
    Datagram(1.5, Address("127.0.0.1", 5060), Address("127.0.0.2", 5062), b"INVITE"),
    Datagram(1700000000.123456, Address("10.1.2.3", 1), Address("10.3.2.1", 65535), bytes(172)),
]


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    write_pcap(tmp_path / "x.pcap", DATAGRAMS)
    assert PcapReader().feed((tmp_path / "x.pcap").read_bytes()) == DATAGRAMS


@pytest.mark.parametrize("size", [1, 7, 24, 40, 1000])
def test_a_capture_is_read_in_pieces_of_any_size(tmp_path: Path, size: int) -> None:
    write_pcap(tmp_path / "x.pcap", DATAGRAMS)
    data = (tmp_path / "x.pcap").read_bytes()
    reader = PcapReader()
    found = [d for i in range(0, len(data), size) for d in reader.feed(data[i : i + size])]
    assert found == DATAGRAMS


def test_what_is_not_udp_over_ipv4_is_left_out(tmp_path: Path) -> None:
    write_pcap(tmp_path / "x.pcap", DATAGRAMS)
    data = bytearray((tmp_path / "x.pcap").read_bytes())
    ip = 24 + 16 + 14
    data[ip + 9] = 6  # the first is TCP now
    assert PcapReader().feed(bytes(data)) == DATAGRAMS[1:]


def test_fragments_are_left_out(tmp_path: Path) -> None:
    write_pcap(tmp_path / "x.pcap", DATAGRAMS)
    data = bytearray((tmp_path / "x.pcap").read_bytes())
    ip = 24 + 16 + 14
    struct.pack_into(">H", data, ip + 6, 0x2000)
    assert PcapReader().feed(bytes(data)) == DATAGRAMS[1:]


def test_a_capture_of_any_interface_is_read_too(tmp_path: Path) -> None:
    write_pcap(tmp_path / "x.pcap", DATAGRAMS[:1])
    data = (tmp_path / "x.pcap").read_bytes()
    frame = data[24 + 16 + 14 :]
    header = data[:20] + struct.pack("<I", 276)
    cooked = b"\x08\x00" + bytes(18) + frame
    record = data[24:32] + struct.pack("<II", len(cooked), len(cooked))
    assert PcapReader().feed(header + record + cooked) == DATAGRAMS[:1]


def test_another_format_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a capture"):
        PcapReader().feed(b"\x0a\x0d\x0d\x0a" + bytes(40))
