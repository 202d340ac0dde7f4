"""``receptionist drill``: does every address in the file reach a human?"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..operations.dial_plan import Dial, NoTrunkError, dials
from ..operations.drill import Answer, Result, drill as call
from ..rendering import local_audio
from .asking import EXIT_LEFT, JsonOption, NumbersOption, YesOption, agreed, at_livekit, shown
from .selection import (
    EXIT_FAILED,
    ConfigOption,
    LineOption,
    business_in_use,
    chosen_line,
    found_destination,
    refuse,
    settings_with,
)

if TYPE_CHECKING:
    from transfer_call.business import Line

    from ..operations.livekit import LiveKit
    from ..settings import Settings

_WORDS = {
    "en": "This is a test call for {name}. Press 1 to confirm that calls for {destination} "
    "reach you.",
    "es": "Esta es una llamada de prueba de {name}. Pulse 1 para confirmar que le llegan las "
    "llamadas para {destination}.",
    "fr": "Ceci est un appel de test pour {name}. Appuyez sur 1 pour confirmer que vous recevez "
    "les appels pour {destination}.",
    "de": "Das ist ein Testanruf für {name}. Drücken Sie die 1, um zu bestätigen, dass Anrufe "
    "für {destination} Sie erreichen.",
}
_MEANINGS = {
    Answer.CONFIRMED: "somebody pressed 1",
    Answer.ANSWERED: "it was answered, but nobody pressed 1: a machine?",
    Answer.BUSY: "it is busy",
    Answer.NO_ANSWER: "nobody answered",
    Answer.DECLINED: "the call was declined",
    Answer.UNREACHABLE: "a wrong number, or a fault on the way",
    Answer.NOT_CALLED: "LiveKit or the trunk refused",
}


def drill(
    to: Annotated[
        list[str] | None,
        typer.Option("--to", help="Only this destination; several times for several. \\[all]"),
    ] = None,
    trunk: Annotated[
        str, typer.Option(help="The outbound trunk for telephone numbers. \\[the only one]")
    ] = "",
    yes: YesOption = False,
    line: LineOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    numbers: NumbersOption = False,
) -> None:
    """Call every address in the file; whoever answers is asked to press 1.

    Telephones really ring, one after the other, and the carrier may charge for the calls. Says
    whom it will call and asks first.

    Exit codes: 0 all have confirmed; 1 not all, or LiveKit cannot be asked; 2 bad input; 3 nobody
    agreed, nobody was called.
    """
    settings = settings_with(config)
    business = business_in_use(settings)
    lines = list(business.lines) if line is None else [chosen_line(business, line)]
    names = _names(lines, to or [])
    show = shown(numbers=numbers)
    snapshot = at_livekit(settings, lambda server: server.snapshot())
    try:
        calls, left = dials(lines, snapshot.outbound, names, trunk)
    except NoTrunkError as error:
        refuse(error)
    for reason in left:
        typer.echo(f"not called: {reason}", err=True)
    if not calls:
        refuse("there is no address to call")
    if not yes:
        for one in calls:
            typer.echo(f"{one.destination.name}: {show(one.target.uri)}", err=as_json)
        if as_json or not agreed(f"Call these {len(calls)} now, one after the other?"):
            raise typer.Exit(EXIT_LEFT)
    # What the SDK says about its own handles is nothing for an operator.
    logging.getLogger("livekit").addHandler(logging.NullHandler())
    results = []
    for one in calls:
        result = at_livekit(settings, _calling(settings, one))
        results.append(result)
        if not as_json:
            typer.echo(to_line(result, show))
    if as_json:
        typer.echo(json.dumps([to_json(one, show) for one in results], indent=2))
    elif (good := _confirmed(results)) == len(results):
        typer.echo(f"All {good} reach a human.")
    else:
        typer.echo(f"{good} of {len(results)} reach a human.")
    if _confirmed(results) < len(results):
        raise typer.Exit(EXIT_FAILED)


def to_line(result: Result, show: Callable[[str], str]) -> str:
    """One call for people."""
    sign = "ok   " if result.answer is Answer.CONFIRMED else "FAIL "
    dial = result.dial
    status = f" ({result.sip_status})" if result.sip_status else ""
    why = f" ({result.detail})" if result.detail else ""
    where = f"{dial.destination.name} ({show(dial.target.uri)})"
    return f"{sign} {where}: {_MEANINGS[result.answer]}{status}{why}"


def to_json(result: Result, show: Callable[[str], str]) -> dict[str, Any]:
    """One call for programs."""
    dial = result.dial
    return {
        "line": dial.line.name,
        "destination": dial.destination.name,
        "address": show(dial.target.uri),
        "answer": str(result.answer),
        "sip_status": result.sip_status,
        "detail": result.detail,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _confirmed(results: Sequence[Result]) -> int:
    return sum(one.answer is Answer.CONFIRMED for one in results)


def _names(lines: Sequence[Line], wanted: Sequence[str]) -> list[str]:
    if wanted and len(lines) > 1:
        refuse("there are several lines; name one with --line")
    return [found_destination(lines[0], name) for name in wanted]


def _calling(settings: Settings, dial: Dial) -> Any:
    line = dial.line
    words = _WORDS[line.language].format(name=line.business, destination=dial.destination.label)

    async def work(server: LiveKit) -> Result:
        audio = local_audio(line, settings.cache_dir)
        await audio.prerender([words], line.language)
        return await call(server, settings, dial, audio, [words])

    return work
