"""docs/commands.md shows what the commands print."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from receptionist.cli.app import app
from receptionist.operations import livekit
from receptionist.operations.by_hand import EXIT_CODES
from tests.receptionist.operations.conftest import Run
from tests.support.business import write
from tests.support.livekit_server import LiveKitServer
from transfer_call.adapters.record_entry import attempt_ended, call_ended
from transfer_call.adapters.sql_engine import upgrade
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.record import UNLIMITED, AttemptRow, CallRow
from transfer_call.transfer.outcome import Outcome, Responsible, Verdict

PAGE = (Path(__file__).parents[3] / "docs" / "commands.md").read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [
    example.partition("\n")[::2]
    for block in BLOCKS
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]


@pytest.fixture
def place(
    run: Run, server: LiveKitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The business of the page, three calls on its record, and one that is up."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(livekit, "WORKER_SECONDS", 0.2)
    (business,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    write(tmp_path, business, "receptionist.yaml")
    assert CliRunner().invoke(app, ["check", "--fix", "--yes"]).exit_code == 0
    remember(f"sqlite:///{tmp_path / 'state' / 'record.db'}")
    server.add_caller("call-_+12125550199_Ab1", "+12125550199")
    yield
    monkeypatch.undo()
    time.tzset()


def remember(url: str) -> None:
    upgrade(url)
    first = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    with SqlStore(url) as store:
        a_call(store, "old", "+12125550199", first - timedelta(days=9), 60)
        a_call(
            store, "busy", "+12125550199", first, 65,
            ("sales", Verdict(Outcome.BUSY, sip_status=486)),
            ("front-desk", Verdict(Outcome.CONNECTED)),
        )  # fmt: skip
        refused = Verdict(Outcome.NOT_PERMITTED, sip_status=603, responsible=Responsible.CARRIER)
        a_call(store, "refused", "+12125550198", first + timedelta(minutes=20), 40,
               ("sales", refused))  # fmt: skip


def a_call(
    store: SqlStore, name: str, caller: str, at: datetime, seconds: int,
    *attempts: tuple[str, Verdict],
) -> None:  # fmt: skip
    store.call_started(CallRow(name, "receptionist", "room", caller, "+16175550100", at))
    for number, (destination, verdict) in enumerate(attempts):
        row = AttemptRow(
            f"{name}-{number}", name, "receptionist", caller, destination, "tel:+12125550123",
            "+12125550123", False, "key", "played", at + timedelta(seconds=9 + number),
        )  # fmt: skip
        store.begin_attempt(row, UNLIMITED)
        store.write(attempt_ended(row.attempt_id, verdict, at + timedelta(seconds=20)))
    store.write(call_ended(name, "", at + timedelta(seconds=seconds)))


def test_the_examples_are_what_is_printed(place: None, server: LiveKitServer) -> None:
    for command, shown in EXAMPLES:
        program, *arguments = shlex.split(command)
        assert program == "receptionist"
        printed = CliRunner().invoke(app, arguments).stdout
        printed = printed.replace(server.url, "wss://acme.livekit.cloud")
        printed = re.sub("[0-9]+ sentences", "60 sentences", printed)
        assert plain(printed) == plain(shown), command


def test_the_exit_codes_of_a_transfer_are_the_code_s_own() -> None:
    section = PAGE.split("## transfer\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"\| ([0-9]+) \| `([a-z_]+)`", section)
    assert {outcome: int(code) for code, outcome in rows} == EXIT_CODES


def test_every_command_has_a_section() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    sections = re.findall(r"^## (.*)$", PAGE, re.M)
    assert sorted(sections) == sorted(commands)


def test_the_page_is_about_real_options() -> None:
    for command in re.findall(r"`(--[a-z-]+)`", PAGE):
        assert any(command in shown_help(name) for name in re.findall(r"^## (.*)$", PAGE, re.M))


def shown_help(name: str) -> str:
    return CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).output


def plain(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]
