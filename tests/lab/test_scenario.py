from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from lab.scenario import Notify, Refer, Script, referred, refused, render
from lab.track import Key, Track

if TYPE_CHECKING:
    from pathlib import Path

SHORT = Track((Key("0", 0.1),), seconds=0.2)


def steps(script: Script, folder: Path) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(render(script, folder).encode("iso-8859-1")))


def sent(script: Script, folder: Path) -> list[str]:
    """The first line of everything the caller sends, and the body of a NOTIFY."""
    lines = []
    for step in steps(script, folder):
        if step.tag == "send":
            head, _, body = (step.text or "").strip().partition("\n\n")
            first = head.splitlines()[0].partition(" sip:")[0]
            lines.append(f"{first} {body.strip()}".strip() if first == "NOTIFY" else first)
    return lines


def test_a_caller_who_is_transferred(tmp_path: Path) -> None:
    assert sent(Script(track=SHORT), tmp_path) == [
        "INVITE",
        "ACK",
        "SIP/2.0 202 Accepted",
        "NOTIFY SIP/2.0 100 Trying",
        "NOTIFY SIP/2.0 200 OK",
        "BYE",
        "SIP/2.0 200 OK",
    ]


def test_refers_are_met_one_after_the_other(tmp_path: Path) -> None:
    script = Script((refused(603), referred(486), Refer()), SHORT)
    assert sent(script, tmp_path)[2:-2] == [
        "SIP/2.0 603 Decline",
        "SIP/2.0 202 Accepted",
        "NOTIFY SIP/2.0 100 Trying",
        "NOTIFY SIP/2.0 486 Busy Here",
        "SIP/2.0 202 Accepted",
        "NOTIFY SIP/2.0 100 Trying",
        "NOTIFY SIP/2.0 200 OK",
    ]


def test_a_refer_that_is_never_answered(tmp_path: Path) -> None:
    assert sent(Script((Refer(answer=None),), SHORT), tmp_path)[2:-2] == []


@pytest.mark.parametrize(
    ("notify", "has", "has_not"),
    [
        (Notify(200), ["Event: refer;id=[$cseq0]", "terminated", "SIP/2.0 200 OK"], []),
        (Notify(100), ["active;expires=60"], ["terminated"]),
        (Notify(100, ends=True), ["terminated"], ["active"]),
        (Notify(200, event="wrong"), ["Event: refer;id=99999"], ["$cseq0"]),
        (Notify(200, event="bare"), ["Event: refer\n"], [";id="]),
        (Notify(200, event="none"), [], ["Event:"]),
        (Notify(200, body=False), ["terminated"], ["Content-Type", "SIP/2.0 200"]),
    ],
)
def test_kinds_of_notify(
    tmp_path: Path, notify: Notify, has: list[str], has_not: list[str]
) -> None:
    script = Script((Refer(notifies=(notify,)),), SHORT)
    (text,) = (
        step.text or ""
        for step in steps(script, tmp_path)
        if step.tag == "send" and "NOTIFY sip" in (step.text or "")
    )
    assert all(part in text for part in has)
    assert not any(part in text for part in has_not)


def test_sequence_numbers_rise_within_the_call(tmp_path: Path) -> None:
    script = Script((referred(486), Refer()), SHORT)
    numbers = [
        int(line.split()[1])
        for step in steps(script, tmp_path)
        for line in (step.text or "").splitlines()
        if line.startswith("CSeq:") and line.endswith(("INVITE", "NOTIFY", "BYE"))
    ]
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_every_label_that_is_jumped_to_exists(tmp_path: Path) -> None:
    script = Script((Refer(hang_up_after=1.0, keep_talking=False), referred(480)), SHORT)
    all_steps = steps(script, tmp_path)
    labels = {step.get("id") for step in all_steps if step.tag == "label"}
    jumps = {step.get(kind) for step in all_steps for kind in ("next", "ontimeout")} - {None}
    assert jumps <= labels


def test_a_refer_is_not_answered_at_once(tmp_path: Path) -> None:
    all_steps = steps(Script(track=SHORT), tmp_path)
    answer = next(i for i, s in enumerate(all_steps) if "202 Accepted" in (s.text or ""))
    assert all_steps[answer - 1].tag == "pause"
    assert all_steps[answer - 1].get("milliseconds") == "30"


@pytest.mark.parametrize("status", [401, 407])
def test_a_challenge_comes_with_its_header(tmp_path: Path, status: int) -> None:
    assert "Digest realm=" in render(Script((refused(status),), SHORT), tmp_path)


def test_a_phone_that_sends_no_keys_does_not_offer_to(tmp_path: Path) -> None:
    assert "telephone-event" in render(Script(track=SHORT), tmp_path)
    without = render(Script(track=SHORT, offers_keys=False), tmp_path)
    assert "101" not in without
    assert "m=audio [media_port] RTP/AVP 0\n" in without


def test_a_key_by_info_comes_before_the_first_refer(tmp_path: Path) -> None:
    script = Script(track=SHORT, info_after=1.0)
    assert sent(script, tmp_path)[:4] == ["INVITE", "ACK", "INFO", "SIP/2.0 202 Accepted"]
    assert "Signal=0" in render(script, tmp_path)
