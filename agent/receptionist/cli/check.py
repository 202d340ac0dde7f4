"""``receptionist check``: what is wrong, before a caller finds out."""

from __future__ import annotations

import asyncio
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..operations.finding import Area, Fix, Level, faults, fixable
from ..operations.fixing import mend
from ..operations.offline import look_offline
from ..operations.online import look_online
from ..operations.subject import Subject
from ..settings import read_settings
from .asking import JsonOption, NumbersOption, YesOption, agreed, shown
from .selection import EXIT_BAD_INPUT, EXIT_FAILED, ConfigOption

if TYPE_CHECKING:
    from transfer_call.business import Business

    from ..settings import Settings

WIDTH = 80
_QUESTIONS = {
    Fix.RECORD: "Bring the record up to date and write back what waits?",
    Fix.RENDER: "Render the sentences that have no audio yet?",
    Fix.SETUP: "Make or change the trunk and the dispatch rule that setup owns?",
}


def check(
    online: Annotated[
        bool,
        typer.Option(
            "--online", help="Ask LiveKit, the worker and the carrier too. Nobody is called."
        ),
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be mended safely, after asking.")
    ] = False,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    numbers: NumbersOption = False,
) -> None:
    """Look for everything that would keep callers from being answered and put through.

    Exit codes: 0 no fault (there may be warnings); 1 a fault; 2 a fault in the settings or in
    the business file, with which the worker does not start.
    """
    settings, _ = read_settings()
    if config is not None:
        settings = settings.model_copy(update={"receptionist_config": config})
    looked = asyncio.run(_look(settings, online=online, numbers=numbers))
    # A program cannot be asked.
    fix = fix and (yes or not as_json)
    if fix and (wanted := fixable(looked.areas)) and looked.business is not None:
        if not as_json:
            _print(looked.areas)
        done = [one for one in wanted if yes or agreed(_QUESTIONS[one])]
        if done:
            for said in asyncio.run(mend(done, settings, looked.business)):
                typer.echo(said, err=True)
            looked = asyncio.run(_look(settings, online=online, numbers=numbers))
    code = looked.exit_code
    if as_json:
        typer.echo(json.dumps(to_json(looked.areas), indent=2))
    else:
        _print(looked.areas)
    raise typer.Exit(code)


def to_lines(areas: Sequence[Area]) -> Iterator[str]:
    """The findings for people, at most `WIDTH` columns wide."""
    for area in areas:
        levels = [one.level for one in area.findings]
        word = Level.FAULT if Level.FAULT in levels else Level.WARNING if levels else "ok"
        rest = f": {area.looked_at}" if area.looked_at else ""
        if area.skipped:
            word, rest = "skipped", f": {area.skipped}"
        yield from _wrapped(f"{word:<9}", f"{area.name}{rest}")
        for one in area.findings:
            yield from _wrapped(" " * 9, one.what)
            yield from _wrapped(" " * 11 + "caller: ", one.caller)
            yield from _wrapped(" " * 11 + "mend:   ", one.mend)
    yield ""
    yield _summary(areas)


def to_json(areas: Sequence[Area]) -> dict[str, Any]:
    """The findings for programs."""
    return {
        "ok": not faults(areas),
        "areas": [
            {"name": area.name, "looked_at": area.looked_at, "skipped": area.skipped or None}
            for area in areas
        ],
        "findings": [{"area": area.name, **asdict(one)} for area in areas for one in area.findings],
    }


class _Looked:
    """What a look has shown."""

    def __init__(self, areas: list[Area], business: Business | None, *, starts: bool) -> None:
        self.areas = areas
        self.business = business
        self._starts = starts

    @property
    def exit_code(self) -> int:
        if not self._starts:
            return EXIT_BAD_INPUT
        return EXIT_FAILED if faults(self.areas) else 0


async def _look(settings: Settings, *, online: bool, numbers: bool) -> _Looked:
    _, setting_faults = read_settings()
    found = await look_offline(settings, setting_faults, online=online)
    areas = list(found.areas)
    if online and found.business is not None and found.asks_livekit:
        areas += await look_online(Subject(settings, found.business, shown(numbers=numbers)))
    return _Looked(areas, found.business, starts=found.starts)


def _print(areas: Sequence[Area]) -> None:
    for line in to_lines(areas):
        typer.echo(line)


def _wrapped(first: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
    )


def _summary(areas: Sequence[Area]) -> str:
    levels = [one.level for area in areas for one in area.findings]
    counts = [
        f"{count} {level}{'' if count == 1 else 's'}"
        for level in Level
        if (count := levels.count(level))
    ]
    return f"{', '.join(counts)}." if counts else "Nothing is wrong."
