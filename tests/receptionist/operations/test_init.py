"""``receptionist init``: a few answers become a file that passes the check."""

from __future__ import annotations

import json
import os
import pty
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from receptionist.cli import init as command
from receptionist.operations.new_file import Answers, file_of, time_zone_of
from tests.receptionist.operations.conftest import Run
from tests.support.business import loaded

FILE = Path("new.yaml")
ENOUGH = (
    "init",
    "--output",
    "new.yaml",
    "--name",
    "Acme",
    "--country",
    "us",
    "--to",
    "+12125550123",
)


def passes(run: Run) -> None:
    shown = json.loads(run("check", "--json", "--config", str(FILE)).stdout)
    assert {one["code"] for one in shown["findings"]} <= {"audio"}


@pytest.mark.parametrize(
    "more",
    [
        (),
        ("--number", "+16175550100"),
        ("--number", "+16175550100", "--hours", command.HOURS),
        ("--hours", "Mo-Su 08:00-20:00", "--timezone", "America/Chicago"),
        ("--to", "sip:201@pbx.example.com", "--destination", "reception"),
        ("--name", 'Bob\'s "Best" $5 Café: #1'),
    ],
)
def test_what_it_writes_passes_the_check(run: Run, more: tuple[str, ...]) -> None:
    said = run(*ENOUGH, *more).stdout
    assert said.startswith("new.yaml is written. Next:\n  receptionist check ")
    passes(run)


def test_the_time_zone_is_that_of_the_number(run: Run) -> None:
    run(*ENOUGH, "--number", "+16175550100", "--hours", command.HOURS)
    assert 'timezone: "America/New_York"' in FILE.read_text()


def test_a_zone_that_nobody_knows_must_be_said(run: Run) -> None:
    said = run(*ENOUGH, "--number", "+18005550100", "--hours", command.HOURS, code=2).stderr
    assert "--timezone: is needed" in said
    assert not FILE.exists()
    assert time_zone_of("no number", "US") == ""


def test_a_file_that_is_there_is_not_lost(run: Run) -> None:
    FILE.write_text("mine")
    assert "new.yaml is there already" in run(*ENOUGH, code=2).stderr
    assert FILE.read_text() == "mine"
    run(*ENOUGH, "--force")
    passes(run)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--country", "XX"), "new.yaml:9: business.country: "),
        (("--to", "call me"), "destinations.front-desk.to: "),
        (("--to", "+442071838750"), "may not be dialled: it is a number of GB"),
        (("--hours", "nine to five", "--timezone", "America/Chicago"), "business.hours: "),
        (("--to", "+19005550123"), "premium_rate"),
    ],
)
def test_answers_that_make_no_good_file_are_refused(
    run: Run, more: tuple[str, ...], words: str
) -> None:
    said = run(*ENOUGH, *more, code=2).stderr
    assert words in said
    assert "/tmp" not in said
    assert not FILE.exists()


def test_without_a_terminal_what_is_needed_must_be_said(run: Run) -> None:
    assert run("init", "--output", "new.yaml", code=2).stderr == (
        "--name: is needed where nobody can be asked\n"
    )


def test_a_folder_that_is_not_there_is_said(run: Run) -> None:
    assert "cannot be written: no such file" in run(*ENOUGH, "--output", "a/b", code=1).stderr


def test_at_a_terminal_it_asks_for_what_no_option_says(
    run: Run,
) -> None:
    status, shown = typed(
        ["receptionist", "init", "--output", "new.yaml", "--country", "US"],
        ["Acme", "+16175550100", "+12125550123", command.HOURS],
    )
    assert status == 0, shown
    for question in ("as callers hear it", "that callers dial", "Who answers?", "Opening hours"):
        assert question in shown
    assert "ISO 3166" not in shown
    passes(run)


def typed(arguments: list[str], answers: list[str]) -> tuple[int, str]:
    """Run a command at a terminal of its own and type one answer to each question."""
    code = "import sys; from receptionist.cli import main; sys.argv = " + repr(arguments)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", f"{code}; main()"])
    shown = ""
    left = list(answers)
    try:
        while True:
            shown += os.read(terminal, 4096).decode()
            if left and shown.rstrip(" ").endswith(":"):
                os.write(terminal, f"{left.pop(0)}\n".encode())
    except OSError:
        pass  # The terminal is gone with who used it.
    finally:
        os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), shown


@given(name=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_any_name_comes_back_as_it_was_typed(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = file_of(Answers(name, "US", "+12125550123"))
    business = loaded(tmp_path_factory.mktemp("name"), text)
    assert business.lines[0].business == name
