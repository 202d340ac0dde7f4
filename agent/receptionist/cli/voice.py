"""``receptionist voice``: the fixed words as audio, made before calls need them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..rendering import UNUSED_DAYS, Rendering, by_reason
from .selection import EXIT_FAILED, ConfigOption, business_in_use, refuse, settings_with

if TYPE_CHECKING:
    from transfer_call.business import Business

    from ..settings import Settings

voice = typer.Typer(no_args_is_help=True, help="The fixed words as audio.")


@voice.callback()
def _voice() -> None:
    """The fixed words as audio, made before calls need them."""


@voice.command()
def render(
    config: ConfigOption = None,
    remove_unused: Annotated[
        bool,
        typer.Option(
            "--remove-unused",
            help="Delete all other audio at once, also what was played of late. Not where "
            "workers with another business file use the same folder.",
        ),
    ] = False,
) -> None:
    """Render every sentence of every line that is not there yet, in the line's voice.

    The worker does the same when it starts. Audio that belongs to no line is deleted when it has
    not been played for 30 days.

    Exit codes: 0 everything is there; 1 some of it could not be rendered; 2 bad input.
    """
    settings = settings_with(config)
    unused = 0.0 if remove_unused else UNUSED_DAYS * 86400.0
    failed = asyncio.run(_render(business_in_use(settings), settings, unused))
    if failed:
        refuse(*failed, code=EXIT_FAILED)


async def _render(business: Business, settings: Settings, unused: float) -> list[str]:
    """Render and prune; returns what went wrong, line by line."""
    key = settings.openai_api_key.get_secret_value()
    rendering = Rendering(business, settings.cache_dir, key)
    missing = await asyncio.to_thread(rendering.missing)
    wanted = sum(len(part.sentences) for part in missing)
    columns = (TextColumn("rendering"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not wanted) as progress:
        bar = progress.add_task("", total=wanted)
        try:
            failures = await rendering.render(missing, lambda: progress.advance(bar))
        finally:
            await rendering.aclose()
    wrong = [
        f"{texts[0]}{_and_more(len(texts) - 1)}: {reason}"
        for reason, texts in by_reason(failures).items()
    ]
    deleted = 0
    try:
        deleted = await asyncio.to_thread(rendering.prune, unused)
    except OSError as error:
        wrong.append(f"{settings.cache_dir}: old audio cannot be deleted: {error.strerror}")
    there = rendering.total - wanted
    made = wanted - len(failures)
    typer.echo(f"{made} rendered, {there} were there, {deleted} deleted")
    return wrong


def _and_more(others: int) -> str:
    return f" (and {others} more)" if others else ""
