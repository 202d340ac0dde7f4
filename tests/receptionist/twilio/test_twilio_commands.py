"""``receptionist twilio``, over HTTP, against a Twilio that knows its own API."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from receptionist.cli import twilio as commands
from receptionist.cli.app import app
from receptionist.twilio.account import TwilioAccount
from tests.support.twilio.missing import without_library
from tests.support.twilio.server import ACCOUNT, KEY_SECRET, TOKEN, Fault, Twilio, serving, sid

NUMBER = "+15105550100"
HOST = "acme.sip.livekit.cloud"
CONNECT = ("connect", "--number", NUMBER, "--livekit-sip", HOST)

Run = Callable[..., Result]


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with serving() as server:
        yield server


@pytest.fixture
def run(twilio: Twilio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    monkeypatch.setattr(commands, "open_account", partial(TwilioAccount, base_url=twilio.url))

    def invoke(*arguments: str, code: int = 0, typed: str = "") -> Result:
        result = CliRunner().invoke(app, ["twilio", *arguments], input=typed)
        assert result.exit_code == code, result.output
        assert TOKEN not in result.output and KEY_SECRET not in result.output
        assert max(map(len, result.stdout.splitlines()), default=0) <= 80
        return result

    return invoke


@pytest.mark.parametrize("command", [[], ["trunks"], ["enable-transfers"], ["connect"]])
def test_help_fits_a_terminal_of_80_columns(command: list[str]) -> None:
    shown = CliRunner().invoke(app, ["twilio", *command, "--help"], env={"COLUMNS": "80"})
    assert shown.exit_code == 0
    assert max(map(len, shown.output.splitlines())) <= 80
    assert "…" not in shown.output
    assert "Exit codes" in shown.output


def test_trunks_are_listed_with_masked_numbers(run: Run, twilio: Twilio) -> None:
    made = twilio.add_trunk(
        friendly_name="Acme", domain_name="acme.pstn.twilio.com", transfer_mode="enable-all"
    )
    twilio.add_url(made, f"sip:{HOST}")
    twilio.add_url(made, "sip:pbx.example.com", enabled=False, priority=20)
    twilio.add_number(NUMBER, trunk_sid=made)
    bare = twilio.add_trunk()
    shown = run("trunks").stdout.splitlines()
    assert shown == [
        f"{made} (Acme)",
        "  host               acme.pstn.twilio.com",
        "  transfers          enable-all (telephone numbers, SIP addresses)",
        "  caller ID          from-transferee (the caller's number)",
        f"  calls go to        sip:{HOST} (priority 10, weight 10)",
        "                     sip:pbx.example.com (disabled)",
        "  disaster recovery  none",
        "  numbers            …0100",
        "",
        bare,
        "  transfers          disable-all (none: every REFER is refused)",
        "  caller ID          from-transferee (the caller's number)",
        "  calls go to        nowhere: there is no origination URL",
        "  disaster recovery  none",
        "  numbers            none",
    ]
    assert NUMBER in run("trunks", "--numbers").stdout


def test_trunks_for_programs(run: Run, twilio: Twilio) -> None:
    made = twilio.add_trunk(friendly_name="Acme")
    url = twilio.add_url(made, f"sip:{HOST}")
    twilio.add_number(NUMBER, trunk_sid=made)
    (trunk,) = json.loads(run("trunks", "--json").stdout)
    assert trunk == {
        "sid": made,
        "name": "Acme",
        "host": "",
        "transfer_mode": "disable-all",
        "caller_id": "from-transferee",
        "origination": [
            {"sid": url, "sip_url": f"sip:{HOST}", "enabled": True, "priority": 10, "weight": 10}
        ],
        "disaster_recovery_url": "",
        "numbers": ["…0100"],
    }
    assert json.loads(run("trunks", "--json", "--numbers").stdout)[0]["numbers"] == [NUMBER]


def test_no_trunks_is_no_failure(run: Run) -> None:
    assert run("trunks").stdout.startswith("No trunks.")
    assert json.loads(run("trunks", "--json").stdout) == []


def test_transfers_are_enabled_with_before_and_after(run: Run, twilio: Twilio) -> None:
    made = twilio.add_trunk(friendly_name="Acme")
    shown = run("enable-transfers", "--trunk", made, "--caller-id", "from-transferor").stdout
    assert shown.splitlines() == [
        f"{made} (Acme)",
        "  transfers          disable-all → enable-all (telephone numbers, SIP addresses)",
        "  caller ID          from-transferee → from-transferor (the trunk's number)",
    ]
    assert twilio.trunks[made]["transfer_mode"] == "enable-all"


def test_what_is_enabled_already_is_not_sent_again(run: Run, twilio: Twilio) -> None:
    made = twilio.add_trunk(transfer_mode="enable-all", transfer_caller_id="from-transferor")
    shown = run("enable-transfers", "--trunk", made).stdout
    assert "enable-all (telephone numbers, SIP addresses), as it was" in shown
    assert "from-transferor (the trunk's number), as it was" in shown
    assert twilio.changes == []


@pytest.mark.parametrize("mode", ["sip-only", "disable-all"])
def test_transfers_can_be_narrowed_and_stopped(run: Run, twilio: Twilio, mode: str) -> None:
    made = twilio.add_trunk(transfer_mode="enable-all")
    run("enable-transfers", "--trunk", made, "--mode", mode)
    assert twilio.changes == [(f"/v1/Trunks/{made}", {"TransferMode": mode})]


def test_the_only_trunk_need_not_be_named_but_one_of_several_must(run: Run, twilio: Twilio) -> None:
    assert "the account has no trunk" in run("enable-transfers", code=2).stderr
    one = twilio.add_trunk()
    run("enable-transfers")
    assert twilio.trunks[one]["transfer_mode"] == "enable-all"
    two = twilio.add_trunk(friendly_name="office")
    said = run("enable-transfers", code=2).stderr.splitlines()
    assert said == ["there are several trunks; name one with --trunk:", one, f"{two} (office)"]


def test_a_change_that_twilio_does_not_make_is_said(run: Run, twilio: Twilio) -> None:
    made = twilio.add_trunk()
    twilio.fault_at[f"POST /v1/Trunks/{made}"] = Fault(200, json.dumps(twilio.trunks[made]))
    result = run("enable-transfers", "--trunk", made, code=1)
    assert "disable-all (none: every REFER is refused), as it was" in result.stdout
    assert "the trunk is not so" in result.stderr


def test_a_number_is_connected_and_the_second_time_nothing_changes(
    run: Run, twilio: Twilio
) -> None:
    number = twilio.add_number(NUMBER, voice_url="https://example.com/voice")
    recovery = ("--recovery-url", "https://example.com/twiml")
    shown = run(*CONNECT, *recovery, typed="y\n").stdout.splitlines()
    (trunk,) = twilio.trunks
    assert shown[:10] == [
        f"…0100 to sip:{HOST}",
        "  trunk              none → livekit-receptionist",
        "  transfers          none → enable-all",
        "  caller ID          none → from-transferee",
        "  disaster recovery  none → https://example.com/twiml",
        f"  origination URL    none → sip:{HOST} (priority 10)",
        "  number             on no trunk → on this trunk",
        "  Note: The number is answered by a webhook today; on a trunk Twilio no longer",
        "  asks it.",
        "",
    ]
    assert shown[10].startswith("Make these changes? [y/N]")
    assert shown[11:15] == [
        "done: trunk, transfers, caller ID, disaster recovery",
        "done: origination URL",
        "done: number",
        "",
    ]
    assert shown[15:] == [
        f"{trunk} (livekit-receptionist)",
        "  transfers          enable-all (telephone numbers, SIP addresses)",
        "  caller ID          from-transferee (the caller's number)",
        f"  calls go to        sip:{HOST} (priority 10, weight 10)",
        "  disaster recovery  https://example.com/twiml",
        "  numbers            …0100",
    ]
    assert [path for path, _ in twilio.changes] == [
        "/v1/Trunks",
        f"/v1/Trunks/{trunk}/OriginationUrls",
        f"/v1/Trunks/{trunk}/PhoneNumbers",
    ]
    assert twilio.changes[-1][1] == {"PhoneNumberSid": number}
    again = run(*CONNECT, *recovery).stdout
    assert "All is so already; nothing was changed." in again
    assert len(twilio.changes) == 3


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_without_a_yes_nothing_is_changed(run: Run, twilio: Twilio, typed: str) -> None:
    twilio.add_number(NUMBER)
    result = run(*CONNECT, typed=typed, code=3)
    assert "Nothing was changed." in result.stderr
    assert twilio.changes == []


def test_a_run_that_broke_off_is_finished_by_the_next(run: Run, twilio: Twilio) -> None:
    number = twilio.add_number(NUMBER)
    trunk = twilio.add_trunk(friendly_name="livekit-receptionist", transfer_mode="enable-all")
    attach = f"POST /v1/Trunks/{trunk}/PhoneNumbers"
    twilio.fault_at[attach] = Fault(500)
    result = run(*CONNECT, "--yes", code=1)
    assert "done: origination URL" in result.stdout and "done: number" not in result.stdout
    assert "fault of its own (HTTP 500)" in result.stderr
    del twilio.fault_at[attach]
    shown = run(*CONNECT, "--yes").stdout
    assert f"\n  trunk              {trunk} (livekit-receptionist)\n" in shown
    assert shown.count("done:") == 1
    assert twilio.numbers[number]["trunk_sid"] == trunk
    assert len(twilio.urls) == 1


def test_an_existing_trunk_gets_what_it_lacks(run: Run, twilio: Twilio) -> None:
    trunk = twilio.add_trunk(friendly_name="Acme")
    url = twilio.add_url(trunk, f"sip:{HOST};transport=tcp", enabled=False)
    twilio.add_number(NUMBER, trunk_sid=trunk)
    shown = run(*CONNECT, "--yes").stdout
    assert f"{HOST};transport=tcp, disabled\n                     → enabled\n" in shown
    assert f"{HOST};transport=tcp\n                     → sip:{HOST}\n" in shown
    assert twilio.changes == [
        (f"/v1/Trunks/{trunk}", {"TransferMode": "enable-all"}),
        (
            f"/v1/Trunks/{trunk}/OriginationUrls/{url}",
            {"Enabled": "true", "SipUrl": f"sip:{HOST}"},
        ),
    ]


def test_another_systems_trunk_is_changed_only_when_named(run: Run, twilio: Twilio) -> None:
    trunk = twilio.add_trunk(friendly_name="+15105550177", transfer_mode="enable-all")
    twilio.add_url(trunk, "sip:pbx.example.com", priority=5)
    twilio.add_number(NUMBER, trunk_sid=trunk)
    said = run(*CONNECT, "--yes", code=2).stderr
    assert f"--trunk {trunk}" in said and "+15105550177" not in said
    assert twilio.changes == []
    shown = run(*CONNECT, "--yes", "--trunk", trunk).stdout
    assert "sip:pbx.example.com (priority 5) is asked before LiveKit." in shown
    assert len(twilio.changes) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("connect", "--number", "5105550100", "--livekit-sip", HOST), "--number: must begin"),
        (("connect", "--number", "+1510", "--livekit-sip", HOST), "--number: must begin"),
        (("connect", "--number", NUMBER, "--livekit-sip", "10.0.0.1"), "not a public address"),
        (CONNECT, "no such number"),
        ((*CONNECT, "--trunk", "ST_1"), "--trunk: must be a trunk's SID"),
        ((*CONNECT, "--name", "x" * 65), "--name: must be 1 to 64"),
        ((*CONNECT, "--recovery-url", "ftp://example.com"), "--recovery-url: must be"),
        ((*CONNECT, "--recovery-url", "https://a:b@example.com"), "--recovery-url: must be"),
        (("enable-transfers", "--mode", "all"), "Invalid value"),
        (("enable-transfers", "--trunk", "TK1"), "--trunk: must be a trunk's SID"),
    ],
)
def test_bad_input_is_said_and_changes_nothing(
    run: Run, twilio: Twilio, arguments: tuple[str, ...], words: str
) -> None:
    assert words in run(*arguments, code=2).stderr
    assert twilio.changes == []


def test_a_trunk_that_is_not_there_is_bad_input(run: Run, twilio: Twilio) -> None:
    twilio.add_number(NUMBER)
    missing = sid("TK", 99)
    assert "has no trunk" in run(*CONNECT, "--trunk", missing, code=2).stderr
    assert "HTTP 404" in run("enable-transfers", "--trunk", missing, code=1).stderr


def test_missing_credentials_are_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    said = run("trunks", code=2).stderr
    assert said.startswith("TWILIO_AUTH_TOKEN: is not set") and len(said.splitlines()) == 1


def test_credentials_may_stand_in_dotenv(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Set and taken away again by monkeypatch, which so undoes what reading the file leaves.
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    (tmp_path / ".env").write_text(f"TWILIO_AUTH_TOKEN='{TOKEN}'\n")
    run("trunks")


def test_refused_credentials_are_said_without_them(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "wrong")
    said = run("trunks", code=1).stderr
    assert "Twilio refuses the credentials (HTTP 401, code 20003)" in said
    assert "wrong" not in said


def test_without_its_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    without_library(monkeypatch)
    result = CliRunner().invoke(app, ["twilio", "trunks"])
    assert result.exit_code == 2
    assert "pip install 'livekit-transfer-call[twilio]'" in result.stderr


def imported_at_once(path: Path) -> Iterator[str]:
    """What importing a module imports, by the names it is written with."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{node.module or ''}"
            yield from (f"{node.module or ''}.{name.name}".lstrip(".") for name in node.names)


def test_commands_start_without_its_library() -> None:
    # `account` and `transport` need it, and are imported where they are used.
    package = Path(commands.__file__).parents[1]
    needing = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for name in imported_at_once(path)
        if re.match(r"twilio\.(base|http|rest)|(twilio\.)?(account|transport)$", name)
    }
    assert needing == {"twilio/account.py", "twilio/transport.py"}
