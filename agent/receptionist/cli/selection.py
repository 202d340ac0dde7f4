"""What commands about the business have in common: which file, line, destination and time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from transfer_call.adapters.sql_engine import RecordError, read_url
from transfer_call.business import BusinessFileError, LiveBusiness
from transfer_call.directory import Choices, Match, NoMatch
from transfer_call.directory.faults import did_you_mean

from ..settings import Settings, read_settings

if TYPE_CHECKING:
    from transfer_call.adapters.sql_engine import RecordError, read_url
from transfer_call.business import Business, Line

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="The business file. [RECEPTIONIST_CONFIG, else receptionist.yaml]"
    ),
]
LineOption = Annotated[
    str | None, typer.Option("--line", help="The line, where the file has several.")
]

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def refuse(*messages: object, code: int = EXIT_BAD_INPUT) -> NoReturn:
    """End the command with one line on standard error for each message."""
    for message in messages:
        typer.echo(str(message), err=True)
    raise typer.Exit(code)


def settings_with(config: Path | None) -> Settings:
    """The settings, with the business file named on the command line if there is one.

    A fault in a setting of the worker is no reason not to look at its business.
    """
    settings, _ = read_settings()
    try:
        read_url(settings.record_url)
    except RecordError as error:
        refuse(f"RECEPTIONIST_RECORD_URL: {error}")
    if config is None:
        return settings
    return settings.model_copy(update={"receptionist_config": config})


def business_in_use(settings: Settings) -> Business:
    """What calls are answered with: the file, or the last good one with a warning."""
    live = LiveBusiness(settings.receptionist_config, state_dir=settings.state_dir, keep=False)
    try:
        current = live.current()
    except BusinessFileError as error:
        refuse(*error.faults)
    for fault in current.faults:
        typer.echo(str(fault), err=True)
    if current.faults:
        typer.echo("The business file cannot be used; the last good one is in force.", err=True)
    return current.business


def chosen_line(business: Business, name: str | None) -> Line:
    """The line called `name`, or the only one."""
    names = [line.name for line in business.lines]
    if name is None:
        if len(names) > 1:
            refuse(f"there are several lines; name one with --line: {', '.join(names)}")
        return business.lines[0]
    line = business.line(name)
    if line is None:
        refuse(f"there is no line {name!r}; there are {', '.join(names)}")
    return line


def found_destination(line: Line, said: str) -> str:
    """A destination's name, from the name itself or from what a caller would say or dial."""
    found = NoMatch() if said in line.directory else line.directory.find(said)
    if isinstance(found, Match):
        return found.destination.name
    if isinstance(found, Choices):
        names = " or ".join(repr(one.name) for one in found.candidates)
        refuse(f"{said!r} can be {names}; write which")
    return named_destination(line, said)


def named_destination(line: Line, name: str) -> str:
    """A destination's name to the letter: nothing is changed for somebody who was guessed."""
    if name in line.directory:
        return name
    near = did_you_mean(name, line.directory)
    refuse(f"there is no destination {name!r} on line {line.name}{near}")


def zone_of(line: Line, now: datetime) -> tzinfo:
    """The line's time zone, or this machine's where the file names none."""
    zone = line.directory.zone or now.astimezone().tzinfo
    assert zone is not None
    return zone


def read_time(text: str, zone: tzinfo, now: datetime, *, option: str) -> datetime:
    """A time of day today, or a date with a time, on the clock of `zone`.

    A date may name another zone by its offset.
    """
    if (clock := _TIME.fullmatch(text)) is not None:
        today = now.astimezone(zone)
        return today.replace(
            hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0, fold=0
        )
    try:
        if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", text):
            raise ValueError
        read = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"{option}: {text!r} is no time; write 15:00, or 2026-12-24T15:00")
    return read if read.tzinfo is not None else read.replace(tzinfo=zone)


def said_time(at: datetime, zone: tzinfo) -> str:
    """A time as these commands print it."""
    return at.astimezone(zone).strftime("%a %d %b %Y, %H:%M")


def tomorrow(at: datetime) -> str:
    """The same time on the next day, as it is written for an option."""
    return (at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
