"""Calls in which caller and agent talk, and what they say about the worker that served them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bench import usage
from bench.reading import WINDOW, sounding
from lab import sipp
from lab.openai.script import RATE, Asked, Manner, Model, Reply, Service
from lab.scenario import Notify, Refer, Script
from lab.sounds import spoken
from lab.track import Key, Sound, Track

if TYPE_CHECKING:
    from lab.audio import Samples
    from lab.dialog import Dialog
    from lab.rooms import Line
    from lab.stack import Stack
    from lab.worker import Worker

GREETING_HERTZ, REPLY_HERTZ = 500.0, 1500.0
"""Tones in the place of words: what is heard can be told apart to 10 ms."""
GREETING_SECONDS = 1.0
REPLY_SECONDS = 30.0
"""The agent goes on talking while keys are pressed."""
REPLY = "The reply."
SPEAKS_AT, ANSWERED_BY = 3.0, 9.5
"""Seconds from the answer to what the caller says, and until his key at the earliest."""
SPACING = 0.5
"""Seconds between two callers who dial, and between two who press."""
STAYS = 0.6
TYPICAL = {Service.STT: 0.3, Service.LLM: 0.4, Service.TTS: 0.25}
"""Seconds that the services take until the first of an answer, as those of providers do."""
_CALL_SECONDS = 120.0


def services() -> Model:
    """Both workers' models."""

    def answer(asked: Asked) -> Reply:
        return Reply(REPLY if asked.said else "The greeting.")

    async def speak(text: str) -> bytes:
        reply = text == REPLY
        hertz, seconds = (
            (REPLY_HERTZ, REPLY_SECONDS) if reply else (GREETING_HERTZ, GREETING_SECONDS)
        )
        phase = 2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE
        return (8000 * np.sin(phase)).astype("<i2").tobytes()

    return Model(
        hears=lambda samples, rate: "I would like to know when you are open.",
        answers=answer,
        speaks=speak,
        manner=lambda service, number: Manner(after=TYPICAL.get(service, 0.0)),
    )


@dataclass(frozen=True, slots=True)
class Talked:
    """Milliseconds; ``None`` where it did not happen.

    Attributes:
        greeted: 200 to the first sound of the greeting.
        replied: Last sound of the caller to the first of the reply.
        refer: First packet of the key to the REFER.
    """

    greeted: float | None = None
    replied: float | None = None
    refer: float | None = None


def read(dialog: Dialog, said: Samples) -> Talked:
    """Take the times of one call.

    Args:
        dialog: The call.
        said: What the caller has said.
    """
    assert dialog.answer is not None
    heard, answered = dialog.heard(), dialog.answer.at
    begun = dialog.said().first_audible(after=answered)
    greeted = sounding(heard, GREETING_HERTZ, after=answered)
    replied = refer = None
    if begun is not None:
        silent = begun + len(said) / 8000
        if reply := sounding(heard, REPLY_HERTZ, after=silent - WINDOW):
            replied = 1000 * (reply[0] - silent)
    key, sent = next(iter(dialog.keys()), None), next(iter(dialog.requests("REFER")), None)
    if key is not None and sent is not None:
        refer = 1000 * (sent.at - key.at)
    return Talked(1000 * (greeted[0] - answered) if greeted else None, replied, refer)


@dataclass
class Talker:
    """One of the workers that are compared.

    Attributes:
        name: What the report calls it.
        worker: The worker.
        line: The number that its callers dial.
        said: What they say.
        talked: By calls live at once.
        memory: Megabytes per live call, by calls live at once.
        cpu: Seconds per call, from its start until all that follows from it is done.
    """

    name: str
    worker: Worker
    line: Line
    said: Samples
    talked: dict[int, list[Talked]] = field(default_factory=lambda: defaultdict(list))
    memory: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    _processes: int = 1000

    async def idle(self) -> float:
        """Megabytes of the worker before any call, once it has nothing to do."""
        await self.rest()
        self._processes = len(self.worker.pids())
        return usage.memory(self.worker.pids())

    async def rest(self) -> None:
        """Wait until it has as many processes as before its first call, and they do nothing."""
        wait = usage.wait_quiet
        await asyncio.to_thread(wait, self.worker.pids, self._processes, timeout=60.0)

    async def serve(self, stack: Stack, live: int) -> None:
        """Have it serve so many calls at once, all of them talking while the keys are pressed."""
        pids = self.worker.pids()
        memory, cpu = usage.memory(pids), usage.cpu_seconds(pids)
        async with asyncio.TaskGroup() as calls:
            for place in range(live):
                calls.create_task(self._call(stack, live, place))
            calls.create_task(self._weigh(live, memory))
        await self.rest()
        self.cpu[live].append((usage.cpu_seconds(self.worker.pids()) - cpu) / live)

    def values(self, live: int, what: str) -> list[float]:
        """All readings of one kind: a field of `Talked`."""
        found = [getattr(one, what) for one in self.talked[live]]
        return [value for value in found if value is not None]

    async def _call(self, stack: Stack, live: int, place: int) -> None:
        await asyncio.sleep(place * SPACING)
        press = ANSWERED_BY + SPACING * (live - 1)
        stays = SPACING * (live - 1) + STAYS
        script = Script(
            track=Track(
                (Sound(self.said, SPEAKS_AT), Key("0", at=press)), seconds=press + stays + 20
            ),
            refers=(Refer(notifies=(Notify(100, after=0.1), Notify(200, after=stays))),),
            patience=press + 15.0,
        )
        call = sipp.call(stack, script, line=self.line)
        self.talked[live].append(read(await call.ended(_CALL_SECONDS), self.said))

    async def _weigh(self, live: int, before: float) -> None:
        """Weigh the live calls shortly before the first key."""
        await asyncio.sleep(ANSWERED_BY + SPACING * (live - 1))
        weight = await asyncio.to_thread(lambda: usage.memory(self.worker.pids()))
        self.memory[live].append((weight - before) / live)


def caller_says() -> Samples:
    """A question."""
    return spoken("I would like to know when you are open", voice="rms")
