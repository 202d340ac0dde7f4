"""``receptionist init``: a first business file, from a few answers."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from transfer_call.business import BusinessFileError, load

from ..operations.new_file import Answers, file_of, time_zone_of
from .selection import EXIT_FAILED, refuse

HOURS = "Mo-Fr 09:00-17:00; PH off"


def init(
    name: Annotated[
        str | None, typer.Option(help="The business's name, as callers hear it.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166, such as US.")] = None,
    number: Annotated[
        str | None, typer.Option(help="The number that callers dial, such as +14155550100.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            help="Who answers: a mobile or desk number, or sip:201@pbx.example.com for an "
            "extension of a telephone system."
        ),
    ] = None,
    destination: Annotated[str, typer.Option(help="What who answers is called.")] = "front-desk",
    hours: Annotated[
        str | None, typer.Option(help=f'Opening hours, such as "{HOURS}". \\[always]')
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA, such as America/New_York. \\[that of the number]")
    ] = None,
    output: Annotated[Path, typer.Option(help="The file.")] = Path("receptionist.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
) -> None:
    """Write a first business file, with comments. Asks for what no option says.

    Without a terminal nothing is asked: --name, --country and --to are needed then.

    Exit codes: 0 written; 1 it cannot be written; 2 bad input, nothing was written.
    """
    if output.exists() and not force:
        refuse(f"{output} is there already; name another with --output, or say --force")
    asks = sys.stdin.isatty()
    name = name or _ask(asks, "--name", "The business's name, as callers hear it")
    country = country or _ask(asks, "--country", "Its country (ISO 3166, such as US)")
    if number is None:
        number = _ask(asks, "", "The number that callers dial (empty: not known yet)")
    to = to or _ask(asks, "--to", "Who answers? A telephone number, or sip:extension@host")
    if hours is None:
        hours = _ask(asks, "", f'Opening hours, such as "{HOURS}" (empty: always)')
    zone = timezone or time_zone_of(number or to, country)
    if hours and not zone:
        zone = _ask(asks, "--timezone", "Its time zone, such as America/New_York")
    text = file_of(Answers(name, country, to, number, destination, hours, zone if hours else ""))
    _refuse_faults(text, output)
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        reason = (error.strerror or "").lower()
        refuse(f"{output} cannot be written: {reason}", code=EXIT_FAILED)
    typer.echo(f"{output} is written. Next:")
    typer.echo("  receptionist check    what is wrong, also with LiveKit: --online")
    typer.echo("  receptionist setup    the trunk and the dispatch rule for its number")
    typer.echo("  receptionist start    answer calls")


def _ask(asks: bool, option: str, question: str) -> str:
    """An answer; ``""`` to what needs none where nobody can be asked."""
    if not asks:
        if not option:
            return ""
        refuse(f"{option}: is needed where nobody can be asked")
    default = None if option else ""
    return str(typer.prompt(question, default=default, show_default=False)).strip()


def _refuse_faults(text: str, output: Path) -> None:
    """Refuse answers that make no good file, each with the way out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / output.name
        path.write_text(text, "utf-8")
        try:
            load(path, os.environ)
        except BusinessFileError as error:
            refuse(*(str(fault).replace(f"{folder}{os.sep}", "") for fault in error.faults))
