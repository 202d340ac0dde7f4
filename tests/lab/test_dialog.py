from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.audio import tone
from lab.capture import Capture, is_request, is_response
from lab.pcap import Address, Datagram, write_pcap
from lab.rtp import RtpPacket
from lab.track import Key, Sound, Track

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLER, BRIDGE = Address("127.0.0.1", 5000), Address("127.0.0.1", 5060)
CALLER_MEDIA, BRIDGE_MEDIA = Address("127.0.0.1", 6000), Address("127.0.0.1", 7000)


def sip(
    at: float, source: Address, first: str, cseq: str, call: str = "a", body: str = ""
) -> Datagram:
    there = BRIDGE if source == CALLER else CALLER
    text = f"{first}\r\nCall-ID: {call}\r\nCSeq: {cseq}\r\n\r\n{body}"
    return Datagram(at, source, there, text.encode())


def sdp(media: Address) -> str:
    return (
        f"v=0\r\nc=IN IP4 {media.host}\r\nm=audio {media.port} RTP/AVP 0 101\r\n"
        "a=rtpmap:101 telephone-event/8000\r\n"
    )


def rtp(start: float, destination: Address, track: Track, *, late: float = 0.0) -> list[Datagram]:
    source = BRIDGE_MEDIA if destination == CALLER_MEDIA else CALLER_MEDIA
    return [
        Datagram(start + at + late * (index % 2), source, destination, packet.pack())
        for index, (at, packet) in enumerate(track.packets())
    ]


INVITE = sip(10.0, CALLER, "INVITE sip:+15105550001@b SIP/2.0", "1 INVITE", body=sdp(CALLER_MEDIA))
OK = sip(10.5, BRIDGE, "SIP/2.0 200 OK", "1 INVITE", body=sdp(BRIDGE_MEDIA))
CALL = [
    INVITE,
    sip(10.01, BRIDGE, "SIP/2.0 100 Trying", "1 INVITE"),
    OK,
    sip(12.0, BRIDGE, "REFER sip:c SIP/2.0", "5 REFER"),
    sip(12.5, BRIDGE, "REFER sip:c SIP/2.0", "5 REFER"),
    sip(12.6, CALLER, "SIP/2.0 202 Accepted", "5 REFER"),
    sip(13.0, BRIDGE, "REFER sip:c SIP/2.0", "6 REFER"),
    sip(14.0, BRIDGE, "BYE sip:c SIP/2.0", "7 BYE"),
]


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Capture]:
    keys = Track((Sound(tone(440, 0.5), 0.2), Key("0", 1.0, 0.1)), seconds=2.0)
    voice = Track((Sound(tone(880, 0.4), 0.3),), seconds=2.0)
    after = Track((Sound(tone(660, 1.0), 0.0),), seconds=1.0)
    datagrams = [
        *CALL,
        *rtp(10.5, BRIDGE_MEDIA, keys),
        *rtp(10.5, CALLER_MEDIA, voice, late=0.015),
        *rtp(15.0, CALLER_MEDIA, after),
        sip(20.0, CALLER, "INVITE sip:+15105550002@b SIP/2.0", "1 INVITE", "b"),
    ]
    write_pcap(tmp_path / "x.pcap", sorted(datagrams, key=lambda d: d.at))
    capture = Capture(tmp_path / "x.pcap")
    yield capture
    capture.close()


def test_calls_are_told_apart_by_their_call_id(capture: Capture) -> None:
    assert [dialog.call_id for dialog in capture.dialogs()] == ["a", "b"]
    assert [dialog.call_id for dialog in capture.dialogs(to_user="+15105550002")] == ["b"]
    with pytest.raises(KeyError):
        capture.dialog("c")


def test_a_retransmission_is_the_same_request(capture: Capture) -> None:
    dialog = capture.dialog("a")
    first, second = dialog.requests("REFER")
    assert (first.at, second.at) == (12.0, 13.0)
    assert [m.at for m in dialog.sent(first)] == [12.0, 12.5]
    assert [m.status for m in dialog.replies(first)] == [202]
    assert dialog.replies(second) == []


def test_answer_and_end(capture: Capture) -> None:
    dialog = capture.dialog("a")
    assert dialog.answer is not None
    assert dialog.answer.at == 10.5
    assert dialog.end is not None
    assert dialog.end.at == 14.0
    assert capture.dialog("b").answer is None
    assert capture.dialog("b").end is None


def test_what_either_side_said_on_the_wires_clock(capture: Capture) -> None:
    dialog = capture.dialog("a")
    (said,) = dialog.said().audible(pause=0.05)
    assert [said.start, said.end] == pytest.approx([10.7, 11.2], abs=0.02)
    assert dialog.said().tone_seconds(440) == pytest.approx(0.5, abs=0.1)


def test_jitter_of_the_network_is_not_heard(capture: Capture) -> None:
    heard = capture.dialog("a").heard()
    assert heard.first_audible() == pytest.approx(10.8, abs=0.02)
    assert heard.tone_seconds(880) == pytest.approx(0.4, abs=0.1)


def test_a_later_call_on_the_same_ports_is_not_this_one(capture: Capture) -> None:
    assert capture.dialog("a").heard().tone_seconds(660) == 0.0


def test_pressed_keys(capture: Capture) -> None:
    (key,) = capture.dialog("a").keys()
    assert key.digit == "0"
    assert key.at == pytest.approx(11.5, abs=0.001)
    assert key.seconds == pytest.approx(0.1)


def test_a_call_without_an_answer_has_no_sound(capture: Capture) -> None:
    dialog = capture.dialog("b")
    assert dialog.heard().seconds == 0
    assert dialog.said().seconds == 0
    assert dialog.keys() == []


def test_a_stream_that_starts_anew_is_placed_by_its_arrival(tmp_path: Path) -> None:
    first = RtpPacket(0, 1, 0, 1, bytes([0x80]) * 160)
    jumped = RtpPacket(0, 2, 900_000, 1, bytes([0x80]) * 160)
    other = RtpPacket(0, 3, 5, 2, bytes([0x80]) * 160)
    packets = [
        Datagram(at, BRIDGE_MEDIA, CALLER_MEDIA, packet.pack())
        for at, packet in ((11.0, first), (11.5, jumped), (12.0, other))
    ]
    write_pcap(tmp_path / "x.pcap", [INVITE, OK, *packets])
    capture = Capture(tmp_path / "x.pcap")
    starts = [span.start for span in capture.dialog("a").heard().audible()]
    capture.close()
    assert starts == [pytest.approx(at, abs=0.011) for at in (11.0, 11.5, 12.0)]


def test_a_late_burst_is_heard_as_it_was_sent_and_a_pause_of_the_sender_as_a_pause(
    tmp_path: Path,
) -> None:
    loud, still = bytes([0x80]) * 160, bytes([0xFF]) * 160
    packets = []
    for index in range(100):
        at = 11.0 + 0.02 * index
        if 20 <= index < 30:
            at = 11.6  # Ten at once.
        if index >= 60:
            at += 0.3
        payload = loud if index in (22, 62) else still
        packet = RtpPacket(0, index, 160 * index, 1, payload)
        packets.append(Datagram(at, BRIDGE_MEDIA, CALLER_MEDIA, packet.pack()))
    write_pcap(tmp_path / "x.pcap", [INVITE, OK, *packets])
    capture = Capture(tmp_path / "x.pcap")
    dialog = capture.dialog("a")
    starts = [span.start for span in dialog.heard().audible()]
    pause = dialog.longest_pause()
    capture.close()
    assert starts == [pytest.approx(at, abs=0.011) for at in (11.44, 12.54)]
    assert pause == pytest.approx(0.32)


async def test_waiting_for_a_message(capture: Capture) -> None:
    assert (await capture.wait_for(is_request("REFER"), 1)).at == 12.0
    assert (await capture.wait_for(is_response(202, "REFER"), 1, call_id="a")).at == 12.6
    with pytest.raises(TimeoutError, match=r"REFER, Refer-To"):
        await capture.wait_for(is_request("NOTIFY"), 0.05)


async def test_following_gives_every_message_once(capture: Capture) -> None:
    seen = []
    async for message in capture.follow():
        seen.append(message.at)
        if len(seen) == 9:
            break
    assert seen == sorted(seen)
