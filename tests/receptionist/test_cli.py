from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from receptionist.cli.app import app

NAMES = [
    (command.name or command.callback.__name__).replace("_", "-")  # type: ignore[union-attr]
    for command in app.registered_commands
]
EVERY = [[], *([name] for name in NAMES)]


@pytest.mark.parametrize("arguments", EVERY, ids=["receptionist", *NAMES])
def test_help_fits_a_terminal_of_80_columns(arguments: list[str]) -> None:
    shown = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "80"})

    assert shown.exit_code == 0
    assert max(map(len, shown.output.splitlines())) <= 80
    assert "…" not in shown.output


def leaves(command: Any, *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it."""
    if not hasattr(command, "commands"):
        yield names, command
    for name, below in getattr(command, "commands", {}).items():
        yield from leaves(below, *names, name)


LEAVES = list(leaves(typer.main.get_command(app)))


@pytest.mark.parametrize(("names", "command"), LEAVES, ids=[" ".join(one) for one, _ in LEAVES])
def test_what_is_said_in_brackets_is_shown(names: tuple[str, ...], command: Any) -> None:
    shown = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "300"}).output
    for parameter in command.params:
        for words in re.findall(r"\[([^]]+)]", getattr(parameter, "help", None) or ""):
            assert f"[{words}]" in shown


def test_the_exit_codes_are_said() -> None:
    assert "Exit codes" in CliRunner().invoke(app, ["--help"]).output
    for name in NAMES:
        if name != "schema":
            assert "Exit codes" in CliRunner().invoke(app, [name, "--help"]).output


def test_an_unknown_command_is_bad_input() -> None:
    assert CliRunner().invoke(app, ["stat"]).exit_code == 2
