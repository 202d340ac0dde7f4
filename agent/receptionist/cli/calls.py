"""``receptionist calls``: what became of the last calls."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from transfer_call.adapters.sql_calls import PastAttempt, PastCall, past_calls
from transfer_call.adapters.sql_engine import RecordError, cause, read_url
from transfer_call.adapters.sql_kept import states
from transfer_call.adapters.sql_store import SqlStore

from ..logs import mask_numbers
from ..operations.finding import count
from ..pipeline.outage import PREFIX, outages_in
from ..settings import read_settings
from .asking import EXIT_LEFT, YesOption, agreed
from .live import show_live

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ALL = 1_000_000


def calls(
    since: Annotated[
        str | None,
        typer.Option(
            help="Only calls since then: 90m, 2h, 3d, 1w, today, yesterday, 2026-03-01 or "
            "2026-03-01T15:00. \\[the last --limit calls]"
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many. \\[20; with --since: all]")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="The calls that are up now, as LiveKit has them.")
    ] = False,
    purge_before: Annotated[
        str | None,
        typer.Option(
            help="Delete the record of calls older than that, written as for --since, after asking."
        ),
    ] = None,
    yes: YesOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list, for programs.")] = False,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Show telephone numbers in full.")
    ] = False,
) -> None:
    """List calls with destination, outcome and duration, the newest last.

    Exit codes: 0 listed, also when there are none; 1 the record, or LiveKit, cannot be read;
    2 bad input; 3 nobody agreed to the deletion.
    """
    # A fault in a setting of the worker is no reason not to show its calls.
    settings, _ = read_settings()
    try:
        read_url(settings.record_url)
    except RecordError as error:
        _give_up(f"RECEPTIONIST_RECORD_URL: {error}", 2)
    if live:
        show_live(settings, as_json=as_json, numbers=numbers)
        return
    now = datetime.now().astimezone()
    if purge_before is not None:
        _purge(settings.record_url, _time("--purge-before", purge_before, now), yes=yes)
        return
    start = _time("--since", since, now) if since else None
    try:
        found, outages = _read(settings.record_url, start, limit or (_ALL if since else 20))
    except RecordError as error:
        _give_up(str(error), 1)
    except SQLAlchemyError as error:
        _give_up(f"the record cannot be read: {cause(error)}", 1)
    if as_json:
        typer.echo(json.dumps([to_json(call, numbers=numbers) for call in found], indent=2))
    elif found:
        Console().print(to_table(found, numbers=numbers))
    else:
        typer.echo("No calls.")
    for outage in outages:
        # Beside what programs read.
        typer.echo(outage, err=True)


def read_since(text: str, now: datetime) -> datetime:
    """Read a point of time as people write it.

    Args:
        text: A duration back from now, a day, or an ISO 8601 time in the zone of `now`.
        now: Aware.

    Raises:
        ValueError: It is none of these; the text says what it may be.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "today":
        return midnight
    if text == "yesterday":
        return midnight - timedelta(days=1)
    if duration := re.fullmatch(r"(\d{1,4})([mhdw])", text):
        return now - timedelta(**{_UNITS[duration[2]]: int(duration[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no time; write 90m, 2h, 3d, 1w, today, yesterday, 2026-03-01 or "
            "2026-03-01T15:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def to_json(call: PastCall, *, numbers: bool) -> dict[str, Any]:
    """A call as JSON has it: times in UTC, durations in seconds, numbers masked unless asked."""
    shown: dict[str, Any] = _plain({**asdict(call), "seconds": call.seconds})
    for attempt, written in zip(call.attempts, shown["attempts"], strict=True):
        written["seconds"] = attempt.seconds
    if not numbers:
        shown["caller"] = mask_numbers(call.caller)
        shown["called"] = mask_numbers(call.called)
        for written in shown["attempts"]:
            written["address"] = mask_numbers(written["address"])
    return shown


def to_table(found: Sequence[PastCall], *, numbers: bool) -> Table:
    """Calls for a terminal of 80 columns, one line for each attempt."""
    several = len({call.line for call in found}) > 1
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Started", no_wrap=True)
    if several:
        table.add_column("Line", overflow="fold")
    table.add_column("Caller", no_wrap=True)
    table.add_column("Destination", overflow="fold")
    table.add_column("Outcome", overflow="fold")
    table.add_column("Duration", justify="right", no_wrap=True)
    for call in found:
        caller = call.caller if numbers else mask_numbers(call.caller)
        first = [call.started_at.astimezone().strftime("%Y-%m-%d %H:%M")]
        first += [call.line] if several else []
        first += [caller or "withheld"]
        made = [_attempt_cells(attempt) for attempt in call.attempts] or [("–", "no transfer")]
        for number, (destination, outcome) in enumerate(made):
            start = first if number == 0 else [""] * len(first)
            duration = _duration(call.seconds) if number == 0 else ""
            # As text: a name in brackets is not rich's markup.
            cells = map(Text, (*start, destination, outcome, duration))
            table.add_row(*cells)
    return table


def _attempt_cells(attempt: PastAttempt) -> tuple[str, str]:
    outcome = attempt.outcome.replace("_", " ")
    if attempt.sip_status:
        outcome += f" {attempt.sip_status}"
    if any(fact.startswith("left_after") for fact in attempt.later):
        outcome += ", left later"
    if attempt.responsible not in ("", "nobody"):
        outcome += f" ({attempt.responsible})"
    return attempt.destination, outcome


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "not ended"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _read(url: str, since: datetime | None, limit: int) -> tuple[list[PastCall], list[str]]:
    """Calls, and which AI services are being left alone."""
    _must_exist(url)
    with SqlStore(url) as store, store.reading() as connection:
        now = datetime.now().astimezone()
        outages = outages_in(states(connection, PREFIX, now), now)
        return past_calls(connection, since=since, limit=limit), outages


def _must_exist(url: str) -> None:
    address = read_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        raise RecordError(
            f"there is no record yet at {address.database}: the worker writes it with its first "
            "call (RECEPTIONIST_STATE_DIR, RECEPTIONIST_RECORD_URL)"
        )


def _purge(url: str, before: datetime, *, yes: bool) -> None:
    day = before.strftime("%Y-%m-%d %H:%M")
    if not yes and not agreed(f"Delete the record of all calls that began before {day}?"):
        raise typer.Exit(EXIT_LEFT)
    try:
        _must_exist(url)
        with SqlStore(url) as store:
            deleted = store.purge(before)
    except RecordError as error:
        _give_up(str(error), 1)
    except SQLAlchemyError as error:
        _give_up(f"the record cannot be written: {cause(error)}", 1)
    typer.echo(f"{count(deleted, 'call')} deleted.")


def _time(option: str, text: str, now: datetime) -> datetime:
    try:
        return read_since(text, now)
    except ValueError as error:
        _give_up(f"{option}: {error}", 2)


def _give_up(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
