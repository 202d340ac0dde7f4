"""``receptionist test-call``: one real call on this machine, from a telephone of the lab."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from .selection import (
    EXIT_FAILED,
    ConfigOption,
    business_in_use,
    refuse,
    settings_with,
)

SOURCES = Path(__file__).parents[3]
"""The folder that holds `lab/` where this is a clone of the sources, not an installed wheel."""


def test_call(
    press: Annotated[str, typer.Option(help="The keys that the caller presses.")] = "",
    say: Annotated[str, typer.Option(help="What the caller says, in English.")] = "",
    number: Annotated[
        str | None,
        typer.Option(help="The number that is dialled. \\[the first of the business file]"),
    ] = None,
    after: Annotated[float, typer.Option(min=0, help="Seconds from the answer until then.")] = 1.0,
    config: ConfigOption = None,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Show telephone numbers in full.")
    ] = False,
) -> None:
    """Call the receptionist from a telephone on this machine and print each step.

    Real servers and a scripted telephone are started here for this one call, with the business
    file as it is; nobody outside is called. It needs the sources with lab/, not the wheel alone.

    Exit codes: 0 the caller was put through; 1 he was not, or lab/ is not there; 2 bad input.
    """
    settings = settings_with(config)
    business = business_in_use(settings)
    if not press and not say:
        refuse("say what the caller does: --press 1, or --say 'sales, please'")
    if not re.fullmatch("[0-9*#]*", press):
        refuse(f"--press: {press!r} are no keys; keys are 0 to 9, * and #")
    if not (SOURCES / "lab" / "try_call.py").is_file():
        refuse(
            "test-call needs lab/, which is part of the sources and not of the installed package: "
            "clone the sources, run `make install` there, and then `uv run receptionist test-call`",
            code=EXIT_FAILED,
        )
    own = [one for line in business.lines for one in line.numbers]
    dialled = number or (own[0] if own else "")
    arguments = [
        "--config", str(settings.receptionist_config.absolute()), "--number", dialled,
        "--press", press, "--say", say, "--after", str(after), *(["--numbers"] if numbers else []),
    ]  # fmt: skip
    made = subprocess.run(
        [sys.executable, "-m", "lab.try_call", *arguments], cwd=SOURCES, check=False
    )
    raise typer.Exit(made.returncode)
