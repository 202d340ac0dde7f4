"""``receptionist check``: every finding, triggered by one broken thing."""

from __future__ import annotations

import inspect
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from livekit import api

from receptionist.operations import carrier, livekit, server_findings, telephony_findings
from receptionist.settings import read_settings
from receptionist.twilio.account import TwilioAccount
from tests.receptionist.operations.conftest import BUSINESS, Run
from tests.support.business import write
from tests.support.livekit_server import LiveKitServer
from tests.support.twilio.server import ACCOUNT, TOKEN, Twilio, serving
from transfer_call.adapters.record_entry import call_started
from transfer_call.adapters.spool import Spool
from transfer_call.adapters.sql_calls import past_calls
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.record import CallRow

NUMBER = "+16175550100"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(livekit, "WORKER_SECONDS", 0.2)


@pytest.fixture
def well(run: Run, server: LiveKitServer) -> Run:
    """A business whose calls are answered."""
    run("setup", "--yes")
    server.agents.add("receptionist")
    return run


def found(run: Run, *arguments: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """The findings by code, but for that of audio that nobody has rendered yet."""
    shown = json.loads(run("check", *arguments, "--json", code=code).stdout)
    first = {one["code"]: one for one in reversed(shown["findings"])}
    return {code: one for code, one in reversed(first.items()) if code != "audio"}


def online(run: Run, code: int = 1) -> dict[str, dict[str, Any]]:
    return found(run, "--online", code=code)


def test_nothing_is_wrong_with_what_is_well(well: Run) -> None:
    assert online(well, code=0) == {}


def test_the_check_changes_nothing_and_leaves_no_room(well: Run, server: LiveKitServer) -> None:
    before = server.changes
    online(well, code=0)
    assert server.changes[len(before) :] == ["CreateDispatch", "DeleteRoom"]
    assert server.rooms == {}


# On this machine.


@pytest.mark.parametrize(
    ("old", "new", "code", "exits", "words"),
    [
        ("country: US", "country: XX", "business_file", 2, "receptionist.yaml:3: business.country"),
        ('"+12125550123"', '"+19005550123"', "business_file", 2, "premium_rate"),
        ('"+12125550123"', '"sip:a@b?x=y"', "business_file", 2, "receptionist.yaml:6"),
        ('key: "0"', 'key: "1"', "business_file", 2, "key 1 belongs to"),
        ('key: "0"', "headers: {Via: x}", "business_file", 2, "the SIP bridge sets"),
        ('key: "0"', "ringing_timeout: 10s", "short_ringing", 0, "desk on line receptionist"),
        (
            "country: US",
            'country: US\n  timezone: America/New_York\n  hours: "off"',
            "never_open",
            1,
            "sales on line receptionist never opens",
        ),
    ],
)
def test_what_is_wrong_in_the_file_is_found(
    run: Run, tmp_path: Path, old: str, new: str, code: str, exits: int, words: str
) -> None:
    write(tmp_path, BUSINESS.replace(old, new), "receptionist.yaml")
    assert words in found(run, code=exits)[code]["what"]


def test_a_file_that_broke_after_a_good_day_says_what_callers_hear_meanwhile(
    run: Run, tmp_path: Path
) -> None:
    found(run)
    write(tmp_path, "busines: {}", "receptionist.yaml")
    one = found(run, code=2)["business_file"]
    assert one["what"].startswith("receptionist.yaml:1: busines: unknown key")
    assert "the last good file" in one["caller"]


def test_a_setting_that_cannot_be_used_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECEPTIONIST_MAX_CALLS", "many")
    monkeypatch.setenv("RECEPTIONIST_RECORD_URL", "mysql://user:s3cret@host/db")
    result = run("check", "--json", code=2)
    said = [one["what"] for one in json.loads(result.stdout)["findings"]]
    assert any(one.startswith("RECEPTIONIST_MAX_CALLS: 'many' is not") for one in said)
    assert any(one.startswith("RECEPTIONIST_RECORD_URL: ") for one in said)
    assert "s3cret" not in result.output


def test_no_livekit_server_is_a_fault_only_where_it_is_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEKIT_URL", "")
    monkeypatch.setenv("LIVEKIT_API_KEY", "")
    one = found(run)["livekit_setting"]
    assert one["what"] == "LIVEKIT_URL is not set, LIVEKIT_API_KEY is not set."
    assert one["level"] == "warning"
    assert online(run, code=2)["livekit_setting"]["level"] == "fault"


def test_a_prompt_with_a_gap_is_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "call.md").write_text("You work for us.")
    write(tmp_path, BUSINESS + "prompts: prompts\n", "receptionist.yaml")
    assert "call.md" in found(run, code=2)["business_file"]["what"]


def test_words_without_audio_are_found_and_rendered(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECEPTIONIST_CACHE_DIR", str(tmp_path / "empty"))
    shown = run("check").stdout
    assert "sentences have no audio yet." in shown
    shown = run("check", "--fix", answers="y\n").stdout
    assert "Render the sentences that have no audio yet? [y/N]" in shown
    assert shown.endswith("Nothing is wrong.\n")


def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "state" / "record.spool")


def waiting(name: str) -> CallRow:
    return CallRow(name, "main", "room", "+12125550100", NUMBER, datetime.now(UTC))


def test_entries_that_wait_are_found_and_written_back(run: Run, tmp_path: Path) -> None:
    spool(tmp_path).append(call_started(waiting("a")), call_started(waiting("b")))
    one = found(run)["record_spool"]
    assert one["what"].startswith("2 entries of the record wait in record.spool")
    run("check", "--fix", "--yes")
    assert "record_spool" not in found(run)
    url = read_settings()[0].record_url
    with SqlStore(url) as store, store.reading() as connection:
        assert {call.call_id for call in past_calls(connection)} == {"a", "b"}


def test_without_a_yes_nothing_is_mended(run: Run, tmp_path: Path) -> None:
    spool(tmp_path).append(call_started(waiting("a")))
    assert "[y/N]" in run("check", "--fix", answers="n\nn\n").stdout
    assert "record_spool" in found(run, "--fix")


def test_entries_that_were_rejected_are_found(run: Run, tmp_path: Path) -> None:
    path = spool(tmp_path).rejected
    path.parent.mkdir()
    path.write_text("{}\n")
    assert found(run)["record_rejected"]["what"].startswith("1 entry of the record could not")


def test_a_record_that_cannot_be_read_is_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "record.db").write_text("no database, but long enough to look at" * 99)
    assert "cannot be read" in found(run, code=1)["record_down"]["what"]


def test_tables_of_an_older_version_are_found_and_brought_up_to_date(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("check", "--fix", "--yes")
    spool(tmp_path).append(call_started(waiting("a")))
    run("check", "--fix", "--yes")
    assert found(run) == {}
    monkeypatch.setattr("receptionist.operations.offline.HEAD", "r9999")
    assert "older version" in found(run)["record_outdated"]["what"]


def test_a_pipeline_without_its_key_is_a_setting_that_is_missing(run: Run, tmp_path: Path) -> None:
    write(tmp_path, BUSINESS + "pipeline: cascade\n", "receptionist.yaml")
    assert found(run, code=2)["setting"]["what"].startswith("OPENAI_API_KEY: is not set")


# At LiveKit.


def test_a_server_that_is_not_there_is_found(well: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEKIT_URL", "ws://127.0.0.1:1")
    one = online(well)["livekit_unreachable"]
    assert one["what"] == (
        "The LiveKit server at ws://127.0.0.1:1 cannot be reached: connection refused."
    )


def test_what_is_no_livekit_server_is_found(well: Run, server: LiveKitServer) -> None:
    server.strange = True
    assert online(well)["livekit_unreachable"]["what"].endswith(
        "what answers is no LiveKit server."
    )


def test_a_wrong_secret_is_found(well: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEKIT_API_SECRET", "another-secret-of-at-least-32-bytes")
    assert list(online(well)) == ["livekit_key"]


@pytest.mark.parametrize("grant", ["sip.admin", "roomAdmin", "sip.call"])
def test_a_key_without_a_grant_is_found(well: Run, server: LiveKitServer, grant: str) -> None:
    server.without.add(grant)
    assert online(well)["livekit_grants"]["what"].endswith(f"needed: {grant}.")


def test_a_key_that_may_not_list_rooms_is_refused(well: Run, server: LiveKitServer) -> None:
    server.without.add("roomList")
    assert "livekit_key" in online(well)


@pytest.mark.parametrize(("behind", "words"), [(90, "ahead of"), (-90, "behind")])
def test_a_clock_that_is_off_is_found(
    well: Run, server: LiveKitServer, behind: float, words: str
) -> None:
    server.clock = behind
    one = online(well, code=0)["clock_skew"]
    assert f"seconds {words} the server's" in one["what"]


def test_a_key_refused_for_the_clock_is_put_down_to_the_clock() -> None:
    seen = server_findings.Server(key_refused=True, skew=90.0)
    (one,) = server_findings.server_findings(seen, "ws://x")
    assert (one.code, one.level) == ("clock_skew", "fault")


def test_a_server_without_sip_is_found(well: Run, server: LiveKitServer) -> None:
    server.has_sip = False
    assert "livekit_sip" in online(well)


def test_no_worker_is_found(well: Run, server: LiveKitServer) -> None:
    server.agents = {"Receptionist"}
    one = online(well)["no_worker"]
    assert one["what"].startswith("No worker takes calls under the name 'receptionist'")
    assert server.rooms == {}


def test_a_worker_that_has_joined_is_found_before_the_server_tells_of_its_job(
    well: Run, server: LiveKitServer
) -> None:
    server.tells_of_jobs = False
    assert online(well, code=0) == {}


# Trunks.


def test_a_number_without_a_trunk_is_found_and_mended(run: Run, server: LiveKitServer) -> None:
    server.agents.add("receptionist")
    one = online(run)["number_without_trunk"]
    assert one["what"] == "No inbound trunk has the number …0100."
    assert (one["mend"], one["fix"]) == ("receptionist setup", "setup")
    run("check", "--online", "--fix", "--yes")
    assert online(run, code=0) == {}


def test_a_number_that_livekit_sold_cannot_be_transferred(run: Run, server: LiveKitServer) -> None:
    server.agents.add("receptionist")
    server.add_rule(agents=("receptionist",))
    one = online(run, code=0)["number_without_trunk"]
    assert "LiveKit transfers no calls to such numbers (501)" in one["caller"]


def test_a_file_without_numbers_is_found(well: Run, tmp_path: Path) -> None:
    write(tmp_path, BUSINESS.replace(f'  numbers: ["{NUMBER}"]\n', ""), "receptionist.yaml")
    assert list(online(well, code=0)) == ["no_numbers"]


def others(server: LiveKitServer, **fields: Any) -> None:
    """A trunk and a rule that are as they should be, but for `fields`."""
    server.agents.add("receptionist")
    trunk = server.add_trunk(
        **{
            "numbers": [NUMBER],
            "ringing_timeout": Duration(seconds=10),
            "media": api.SIPMediaConfig(media_timeout=Duration(seconds=60)),
            "headers_to_attributes": {"Diversion": "d", "History-Info": "h"},
            **fields,
        }
    )
    server.add_rule(trunk_ids=[trunk], agents=("receptionist",))


def test_what_others_made_well_is_well(run: Run, server: LiveKitServer) -> None:
    others(server)
    assert online(run, code=0) == {}


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"ringing_timeout": None}, "trunk_ringing_timeout", "rings for three minutes"),
        ({"ringing_timeout": Duration(seconds=60)}, "trunk_ringing_timeout", "for 60 seconds"),
        ({"media": None}, "trunk_media_timeout", "after 15 (the bridge's own setting) seconds"),
        (
            {"media": api.SIPMediaConfig(media_timeout=Duration(seconds=30))},
            "trunk_media_timeout",
            "after 30 seconds without sound, but a transfer may ring for 60",
        ),
        ({"headers_to_attributes": {"Diversion": "d"}}, "trunk_headers", "headers History-Info."),
        ({"allowed_numbers": ["+1"]}, "trunk_allowed_numbers", "calls of 1 numbers only"),
    ],
)
def test_what_is_wrong_with_a_trunk_is_found(
    run: Run, server: LiveKitServer, fields: dict[str, Any], code: str, words: str
) -> None:
    others(server, **fields)
    (one,) = online(run, code=0).values()
    assert one["code"] == code
    assert words in one["what"]
    assert one["fix"] is None


# Dispatch rules.


def ruled(server: LiveKitServer, **fields: Any) -> None:
    others(server)
    server.rules.clear()
    server.add_rule(trunk_ids=["ST_0001"], **{"agents": ("receptionist",), **fields})


def rule(**kind: Any) -> api.SIPDispatchRule:
    return api.SIPDispatchRule(**kind)


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"agents": ()}, "rule_agent", "names no agent"),
        ({"agents": ("clerk",)}, "rule_agent", "sends 'clerk' to its calls"),
        ({"agents": ("Receptionist",)}, "rule_agent", "the same to the letter"),
        ({"agents": ("receptionist", "b")}, "rule_agents", "sends 2 agents to each call"),
        (
            {"rule": rule(dispatch_rule_direct=api.SIPDispatchRuleDirect(room_name="lobby"))},
            "rule_rooms",
            "into the same room",
        ),
        (
            {"rule": rule(dispatch_rule_callee=api.SIPDispatchRuleCallee(room_prefix="c"))},
            "rule_rooms",
            "one room for each dialled number",
        ),
        (
            {
                "rule": rule(
                    dispatch_rule_individual=api.SIPDispatchRuleIndividual(no_randomness=True)
                )
            },
            "rule_rooms",
            "rooms they share",
        ),
        (
            {"rule": rule(dispatch_rule_individual=api.SIPDispatchRuleIndividual(pin="1"))},
            "rule_pin",
            "asks for a PIN",
        ),
        ({"numbers": ["16175550100"]}, "number_without_rule", "but not to the letter"),
        ({"numbers": ["+16175550109"]}, "number_without_rule", "No dispatch rule takes calls"),
    ],
)
def test_what_is_wrong_with_a_rule_is_found(
    run: Run, server: LiveKitServer, fields: dict[str, Any], code: str, words: str
) -> None:
    ruled(server, **fields)
    one = online(run)[code]
    assert words in one["what"]
    assert one["level"] == "fault"


def test_a_rule_that_overrules_its_trunk_is_found(run: Run, server: LiveKitServer) -> None:
    ruled(server, media=api.SIPMediaConfig(media_timeout=Duration(seconds=20)))
    assert list(online(run, code=0)) == ["rule_media_timeout"]


# Elsewhere.


@pytest.fixture
def openai(
    well: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], None]]:
    """A server that answers a request for the models as it is told."""
    status = 200

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            right = self.headers["Authorization"] == "Bearer sk-test"
            self.send_response(status if right and self.path == "/v1/models" else 404)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    def answer(code: int) -> None:
        nonlocal status
        status = code

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        own = f"openai: {{base_url: 'http://127.0.0.1:{server.server_port}/v1/'}}\n"
        write(tmp_path, BUSINESS + own, "receptionist.yaml")
        yield answer
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "code"), [(200, None), (401, "openai_key"), (500, "openai_answer")]
)
def test_the_key_of_openai_is_tried(
    well: Run, openai: Callable[[int], None], status: int, code: str | None
) -> None:
    openai(status)
    assert list(online(well, code=0)) == ([code] if code else [])


def test_openai_that_is_not_there_is_found(
    well: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    own = "openai: {base_url: 'http://127.0.0.1:1/v1'}\n"
    write(tmp_path, BUSINESS + own, "receptionist.yaml")
    result = well("check", "--online", "--json")
    assert '"openai_unreachable"' in result.stdout
    assert "sk-test" not in result.output


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Twilio]:
    with serving() as server:
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
        monkeypatch.setattr(carrier, "open_account", partial(TwilioAccount, base_url=server.url))
        yield server


def test_a_number_of_another_carrier_is_no_finding(well: Run, twilio: Twilio) -> None:
    assert online(well, code=0) == {}


def test_a_number_on_no_trunk_is_found(well: Run, twilio: Twilio) -> None:
    twilio.add_number(NUMBER)
    assert "…0100 is on no trunk" in online(well)["twilio_number_without_trunk"]["what"]


@pytest.mark.parametrize(
    ("mode", "code"),
    [("disable-all", "twilio_no_transfers"), ("sip-only", "twilio_no_telephone_transfers")],
)
def test_a_trunk_that_does_not_transfer_to_the_destinations_is_found(
    well: Run, twilio: Twilio, mode: str, code: str
) -> None:
    trunk = twilio.add_trunk(transfer_mode=mode, disaster_recovery_url="https://x.example.com/")
    twilio.add_url(trunk, "sip:acme.sip.livekit.cloud")
    twilio.add_number(NUMBER, trunk_sid=trunk)
    (one,) = online(well).values()
    assert (one["code"], one["level"]) == (code, "fault")
    assert one["mend"].startswith(f"receptionist twilio enable-transfers --trunk {trunk}")
    assert one["caller"].startswith("He is told")


def test_a_token_that_twilio_refuses_is_a_warning(
    well: Run, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "0" * 32)
    assert list(online(well, code=0)) == ["twilio_not_asked"]
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "")
    assert list(online(well, code=0)) == ["twilio_key"]


# What is printed.


def test_people_get_one_line_for_each_thing_and_a_few_for_each_finding(
    run: Run, server: LiveKitServer
) -> None:
    server.agents.add("receptionist")
    server.add_trunk(name="carrier", numbers=[NUMBER])
    run("check", "--fix", "--yes")

    shown = run("check", "--online", code=1).stdout

    shown = re.sub("[0-9]+ sentences", "60 sentences", shown)
    assert shown == PRINTED.replace("URL", server.url)
    assert max(map(len, shown.splitlines())) <= 80


PRINTED = """\
ok       settings
ok       business file and prompts: 1 line, 2 destinations
ok       opening hours
ok       destinations
ok       rendered audio: 60 sentences
ok       record
ok       LiveKit server: URL
warning  inbound trunks: 1 there, 1 number
         Trunk ST_0001 (carrier) rings for three minutes when no worker answers.
           caller: Whenever no worker is up he hears three minutes of ringing,
                   then that the line is busy.
           mend:   receptionist setup --adopt, and a fallback number at the
                   carrier
         Trunk ST_0001 (carrier) ends calls after 15 (the bridge's own setting)
         seconds without sound, but a transfer may ring for 60.
           caller: Where the carrier sends no sound while the destination rings,
                   he is cut off in the middle of the transfer, and it is
                   reported as done.
           mend:   receptionist setup --adopt
         Trunk ST_0001 (carrier) does not hand on the headers Diversion and
         History-Info.
           caller: A call that the business's own telephones forward to it can
                   go round in circles.
           mend:   receptionist setup --adopt
fault    dispatch rules: 0 there
         No dispatch rule takes calls to …0100 on trunk ST_0001 (carrier).
           caller: He hears that the number is not in service.
           mend:   receptionist setup
ok       worker: 'receptionist'
skipped  OpenAI: OPENAI_API_KEY is not set; lines answer without it
skipped  Twilio: TWILIO_ACCOUNT_SID is not set

1 fault, 3 warnings.
"""


def test_every_finding_of_livekit_has_been_triggered() -> None:
    # A finding that nobody has seen may say anything.
    source = Path(__file__).read_text("utf-8")
    for module in (telephony_findings, server_findings):
        text = inspect.getsource(module)
        codes = [line.strip().strip('",') for line in text.splitlines() if line.startswith(" " * 8)]
        for code in codes:
            if code.isidentifier() and "_" in code and code.islower():
                assert f'"{code}"' in source, code
