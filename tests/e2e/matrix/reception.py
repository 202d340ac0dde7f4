"""A receptionist that answers many lines, and calls to it with all that is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine

from lab import sipp
from lab.capture import is_request
from tests.e2e.matrix.worker_log import WorkerLog
from transfer_call.adapters.sql_calls import PastCall, past_calls

if TYPE_CHECKING:
    from lab.audio import Audio
    from lab.dialog import Dialog
    from lab.rooms import Line
    from lab.scenario import Script
    from lab.sip_message import SipMessage
    from lab.sipp import ScriptedCall
    from lab.stack import Stack
    from lab.worker import Worker
    from tests.e2e.matrix.worker_log import LogLine

RECEPTIONIST = Path(sys.executable).with_name("receptionist")
START_SECONDS = 120.0
"""The first time it renders everything it will ever say."""
ANSWER_SECONDS = 30.0
END_SECONDS = 8.0
"""How long a room or a job may outlive its call before it counts as left behind."""
BEGIN_AT_ONCE = 2
"""Calls that are being answered; each new job costs a second of a core."""

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Seen:
    """A call that is over, and what there is to be found of it.

    Attributes:
        dialog: What was on the wire.
        log: What the receptionist logged about it.
        call: Its row in the record, with its attempts.
        room_gone: Seconds from the end of the SIP dialog until the room was seen to be gone;
            ``None`` when it was left behind.
        job_gone: The same of the job's process.
        leaving_missed: Whether the server did not notice that the bridge had left the room.
    """

    dialog: Dialog
    log: tuple[LogLine, ...]
    call: PastCall
    room_gone: float | None
    job_gone: float | None
    leaving_missed: bool

    @property
    def refers(self) -> list[SipMessage]:
        """Every REFER, without retransmissions."""
        return self.dialog.requests("REFER")

    @property
    def referred_to(self) -> list[str]:
        """Where the carrier was asked to send the caller, in order."""
        return [refer.header("Refer-To").strip("<>") for refer in self.refers]

    @property
    def outcomes(self) -> list[str]:
        """Of each attempt, in order."""
        return [attempt.outcome for attempt in self.call.attempts]

    @property
    def answered(self) -> float:
        """When the call was answered."""
        assert self.dialog.answer is not None
        return self.dialog.answer.at

    @property
    def heard(self) -> Audio:
        """What the caller heard."""
        return self.dialog.heard()

    def spoken(self, after: float = 0.0) -> list[str]:
        """What the receptionist began to say after a time."""
        return [line.spoken for line in self.log if line.spoken and line.at > after]


@dataclass(frozen=True)
class Live:
    """A call that is under way, for what happens to it meanwhile."""

    reception: Reception
    call: ScriptedCall
    room: str
    job: int
    """The process that serves it."""

    async def spoken(self, text: str) -> LogLine:
        """Wait until the caller is being told something."""
        log = self.reception.log
        return await log.until(lambda line: text in line.spoken, ANSWER_SECONDS, room=self.room)

    async def referred(self) -> SipMessage:
        """Wait for the REFER."""
        capture = self.reception.stack.capture
        return await capture.wait_for(
            is_request("REFER"), ANSWER_SECONDS, call_id=self.call.call_id
        )


Meanwhile = Callable[[Live], Coroutine[Any, Any, None]]


class Reception:
    """The receptionist at work; `open_reception` makes it."""

    def __init__(self, stack: Stack, worker: Worker, lines: Mapping[str, Line], state: Path):
        self.stack = stack
        self.worker = worker
        self.lines = lines
        self.state = state
        self.log = WorkerLog(worker.process.log)
        self._beginning = asyncio.Semaphore(BEGIN_AT_ONCE)

    async def call(
        self,
        line: str,
        script: Script,
        *,
        caller: str = "",
        meanwhile: Meanwhile | None = None,
        seconds: float = 60.0,
        end_seconds: float = END_SECONDS,
    ) -> Seen:
        """Call a line, and wait until nothing is left of the call or it has been long enough.

        Args:
            line: Name of the line's file.
            script: What the caller does.
            caller: His number; default one that nobody had before.
            meanwhile: What somebody else does.
            seconds: How long the call may take.
            end_seconds: How long its room and job may outlive it.
        """
        async with self._beginning:
            made = sipp.call(self.stack, script, line=self.lines[line], caller=caller)
            prefix = f"{self.lines[line].room_prefix}_{made.caller}_"
            room = await self.stack.rooms.until_there(prefix, timeout=ANSWER_SECONDS)
            greeting = await self.log.until(
                lambda line: bool(line.spoken), ANSWER_SECONDS, room=room
            )
        live = Live(self, made, room, greeting.pid)
        other = asyncio.create_task(meanwhile(live)) if meanwhile else None
        try:
            dialog = await made.ended(seconds)
            if other is not None:
                await other
        finally:
            if other is not None:
                other.cancel()
        end = dialog.end.at if dialog.end else time.time()
        room_gone, job_gone = await asyncio.gather(
            self._room_gone(room, end_seconds), self._job_gone(live.job, end_seconds)
        )
        return Seen(
            dialog=dialog,
            log=tuple(self.log.lines(room)),
            call=self.record_of(made.caller),
            room_gone=room_gone and room_gone - end,
            job_gone=job_gone and job_gone - end,
            leaving_missed=not self._noticed(made.room_identity),
        )

    def _noticed(self, identity: str) -> bool:
        log = self.stack.folder / "livekit-server.log"
        return any(
            identity in line and "participant closing" in line and "DISCONNECTED" not in line
            for line in log.read_text().splitlines()
        )

    def record_of(self, caller: str) -> PastCall:
        """What the record knows of the last call of a number."""
        calls = [call for call in self.past_calls() if call.caller == caller]
        assert calls, f"the record has no call of {caller}"
        return calls[-1]

    def past_calls(self) -> list[PastCall]:
        """Every call of the record."""
        engine = create_engine(f"sqlite:///{self.state / 'record.db'}")
        try:
            with engine.connect() as connection:
                return past_calls(connection, limit=1000)
        finally:
            engine.dispose()

    async def _room_gone(self, room: str, seconds: float) -> float | None:
        try:
            return await self.stack.rooms.until_gone(room, timeout=seconds)
        except TimeoutError:
            return None

    async def _job_gone(self, job: int, seconds: float) -> float | None:
        deadline = time.monotonic() + seconds
        while job in self.stack.processes():
            if time.monotonic() > deadline:
                return None
            await asyncio.sleep(_POLL_SECONDS)
        return time.time()


def environment(stack: Stack, config: Path, agent_name: str) -> dict[str, str]:
    """What a receptionist is told by its environment; all share their rendered words."""
    state, cache = config.parent / "state", stack.folder / "words"
    return {
        "RECEPTIONIST_AGENT_NAME": agent_name,
        "RECEPTIONIST_CONFIG": str(config),
        "RECEPTIONIST_STATE_DIR": str(state),
        "RECEPTIONIST_CACHE_DIR": str(cache),
        "RECEPTIONIST_HEALTH_HOST": "127.0.0.1",
        "RECEPTIONIST_HEALTH_PORT": "0",
        "RECEPTIONIST_MAX_CALLS": "50",
        "RECEPTIONIST_IDLE_PROCESSES": "3",
        "RECEPTIONIST_LOG_PII": "1",
    }


@contextlib.asynccontextmanager
async def open_reception(
    stack: Stack,
    files: Mapping[str, str],
    *,
    agent_name: str,
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[Reception]:
    """A receptionist with a line for each file.

    Args:
        stack: The lab.
        files: What the operator has written, by the line's name.
        agent_name: Its own in this lab.
        env: What else its environment says.
    """
    folder = stack.folder / agent_name
    folder.mkdir()
    lines = {name: await stack.rooms.add_line(agent_name) for name in files}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    config = folder / "lines.yaml"
    numbers = "".join(f'  "{line.number}": {name}.yaml\n' for name, line in lines.items())
    config.write_text(f"unknown_number: refuse\nlines:\n{numbers}", "utf-8")
    worker = stack.worker(
        [RECEPTIONIST, "start"],
        env={**environment(stack, config, agent_name), **(env or {})},
        name=agent_name,
        timeout=START_SECONDS,
    )
    with contextlib.ExitStack() as opened:
        await asyncio.to_thread(opened.enter_context, worker)
        reception = Reception(stack, worker, lines, folder / "state")
        opened.callback(reception.log.close)
        try:
            yield reception
        finally:
            await asyncio.to_thread(opened.close)
