"""``receptionist drill``: whom it would call, by which way, and who must agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from livekit import api
from livekit.protocol.sip import SIPOutboundTrunkInfo

from receptionist.cli.drill import to_json, to_line
from receptionist.operations.dial_plan import Dial, NoTrunkError, dials
from receptionist.operations.drill import Answer, Result, failed
from receptionist.operations.snapshot import OutboundTrunk
from tests.receptionist.operations.conftest import BUSINESS, Run
from tests.support.business import loaded
from tests.support.livekit_server import LiveKitServer
from transfer_call.business import Line

OUT = OutboundTrunk("ST_1", "out", "sip.example.com", ("+16175550100",))
MANY = """\
business: {name: Acme, country: US}
destinations:
  sales: {to: ["+12125550123", "sip:sales@pbx.example.com;transport=tcp"]}
  desk: {to: "sips:desk@10.1.2.3:5061"}
  again: {to: "tel:+12125550123"}
  rota: {to: {resolve: "http://127.0.0.1:1/", secret: s}}
"""


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return loaded(tmp_path, MANY).lines[0]


def test_each_address_is_called_once_by_its_own_way(line: Line) -> None:
    calls, left = dials([line], [OUT], [])
    ways = [
        (one.destination.name, one.call_to, one.trunk_id, one.host, one.transport) for one in calls
    ]
    assert ways == [
        ("sales", "+12125550123", "ST_1", "", ""),
        ("sales", "sales", "", "pbx.example.com", "tcp"),
        ("desk", "desk", "", "10.1.2.3:5061", "tls"),
    ]
    assert left == ["rota: its address is asked for at the time of a call"]


def test_only_named_destinations_are_called(line: Line) -> None:
    calls, left = dials([line], [], ["desk"])
    assert ([one.destination.name for one in calls], left) == (["desk"], [])


@pytest.mark.parametrize(
    ("outbound", "trunk", "words"),
    [
        ([], "", "there is none: lk sip outbound create"),
        ([OUT, OutboundTrunk("ST_2")], "", "name one with --trunk: ST_1, ST_2"),
        ([OUT], "ST_9", "there is no outbound trunk ST_9"),
    ],
)
def test_a_trunk_that_is_not_clear_is_asked_for(
    line: Line, outbound: list[OutboundTrunk], trunk: str, words: str
) -> None:
    with pytest.raises(NoTrunkError, match=words):
        dials([line], outbound, [], trunk)


@pytest.fixture
def dial(line: Line) -> Dial:
    return dials([line], [OUT], [])[0][0]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("486", Answer.BUSY),
        ("480", Answer.NO_ANSWER),
        ("487", Answer.NO_ANSWER),
        ("603", Answer.DECLINED),
        ("404", Answer.UNREACHABLE),
        ("503", Answer.UNREACHABLE),
        ("403", Answer.UNREACHABLE),
    ],
)
def test_what_the_carrier_says_is_told_in_the_words_of_transfers(
    dial: Dial, status: str, answer: Answer
) -> None:
    error = api.ServerError("x", "m", status=500, metadata={"sip_status_code": status})
    result = failed(dial, error)
    assert (result.answer, result.sip_status) == (answer, int(status))


def test_a_call_that_was_not_made_says_why(dial: Dial) -> None:
    late = api.ServerError("deadline_exceeded", "m", status=408)
    assert failed(dial, late).answer is Answer.NO_ANSWER
    refused = failed(dial, api.ServerError("not_found", "m", status=404))
    assert (refused.answer, refused.detail) == (Answer.NOT_CALLED, "not_found")


def masked(text: str) -> str:
    return text.replace("+1212555", "…")


def test_each_call_is_one_line(dial: Dial) -> None:
    assert to_line(Result(dial, Answer.CONFIRMED), masked) == (
        "ok    sales (tel:…0123): somebody pressed 1"
    )
    assert to_line(Result(dial, Answer.BUSY, 486), masked) == (
        "FAIL  sales (tel:…0123): it is busy (486)"
    )
    written = to_json(Result(dial, Answer.BUSY, 486), masked)
    assert (written["address"], written["answer"], written["sip_status"]) == (
        "tel:…0123",
        "busy",
        486,
    )


def test_nobody_is_called_without_a_yes(run: Run, server: LiveKitServer) -> None:
    server.outbound["ST_1"] = SIPOutboundTrunkInfo(sip_trunk_id="ST_1", address="x")
    shown = run("drill", code=3, answers="n\n").stdout
    assert shown.startswith("sales: tel:…0123\ndesk: sip:desk@pbx.example.com\nCall these 2 now")
    assert run("drill", "--json", code=3).stdout == ""
    assert server.changes == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "telephone numbers are called by an outbound trunk, and there is none"),
        (("--to", "nobody"), "there is no destination 'nobody'"),
        (("--line", "x"), "there is no line 'x'"),
    ],
)
def test_bad_input_is_refused(run: Run, arguments: tuple[str, ...], words: str) -> None:
    assert words in run("drill", "--yes", *arguments, code=2).stderr
    assert BUSINESS.count("to:") == 2
