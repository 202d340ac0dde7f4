"""``receptionist calls``: what is read, and how it is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from receptionist.cli.calls import calls, read_since, to_json, to_table
from receptionist.pipeline.outage import Outage, state_key
from receptionist.pipeline.services import Service
from transfer_call.adapters.record_entry import attempt_amended, attempt_ended, call_ended
from transfer_call.adapters.sql_calls import PastAttempt, PastCall
from transfer_call.adapters.sql_engine import upgrade
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.record import AttemptRow, CallRow, Rates
from transfer_call.transfer.outcome import Outcome, Responsible, Verdict

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=timezone(timedelta(hours=-5)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90m", datetime(2026, 3, 2, 13, 30)),
        ("2h", datetime(2026, 3, 2, 13, 0)),
        ("3d", datetime(2026, 2, 27, 15, 0)),
        ("1w", datetime(2026, 2, 23, 15, 0)),
        ("today", datetime(2026, 3, 2)),
        ("yesterday", datetime(2026, 3, 1)),
        ("2026-03-01", datetime(2026, 3, 1)),
        ("2026-03-01T15:00", datetime(2026, 3, 1, 15, 0)),
    ],
)
def test_a_time_is_read_as_people_write_it_in_their_own_zone(text: str, expected: datetime) -> None:
    assert read_since(text, NOW) == expected.replace(tzinfo=NOW.tzinfo)


def test_a_time_with_a_zone_keeps_it() -> None:
    assert read_since("2026-03-01T15:00+00:00", NOW) == datetime(2026, 3, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "5", "5y", "-2h", "99999h", "2026-13-01"])
def test_what_is_no_time_is_refused_with_what_it_may_be(text: str) -> None:
    with pytest.raises(ValueError, match="90m, 2h"):
        read_since(text, NOW)


def past_attempt(**fields: Any) -> PastAttempt:
    return PastAttempt(**{
        "attempt_id": "a", "destination": "sales", "address": "tel:+12125550123", "source": "key",
        "announcement": "played", "started_at": NOW, "ended_at": NOW + timedelta(seconds=4),
        "outcome": "connected", "sip_status": None, "reported_by": "api", "detail": "confirmed",
        "responsible": "nobody", "transfer_id": "", "later": (), **fields,
    })  # fmt: skip


def past_call(*attempts: PastAttempt, **fields: Any) -> PastCall:
    return PastCall(**{
        "call_id": "c", "line": "main", "caller": "+14155550123", "called": "+14155550100",
        "started_at": NOW, "ended_at": NOW + timedelta(seconds=65), "end_reason": "connected",
        "attempts": attempts, **fields,
    })  # fmt: skip


BUSY = past_attempt(outcome="busy", sip_status=486, detail="")
GONE = past_attempt(
    destination="support", outcome="unreachable", sip_status=404, responsible="operator"
)
LATE = past_attempt(outcome="unknown", responsible="carrier", later=("left_after_timeout",))


def shown(*found: PastCall, numbers: bool = False, width: int = 80) -> list[str]:
    console = Console(width=width)
    with console.capture() as capture:
        console.print(to_table(found, numbers=numbers))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_call_is_one_line_for_each_attempt() -> None:
    header, first, second, third = shown(past_call(BUSY, GONE, past_attempt()))

    assert header.split() == ["Started", "Caller", "Destination", "Outcome", "Duration"]
    assert first.split()[2:] == ["…0123", "sales", "busy", "486", "1:05"]
    assert second.split() == ["support", "unreachable", "404", "(operator)"]
    assert third.split() == ["sales", "connected"]


def test_numbers_are_shown_in_full_only_when_asked_for() -> None:
    found = past_call(past_attempt())

    assert "+14155550123" not in "".join(shown(found))
    assert "+14155550123" in "".join(shown(found, numbers=True))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (past_call(), "–  no transfer"),
        (past_call(caller=""), "withheld"),
        (past_call(ended_at=None), "not ended"),
        (past_call(ended_at=NOW + timedelta(seconds=7384)), "2:03:04"),
        (past_call(LATE), "unknown, left later (carrier)"),
        (past_call(past_attempt(destination="[bold]x[/bold]")), "[bold]x[/bold]"),
    ],
)
def test_what_is_not_usual_is_said_in_words(found: PastCall, words: str) -> None:
    assert words in " ".join(shown(found)).replace("–            no", "–  no")


def test_the_line_is_shown_where_there_are_several() -> None:
    lines = shown(past_call(), past_call(line="branch"))

    assert lines[0].split() == ["Started", "Line", "Caller", "Destination", "Outcome", "Duration"]
    assert "branch" in lines[2]


def test_a_table_fits_into_eighty_columns_whatever_the_names() -> None:
    long = past_attempt(destination="accounts-payable-and-receivable-department-of-the-north")

    lines = shown(past_call(long, line="main"), past_call(GONE, line="second-branch"))

    assert max(map(len, lines)) <= 80


def test_json_has_every_field_with_times_in_utc_and_numbers_masked() -> None:
    found = past_call(GONE)

    written = json.loads(json.dumps(to_json(found, numbers=False)))

    assert written["started_at"] == "2026-03-02T20:00:00+00:00"
    assert (written["seconds"], written["attempts"][0]["seconds"]) == (65.0, 4.0)
    assert (written["caller"], written["called"]) == ("…0123", "…0100")
    assert written["attempts"][0]["address"] == "tel:…0123"
    assert written["attempts"][0]["outcome"] == "unreachable"
    assert to_json(found, numbers=True)["attempts"][0]["address"] == "tel:+12125550123"


Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECEPTIONIST_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("RECEPTIONIST_RECORD_URL", raising=False)
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(calls)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


@pytest.fixture
def record(tmp_path: Path) -> str:
    """Two calls: one an hour ago that ended well after a while, one just now."""
    url = f"sqlite:///{tmp_path / 'record.db'}"
    upgrade(url)
    now = datetime.now(UTC)
    with SqlStore(url) as store:
        for call_id, start in (("old", now - timedelta(hours=1)), ("new", now)):
            caller = "+14155550123"
            store.call_started(CallRow(call_id, "main", "room", caller, "+14155550100", start))
            store.begin_attempt(
                AttemptRow(f"{call_id}-1", call_id, "main", caller, "sales", "tel:+12125550123",
                           "+12125550123", False, "key", "played", start),
                Rates(),
            )  # fmt: skip
        verdict = Verdict(Outcome.UNKNOWN, responsible=Responsible.CARRIER)
        store.write(attempt_ended("old-1", verdict, now))
        store.write(attempt_amended("old-1", "left_after_timeout", now))
        store.write(call_ended("old", "unknown", now))
    return url


def test_calls_are_listed_with_the_newest_last(run: Run, record: str) -> None:
    result = run("--json")

    assert result.exit_code == 0
    old, new = json.loads(result.stdout)
    assert (old["call_id"], new["call_id"]) == ("old", "new")
    assert old["attempts"][0]["later"] == ["left_after_timeout"]
    assert (new["ended_at"], new["attempts"][0]["outcome"]) == (None, "unknown")


def test_since_and_limit_choose_which(run: Run, record: str) -> None:
    for arguments in (("--since", "30m"), ("--limit", "1")):
        (only,) = json.loads(run("--json", *arguments).stdout)
        assert only["call_id"] == "new"


def test_people_get_a_table(run: Run, record: str) -> None:
    result = run()

    assert result.exit_code == 0
    assert "…0123" in result.stdout
    assert "+1415" not in result.stdout
    assert "+14155550123" in run("--numbers").stdout


def test_services_that_are_left_alone_are_named_beside_the_list(run: Run, record: str) -> None:
    outage = Outage(datetime.now(UTC) + timedelta(minutes=1), 1, "it does not answer in time")
    with SqlStore(record) as store:
        key = state_key("api.example.com", Service.STT)
        store.set_state(key, outage.to_json(), outage.until)

    result = run("--json")

    assert len(json.loads(result.stdout)) == 2
    assert "speech to text at api.example.com is left alone until" in result.stderr
    assert "it does not answer in time" in result.stderr


def test_no_calls_is_no_error(run: Run, record: str) -> None:
    result = run("--since", "2099-01-01")

    assert (result.exit_code, result.stdout) == (0, "No calls.\n")
    assert json.loads(run("--since", "2099-01-01", "--json").stdout) == []


def test_a_time_that_is_none_is_bad_input(run: Run, record: str) -> None:
    result = run("--since", "soon")

    assert result.exit_code == 2
    assert "--since: 'soon' is no time" in result.stderr


def test_a_record_that_is_not_there_is_said_and_not_made(run: Run, tmp_path: Path) -> None:
    result = run()

    assert result.exit_code == 1
    assert "there is no record yet" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_cannot_be_read_is_said_without_a_traceback(run: Run, tmp_path: Path) -> None:
    (tmp_path / "record.db").write_text("no database at all, but long enough to look at" * 99)

    result = run()

    assert result.exit_code == 1
    assert "cannot be" in result.stderr
    assert "no database" in result.stderr


def test_an_address_that_is_none_is_bad_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECEPTIONIST_RECORD_URL", "mysql://user:s3cret@host/db")

    result = run()

    assert result.exit_code == 2
    assert "RECEPTIONIST_RECORD_URL" in result.stderr
    assert "s3cret" not in result.stderr


def test_old_calls_are_deleted_once_somebody_agrees(run: Run, record: str) -> None:
    asked = run("--purge-before", "30m")
    assert asked.exit_code == 3
    assert "Delete the record of all calls that began before" in asked.stdout
    assert len(json.loads(run("--json").stdout)) == 2

    assert run("--purge-before", "30m", "--yes").stdout == "1 call deleted.\n"

    assert [call["call_id"] for call in json.loads(run("--json").stdout)] == ["new"]


def test_what_cannot_be_deleted_is_said(run: Run, tmp_path: Path) -> None:
    assert "there is no record yet" in run("--purge-before", "1d", "--yes").stderr
    assert "--purge-before: 'soon' is no time" in run("--purge-before", "soon").stderr
