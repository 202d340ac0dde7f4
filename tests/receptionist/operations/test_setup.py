"""``receptionist setup``: the plan, and what is made of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from google.protobuf.duration_pb2 import Duration
from livekit import api

from receptionist.operations.setup_plan import plan, unmaking
from receptionist.operations.snapshot import Rule, Snapshot, Trunk, mark
from receptionist.operations.wanted import Wanted
from tests.receptionist.operations.conftest import BUSINESS, Run
from tests.support.business import write
from tests.support.livekit_server import LiveKitServer

NUMBER = "+16175550100"
WANTED = Wanted("receptionist", (NUMBER,))


def test_the_first_run_makes_a_trunk_and_a_rule_that_calls_can_take(
    run: Run, server: LiveKitServer
) -> None:
    result = run("setup", "--yes")

    (trunk,) = server.trunks.values()
    (rule,) = server.rules.values()
    assert list(trunk.numbers) == [NUMBER]
    assert trunk.ringing_timeout.ToTimedelta() == timedelta(seconds=12)
    assert trunk.media.media_timeout.ToTimedelta() == timedelta(seconds=75)
    assert trunk.headers_to_attributes["Diversion"] == "sip.h.diversion"
    assert list(rule.trunk_ids) == [trunk.sip_trunk_id]
    assert rule.rule.dispatch_rule_individual.room_prefix == "call"
    assert [one.agent_name for one in rule.room_config.agents] == ["receptionist"]
    assert result.stdout.splitlines() == [
        "+ create trunk receptionist",
        "    numbers      …0100",
        "    ringing      12 s",
        "    silence      75 s",
        "    headers      Diversion, History-Info",
        "+ create rule receptionist",
        "    trunks       (the new trunk)",
        "    rooms        one for each call",
        "    agents       receptionist",
        "",
        "2 of 2 done.",
    ]


def test_the_second_run_changes_nothing(run: Run, server: LiveKitServer) -> None:
    run("setup", "--yes")
    made = len(server.changes)

    assert run("setup", "--yes").stdout == "Nothing to do.\n"
    assert run("setup", "--json").stdout == "[]\n"
    assert len(server.changes) == made


def test_nothing_is_done_without_a_yes(run: Run, server: LiveKitServer) -> None:
    assert "Carry this out? [y/N]" in run("setup", code=3, answers="n\n").stdout
    run("setup", code=3)
    run("setup", "--plan", code=3)
    run("setup", "--json", code=3)

    assert server.changes == []
    assert "2 of 2 done." in run("setup", answers="y\n").stdout


def test_an_edited_file_changes_what_setup_has_made(
    run: Run, server: LiveKitServer, tmp_path: Path
) -> None:
    run("setup", "--yes")
    more = BUSINESS.replace('"+16175550100"', '"+16175550100", "+16175550101"')
    write(tmp_path, more.replace('key: "1"', 'key: "1", ringing_timeout: 2m'), "receptionist.yaml")

    shown = run("setup", "--yes", "--allow-address", "192.0.2.0/24").stdout

    assert "~ change trunk ST_0001 (receptionist)" in shown
    assert "    numbers      …0100 -> …0100, …0101\n" in shown
    assert "    silence      75 s -> 135 s\n" in shown
    (trunk,) = server.trunks.values()
    assert list(trunk.numbers) == [NUMBER, "+16175550101"]
    assert list(trunk.allowed_addresses) == ["192.0.2.0/24"]
    assert "Nothing to do." in run("setup").stdout


def test_what_others_made_is_left_alone_and_said(run: Run, server: LiveKitServer) -> None:
    trunk = server.add_trunk(name="carrier", numbers=[NUMBER], auth_username="u", auth_password="p")
    server.add_rule(trunk_ids=[trunk], agents=("Receptionist",), name="old")

    result = run("setup", "--yes", code=3)

    assert server.changes == []
    assert "~ change trunk ST_0001 (carrier)  (not made by setup)" in result.stdout
    assert "    agents       Receptionist -> receptionist\n" in result.stdout
    assert "2 not made by setup, and left as it is: --adopt" in result.stderr


def test_what_others_made_is_changed_one_by_one_when_asked_for(
    run: Run, server: LiveKitServer
) -> None:
    trunk = server.add_trunk(
        name="carrier", numbers=[NUMBER], auth_username="u", auth_password="p",
        headers_to_attributes={"X-Account": "account"}, allowed_addresses=["192.0.2.1"],
    )  # fmt: skip
    rule = server.add_rule(trunk_ids=[trunk], agents=("Receptionist",), name="old")

    run("setup", "--adopt", code=3, answers="y\nn\n")
    assert [one.agent_name for one in server.rules[rule].room_config.agents] == ["Receptionist"]
    run("setup", "--adopt", "--yes")

    changed = server.trunks[trunk]
    assert changed.ringing_timeout.seconds == 12
    assert (changed.auth_password, list(changed.allowed_addresses)) == ("p", ["192.0.2.1"])
    assert changed.headers_to_attributes["X-Account"] == "account"
    assert [one.agent_name for one in server.rules[rule].room_config.agents] == ["receptionist"]
    assert run("setup").stdout == "Nothing to do.\n"


def test_a_trunk_whose_password_would_be_lost_is_not_changed(
    run: Run, server: LiveKitServer
) -> None:
    server.add_trunk(numbers=[NUMBER], auth_username="u")
    said = run("setup", "--adopt", "--yes", code=1).stderr
    assert "does not tell its password, which would be lost" in said
    assert "UpdateSIPInboundTrunk" not in server.changes


def test_delete_takes_away_what_setup_has_made_and_nothing_else(
    run: Run, server: LiveKitServer
) -> None:
    kept = server.add_trunk(name="fax", numbers=["+16175550109"])
    server.add_rule(trunk_ids=[kept], agents=("fax",))
    run("setup", "--yes")

    shown = run("setup", "--delete", "--yes").stdout

    assert shown.startswith("- delete rule SDR_0002 (receptionist)\n- delete trunk ST_0002")
    assert (list(server.trunks), len(server.rules)) == ([kept], 1)
    assert run("setup", "--delete", "--yes").stdout == "Nothing to do.\n"


def test_a_trunk_for_all_numbers_with_a_rule_for_all_trunks_needs_nothing(
    run: Run, server: LiveKitServer
) -> None:
    server.add_trunk(
        allowed_addresses=["192.0.2.1"],
        ringing_timeout=Duration(seconds=10),
        media=api.SIPMediaConfig(media_timeout=Duration(seconds=60)),
        headers_to_attributes={"Diversion": "d", "History-Info": "h"},
    )
    server.add_rule(agents=("receptionist",))
    assert run("setup").stdout == "Nothing to do.\n"


def test_a_rule_for_all_trunks_that_sends_another_agent_is_overruled_not_changed() -> None:
    trunk = Trunk("ST_1", numbers=(NUMBER,))
    everybody = Rule("SDR_1", agents=("other",))
    steps = plan(Snapshot((trunk,), (), (everybody,)), WANTED)
    (made,) = [step for step in steps if step.kind == "rule"]
    assert (made.action, made.values["trunk_ids"]) == ("create", ("ST_1",))


def test_numbers_that_another_trunk_takes_over_leave_setup_s_own() -> None:
    own = Trunk("ST_1", metadata=mark("receptionist"), numbers=(NUMBER,))
    rule = Rule("SDR_1", metadata=mark("receptionist"), trunk_ids=("ST_1",), agents=("x",))
    other = Trunk("ST_2", numbers=("16175550100",))
    steps = plan(Snapshot((own, other), (), (rule,)), WANTED)
    # A trunk without numbers, or a rule without trunks, would take everybody's calls.
    assert [(step.action, step.id) for step in steps if step.ours] == [
        ("change", "SDR_1"),
        ("delete", "ST_1"),
    ]
    assert steps[1].values["trunk_ids"] == ("ST_2",)


def test_what_setup_made_for_another_agent_belongs_to_others() -> None:
    own = Trunk("ST_1", metadata=mark("other"), numbers=(NUMBER,))
    assert unmaking(Snapshot((own,)), "receptionist") == []
    assert not any(step.ours for step in plan(Snapshot((own,)), WANTED) if step.kind == "trunk")


def test_without_numbers_there_is_nothing_to_set_up(
    run: Run, server: LiveKitServer, tmp_path: Path
) -> None:
    write(tmp_path, BUSINESS.replace('  numbers: ["+16175550100"]\n', ""), "receptionist.yaml")
    assert "business.numbers: setup needs" in run("setup", code=2).stderr


def test_a_server_that_refuses_is_said_in_words(
    run: Run, server: LiveKitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.without.add("sip.admin")
    assert "the trunks cannot be listed: the LiveKit server refuses" in run("setup", code=1).stderr
    monkeypatch.setenv("LIVEKIT_URL", "")
    assert "LIVEKIT_URL: is not set" in run("setup", code=2).stderr


def test_the_plan_for_programs_has_every_value(run: Run) -> None:
    trunk, rule = json.loads(run("setup", "--json", code=3).stdout)
    assert (trunk["action"], trunk["kind"], trunk["ours"]) == ("create", "trunk", True)
    assert {"name": "ringing_timeout", "before": None, "after": 12} in trunk["changes"]
    assert {"name": "numbers", "before": [], "after": ["…0100"]} in trunk["changes"]
    assert {"name": "agents", "before": None, "after": ["receptionist"]} in rule["changes"]
