"""``receptionist schema``, ``who`` and ``override``: what the operator asks and changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typer
from typer.testing import CliRunner, Result

from receptionist.cli.override import override
from receptionist.cli.schema import schema
from receptionist.cli.selection import read_time
from receptionist.cli.who import who
from tests.support.business import SMALL, write
from transfer_call.business import LiveBusiness
from transfer_call.transfer.outcome import Outcome

app = typer.Typer()
app.command()(schema)
app.command()(who)
app.add_typer(override, name="override")

CHICAGO = ZoneInfo("America/Chicago")
DENTIST = Path("examples/businesses/dentist/dentist.yaml").absolute()
CLINICS = Path("examples/businesses/clinic-group/clinic-group.yaml").absolute()
CHRISTMAS_EVE = "2026-12-24T18:30"
MORNING = "2026-12-08T10:30"
LATER = "2099-01-01T12:00"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECEPTIONIST_CONFIG", str(DENTIST))
    monkeypatch.setenv("RECEPTIONIST_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("ROTA_SECRET", "not a real secret")
    monkeypatch.delenv("RECEPTIONIST_RECORD_URL", raising=False)

    def invoke(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == code, result.output
        return result

    return invoke


def route(run: Run, *arguments: str) -> Any:
    return json.loads(run("who", *arguments, "--json").stdout)


def test_the_schema_is_printed_as_json(run: Run) -> None:
    assert json.loads(run("schema").stdout)["$schema"].endswith("2020-12/schema")


def test_who_says_why_each_was_skipped_and_when_it_opens(run: Run) -> None:
    shown = run("who", "--to", "billing", "--at", CHRISTMAS_EVE).stdout
    assert shown.splitlines() == [
        "billing on line dentist, Thu 24 Dec 2026, 18:30 (America/Chicago)",
        "",
        "1. billing",
        "   skipped: closed (Christmas Eve); opens Tue 29 Dec 2026, 09:00",
        "2. front-desk  (when billing is closed)",
        "   skipped: closed (Christmas Eve); opens Mon 28 Dec 2026, 08:00",
        "3. mobile  (when front-desk is closed)",
        "   skipped: closed (Christmas Eve); opens Mon 28 Dec 2026, 08:00",
        "",
        "Nobody is tried: the caller is told so, and offered what is open.",
    ]


def test_who_says_who_is_tried_and_what_the_carrier_can_report(run: Run) -> None:
    shown = run("who", "--to", "insurance", "--at", MORNING).stdout
    assert shown.startswith("billing (insurance) on line dentist, Tue 08 Dec 2026, 10:30")
    assert "1. billing\n   tried first: tel:…0120\n" in shown
    assert "2. front-desk  (when billing is busy, no answer)\n   tried then: tel:…0110\n" in shown
    assert shown.count("What the carrier can report of a telephone number:") == 1
    assert "a SIP address" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_who_masks_numbers_unless_asked(run: Run) -> None:
    arguments = ("--to", "emergency", "--at", MORNING)
    assert "+1312" not in run("who", *arguments).stdout
    assert "+1312" not in run("who", *arguments, "--json").stdout
    shown = run("who", *arguments, "--numbers").stdout
    assert "tried first: tel:+13125550130, then tel:+13125550131" in shown


def test_who_for_programs_has_the_same_facts(run: Run) -> None:
    found = route(run, "--to", "billing", "--at", CHRISTMAS_EVE)
    assert (found["line"], found["to"], found["first"]) == ("dentist", "billing", None)
    assert found["at"] == "2026-12-24T18:30:00-06:00"
    assert found["route"][1]["after"] == "billing"
    assert found["route"][1]["skipped"] == {
        "outcome": "closed",
        "why": "hours",
        "reason": "Christmas Eve",
        "holiday": False,
        "opens_at": "2026-12-28T08:00:00-06:00",
    }
    tried = route(run, "--to", "billing", "--at", MORNING)
    assert tried["first"] == "billing"
    assert tried["route"][0]["addresses"] == ["tel:…0120"]
    assert tried["route"][0]["leads_to"] == {"busy": ["front-desk"], "no_answer": ["front-desk"]}


def test_what_can_be_reported_are_outcomes_and_depends_on_the_address(run: Run) -> None:
    write(Path.cwd(), SMALL.replace('"+12125550123"', "sip:desk@pbx.example.com"))
    sip = route(run, "--to", "sales", "--config", "acme.yaml")["route"][0]["can_report"]
    telephone = route(run, "--to", "billing", "--at", MORNING)["route"][0]["can_report"]
    assert set(sip) == set(telephone) <= set(Outcome)
    shown = run("who", "--to", "sales", "--config", "acme.yaml").stdout
    assert "What the carrier can report of a SIP address:" in shown


def test_who_asks_no_resolver(run: Run) -> None:
    arguments = ("--config", str(CLINICS), "--line", "castle", "--to", "doctor-on-call")
    assert "an address that is asked for at the time" in run("who", *arguments).stdout
    assert route(run, *arguments)["route"][0]["asks_resolver"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", "xyz"), "there is no destination 'xyz' on line dentist"),
        (("--to", "billing", "--at", "noon"), "--at: 'noon' is no time; write 15:00"),
        (("--to", "billing", "--at", "2026-02-30T10:00"), "is no time"),
        (("--to", "billing", "--line", "x"), "there is no line 'x'; there are dentist"),
        (("--to", "reception", "--config", str(CLINICS)), "several lines; name one with --line"),
        (("--to", "billing", "--config", "none.yaml"), "none.yaml: does not exist"),
    ],
)
def test_who_refuses_bad_input(run: Run, arguments: tuple[str, ...], words: str) -> None:
    assert words in run("who", *arguments, code=2).stderr


def test_a_broken_file_is_said_fault_by_fault(run: Run) -> None:
    write(Path.cwd(), "busines: {}\ndestination: {}\n")
    shown = run("who", "--to", "x", "--config", "acme.yaml", code=2).stderr.splitlines()
    assert shown[0].startswith("acme.yaml:1: busines: unknown key")
    assert shown[1].startswith("acme.yaml:2: destination: unknown key")
    assert len(shown) == 2


def test_while_a_file_is_broken_the_last_good_one_is_asked(run: Run) -> None:
    state = Path.cwd() / "state"
    path = write(Path.cwd(), SMALL)
    LiveBusiness(path, state_dir=state).current()
    write(Path.cwd(), "broken")
    result = run("who", "--to", "sales", "--config", "acme.yaml")
    assert "1. sales" in result.stdout
    assert "the last good one is in force" in result.stderr


def test_asking_leaves_nothing_behind(run: Run) -> None:
    run("who", "--to", "billing")
    assert not (Path.cwd() / "state").exists()


def test_an_override_closes_one_destination_until_it_ends(run: Run) -> None:
    said = run("override", "closed", "billing", "--until", LATER, "--reason", "Staff party").stdout
    assert said == (
        "Line dentist: billing is closed (Staff party) until Thu 01 Jan 2099, 12:00 "
        "(America/Chicago), from the next call on.\n"
    )
    shown = run("who", "--to", "billing", "--at", MORNING).stdout
    assert "override: billing is closed (Staff party) until Thu 01 Jan 2099, 12:00\n" in shown
    assert "skipped: closed by override (Staff party)" in shown
    assert route(run, "--to", "billing", "--at", MORNING)["first"] == "front-desk"
    assert route(run, "--to", "front-desk", "--at", MORNING)["first"] == "front-desk"
    after = "2099-01-06T10:00"
    assert route(run, "--to", "billing", "--at", after)["overrides"] == []


def test_an_override_closes_the_line_but_for_what_is_urgent(run: Run) -> None:
    run("override", "closed", "--until", LATER)
    assert route(run, "--to", "front-desk", "--at", MORNING)["first"] is None
    assert route(run, "--to", "emergency", "--at", MORNING)["first"] == "emergency"


def test_an_override_sends_everybody_to_one_whatever_its_hours(run: Run) -> None:
    run("override", "send-to", "mobile", "--until", LATER)
    shown = run("who", "--to", "billing", "--at", CHRISTMAS_EVE).stdout
    assert "1. billing\n   skipped: an override sends its calls elsewhere\n" in shown
    assert "2. mobile  (by override)\n   tried first: tel:…0140\n" in shown


def test_overrides_are_listed_and_cleared(run: Run) -> None:
    assert run("override", "list").stdout == "No exceptions.\n"
    run("override", "closed", "billing", "--until", LATER, "--reason", "a")
    run("override", "send-to", "mobile", "--until", LATER)
    assert run("override", "list").stdout.splitlines() == [
        "everybody is sent to mobile until Thu 01 Jan 2099, 12:00 (America/Chicago)",
        "billing is closed (a) until Thu 01 Jan 2099, 12:00 (America/Chicago)",
    ]
    assert json.loads(run("override", "list", "--json").stdout)[1] == {
        "line": "dentist",
        "kind": "closed",
        "destination": "billing",
        "until": "2099-01-01T18:00:00+00:00",
        "reason": "a",
    }
    assert run("override", "clear", "billing").stdout == "1 ended.\n"
    assert run("override", "clear").stdout == "1 ended.\n"
    assert run("override", "clear").stdout == "There was none.\n"


def test_overrides_belong_to_a_line(run: Run) -> None:
    clinics = ("--config", str(CLINICS))
    run("override", "closed", "--until", LATER, "--line", "castle", *clinics)
    assert run("override", "list", *clinics).stdout.startswith("castle: the line is closed")
    assert run("override", "list", "--line", "park", *clinics).stdout == "No exceptions.\n"
    open_time = ("--at", "2026-12-08T10:30", *clinics)
    assert route(run, "--to", "nurses", "--line", "castle", *open_time)["first"] is None
    assert route(run, "--to", "nurses", "--line", "park", *open_time)["first"] == "nurses"


def test_an_override_about_a_destination_that_is_no_more_does_no_harm(run: Run) -> None:
    write(Path.cwd(), SMALL)
    run("override", "closed", "sales", "--until", LATER, "--config", "acme.yaml")
    write(Path.cwd(), SMALL.replace("sales", "desk"))
    result = run("who", "--to", "desk", "--config", "acme.yaml")
    assert "1. desk\n   tried first" in result.stdout
    assert "are no more" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("closed", "biling", "--until", LATER), "did you mean 'billing'?"),
        (("closed", "insurance", "--until", LATER), "there is no destination 'insurance'"),
        (("closed", "--until", "2020-01-01T12:00"), "is over\n"),
        (("closed", "--until", "soon"), "is no time"),
        (("closed", "--until", LATER, "--reason", "a\nb"), "one line of plain text"),
        (("send-to", "nobody", "--until", LATER), "there is no destination 'nobody'"),
    ],
)
def test_override_refuses_bad_input_and_changes_nothing(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    assert words in run("override", *arguments, code=2).stderr
    assert run("override", "list").stdout == "No exceptions.\n"


def test_a_record_that_cannot_be_used_is_said_in_words(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECEPTIONIST_RECORD_URL", "sqlite:////proc/record.db")
    result = run("override", "closed", "--until", LATER, code=1)
    assert result.stderr and "Traceback" not in result.output
    monkeypatch.setenv("RECEPTIONIST_RECORD_URL", "mysql://x")
    assert "RECEPTIONIST_RECORD_URL" in run("override", "list", code=2).stderr


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("18:30", "2026-11-20T18:30-06:00"),
        ("9:05", "2026-11-20T09:05-06:00"),
        ("2026-12-24T18:30", "2026-12-24T18:30-06:00"),
        ("2026-12-24 18:30", "2026-12-24T18:30-06:00"),
        ("2026-07-01T18:30", "2026-07-01T18:30-05:00"),
        ("2026-12-24T18:30+01:00", "2026-12-24T18:30+01:00"),
    ],
)
def test_times_are_on_the_clock_of_the_line(text: str, read: str) -> None:
    # In UTC it is the next day already.
    now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert read_time(text, CHICAGO, now, option="--at") == datetime.fromisoformat(read)


@pytest.mark.parametrize(
    "text", ["", "24:00", "7", "2026-12-24", "tomorrow", "18:30:00", "１８:30"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(typer.Exit):
        read_time(text, CHICAGO, datetime.now(UTC), option="--at")
