"""``receptionist console`` as a person at a terminal sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from receptionist.cli.app import app
from tests.support.business import write

ACME = """\
business: {name: Acme Dental, country: US}
destinations:
  front-desk: {to: "tel:+12125550100", key: "0"}
  sales: {to: "tel:+12125550123", key: "1"}
"""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECEPTIONIST_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


def _talk(folder: Path, *typed: str) -> tuple[int, list[str]]:
    file = write(folder, ACME)
    text = "".join(f"{line}\n" for line in typed)
    run = CliRunner().invoke(app, ["console", "--config", str(file)], input=text)
    return run.exit_code, run.output.splitlines()


def test_a_transfer_is_shown_and_ends_the_conversation(tmp_path: Path) -> None:
    code, shown = _talk(tmp_path, "sales please", "yes", "never read")

    assert code == 0
    assert shown[0] == "receptionist: Thank you for calling Acme Dental."
    assert shown[shown.index("you: sales please") + 1] == "receptionist: Sales, is that right?"
    assert [line for line in shown if line.startswith("[transfer")] == [
        "[transfer: REFER to tel:…0123; not made]"
    ]
    assert not any("never read" in line for line in shown)


def test_a_digit_is_a_key_and_the_end_of_the_input_ends_the_command(tmp_path: Path) -> None:
    code, shown = _talk(tmp_path, "0", "2")

    assert code == 0
    assert "receptionist: The front desk, is that right?" in shown
    assert "receptionist: What would you like to do?" in shown


def test_a_goodbye_ends_it(tmp_path: Path) -> None:
    code, shown = _talk(tmp_path, "bye", "never read")

    assert code == 0
    assert shown[-1] == "receptionist: Thank you for calling. Goodbye."


def test_a_file_that_cannot_be_used_is_bad_input(tmp_path: Path) -> None:
    file = write(tmp_path, "business: {name: Acme}\n")
    run = CliRunner().invoke(app, ["console", "--config", str(file)])

    assert run.exit_code == 2
    assert "acme.yaml" in run.output
