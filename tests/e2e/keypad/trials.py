"""Calls to an ordinary agent whose models have failed, or fail while it talks."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lab.scenario import Script
from lab.track import Key, Sound, Track
from tests.e2e.keypad.dead_openai import Manner
from tests.e2e.scene import Scene
from tests.e2e.sentences import ARE_YOU_THERE, said
from tests.e2e.stage import ROOT, Play, Stage

if TYPE_CHECKING:
    from lab.stack import Stack
    from tests.e2e.keypad.dead_openai import DeadOpenAI
    from tests.e2e.stage import Played

AGENT_NAME = "broken"
AGENT = Path(__file__).with_name("broken_agent.py")
AT_ONCE = 4
"""Calls in which little happens for most of the time."""
MODELS = ("stt", "llm", "tts")


@dataclass(frozen=True)
class Broken(Scene):
    """A scene with models somewhere else.

    Attributes:
        base_urls: Where each model's requests go, by ``stt``, ``llm`` and ``tts``.
    """

    base_urls: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Trial:
    """A call to be made.

    Attributes:
        manner: How the broken models behave.
        broken: Which they are.
        key_at: Seconds after the answer when the caller presses 0.
        speaks_at: Seconds after the answer when he says something.
    """

    manner: Manner
    broken: tuple[str, ...]
    key_at: float = 21.0
    speaks_at: tuple[float, ...] = (6.0, 11.0)

    def __str__(self) -> str:
        return f"{'+'.join(self.broken)} {self.manner}"

    def script(self) -> Script:
        """A caller who speaks, whatever he hears, and at last presses 0."""
        speech = tuple(Sound(said(ARE_YOU_THERE), at) for at in self.speaks_at)
        return Script(track=Track((*speech, Key("0", at=self.key_at))), patience=self.key_at + 10.0)


class Trials:
    """Makes the calls, at most `AT_ONCE` at a time."""

    def __init__(self, stack: Stack, server: DeadOpenAI) -> None:
        self._stage = Stage(stack, AGENT_NAME)
        self._server = server
        self._room = asyncio.Semaphore(AT_ONCE)
        self._numbers = itertools.count(1)
        self._calls: dict[Trial, asyncio.Task[Played]] = {}

    def begin(self, trial: Trial) -> asyncio.Task[Played]:
        """Make the call as soon as there is room for it; once, however often it is asked for."""
        if trial not in self._calls:
            self._calls[trial] = asyncio.create_task(self._call(trial))
        return self._calls[trial]

    async def aclose(self) -> None:
        """Forget what has not been made."""
        for task in self._calls.values():
            task.cancel()
        await asyncio.gather(*self._calls.values(), return_exceptions=True)

    async def _call(self, trial: Trial) -> Played:
        token = f"call{next(self._numbers)}"
        base_urls = {
            model: self._server.base_url(
                trial.manner if model in trial.broken else Manner.WORKS, f"{token}-{model}"
            )
            for model in MODELS
        }
        scene = Broken(base_urls=base_urls)
        async with self._room:
            return await self._stage.perform(Play(trial.script, scene, seconds=trial.key_at + 30.0))


@contextlib.asynccontextmanager
async def broken_agent(stack: Stack) -> AsyncIterator[None]:
    """The worker that serves the trials."""
    worker = stack.worker(
        [sys.executable, "-m", "livekit.agents", "start", AGENT],
        name=AGENT_NAME,
        env={
            "E2E_AGENT_NAME": AGENT_NAME,
            "E2E_AUDIO": str(stack.folder / "audio"),
            "E2E_IDLE_PROCESSES": str(AT_ONCE),
            "PYTHONPATH": str(ROOT),
            "LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE": "0",
        },
    )
    with contextlib.ExitStack() as opened:
        await asyncio.to_thread(opened.enter_context, worker)
        try:
            yield
        finally:
            await asyncio.to_thread(opened.close)
