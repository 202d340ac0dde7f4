"""A receptionist that answers these lines, and calls to it that are made side by side."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lab import sipp
from tests.e2e.keypad.lines import FILES

if TYPE_CHECKING:
    from lab.dialog import Dialog
    from lab.rooms import Line
    from lab.scenario import Script
    from lab.stack import Stack
    from lab.worker import Worker

AGENT_NAME = "keypad-reception"
AT_ONCE = 3
"""Calls at a time: more of them would make a machine of two cores late with everything."""

_RECEPTIONIST = Path(sys.executable).with_name("receptionist")
_START_SECONDS = 120.0
"""The first time it renders everything it will ever say."""
_CALL_SECONDS = 60.0


@dataclass(frozen=True, eq=False)
class Dialled:
    """A call to be made.

    Attributes:
        line: Name of the line's file.
        script: Makes what the caller does.
    """

    line: str
    script: Callable[[], Script]


class Reception:
    """The receptionist at work; `open_reception` makes it."""

    def __init__(self, stack: Stack, worker: Worker, lines: dict[str, Line]) -> None:
        self.worker = worker
        self._stack = stack
        self._lines = lines
        self._room = asyncio.Semaphore(AT_ONCE)
        self._calls: dict[Dialled, asyncio.Task[Dialog]] = {}

    def line(self, name: str) -> Line:
        """The line of that file."""
        return self._lines[name]

    def begin(self, dialled: Dialled) -> asyncio.Task[Dialog]:
        """Make the call as soon as there is room for it; once, however often it is asked for."""
        if dialled not in self._calls:
            self._calls[dialled] = asyncio.create_task(self._call(dialled))
        return self._calls[dialled]

    async def aclose(self) -> None:
        """Forget what has not been made."""
        for task in self._calls.values():
            task.cancel()
        await asyncio.gather(*self._calls.values(), return_exceptions=True)

    async def _call(self, dialled: Dialled) -> Dialog:
        async with self._room:
            call = sipp.call(self._stack, dialled.script(), line=self._lines[dialled.line])
            return await call.ended(_CALL_SECONDS)


@contextlib.asynccontextmanager
async def open_reception(stack: Stack) -> AsyncIterator[Reception]:
    """A receptionist with a line for each of `FILES`."""
    folder = stack.folder / AGENT_NAME
    folder.mkdir()
    lines = {name: await stack.rooms.add_line(AGENT_NAME) for name in FILES}
    for name, text in FILES.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    numbers = "".join(f'  "{line.number}": {name}.yaml\n' for name, line in lines.items())
    config = folder / "lines.yaml"
    config.write_text(f"unknown_number: refuse\nlines:\n{numbers}", "utf-8")
    worker = stack.worker(
        [_RECEPTIONIST, "start"],
        env={
            "RECEPTIONIST_AGENT_NAME": AGENT_NAME,
            "RECEPTIONIST_CONFIG": str(config),
            "RECEPTIONIST_STATE_DIR": str(folder / "state"),
            "RECEPTIONIST_CACHE_DIR": str(folder / "words"),
            "RECEPTIONIST_HEALTH_HOST": "127.0.0.1",
            "RECEPTIONIST_HEALTH_PORT": "0",
            "RECEPTIONIST_MAX_CALLS": "20",
            "RECEPTIONIST_IDLE_PROCESSES": str(AT_ONCE),
        },
        name=AGENT_NAME,
        timeout=_START_SECONDS,
    )
    with contextlib.ExitStack() as opened:
        await asyncio.to_thread(opened.enter_context, worker)
        try:
            reception = Reception(stack, worker, lines)
            yield reception
            await reception.aclose()
        finally:
            await asyncio.to_thread(opened.close)
