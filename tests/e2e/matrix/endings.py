"""Workers and jobs that end while they serve calls."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from lab.processes import LabError
from lab.scenario import Notify, Refer, Script
from lab.track import Key, Track
from tests.e2e.matrix import businesses
from tests.e2e.matrix.reception import open_reception
from tests.e2e.matrix.stage import Scenario, Take

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.matrix.reception import Live, Meanwhile, Reception
    from tests.e2e.matrix.stage import Stage

KEY_AT = 0.4
SERVER_SECONDS = 50.0
"""After 20 s a server misses a participant that said nothing, and 20 s after the last of them
(``departure_timeout``) it closes the room."""
DRAIN_SECONDS = 30.0

_ANNOUNCED = Track((Key("1", at=KEY_AT),))
_COMPLETED = Script(track=_ANNOUNCED, refers=(Refer(notifies=(Notify(200, after=4.0),)),))
"""The carrier takes its time, and puts the caller through."""
_ABANDONED = Script(track=_ANNOUNCED, patience=6.0)
"""The caller waits in vain, and hangs up."""
_UNANSWERED = Script(track=_ANNOUNCED, refers=(Refer(notifies=(Notify(100),)),), stays=4.0)
"""The carrier says nothing more, and the caller hangs up."""


async def _while_announcing(live: Live) -> None:
    await live.spoken(businesses.ANNOUNCED)
    await asyncio.sleep(0.5)


async def _while_pending(live: Live) -> None:
    await live.referred()
    await asyncio.sleep(0.5)


def _kill_job(when: Meanwhile) -> Meanwhile:
    async def meanwhile(live: Live) -> None:
        await when(live)
        os.kill(live.job, signal.SIGKILL)

    return meanwhile


def _job_killed(name: str, script: Script, when: Meanwhile) -> Scenario:
    async def play(stage: Stage) -> Take:
        call = await stage.reception.call(
            "acme", script, meanwhile=_kill_job(when), end_seconds=SERVER_SECONDS
        )
        return Take((call,))

    return Scenario(name, play, waits=True)


def _worker_ended(
    name: str,
    agent_name: str,
    end: Callable[[Reception], None],
    pending: Script,
    announced: Script,
) -> Scenario:
    """A worker of its own that is ended with one call announced and one pending."""

    async def play(stage: Stage) -> Take:
        files = {"acme": businesses.files(stage.resolver.url)["acme"]}
        async with open_reception(stage.stack, files, agent_name=agent_name) as reception:
            is_pending = asyncio.Event()

            async def wait_pending(live: Live) -> None:
                await live.referred()
                is_pending.set()

            async def end_it(live: Live) -> None:
                await _while_announcing(live)
                end(reception)

            first = asyncio.create_task(
                reception.call("acme", pending, meanwhile=wait_pending, end_seconds=SERVER_SECONDS)
            )
            await is_pending.wait()
            second = await reception.call(
                "acme", announced, meanwhile=end_it, end_seconds=SERVER_SECONDS
            )
            calls = (await first, second)
            process = reception.worker.process
            try:
                code = await process.wait(DRAIN_SECONDS)
            except LabError:
                code = None
            return Take(calls, code, process.said())

    return Scenario(name, play, waits=True)


_LONG = Script(
    track=_ANNOUNCED, refers=(Refer(notifies=(Notify(100), Notify(200, after=9.0))),), stays=3.0
)

SIGTERM = _worker_ended(
    "SIGTERM of the worker",
    "terminated",
    lambda reception: reception.worker.process.terminate(),
    _LONG,
    _COMPLETED,
)
SIGKILL = _worker_ended(
    "SIGKILL of the worker",
    "killed",
    lambda reception: reception.worker.process.kill(),
    _LONG,
    _ABANDONED,
)
JOB_KILLED_ANNOUNCING = _job_killed(
    "SIGKILL of the job while announcing", _ABANDONED, _while_announcing
)
JOB_KILLED_PENDING = _job_killed("SIGKILL of the job while pending", _UNANSWERED, _while_pending)
JOB_KILLED_CONNECTED = _job_killed(
    "SIGKILL of the job while pending, NOTIFY 200", _COMPLETED, _while_pending
)
