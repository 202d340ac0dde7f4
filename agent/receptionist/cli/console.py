"""``receptionist console``: talk to a line by typing; transfers are shown, not made."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from ..logs import mask_numbers
from .selection import ConfigOption, LineOption, business_in_use, chosen_line, settings_with
from .who import with_overrides

if TYPE_CHECKING:
    from livekit.agents import AgentSession, ConversationItemAddedEvent

    from transfer_call.business import Line
    from transfer_call.directory import Directory
    from transfer_call.transfer.telephony import Refer, Reply

_PROMPT = "you: "
_TURN_SECONDS = 60.0


def console(
    config: ConfigOption = None,
    line: LineOption = None,
) -> None:
    """Talk to the receptionist by typing what a caller would say; digits are keys.

    No telephone and no server is needed, and nobody is called: a transfer is shown, and ends
    the conversation. Ctrl-D ends it, too. Exit codes: 0 done; 2 bad input.
    """
    settings = settings_with(config)
    of = chosen_line(business_in_use(settings), line)
    directory = with_overrides(of, settings.record_url, datetime.now(UTC))
    asyncio.run(_talk(of, directory))


class _Shown:
    """A telephone system that shows what it would do."""

    def __init__(self, over: asyncio.Event) -> None:
        self._over = over

    async def warm(self) -> None:
        """Nothing has to be warmed."""

    async def refer(self, request: Refer) -> Reply:
        """Show the REFER, and report that the carrier took the caller."""
        from transfer_call.testing import connected

        typer.echo(f"[transfer: REFER to {mask_numbers(request.to)}; not made]")
        self._over.set()
        return connected()

    async def delete_room(self, room: str) -> None:
        """There is none."""

    async def aclose(self) -> None:
        """There is nothing to close."""


async def _talk(line: Line, directory: Directory) -> None:
    over = asyncio.Event()
    async with _conversation(line, directory, over) as session:
        async for typed in _typed():
            if not typed:
                continue
            try:
                async with asyncio.timeout(_TURN_SECONDS):
                    await session.run(user_input=typed)
            except TimeoutError:
                typer.echo("[no answer]", err=True)
            if over.is_set():
                return


@asynccontextmanager
async def _conversation(
    line: Line, directory: Directory, over: asyncio.Event
) -> AsyncIterator[AgentSession[Any]]:
    """A session that is begun and has greeted."""
    from livekit.agents import AgentSession
    from livekit.agents.testing import fake_job_context

    from receptionist.agent import ReceptionistAgent
    from receptionist.standby import rules
    from receptionist.standby.brain import StandbyBrain
    from receptionist.standby.setup import rules_for
    from receptionist.words import greeting
    from transfer_call import Call, TransferCallToolset
    from transfer_call.testing import fake_caller, fake_room

    def replied(reply: rules.Reply) -> None:
        if isinstance(reply, rules.Goodbye):
            over.set()

    room = fake_room(fake_caller(called=next(iter(line.numbers), "")))
    brain = StandbyBrain(rules_for(line, directory), on_reply=replied)
    with fake_job_context(room=room):
        call = Call.start(
            room,
            telephony=_Shown(over),
            phrases=line.phrases,
            line=line.name,
            country=directory.country,
        )
        async with AgentSession[Any](llm=brain) as session:
            session.on("conversation_item_added", _show)
            for sentence in greeting(line):
                _say(sentence)
            for sentence in line.phrases(line.language).sentences("who_is_wanted"):
                _say(sentence)
            agent = ReceptionistAgent(
                line, greet=lambda: None, tools=[TransferCallToolset(directory)]
            )
            await session.start(agent)
            yield session
        await call.aclose()


def _show(event: ConversationItemAddedEvent) -> None:
    item = event.item
    if item.type == "message" and item.role == "assistant":
        for sentence in (item.text_content or "").splitlines():
            _say(sentence)


def _say(sentence: str) -> None:
    typer.echo(f"receptionist: {sentence}")


async def _typed() -> AsyncIterator[str]:
    """What is typed, line by line, until the end of the input."""
    while True:
        typer.echo(_PROMPT, nl=False)
        line = await asyncio.to_thread(sys.stdin.readline)
        if not sys.stdin.isatty():
            typer.echo(line.rstrip("\n"))
        if not line:
            typer.echo()
            return
        yield line.strip()
