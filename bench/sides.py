"""Two workers on one stack that serve the same waves of calls in turn, and what came of them."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from bench import usage
from bench.reading import Reading, read
from lab import sipp
from lab.scenario import Notify, Refer, Script
from lab.track import Key, Track

if TYPE_CHECKING:
    from lab.rooms import Line
    from lab.stack import Stack
    from lab.worker import Worker

PRESS = 1.5
"""Seconds from the answer to the key, when it is the only call."""
SPACING = 0.5
"""Seconds between two callers who dial, and between two who press."""
STAYS = 0.6
"""Seconds for which all callers stay after the last key."""
_CALL_SECONDS = 90.0


class Wave(NamedTuple):
    """Calls that are live at the same time, all of them while the keys are pressed."""

    live: int

    @property
    def first_key(self) -> float:
        """Seconds from a caller's answer to his key: all are up by then."""
        return PRESS + SPACING * (self.live - 1)

    @property
    def stays(self) -> float:
        """Seconds that he stays on after it: until all have pressed."""
        return SPACING * (self.live - 1) + STAYS

    def script(self, key: str, *, transfers: bool) -> Script:
        """What one caller does; one who is not transferred hangs up by himself."""
        return Script(
            track=Track((Key(key, at=self.first_key),), seconds=self.first_key + self.stays + 20),
            refers=(Refer(notifies=(Notify(100, after=0.1), Notify(200, after=self.stays))),),
            patience=30.0 if transfers else self.first_key + self.stays,
        )


@dataclass
class Side:
    """One of the workers that are compared; its callers press 0 and 1 in turn.

    Attributes:
        name: What the report calls it.
        worker: The worker.
        line: The number that its callers dial.
        hertz: What it plays before a key.
        announcement: What it plays after the key 1, before the REFER; None when that key ends
            in no REFER.
        readings: By calls live at once, and key.
        memory: Megabytes per live call, by calls live at once.
        cpu: Seconds per call, from its start until all that follows from it is done.
    """

    name: str
    worker: Worker
    line: Line
    hertz: float
    announcement: float | None = None
    readings: dict[tuple[int, str], list[Reading]] = field(
        default_factory=lambda: defaultdict(list)
    )
    memory: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    _keys: itertools.cycle[str] = field(default_factory=lambda: itertools.cycle("01"))
    _processes: int = 1000

    async def idle(self) -> float:
        """Megabytes of the worker before any call, once it has nothing to do."""
        await self.rest()
        pids = self.worker.pids()
        self._processes = len(pids)
        return usage.memory(pids)

    async def rest(self) -> None:
        """Wait until it has as many processes as before its first call, and they do nothing."""
        await asyncio.to_thread(usage.wait_quiet, self.worker.pids, self._processes)

    async def serve(self, stack: Stack, wave: Wave) -> None:
        """Have it serve one wave of calls."""
        pids = self.worker.pids()
        memory, cpu = usage.memory(pids), usage.cpu_seconds(pids)
        async with asyncio.TaskGroup() as calls:
            for place in range(wave.live):
                calls.create_task(self._call(stack, wave, place))
            calls.create_task(self._weigh(wave, memory))
        await self.rest()
        self.cpu[wave.live].append((usage.cpu_seconds(self.worker.pids()) - cpu) / wave.live)

    def values(self, live: int, what: str, keys: str = "01") -> list[float]:
        """All readings of one kind.

        Args:
            live: Calls live at once.
            what: A field of `Reading`.
            keys: Of the calls in which one of these was pressed.
        """
        found = [getattr(reading, what) for key in keys for reading in self.readings[live, key]]
        return [value for value in found if value is not None]

    async def _call(self, stack: Stack, wave: Wave, place: int) -> None:
        await asyncio.sleep(place * SPACING)
        key = next(self._keys)
        transfers = key == "0" or self.announcement is not None
        call = sipp.call(stack, wave.script(key, transfers=transfers), line=self.line)
        announcement = self.announcement if key == "1" else None
        reading = read(await call.ended(_CALL_SECONDS), talk=self.hertz, announcement=announcement)
        self.readings[wave.live, key].append(reading)

    async def _weigh(self, wave: Wave, before: float) -> None:
        """Weigh the live calls shortly before the first key."""
        await asyncio.sleep(wave.first_key)
        weight = await asyncio.to_thread(lambda: usage.memory(self.worker.pids()))
        self.memory[wave.live].append((weight - before) / wave.live)
