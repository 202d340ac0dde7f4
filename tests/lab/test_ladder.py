from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lab.dialog import PressedKey
from lab.ladder import Step, draw, draw_header, key_step, signal_step, spoken_step, words_step
from lab.pcap import Address
from lab.sip_message import SipMessage

LANES = ["caller", "receptionist", "human"]
CALLER, BRIDGE = Address("127.0.0.1", 1), Address("127.0.0.1", 2)
REQUEST = SipMessage(
    10.0, CALLER, BRIDGE, "INVITE", None, "", "sip:x@y", (("refer-to", "<tel:+1>"),), ""
)


def name(address: Address) -> str:
    return {CALLER: "caller", BRIDGE: "receptionist"}.get(address, "")


def notify(body: str) -> SipMessage:
    return replace(REQUEST, method="NOTIFY", body=body)


@pytest.mark.parametrize(
    ("message", "label", "detail"),
    [
        (REQUEST, "INVITE", ""),
        (replace(REQUEST, method="BYE"), "BYE", ""),
        (replace(REQUEST, method="REFER"), "REFER", "<tel:+1>"),
        (notify("SIP/2.0 486 Busy Here"), "NOTIFY 486", ""),
        (notify(""), "NOTIFY", ""),
        (replace(REQUEST, status=200, reason="OK"), "200", "OK"),
        (replace(REQUEST, method="REFER", status=603, reason="Decline"), "603", "Decline"),
    ],
)
def test_messages_that_tell_something(message: SipMessage, label: str, detail: str) -> None:
    assert signal_step(message, name) == Step(10.0, "caller", "receptionist", label, detail)


@pytest.mark.parametrize(
    "message",
    [
        replace(REQUEST, status=100),
        replace(REQUEST, method="ACK"),
        replace(REQUEST, method="OPTIONS"),
        replace(REQUEST, method="NOTIFY", status=200),
        replace(REQUEST, method="BYE", status=200),
        replace(REQUEST, source=Address("127.0.0.1", 3)),
    ],
)
def test_messages_that_go_without_saying(message: SipMessage) -> None:
    assert signal_step(message, name) is None


def test_a_sentence_is_read_from_the_log() -> None:
    record = {"message": "spoke", "pii_text": "Hello.", "timestamp": "2026-01-01T00:00:01+00:00"}
    step = spoken_step(json.dumps(record), "receptionist")
    assert step == words_step(1767225601.0, "receptionist", "Hello.")


@pytest.mark.parametrize(
    "line",
    ["", "not JSON", "[]", "1", '{"message": "spoke"}', '{"message": "registered worker"}'],
)
def test_other_lines_of_the_log_are_not_sentences(line: str) -> None:
    assert spoken_step(line, "receptionist") is None


def test_what_goes_right_left_and_is_said() -> None:
    steps = [
        key_step(PressedKey("0", 12.5, 0.1), "caller", "receptionist"),
        Step(12.6, "receptionist", "caller", "REFER", "<tel:+1>"),
        Step(12.7, "caller", "human", "INVITE"),
        Step(12.8, "receptionist", "", "Hello."),
        Step(9.5, "caller", "receptionist", "INVITE"),
    ]
    assert [draw_header(LANES), *(draw(step, LANES, 10.0) for step in steps)] == [
        "  seconds   caller                    receptionist              human",
        "    2.500     │──────── key 0 ─────────▶│                         │",
        "    2.600     │◀──────── REFER ─────────│                         │  <tel:+1>",
        "    2.700     │───────────────────── INVITE ─────────────────────▶│",
        "    2.800     │                         « Hello. »",
        "   -0.500     │──────── INVITE ────────▶│                         │",
    ]
