from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from lab.audio import Audio, tone
from lab.pcap import PcapReader
from lab.rtp import PCMU, KeyEvent
from lab.track import EVENTS, Key, Sound, Track

if TYPE_CHECKING:
    from pathlib import Path

TRACK = Track((Sound(tone(440, 0.5), 0.2), Key("5", 1.0, 0.1)), seconds=2.0)


def test_a_stream_has_a_packet_every_20_ms() -> None:
    times = sorted({round(at, 3) for at, _ in TRACK.packets()})
    assert len(times) == 100
    assert np.allclose(np.diff(times), 0.02)


def test_its_packets_count_on_without_a_gap() -> None:
    packets = [packet for _, packet in TRACK.packets()]
    first = packets[0].sequence
    assert [(p.sequence - first) % 2**16 for p in packets] == list(range(len(packets)))
    assert len({packet.source for packet in packets}) == 1


def test_a_key_replaces_the_voice_and_ends_three_times() -> None:
    keys = [(at, packet) for at, packet in TRACK.packets() if packet.payload_type == EVENTS]
    events = [KeyEvent.parse(packet.payload) for _, packet in keys]
    assert [(e.digit, e.duration, e.ended) for e in events if e] == [
        ("5", 160, False),
        ("5", 320, False),
        ("5", 480, False),
        ("5", 640, False),
        ("5", 800, False),
        *[("5", 800, True)] * 3,
    ]
    origin = next(TRACK.packets())[1].timestamp
    assert {(packet.timestamp - origin) % 2**32 for _, packet in keys} == {8000}
    assert [packet.marker for _, packet in keys] == [True, *[False] * 7]
    voice = [packet.timestamp for _, packet in TRACK.packets() if packet.payload_type == PCMU]
    assert not {(at - origin) % 2**32 for at in voice} & set(range(8000, 8800))


def test_the_same_track_played_again_is_another_stream() -> None:
    (_, one), (_, two) = next(TRACK.packets(1)), next(TRACK.packets(2))
    assert one.source != two.source
    assert one.timestamp != two.timestamp


def test_a_sound_longer_than_the_track_is_cut() -> None:
    track = Track((Sound(tone(440, 5.0), 0.5),), seconds=1.0)
    assert sum(1 for _ in track.packets()) == 50


def test_a_file_of_another_rate_is_refused(tmp_path: Path) -> None:
    Audio(tone(440, 0.1, rate=16000), rate=16000).write(tmp_path / "x.wav")
    with pytest.raises(ValueError, match="16000 samples per second, not 8000"):
        list(Track((Sound(tmp_path / "x.wav"),)).packets())


def test_a_capture_of_it_is_written_once_and_never_at_time_zero(tmp_path: Path) -> None:
    path = TRACK.pcap(tmp_path)
    assert TRACK.pcap(tmp_path) == path
    datagrams = PcapReader().feed(path.read_bytes())
    assert datagrams[0].at >= 1.0
    assert [d.payload for d in datagrams] == [packet.pack() for _, packet in TRACK.packets()]
