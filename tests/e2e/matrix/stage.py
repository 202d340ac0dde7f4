"""The calls of all selected tests, side by side, as many at once as the machine bears."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.stack import Stack
    from tests.e2e.matrix.reception import Reception, Seen
    from tests.e2e.matrix.resolver import Resolver
    from tests.e2e.matrix.words import Words

TALKING_AT_ONCE = 3
WAITING_AT_ONCE = 6
"""A call in which nothing happens for seconds costs little."""


MOST_TAKES = 3
"""A call is made again when the server did not notice its end: now and then, on a busy machine,
it misses that the bridge leaves a room, and keeps the participant for twenty seconds."""


@dataclass(frozen=True)
class Stage:
    """Where the scenarios are played."""

    stack: Stack
    reception: Reception
    resolver: Resolver
    words: Words


@dataclass(frozen=True)
class Take:
    """What came of a scenario.

    Attributes:
        calls: In the order in which they were made.
        exit_code: Of a worker that was ended.
        said: The end of its log.
    """

    calls: tuple[Seen, ...]
    exit_code: int | None = None
    said: str = ""


@dataclass(frozen=True, eq=False)
class Scenario:
    """What is played, once, for all tests about it.

    Attributes:
        name: As the matrix has it.
        play: Makes the calls.
        waits: Whether most of its time is waiting.
    """

    name: str
    play: Callable[[Stage], Awaitable[Take]]
    waits: bool = False

    def __str__(self) -> str:
        return self.name


class Programme:
    """Plays scenarios in turn."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._talking = asyncio.Semaphore(TALKING_AT_ONCE)
        self._waiting = asyncio.Semaphore(WAITING_AT_ONCE)
        self._playing: dict[Scenario, asyncio.Task[Take]] = {}

    def begin(self, scenario: Scenario) -> asyncio.Task[Take]:
        """Play it as soon as there is room for it; once, however often it is asked for."""
        if scenario not in self._playing:
            self._playing[scenario] = asyncio.create_task(self._play(scenario))
        return self._playing[scenario]

    async def aclose(self) -> None:
        """Forget what has not been played."""
        for task in self._playing.values():
            task.cancel()
        await asyncio.gather(*self._playing.values(), return_exceptions=True)

    async def _play(self, scenario: Scenario) -> Take:
        async with self._waiting if scenario.waits else self._talking:
            for _ in range(MOST_TAKES):
                take = await scenario.play(self.stage)
                if not any(seen.leaving_missed and seen.room_gone is None for seen in take.calls):
                    break
            return take
