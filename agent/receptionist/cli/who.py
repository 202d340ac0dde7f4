"""``receptionist who``: who would get a call, who would not, and why; nobody is called."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from transfer_call.adapters.sql_engine import RecordError, cause, read_url
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.directory import Directory, Hop, explain

from ..exceptions_today import with_exceptions
from ..logs import mask_numbers
from . import reports
from .override import in_words, to_json as override_json
from .selection import (
    ConfigOption,
    LineOption,
    business_in_use,
    chosen_line,
    found_destination,
    read_time,
    said_time,
    settings_with,
    zone_of,
)

if TYPE_CHECKING:
    from transfer_call.business import Line
    from transfer_call.directory import TransferTarget

_WHY = {
    "hours": "closed",
    "override": "closed by override",
    "sent_elsewhere": "an override sends its calls elsewhere",
}


def who(
    to: Annotated[
        str, typer.Option("--to", help="A destination, as it is named, called or dialled.")
    ],
    at: Annotated[
        str | None,
        typer.Option("--at", help="When, on the line's clock: 18:30, or 2026-12-24T18:30. \\[now]"),
    ] = None,
    line: LineOption = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, for programs.")] = False,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Show telephone numbers in full.")
    ] = False,
) -> None:
    """Show the route of a call: who is tried in which order, who is skipped and why.

    Nobody is called. Exit codes: 0 shown, also when nobody is reachable; 2 bad input.
    """
    settings = settings_with(config)
    of = chosen_line(business_in_use(settings), line)
    name = found_destination(of, to)
    now = datetime.now(UTC)
    zone = zone_of(of, now)
    when = now if at is None else read_time(at, zone, now, option="--at")
    directory = with_overrides(of, settings.record_url, when)
    hops = explain(directory, name, when)
    if as_json:
        typer.echo(json.dumps(to_json(of, directory, when, hops, numbers=numbers), indent=2))
        return
    found = "" if name == to else f" ({to})"
    typer.echo(f"{name}{found} on line {of.name}, {said_time(when, zone)} ({zone})")
    for override in directory.overrides:
        ends = said_time(override.until, zone)
        typer.echo(f"override: {in_words(override)} until {ends}")
    typer.echo()
    for text in to_lines(hops, zone, numbers=numbers):
        typer.echo(text)


def to_lines(hops: Sequence[Hop], zone: tzinfo, *, numbers: bool) -> Iterator[str]:
    """The route for people to read."""
    by_override = {hop.destination.name for hop in hops if _sent_elsewhere(hop)}
    tried = [hop for hop in hops if hop.skipped is None]
    for place, hop in enumerate(hops, 1):
        after = f"  (when {hop.after} is {_outcomes(hop)})" if hop.after else ""
        if hop.after in by_override:
            after = "  (by override)"
        yield f"{place}. {hop.destination.name}{after}"
        if hop.skipped is not None:
            yield f"   skipped: {_why(hop, zone)}"
        else:
            turn = "first" if hop is tried[0] else "then"
            yield f"   tried {turn}: {_addresses(hop, numbers=numbers)}"
    if not tried:
        yield ""
        yield "Nobody is tried: the caller is told so, and offered what is open."
    for kind in dict.fromkeys(kind for hop in tried for kind in _kinds(hop)):
        yield ""
        yield f"What the carrier can report of {kind.title}:"
        for outcomes, meaning in kind.lines:
            yield f"   {outcomes}: {meaning}"


def to_json(
    line: Line, directory: Directory, at: datetime, hops: Sequence[Hop], *, numbers: bool
) -> dict[str, Any]:
    """The route for programs: times with their zone, numbers masked unless asked."""
    tried = [hop.destination.name for hop in hops if hop.skipped is None]
    return {
        "line": line.name,
        "to": hops[0].destination.name,
        "at": at.isoformat(),
        "first": tried[0] if tried else None,
        "overrides": [override_json(line.name, one) for one in directory.overrides],
        "route": [_hop_json(hop, numbers=numbers) for hop in hops],
    }


def _hop_json(hop: Hop, *, numbers: bool) -> dict[str, Any]:
    skipped = None
    if hop.skipped is not None:
        opens_at = hop.facts.opens_at
        skipped = {
            "outcome": hop.skipped.outcome.value,
            "why": hop.skipped.detail,
            "reason": hop.facts.reason,
            "holiday": hop.facts.holiday,
            "opens_at": opens_at.isoformat() if opens_at is not None else None,
        }
    return {
        "destination": hop.destination.name,
        "after": hop.after or None,
        "on": [outcome.value for outcome in hop.on],
        "skipped": skipped,
        "addresses": [_address(target, numbers=numbers) for target in hop.targets],
        "rotates": hop.destination.rotate,
        "asks_resolver": hop.destination.resolver is not None,
        "can_report": list(dict.fromkeys(one for kind in _kinds(hop) for one in kind.outcomes)),
        "leads_to": {outcome.value: list(names) for outcome, names in hop.leads_to.items()},
    }


def _kinds(hop: Hop) -> list[reports.Kind]:
    return reports.kinds(hop.targets, asked=hop.destination.resolver is not None)


def _sent_elsewhere(hop: Hop) -> bool:
    return hop.skipped is not None and hop.skipped.detail == "sent_elsewhere"


def _outcomes(hop: Hop) -> str:
    return ", ".join(outcome.value.replace("_", " ") for outcome in hop.on)


def _why(hop: Hop, zone: tzinfo) -> str:
    assert hop.skipped is not None
    why = _WHY[hop.skipped.detail]
    if _sent_elsewhere(hop):
        return why
    if hop.facts.holiday:
        why += ", public holiday"
    if hop.facts.reason:
        why += f" ({hop.facts.reason})"
    if hop.facts.opens_at is not None:
        why += f"; opens {said_time(hop.facts.opens_at, zone)}"
    return why


def _addresses(hop: Hop, *, numbers: bool) -> str:
    if hop.destination.resolver is not None:
        return "an address that is asked for at the time"
    shown = ", then ".join(_address(target, numbers=numbers) for target in hop.targets)
    return f"{shown} (in turn, each call begins at another)" if hop.destination.rotate else shown


def _address(target: TransferTarget, *, numbers: bool) -> str:
    return target.uri if numbers else mask_numbers(target.uri)


def with_overrides(line: Line, record_url: str, at: datetime) -> Directory:
    """The line's directory with the exceptions that hold at `at`."""
    address = read_url(record_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return line.directory
    try:
        with SqlStore(record_url) as store:
            overrides = store.overrides(line.name, at)
    except RecordError as error:
        typer.echo(f"Overrides are left out: {error}", err=True)
        return line.directory
    except SQLAlchemyError as error:
        message = f"Overrides are left out: the record cannot be read: {cause(error)}"
        typer.echo(message, err=True)
        return line.directory
    today, gone = with_exceptions(line.directory, overrides)
    if gone:
        typer.echo("Overrides about destinations that are no more are left out.", err=True)
    return today
