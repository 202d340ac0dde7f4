"""SIGTERM: callers who are being put through are put through, then the worker ends."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from lab.scenario import Script
from lab.track import Key, Track
from tests.e2e.plays import UNANNOUNCED, pending
from tests.e2e.scene import SALES, SALES_ANNOUNCEMENT, Scene
from tests.e2e.stage import Play, Stage, voice_agent

if TYPE_CHECKING:
    from lab.stack import Stack
    from tests.e2e.stage import Live

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


async def test_a_worker_told_to_stop_finishes_the_announcement_and_the_refer_and_exits_0(
    stack: Stack,
) -> None:
    announcing, referring = asyncio.Event(), asyncio.Event()

    async def until_announced(live: Live) -> None:
        await live.diary.until("TransferRequested", 30)
        announcing.set()

    async def until_referred(live: Live) -> None:
        await live.diary.until("AttemptStarted", 30)
        referring.set()

    with voice_agent(stack, "stopped", env={"E2E_IDLE_PROCESSES": "2"}) as worker:
        stage = Stage(stack, "stopped")
        announced = asyncio.create_task(
            stage.perform(
                Play(
                    lambda: Script(track=Track((Key("1", at=2.5),))),
                    Scene(),
                    meanwhile=until_announced,
                )
            )
        )
        waiting = asyncio.create_task(
            stage.perform(
                Play(
                    lambda: Script(track=Track((Key("1", at=1.5),)), refers=(pending(5.0, 200),)),
                    Scene(destinations=UNANNOUNCED),
                    meanwhile=until_referred,
                )
            )
        )
        async with asyncio.timeout(40):
            await asyncio.gather(announcing.wait(), referring.wait())
        worker.process.terminate()
        told_at = time.time()
        calls = await asyncio.gather(announced, waiting)
        assert await worker.process.wait(20) == 0
    first, second = calls
    assert told_at < first.refer.at
    assert second.refer.at < told_at < second.notified(200).at
    first.spoken(*SALES_ANNOUNCEMENT)
    for call in calls:
        assert call.refer.header("Refer-To") == SALES
        assert call.outcome == "connected"
        assert call.room_gone - call.notified(200).at < 2
