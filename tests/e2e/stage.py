"""Real calls side by side, each with a scene of its own, and everything they left behind."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from lab import sipp
from lab.scenario import Script
from tests.e2e.recognition import find, find_all
from tests.e2e.scene import Diary, Scene
from tests.e2e.sentences import write_sentences
from tests.e2e.voices import sound_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab.audio import Audio
    from lab.dialog import Dialog
    from lab.rooms import Line
    from lab.sip_message import SipMessage
    from lab.sipp import ScriptedCall
    from lab.stack import Stack
    from lab.worker import Worker
    from tests.e2e.recognition import Found

ROOT = Path(__file__).parents[2]
AGENT = ROOT / "tests" / "e2e" / "agents" / "voice_agent.py"
AT_ONCE = 3
"""Live calls on a machine of two cores that leave the audio's timing honest."""

_START_SECONDS = 20.0
_END_SECONDS = 30.0
_TRIES = 3
_STARVED_SECONDS = 0.15
"""A bridge that did not get to send for so long was kept from it by other work on the machine;
what callers hear then says nothing, and the call is made again."""


@dataclass(frozen=True, eq=False)
class Play:
    """A call to be made.

    Attributes:
        script: Makes what the caller does.
        scene: What the agent does.
        meanwhile: What else happens while the call lives; the call's tests see what it returns.
        seconds: How long the call may take.
    """

    script: Callable[[], Script]
    scene: Scene
    meanwhile: Callable[[Live], Awaitable[Any]] | None = None
    seconds: float = 60.0


@dataclass(frozen=True)
class Live:
    """A call that is being made."""

    stack: Stack
    line: Line
    call: ScriptedCall
    diary: Diary


@dataclass(frozen=True)
class Played:
    """A call that was made.

    Attributes:
        dialog: What was on the wire.
        diary: What happened in the agent.
        room_gone: When the room was first seen to be gone, in seconds since 1970.
        job_gone: When the job's process was.
        meanwhile: What the play's `meanwhile` returned.
    """

    dialog: Dialog
    diary: Diary
    room_gone: float
    job_gone: float
    meanwhile: Any = None

    SESSION_CLOSES_WITHIN: ClassVar[float] = 3.5
    """Seconds; an AgentSession waits two of them for a last transcript."""

    @property
    def refers(self) -> list[SipMessage]:
        """Every REFER, without retransmissions."""
        return self.dialog.requests("REFER")

    @property
    def refer(self) -> SipMessage:
        """The only REFER."""
        (refer,) = self.refers
        return refer

    @functools.cached_property
    def heard(self) -> Audio:
        """What the caller heard."""
        return self.dialog.heard()

    def spoken(self, *sentences: str, after: float | None = None) -> list[Found]:
        """Where the caller heard each of these sentences, as a whole.

        Raises:
            AssertionError: One was not heard exactly once.
        """
        heard = self.heard if after is None else self.heard.after(after)
        found = []
        for sentence in sentences:
            places = find_all(sound_of(sentence), heard)
            assert len(places) == 1, f"{sentence!r} was heard {len(places)} times: {places}"
            found += places
        return found

    def never_spoken(self, sentence: str) -> bool:
        """Whether the caller never heard the whole of this sentence."""
        return find(sound_of(sentence), self.heard) is None

    def facts(self, what: str) -> list[dict[str, Any]]:
        """The diary's entries of one kind."""
        return [entry.facts for entry in self.diary.entries(what)]

    @property
    def outcome(self) -> str:
        """Of the only transfer."""
        (end,) = self.facts("TransferEnded")
        return str(end["outcome"])

    @property
    def answered(self) -> float:
        """When the call was answered."""
        assert self.dialog.answer is not None
        return self.dialog.answer.at

    @property
    def ended(self) -> float:
        """When the first BYE was on the wire."""
        assert self.dialog.end is not None
        return self.dialog.end.at

    def notified(self, status: int) -> SipMessage:
        """The NOTIFY that reported this status."""
        return next(m for m in self.dialog.requests("NOTIFY") if m.reported == status)


def voice_agent(stack: Stack, agent_name: str, *, env: Mapping[str, str] | None = None) -> Worker:
    """The worker of a voice agent, to be used in ``with``."""
    sentences = stack.folder / "sentences"
    write_sentences(sentences)
    return stack.worker(
        [sys.executable, "-m", "livekit.agents", "start", AGENT],
        name=agent_name,
        env={
            "E2E_AGENT_NAME": agent_name,
            "E2E_SENTENCES": str(sentences),
            "E2E_AUDIO": str(stack.folder / "audio"),
            # The agent's own imports, and no model that it does not use.
            "PYTHONPATH": str(ROOT),
            "LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE": "0",
            **(env or {}),
        },
    )


class Stage:
    """Makes calls to one worker, at most `AT_ONCE` at a time."""

    def __init__(self, stack: Stack, agent_name: str) -> None:
        self.stack = stack
        self._agent_name = agent_name
        self._room = asyncio.Semaphore(AT_ONCE)
        self._numbers = itertools.count(1)
        self._performances: dict[Play, asyncio.Task[Played]] = {}

    def begin(self, play: Play) -> asyncio.Task[Played]:
        """Make the call as soon as there is room for it; the same one for the same play."""
        if play not in self._performances:
            self._performances[play] = asyncio.create_task(self._in_turn(play))
        return self._performances[play]

    async def aclose(self) -> None:
        """Forget what has not been made."""
        for task in self._performances.values():
            task.cancel()
        await asyncio.gather(*self._performances.values(), return_exceptions=True)

    async def _in_turn(self, play: Play) -> Played:
        async with self._room:
            return await self.perform(play)

    async def line(self, scene: Scene, *, media_timeout: float | None = None) -> tuple[Line, Diary]:
        """A number whose calls get this scene, and what the agent of its first call writes."""
        path = self.stack.folder / f"{self._agent_name}-{next(self._numbers)}.jsonl"
        line = await self.stack.rooms.add_line(
            self._agent_name, metadata=scene.to_json(path), media_timeout=media_timeout
        )
        return line, Diary(path)

    async def perform(self, play: Play) -> Played:
        """Make one call now and wait until nothing is left of it."""
        for _ in range(_TRIES - 1):
            line, diary = await self.line(play.scene)
            played = await self._perform(play, line, diary)
            starved = played.dialog.longest_pause() > _STARVED_SECONDS
            if not starved and not self._left_without_a_word(line):
                return played
        return await self._perform(play, *await self.line(play.scene))

    async def _perform(self, play: Play, line: Line, diary: Diary) -> Played:
        call = sipp.call(self.stack, play.script(), line=line)
        job = asyncio.create_task(_job_gone(diary))
        meanwhile = asyncio.create_task(_meanwhile(play, Live(self.stack, line, call, diary)))
        try:
            dialog = await call.ended(play.seconds)
            room_gone = await self.stack.rooms.until_gone(line.room_prefix, timeout=_END_SECONDS)
            job_gone = await asyncio.wait_for(job, _END_SECONDS)
            return Played(dialog, diary, room_gone, job_gone, await meanwhile)
        finally:
            job.cancel()
            meanwhile.cancel()

    def _left_without_a_word(self, line: Line) -> bool:
        """Whether the server had to find out by itself that the caller's leg was gone.

        livekit-sip 1.8.0 sometimes closes its connection before its last message is through;
        the server then keeps the participant for 20 s. Such a call shows nothing of ours.
        """
        log = (self.stack.folder / "livekit-server.log").read_text(errors="replace")
        return any(
            "PEER_CONNECTION_DISCONNECTED" in entry and f'"room":"{line.room_prefix}' in entry
            for entry in log.splitlines()
        )


async def _meanwhile(play: Play, live: Live) -> Any:
    return None if play.meanwhile is None else await play.meanwhile(live)


async def _job_gone(diary: Diary) -> float:
    entry = await diary.until("job", _START_SECONDS)
    try:
        handle = os.pidfd_open(entry.facts["pid"])
    except ProcessLookupError:
        return time.time()
    loop = asyncio.get_running_loop()
    gone: asyncio.Future[float] = loop.create_future()

    def on_exit() -> None:
        if not gone.done():
            gone.set_result(time.time())

    loop.add_reader(handle, on_exit)
    try:
        return await gone
    finally:
        loop.remove_reader(handle)
        os.close(handle)
