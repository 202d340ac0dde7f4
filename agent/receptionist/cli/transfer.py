"""``receptionist transfer``: one live caller put through by hand."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from transfer_call.business.values import Seconds
from transfer_call.directory import CallFacts, ResolveError, TargetError, TransferTarget
from transfer_call.directory.number_like import claimed_number
from transfer_call.directory.opening import opening_facts
from transfer_call.policy import render_headers, validate_literal
from transfer_call.transfer.outcome import Outcome, Responsible, Verdict

from ..operations.by_hand import EXIT_CODES, ByHand, matching, transfer as by_hand
from .asking import JsonOption, NumbersOption, at_livekit, shown
from .live import to_table
from .selection import (
    ConfigOption,
    LineOption,
    business_in_use,
    chosen_line,
    found_destination,
    refuse,
    settings_with,
)
from .who import with_overrides

if TYPE_CHECKING:
    from transfer_call.business import Business, Line
    from transfer_call.directory import Destination

    from ..operations.livekit import LiveCaller
    from ..settings import Settings

_WORDS = {
    Outcome.CONNECTED: "the carrier reports that the call was answered",
    Outcome.HANDED_OFF: "the caller left meanwhile; nobody can say where to",
    Outcome.BUSY: "the caller is still on the line",
    Outcome.NO_ANSWER: "the caller is still on the line",
    Outcome.DECLINED: "the caller is still on the line",
    Outcome.UNREACHABLE: "a wrong number, or a fault on the way; the caller is still there",
    Outcome.NOT_PERMITTED: "the carrier does not transfer, or not to this kind of address",
    Outcome.MISCONFIGURED: "LiveKit refuses: the key, its grants, the room or the identity",
    Outcome.UNKNOWN: "nobody can say; it may still be ringing there, so do not try again at once",
    Outcome.CALLER_LEFT: "the caller was gone before",
    Outcome.CLOSED: "it is closed now; --anyway sends the caller all the same",
    Outcome.BLOCKED: "the policy of the business file does not allow it",
}


def transfer(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="A destination, as it is named, called or dialled; or an address, tel: or sip:",
        ),
    ],
    room: Annotated[
        str | None, typer.Option(help="The caller's room. \\[the only one with a caller]")
    ] = None,
    identity: Annotated[
        str | None, typer.Option(help="The caller's identity. \\[the room's only caller]")
    ] = None,
    play_dialtone: Annotated[
        bool,
        typer.Option(
            "--play-dialtone", help="The caller hears ringing. \\[as the destination says]"
        ),
    ] = False,
    no_dialtone: Annotated[
        bool, typer.Option("--no-dialtone", help="The caller hears no ringing.")
    ] = False,
    header: Annotated[
        list[str] | None, typer.Option(help="An extra SIP header, as X-Name=value.")
    ] = None,
    ringing_timeout: Annotated[
        str | None,
        typer.Option(help="How long to wait, such as 30s. \\[as the destination says, or 60s]"),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also when the destination is closed.")
    ] = False,
    line: LineOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    numbers: NumbersOption = False,
) -> None:
    """Transfer a caller who is on the line now. It is checked and recorded as any other.

    Exit codes: 0 connected; 10 handed off; 11 busy; 12 no answer; 13 declined; 14 unreachable;
    15 not permitted; 16 misconfigured; 17 unknown; 18 caller left; 19 closed; 20 blocked; 1
    LiveKit cannot be asked; 2 bad input, or not clear which caller.
    """
    settings = settings_with(config)
    business = business_in_use(settings)
    seconds = _seconds(ringing_timeout)
    extra = _headers(header or [])
    show = shown(numbers=numbers)
    callers = at_livekit(settings, lambda server: server.callers())
    caller = _the_one(matching(callers, room, identity), show)
    of = _line(business, line, caller)
    wish = _wish(settings, of, caller, to, extra, anyway=anyway)
    began = time.monotonic()
    if isinstance(wish, ByHand):
        asked = replace(
            wish,
            play_dialtone=play_dialtone or (wish.play_dialtone and not no_dialtone),
            ringing_timeout=seconds or wish.ringing_timeout,
        )
        verdict = at_livekit(settings, lambda server: by_hand(server, settings, asked))
        name, address = wish.name, show(wish.target.uri)
    else:
        (name, verdict), address = wish, ""
    if as_json:
        lasted = time.monotonic() - began
        written = _json(caller, name, address, verdict, lasted, show)
        typer.echo(json.dumps(written, indent=2))
    else:
        where = f" ({address})" if address and address != name else ""
        typer.echo(f"{show(name)}{where}: {in_words(verdict)}")
    raise typer.Exit(EXIT_CODES[verdict.outcome])


def in_words(verdict: Verdict) -> str:
    """An outcome for people: what it is called everywhere, and what that means."""
    said = verdict.outcome.replace("_", " ")
    if verdict.sip_status:
        said += f" {verdict.sip_status}"
    if verdict.detail and verdict.outcome in (Outcome.BLOCKED, Outcome.MISCONFIGURED):
        said += f" ({verdict.detail})"
    return f"{said}; {_WORDS[verdict.outcome]}"


def _the_one(callers: list[LiveCaller], show: Callable[[str], str]) -> LiveCaller:
    if len(callers) == 1:
        return callers[0]
    if not callers:
        refuse("there is no such caller; receptionist calls --live lists those that are there")
    Console(stderr=True).print(to_table(callers, show))
    refuse("there are several callers; name one with --room and --identity")


def _line(business: Business, name: str | None, caller: LiveCaller) -> Line:
    answered = business.line_for(caller.called) if name is None else None
    return answered or chosen_line(business, name)


def _wish(
    settings: Settings,
    line: Line,
    caller: LiveCaller,
    to: str,
    extra: dict[str, str],
    *,
    anyway: bool,
) -> ByHand | tuple[str, Verdict]:
    """What to send, or the destination and why nothing is to be sent."""
    if to.lower().startswith(("tel:", "sip:", "sips:")):
        try:
            target = TransferTarget.parse(to, country=line.directory.country)
        except TargetError as error:
            refuse(f"--to: {error}")
        return ByHand(caller, line, str(target), target, extra)
    name = found_destination(line, to)
    now = datetime.now(UTC)
    directory = with_overrides(line, settings.record_url, now)
    destination = directory[name]
    if not anyway and not opening_facts(directory, name, now).is_open:
        return name, Verdict(Outcome.CLOSED, detail="hours")
    facts = CallFacts(
        call_id=caller.attributes.get("sip.callID", ""),
        line=line.name,
        caller=claimed_number(caller.number, line.directory.country),
        called=caller.called,
        language=line.language,
    )
    try:
        found = _address(destination, facts)
    except ResolveError as error:
        typer.echo(str(error), err=True)
        return name, Verdict(
            Outcome.UNREACHABLE, detail="resolver", responsible=Responsible.OPERATOR
        )
    return ByHand(
        caller,
        line,
        name,
        found,
        render_headers(destination, facts, extra=extra),
        destination.play_dialtone,
        destination.ringing_timeout,
    )


def _address(destination: Destination, facts: CallFacts) -> TransferTarget:
    resolver = destination.resolver
    if resolver is None:
        return destination.targets[0]

    async def ask() -> TransferTarget:
        return (await resolver(destination.name, facts)).target

    return asyncio.run(ask())


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return TypeAdapter[int](Seconds).validate_python(text)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        refuse(f"--ringing-timeout: {message}")


def _headers(written: list[str]) -> dict[str, str]:
    headers = {}
    for one in written:
        name, equals, value = one.partition("=")
        fault = validate_literal(name, value) if equals else "write it as X-Name=value"
        if fault:
            refuse(f"--header {name}: {fault}")
        headers[name] = value
    return headers


def _json(
    caller: LiveCaller,
    name: str,
    address: str,
    verdict: Verdict,
    seconds: float,
    show: Callable[[str], str],
) -> dict[str, Any]:
    return {
        "room": show(caller.room),
        "identity": show(caller.identity),
        "destination": show(name),
        "address": address or None,
        "outcome": str(verdict.outcome),
        "certain": verdict.outcome.certain,
        "sip_status": verdict.sip_status,
        "reported_by": verdict.reported_by,
        "detail": str(verdict.detail),
        "responsible": str(verdict.responsible),
        "seconds": round(seconds, 1),
        "exit_code": EXIT_CODES[verdict.outcome],
    }
