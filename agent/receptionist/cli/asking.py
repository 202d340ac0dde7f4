"""What commands that speak to LiveKit have in common: the connection, and questions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ..logs import mask_numbers
from ..operations.livekit import LiveKit, LiveKitError, livekit
from ..settings import livekit_faults
from .selection import EXIT_FAILED, refuse

if TYPE_CHECKING:
    from ..settings import Settings

T = TypeVar("T")

EXIT_LEFT = 3
"""Something is left to be done, because nobody agreed to it."""

JsonOption = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]
NumbersOption = Annotated[bool, typer.Option("--numbers", help="Show telephone numbers in full.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


def at_livekit(settings: Settings, work: Callable[[LiveKit], Awaitable[T]]) -> T:
    """Do something with the LiveKit server, or end the command with one line on why not."""
    unset = livekit_faults(
        settings.livekit_url,
        settings.livekit_api_key,
        settings.livekit_api_secret.get_secret_value(),
    )
    if unset:
        refuse(*(f"{one.variable}: {one.message.partition(', or pass')[0]}" for one in unset))

    async def connected() -> T:
        async with livekit(settings) as server:
            return await work(server)

    try:
        return asyncio.run(connected())
    except LiveKitError as error:
        refuse(error, code=EXIT_FAILED)


def agreed(question: str) -> bool:
    """Whether somebody says yes; nobody there is no."""
    try:
        return typer.confirm(question, default=False)
    except typer.Abort:
        typer.echo()
        return False


def shown(*, numbers: bool) -> Callable[[str], str]:
    """How telephone numbers, and names made from them, are shown."""
    return (lambda text: text) if numbers else mask_numbers
