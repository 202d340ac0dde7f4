from __future__ import annotations

import pytest

from lab.pcap import Address, Datagram
from lab.sip_message import SipMessage, parse_sip

HERE, THERE = Address("127.0.0.1", 5060), Address("127.0.0.1", 5062)


def parse(text: str) -> SipMessage | None:
    return parse_sip(Datagram(7.0, HERE, THERE, text.replace("\n", "\r\n").encode()))


def read(text: str) -> SipMessage:
    message = parse(text)
    assert message is not None
    return message


REFER = """\
REFER sip:+12125550199@127.0.0.1:5062 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1
Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK2
f: <sip:+15105550100@127.0.0.1:5060>;tag=here
To: "A caller" <sip:+12125550199@127.0.0.1:5062>;tag=there
i: abc@lab
CSeq: 12 REFER
Refer-To:
 <tel:+12125550123>
Content-Length: 0

"""


def test_a_request_is_read() -> None:
    refer = read(REFER)
    assert (refer.at, refer.source, refer.destination) == (7.0, HERE, THERE)
    assert (refer.method, refer.status, refer.cseq) == ("REFER", None, 12)
    assert refer.is_request
    assert refer.uri == "sip:+12125550199@127.0.0.1:5062"
    assert (refer.from_tag, refer.to_tag) == ("here", "there")
    assert refer.from_user == "+15105550100"


def test_compact_and_folded_headers_count_as_their_long_ones() -> None:
    refer = read(REFER)
    assert refer.call_id == "abc@lab"
    assert refer.header("refer-to") == "<tel:+12125550123>"
    assert str(refer) == "REFER, Refer-To: <tel:+12125550123>"


def test_a_header_that_comes_twice_is_kept_twice() -> None:
    assert [via.split(";")[1] for via in read(REFER).all("Via")] == [
        "branch=z9hG4bK1",
        "branch=z9hG4bK2",
    ]


def test_a_response_belongs_to_the_method_it_answers() -> None:
    busy = read("SIP/2.0 486 Busy Here\nCSeq: 1 INVITE\nCall-ID: a\n\n")
    assert (busy.method, busy.status, busy.reason) == ("INVITE", 486, "Busy Here")
    assert not busy.is_request
    assert str(busy) == "486 Busy Here (INVITE)"


@pytest.mark.parametrize(
    ("body", "reported"),
    [("SIP/2.0 486 Busy Here\r\n", 486), ("SIP/2.0 200\r\n", 200), ("", None), ("nonsense", None)],
)
def test_a_notify_reports_the_status_in_its_body(body: str, reported: int | None) -> None:
    assert read(f"NOTIFY sip:a@b SIP/2.0\nCSeq: 3 NOTIFY\n\n{body}").reported == reported


def test_the_session_description_says_where_audio_goes() -> None:
    invite = read(
        "INVITE sip:a@b SIP/2.0\nCSeq: 1 INVITE\n\n"
        "v=0\nc=IN IP4 127.0.0.3\nm=audio 4000 RTP/AVP 0 101\n"
        "a=rtpmap:101 telephone-event/8000\n"
    )
    assert invite.media == Address("127.0.0.3", 4000)
    assert invite.event_payload_type() == 101


@pytest.mark.parametrize("payload", [b"\x80\x00" + bytes(170), b"\r\n\r\n", b"", b"GET / HTTP/1.1"])
def test_what_is_no_sip_is_none(payload: bytes) -> None:
    assert parse_sip(Datagram(0.0, HERE, THERE, payload)) is None
