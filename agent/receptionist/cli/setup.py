"""``receptionist setup``: the inbound trunk and the dispatch rule, from the business file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..operations.setup import carry_out
from ..operations.setup_plan import ROOM_PREFIX, Change, Step, plan, unmaking
from ..operations.wanted import wanted
from .asking import EXIT_LEFT, NumbersOption, YesOption, agreed, at_livekit, shown
from .selection import ConfigOption, business_in_use, refuse, settings_with

if TYPE_CHECKING:
    from ..operations.livekit import LiveKit

_SIGNS = {"create": "+", "change": "~", "delete": "-"}
_WORDS = {
    "headers_to_attributes": "headers",
    "allowed_addresses": "calls from",
    "ringing_timeout": "ringing",
    "media_timeout": "silence",
    "trunk_ids": "trunks",
}
_ROOMS = {
    ROOM_PREFIX: "one for each call",
    "direct": "one for all calls",
    "callee": "one for each dialled number",
    "individual": "one for each caller",
}


def setup(
    yes: YesOption = False,
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help="Also change what setup has not made, where it is wrong."),
    ] = False,
    allow_address: Annotated[
        list[str] | None,
        typer.Option(
            help="Take calls on the trunk only from this address or network of the carrier; "
            "several times for several."
        ),
    ] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="Take away what setup has made.")
    ] = False,
    only_plan: Annotated[
        bool, typer.Option("--plan", help="Show what would be done, and do nothing.")
    ] = False,
    config: ConfigOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The plan as JSON, for programs; does nothing.")
    ] = False,
    numbers: NumbersOption = False,
) -> None:
    """Make the inbound trunk and the dispatch rule that the business file needs.

    Shows a plan and asks before anything is changed; run again, it changes nothing. What it has
    not made itself stays as it is unless --adopt is given.

    Exit codes: 0 done, or nothing to do; 1 LiveKit refused something; 2 bad input; 3 something
    is left to do.
    """
    settings = settings_with(config)
    business = business_in_use(settings)
    wants = wanted(business, settings.receptionist_agent_name)
    if not delete and not wants.numbers:
        refuse('business.numbers: setup needs the numbers that callers dial: ["+14155550100"]')

    async def planned(server: LiveKit) -> list[Step]:
        snapshot = await server.snapshot()
        return (
            unmaking(snapshot, wants.agent)
            if delete
            else plan(snapshot, wants, allow_address or ())
        )

    steps = at_livekit(settings, planned)
    show = shown(numbers=numbers)
    if as_json:
        typer.echo(json.dumps([_json(step, show) for step in steps], indent=2))
        raise typer.Exit(EXIT_LEFT if steps else 0)
    if not steps:
        typer.echo("Nothing to do.")
        return
    for line in to_lines(steps, show):
        typer.echo(line)
    chosen = [] if only_plan else _chosen(steps, yes=yes, adopt=adopt)
    if chosen:
        at_livekit(settings, lambda server: carry_out(server, chosen))
        typer.echo(f"{len(chosen)} of {len(steps)} done.")
    if not adopt and (others := [step for step in steps if not step.ours]):
        typer.echo(f"{len(others)} not made by setup, and left as it is: --adopt", err=True)
    if len(chosen) < len(steps):
        raise typer.Exit(EXIT_LEFT)


def to_lines(steps: Sequence[Step], show: Callable[[str], str]) -> Iterator[str]:
    """The plan for people."""
    for step in steps:
        owner = "" if step.ours else "  (not made by setup)"
        yield f"{_SIGNS[step.action]} {step.action} {step.kind} {step.label}{owner}"
        for change in step.changes:
            if change.name not in ("name", "metadata"):
                yield f"    {_WORDS.get(change.name, change.name):<12} {_change(change, show)}"
    yield ""


def _change(change: Change, show: Callable[[str], str]) -> str:
    after = _value(change.name, change.after, show)
    if change.before is None:
        return after
    return f"{_value(change.name, change.before, show)} -> {after}"


def _value(name: str, value: Any, show: Callable[[str], str]) -> str:
    if name.endswith("timeout"):
        return f"{value:g} s"
    if name == "rooms":
        return _ROOMS.get(value, str(value))
    if isinstance(value, Mapping):
        return ", ".join(value) or "none"
    return ", ".join(map(show, value)) or "none"


def _chosen(steps: Sequence[Step], *, yes: bool, adopt: bool) -> list[Step]:
    """Those that somebody agreed to; what others made is asked for one by one."""
    own = [step for step in steps if step.ours]
    chosen = own if own and (yes or agreed("Carry this out?")) else []
    if own and not chosen:
        return []
    others = [step for step in steps if not step.ours] if adopt else []
    return chosen + [step for step in others if yes or agreed(_question(step))]


def _question(step: Step) -> str:
    return f"Setup did not make {step.kind} {step.label}. Change it?"


def _json(step: Step, show: Callable[[str], str]) -> dict[str, Any]:
    written = asdict(step)
    for change in written["changes"]:
        if change["name"] == "numbers":
            for side in ("before", "after"):
                change[side] = [show(number) for number in change[side] or ()]
    return written
