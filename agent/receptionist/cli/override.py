"""``receptionist override``: today's exception, without an edit of the business file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from transfer_call.adapters.sql_engine import RecordError, cause
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.directory import Override

from .selection import (
    EXIT_FAILED,
    ConfigOption,
    LineOption,
    business_in_use,
    chosen_line,
    named_destination,
    read_time,
    refuse,
    said_time,
    settings_with,
    tomorrow,
    zone_of,
)

UntilOption = Annotated[
    str,
    typer.Option(help="When it ends, on the line's clock: 15:00 (today), or 2026-12-24T15:00."),
]
ReasonOption = Annotated[
    str, typer.Option(help="Why, for callers to hear: they hear it as it is written.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]

override = typer.Typer(
    no_args_is_help=True,
    help="Today's exception to the opening hours, without an edit of the business file. All "
    "workers use it from the next call on, `receptionist who` shows it, and it ends by itself.",
    epilog="Exit codes: 0 done; 1 the record cannot be used; 2 bad input, nothing was done.",
)


@override.command("closed")
def closed(
    until: UntilOption,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A destination. \\[the whole line]")
    ] = "",
    reason: ReasonOption = "",
    line: LineOption = None,
    config: ConfigOption = None,
) -> None:
    """Close a destination, or the whole line but for its urgent destination."""
    _set("closed", name, until, reason, line, config)


@override.command("send-to")
def send_to(
    name: Annotated[str, typer.Argument(help="The destination that takes the calls.")],
    until: UntilOption,
    reason: ReasonOption = "",
    line: LineOption = None,
    config: ConfigOption = None,
) -> None:
    """Send everybody to one destination first, whoever they ask for and whatever its hours."""
    _set("send_to", name, until, reason, line, config)


@override.command("list")
def show(line: LineOption = None, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the exceptions that hold now, of all lines unless one is named."""
    settings = settings_with(config)
    business = business_in_use(settings)
    if line is not None:
        chosen_line(business, line)
    now = datetime.now(UTC)
    with _store(settings.record_url) as store:
        every = [(of, one) for of, one in store.every_override(now) if line is None or of == line]
    if as_json:
        typer.echo(json.dumps([to_json(of, one) for of, one in every], indent=2))
        return
    for of, one in every:
        known = business.line(of)
        zone = zone_of(known, now) if known is not None else now.astimezone().tzinfo or UTC
        where = f"{of}: " if len(business.lines) > 1 or known is None else ""
        typer.echo(f"{where}{in_words(one)} until {said_time(one.until, zone)} ({zone})")
    if not every:
        typer.echo("No exceptions.")


@override.command("clear")
def clear(
    name: Annotated[
        str | None, typer.Argument(help="Only those about this destination. \\[all]")
    ] = None,
    line: LineOption = None,
    config: ConfigOption = None,
) -> None:
    """End the exceptions of a line now."""
    settings = settings_with(config)
    of = chosen_line(business_in_use(settings), line)
    # Taken as it is: an exception may be about a destination that the file no longer has.
    with _store(settings.record_url) as store:
        count = store.clear_overrides(of.name, name)
    typer.echo(f"{count} ended." if count else "There was none.")


def in_words(one: Override) -> str:
    """An exception as a sentence begins."""
    who = one.destination or "the line"
    said = f"{who} is closed" if one.kind == "closed" else f"everybody is sent to {who}"
    return f"{said} ({one.reason})" if one.reason else said


def to_json(line: str, one: Override) -> dict[str, Any]:
    """An exception as JSON has it: times in UTC."""
    return {
        "line": line,
        "kind": one.kind,
        "destination": one.destination,
        "until": one.until.astimezone(UTC).isoformat(),
        "reason": one.reason,
    }


def _set(kind: Any, name: str, until: str, reason: str, line: str | None, config: Any) -> None:
    settings = settings_with(config)
    of = chosen_line(business_in_use(settings), line)
    now = datetime.now(UTC)
    zone = zone_of(of, now)
    ends = read_time(until, zone, now, option="--until")
    if ends <= now:
        hint = "" if "-" in until else f"; for tomorrow write {tomorrow(ends)}"
        refuse(f"--until: {said_time(ends, zone)} ({zone}) is over{hint}")
    if any(not each.isprintable() for each in reason):
        refuse("--reason: must be one line of plain text")
    one = Override(
        kind, named_destination(of, name) if name else "", ends, " ".join(reason.split())
    )
    with _store(settings.record_url) as store:
        store.set_override(of.name, one, now)
    typer.echo(
        f"Line {of.name}: {in_words(one)} until {said_time(ends, zone)} ({zone}), "
        "from the next call on."
    )


@contextmanager
def _store(url: str) -> Iterator[SqlStore]:
    try:
        with SqlStore(url) as store:
            yield store
    except RecordError as error:
        refuse(error, code=EXIT_FAILED)
    except SQLAlchemyError as error:
        refuse(f"the record cannot be used: {cause(error)}", code=EXIT_FAILED)
