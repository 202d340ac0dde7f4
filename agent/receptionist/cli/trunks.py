"""``receptionist trunks``: the trunks and dispatch rules that LiveKit has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..operations.snapshot import MADE_BY, OutboundTrunk, Rule, Snapshot, Trunk
from .asking import JsonOption, NumbersOption, at_livekit, shown
from .selection import settings_with

_ROOMS = {"direct": "one for all calls", "callee": "by dialled number"}


def trunks(as_json: JsonOption = False, numbers: NumbersOption = False) -> None:
    """List inbound trunks, dispatch rules and outbound trunks.

    Exit codes: 0 listed, also when there are none; 1 LiveKit cannot be asked; 2 bad input.
    """
    snapshot = at_livekit(settings_with(None), lambda server: server.snapshot())
    show = shown(numbers=numbers)
    if as_json:
        typer.echo(json.dumps(to_json(snapshot, show), indent=2))
        return
    console = Console()
    for title, table in to_tables(snapshot, show):
        console.print(Text(title, style="bold"))
        console.print(table if table.row_count else "none")
        console.print()


def to_json(snapshot: Snapshot, show: Callable[[str], str]) -> dict[str, object]:
    """All of them for programs."""
    return {
        "inbound": [_json(one, show) for one in snapshot.trunks],
        "rules": [_json(one, show) for one in snapshot.rules],
        "outbound": [_json(one, show) for one in snapshot.outbound],
    }


def to_tables(snapshot: Snapshot, show: Callable[[str], str]) -> list[tuple[str, Table]]:
    """One table for each kind, for a terminal of 80 columns."""
    inbound = [
        (
            one.id,
            one.name,
            _all(map(show, one.numbers), "every number"),
            _seconds(one.ringing_timeout),
            _seconds(one.media_timeout),
            _made_by(one),
        )
        for one in snapshot.trunks
    ]
    rules = [
        (
            one.id,
            _all(one.trunk_ids, "every trunk"),
            "one for each call" if one.separate else _ROOMS.get(one.kind, "by caller"),
            _all(one.agents, "nobody"),
            _made_by(one),
        )
        for one in snapshot.rules
    ]
    outbound = [
        (one.id, one.name, one.address, _all(map(show, one.numbers), "none"))
        for one in snapshot.outbound
    ]
    return [
        ("Inbound trunks", _table(["Trunk", "Name", "Numbers", "Rings", "Silence", ""], inbound)),
        ("Dispatch rules", _table(["Rule", "Trunks", "Rooms", "Agents", ""], rules)),
        ("Outbound trunks", _table(["Trunk", "Name", "Address", "Numbers"], outbound)),
    ]


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _made_by(one: Trunk | Rule) -> str:
    return "by setup" if one.metadata.startswith(MADE_BY) else ""


def _all(values: Iterable[str], none: str) -> str:
    return ", ".join(values) or none


def _seconds(seconds: float | None) -> str:
    return "default" if seconds is None else f"{seconds:g} s"


def _json(one: Trunk | Rule | OutboundTrunk, show: Callable[[str], str]) -> dict[str, object]:
    written = asdict(one)
    for field in ("numbers", "allowed_numbers", "inbound_numbers"):
        if field in written:
            written[field] = [show(number) for number in written[field]]
    return written
