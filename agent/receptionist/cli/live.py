"""``receptionist calls --live``: the telephones that are in rooms now."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .asking import at_livekit, shown

if TYPE_CHECKING:
    from ..operations.livekit import LiveCaller
    from ..settings import Settings


def show_live(settings: Settings, *, as_json: bool, numbers: bool) -> None:
    """List them, or end the command with one line on why that is not possible."""
    found = at_livekit(settings, lambda server: server.callers())
    show = shown(numbers=numbers)
    if as_json:
        typer.echo(json.dumps([to_json(one, show) for one in found], indent=2))
    elif found:
        Console().print(to_table(found, show))
    else:
        typer.echo("No calls.")


def to_table(found: Sequence[LiveCaller], show: Callable[[str], str]) -> Table:
    """Live calls for a terminal of 80 columns, the oldest first."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Age", justify="right", no_wrap=True)
    for name in ("Status", "Caller", "Room", "Identity"):
        table.add_column(name, overflow="fold")
    for one in found:
        caller = show(one.number) or "withheld"
        cells = (age(one.seconds), one.status, caller, show(one.room), show(one.identity))
        table.add_row(*map(Text, cells))
    return table


def to_json(one: LiveCaller, show: Callable[[str], str]) -> dict[str, Any]:
    """A live call for programs, numbers masked unless asked."""
    written = asdict(one)
    del written["attributes"]
    for field in ("room", "identity", "number", "called"):
        written[field] = show(written[field])
    return {**written, "seconds": round(one.seconds, 1)}


def age(seconds: float) -> str:
    """How long, in minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
