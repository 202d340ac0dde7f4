"""``receptionist trunks`` and ``receptionist calls --live``."""

from __future__ import annotations

import json

from google.protobuf.duration_pb2 import Duration
from livekit import api
from livekit.protocol.sip import SIPOutboundTrunkInfo

from tests.receptionist.operations.conftest import Run
from tests.support.livekit_server import LiveKitServer

NUMBER = "+16175550100"


def test_trunks_and_rules_are_listed(run: Run, server: LiveKitServer) -> None:
    run("setup", "--yes")
    server.add_trunk(name="fax", numbers=["+16175550109"], ringing_timeout=Duration(seconds=9))
    lobby = api.SIPDispatchRule(
        dispatch_rule_direct=api.SIPDispatchRuleDirect(room_name="lobby", pin="7")
    )
    server.add_rule(rule=lobby)
    server.outbound["ST_9"] = SIPOutboundTrunkInfo(
        sip_trunk_id="ST_9", name="out", address="sip.example.com", numbers=[NUMBER]
    )

    shown = [line.rstrip() for line in run("trunks").stdout.splitlines()]

    assert shown == [
        "Inbound trunks",
        "Trunk    Name          Numbers  Rings  Silence",
        "ST_0001  receptionist  …0100    12 s   75 s     by setup",
        "ST_0002  fax           …0109    9 s    default",
        "",
        "Dispatch rules",
        "Rule      Trunks       Rooms              Agents",
        "SDR_0001  ST_0001      one for each call  receptionist  by setup",
        "SDR_0002  every trunk  one for all calls  nobody",
        "",
        "Outbound trunks",
        "Trunk  Name  Address          Numbers",
        "ST_9   out   sip.example.com  …0100",
        "",
    ]


def test_trunks_for_programs_have_every_field(run: Run, server: LiveKitServer) -> None:
    server.add_trunk(numbers=[NUMBER], auth_username="u", auth_password="s3cret")
    result = run("trunks", "--json")
    (one,) = json.loads(result.stdout)["inbound"]
    assert (one["id"], one["numbers"], one["ringing_timeout"]) == ("ST_0001", ["…0100"], None)
    assert "s3cret" not in result.stdout
    shown = json.loads(run("trunks", "--json", "--numbers").stdout)
    assert shown["inbound"][0]["numbers"] == [NUMBER]


def test_where_there_is_nothing_that_is_said(run: Run) -> None:
    assert run("trunks").stdout.count("none") == 3
    assert run("calls", "--live").stdout == "No calls.\n"
    assert run("calls", "--live", "--json").stdout == "[]\n"


def test_live_calls_are_listed_with_their_numbers_masked(run: Run, server: LiveKitServer) -> None:
    server.rooms["web"] = []
    server.add_caller("call-_+12125550123_Ab1", "+12125550123")
    server.add_caller("call-_anonymous_Cd2", "anonymous", **{"sip.phoneNumber": ""})

    shown = [line.rstrip() for line in run("calls", "--live").stdout.splitlines()]

    assert shown == [
        " Age  Status  Caller    Room                 Identity",
        "1:05  active  …0123     call-_…0123_Ab1      sip_…0123",
        "1:05  active  withheld  call-_anonymous_Cd2  sip_anonymous",
    ]
    assert "+12125550123" in run("calls", "--live", "--numbers").stdout


def test_live_calls_for_programs(run: Run, server: LiveKitServer) -> None:
    server.add_caller("call-_+12125550123_Ab1", "+12125550123")
    (one,) = json.loads(run("calls", "--live", "--json").stdout)
    assert 64 < one.pop("seconds") < 80
    assert one == {
        "room": "call-_…0123_Ab1",
        "identity": "sip_…0123",
        "number": "…0123",
        "called": "…0100",
        "status": "active",
    }


def test_who_joins_by_the_web_is_no_call(run: Run, server: LiveKitServer) -> None:
    server.add_caller("room", "+12125550123")
    server.rooms["room"][0].kind = server.rooms["room"][0].STANDARD
    assert run("calls", "--live").stdout == "No calls.\n"


def test_a_server_that_does_not_answer_is_said_in_words(run: Run, server: LiveKitServer) -> None:
    server.strange = True
    assert run("trunks", code=1).stderr == (
        "the trunks cannot be listed: what answers is no LiveKit server\n"
    )
    assert "the rooms cannot be listed" in run("calls", "--live", code=1).stderr
