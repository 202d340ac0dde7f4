from __future__ import annotations

import pytest
from typer.testing import CliRunner

from receptionist.cli.app import app

NAMES = [command.name or command.callback.__name__ for command in app.registered_commands]  # type: ignore[union-attr]
EVERY = [[], *([name] for name in NAMES)]


@pytest.mark.parametrize("arguments", EVERY, ids=["receptionist", *NAMES])
def test_help_fits_a_terminal_of_80_columns(arguments: list[str]) -> None:
    shown = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "80"})

    assert shown.exit_code == 0
    assert max(map(len, shown.output.splitlines())) <= 80
    assert "…" not in shown.output


def test_the_exit_codes_are_said() -> None:
    assert "Exit codes" in CliRunner().invoke(app, ["--help"]).output
    assert "Exit codes" in CliRunner().invoke(app, ["start", "--help"]).output


def test_an_unknown_command_is_bad_input() -> None:
    assert CliRunner().invoke(app, ["stat"]).exit_code == 2
