"""``receptionist transfer``: one caller, one REFER, one exit code for each outcome."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from livekit.protocol.sip import TransferSIPParticipantRequest, TransferSIPParticipantResponse

from receptionist.operations import by_hand
from receptionist.settings import read_settings
from tests.receptionist.operations.conftest import BUSINESS, Run
from tests.support.business import write
from tests.support.livekit_server import LiveKitServer, Refusal
from transfer_call.adapters.sql_calls import PastCall, past_calls
from transfer_call.adapters.sql_engine import upgrade
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.record import CallRow
from transfer_call.transfer import attempt, outcome as outcomes
from transfer_call.transfer.outcome import Outcome

ROOM = "call-_+12125550199_Ab1"
CALLER = "+12125550199"

Transfer = Callable[[TransferSIPParticipantRequest], Awaitable[Any]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_hand, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(attempt, "STAY_SECONDS", 0.3)
    monkeypatch.setattr(attempt, "GRACE_SECONDS", 0.3)


@pytest.fixture
def up(run: Run, server: LiveKitServer) -> LiveKitServer:
    """One caller is on the line."""
    server.add_caller(ROOM, CALLER)
    return server


def refused(status: int, code: str, message: str, **meta: str) -> Transfer:
    async def refuse(_: TransferSIPParticipantRequest) -> None:
        raise Refusal(status, code, message, **meta)

    return refuse


def notified(sip: int) -> Transfer:
    message = f"call transfer failed: sip status: {sip}"
    return refused(429, "resource_exhausted", message, sip_status_code=str(sip))


async def succeeds(_: TransferSIPParticipantRequest) -> None:
    """As released servers reply to a success."""


async def confirms(_: TransferSIPParticipantRequest) -> TransferSIPParticipantResponse:
    return TransferSIPParticipantResponse(status="STS_TRANSFER_SUCCESSFUL")


@pytest.mark.parametrize(
    ("transfer", "code", "words"),
    [
        (succeeds, 0, "connected; the carrier reports that the call was answered"),
        (confirms, 0, "connected; the carrier reports that the call was answered"),
        (notified(486), 11, "busy 486; the caller is still on the line"),
        (notified(480), 12, "no answer 480; the caller is still on the line"),
        (notified(603), 13, "declined 603; the caller is still on the line"),
        (notified(404), 14, "unreachable 404; a wrong number, or a fault on the way; the caller"),
        (
            refused(403, "permission_denied", "sip status: 603: Decline", sip_status_code="603"),
            15,
            "not permitted 603; the carrier does not transfer, or not to this kind of address",
        ),
        (
            refused(400, "invalid_argument", "no SIP session associated with participant"),
            16,
            "misconfigured",
        ),
        (refused(408, "deadline_exceeded", "request timed out"), 17, "unknown; nobody can say;"),
        (refused(404, "not_found", "participant does not exist"), 16, "misconfigured"),
    ],
)
def test_each_outcome_has_its_exit_code(
    run: Run, up: LiveKitServer, transfer: Transfer, code: int, words: str
) -> None:
    up.transfer = transfer
    said = run("transfer", "--to", "sales", code=code).stdout
    assert said.startswith(f"sales (tel:…0123): {words}")


def leaves(server: LiveKitServer, *, replies: bool, missing: bool = False) -> Transfer:
    """The caller leaves while the REFER is pending."""

    async def leave(_: TransferSIPParticipantRequest) -> None:
        server.rooms.clear()
        if missing:
            raise Refusal(404, "not_found", "participant does not exist")
        if not replies:
            await asyncio.Event().wait()

    return leave


@pytest.mark.parametrize(
    ("replies", "missing", "code", "words"),
    [
        (True, False, 10, "handed off; the caller left meanwhile; nobody can say where to"),
        (False, False, 10, "handed off; the caller left meanwhile; nobody can say where to"),
        (True, True, 18, "caller left; the caller was gone before"),
    ],
)
def test_a_caller_who_leaves_meanwhile_is_noticed(
    run: Run, up: LiveKitServer, replies: bool, missing: bool, code: int, words: str
) -> None:
    up.transfer = leaves(up, replies=replies, missing=missing)
    assert run("transfer", "--to", "sales", code=code).stdout.endswith(f"{words}\n")


def test_every_outcome_but_that_of_stopping_has_a_code_of_its_own() -> None:
    assert set(by_hand.EXIT_CODES) == set(Outcome) - {Outcome.CANCELLED}
    codes = list(by_hand.EXIT_CODES.values())
    assert len(set(codes)) == len(codes)
    # 1, 2 and 3 mean the same for every command.
    assert not {1, 2, 3} & set(codes)
    assert outcomes.Outcome is Outcome


def test_the_refer_is_what_the_file_says(run: Run, up: LiveKitServer, tmp_path: Path) -> None:
    more = 'key: "1", ringing_timeout: 45s, play_dialtone: false, headers: {X-From: "{caller}"}'
    write(tmp_path, BUSINESS.replace('key: "1"', more), "receptionist.yaml")
    run("transfer", "--to", "sales")
    (sent,) = up.transfers
    assert (sent.room_name, sent.participant_identity) == (ROOM, f"sip_{CALLER}")
    assert (sent.transfer_to, sent.play_dialtone) == ("tel:+12125550123", False)
    assert (sent.ringing_timeout.seconds, dict(sent.headers)) == (45, {"X-From": CALLER})


def test_options_come_before_the_file(run: Run, up: LiveKitServer) -> None:
    run("transfer", "--to", "sip:x@pbx.example.com", "--no-dialtone", "--ringing-timeout",
        "30s", "--header", "X-A=1", "--header", "X-B=b=2")  # fmt: skip
    (sent,) = up.transfers
    assert (sent.transfer_to, sent.play_dialtone) == ("sip:x@pbx.example.com", False)
    assert (sent.ringing_timeout.seconds, dict(sent.headers)) == (30, {"X-A": "1", "X-B": "b=2"})


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("tel:+442071838750", "country"),
        ("tel:+19005550123", "number_type"),
        ("sip:x@elsewhere.example.com", "sip_host"),
        ("tel:+16175550100", "own_number"),
        (f"tel:{CALLER}", "caller"),
    ],
)
def test_the_policy_holds_by_hand_too(
    run: Run, up: LiveKitServer, address: str, reason: str
) -> None:
    result = run("transfer", "--to", address, code=20)
    assert f"blocked ({reason}); the policy" in result.stdout
    assert up.transfers == []
    assert recorded().attempts[0].outcome == "blocked"


def test_the_rates_hold_by_hand_too(run: Run, up: LiveKitServer, tmp_path: Path) -> None:
    up.transfer = notified(486)
    limit = "policy: {rates: {per_caller: 1/hour}}\n"
    write(tmp_path, BUSINESS + limit, "receptionist.yaml")
    run("transfer", "--to", "sales", code=11)
    assert "blocked (rate_per_caller)" in run("transfer", "--to", "sales", code=20).stdout
    assert len(up.transfers) == 1


def test_a_closed_destination_is_not_called_unless_the_operator_insists(
    run: Run, up: LiveKitServer, tmp_path: Path
) -> None:
    closed = 'timezone: America/New_York\n  hours: "off"\n  numbers'
    write(tmp_path, BUSINESS.replace("numbers", closed, 1), "receptionist.yaml")
    assert "--anyway" in run("transfer", "--to", "sales", code=19).stdout
    assert up.transfers == []
    run("transfer", "--to", "sales", "--anyway")
    assert len(up.transfers) == 1


def recorded() -> PastCall:
    url = read_settings()[0].record_url
    with SqlStore(url) as store, store.reading() as connection:
        (call,) = past_calls(connection)
        return call


def test_it_is_on_the_record_as_a_call_of_its_own(run: Run, up: LiveKitServer) -> None:
    up.transfer = notified(486)
    run("transfer", "--to", "sales", code=11)
    call = recorded()
    assert (call.caller, call.line, call.end_reason) == (CALLER, "receptionist", "busy")
    (one,) = call.attempts
    assert (one.destination, one.outcome, one.sip_status) == ("sales", "busy", 486)
    assert (one.address, one.source) == ("tel:+12125550123", "code")
    assert "busy 486" in run("calls").stdout


def test_it_is_on_the_record_of_the_worker_s_call(run: Run, up: LiveKitServer) -> None:
    url = read_settings()[0].record_url
    upgrade(url)
    with SqlStore(url) as store:
        now = datetime.now(UTC)
        store.call_started(CallRow("the-call", "receptionist", ROOM, CALLER, "", now))
    run("transfer", "--to", "tel:+12125550123")
    call = recorded()
    assert (call.call_id, call.ended_at) == ("the-call", None)
    assert call.attempts[0].destination == "tel:…0123"


def test_of_several_callers_one_must_be_named(run: Run, up: LiveKitServer) -> None:
    up.add_caller("call-_+12125550198_Cd2", "+12125550198")
    said = run("transfer", "--to", "sales", code=2).stderr
    assert "call-_…0198_Cd2" in said
    assert said.endswith("there are several callers; name one with --room and --identity\n")
    # As it is, or as the list shows it.
    run("transfer", "--to", "sales", "--room", "call-_…0198_Cd2")
    run("transfer", "--to", "sales", "--identity", f"sip_{CALLER}")
    assert [sent.room_name for sent in up.transfers] == ["call-_+12125550198_Cd2", ROOM]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", "sales", "--room", "nowhere"), "there is no such caller"),
        (("--to", "nobody"), "there is no destination 'nobody'"),
        (("--to", "tel:123456789012345678"), "--to: "),
        (("--to", "sales", "--header", "Via=x"), "--header Via: the SIP bridge sets this"),
        (("--to", "sales", "--header", "X-A"), "--header X-A: write it as X-Name=value"),
        (("--to", "sales", "--ringing-timeout", "soon"), "--ringing-timeout: must be whole"),
        (("--to", "sales", "--line", "x"), "there is no line 'x'"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_sent(
    run: Run, up: LiveKitServer, arguments: tuple[str, ...], words: str
) -> None:
    assert words in run("transfer", *arguments, code=2).stderr
    assert up.transfers == []


def test_a_resolver_that_does_not_answer_is_said(
    run: Run, up: LiveKitServer, tmp_path: Path
) -> None:
    asked = "to: {resolve: 'http://127.0.0.1:1/', secret: s}"
    write(tmp_path, BUSINESS.replace('to: "+12125550123"', asked), "receptionist.yaml")
    result = run("transfer", "--to", "sales", code=14)
    assert "127.0.0.1" in result.stderr
    assert up.transfers == []


def test_programs_get_everything_with_numbers_masked(run: Run, up: LiveKitServer) -> None:
    up.transfer = notified(486)
    result = run("transfer", "--to", "sales", "--json", code=11)
    assert "+1212" not in result.output
    shown = json.loads(result.stdout)
    assert shown.pop("seconds") < 10
    assert shown == {
        "room": "call-_…0199_Ab1",
        "identity": "sip_…0199",
        "destination": "sales",
        "address": "tel:…0123",
        "outcome": "busy",
        "certain": True,
        "sip_status": 486,
        "reported_by": "notify",
        "detail": "",
        "responsible": "nobody",
        "exit_code": 11,
    }
    assert "tel:+12125550123" in run("transfer", "--to", "sales", "--numbers", code=11).stdout
