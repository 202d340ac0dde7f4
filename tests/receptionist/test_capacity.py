from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from livekit.agents import JobRequest
from livekit.protocol.agent import Job

from receptionist.capacity import SERVER_TARGET_LOAD, CallLimit


class Offer:
    """One call offered by the server: what was answered, and when its process is up."""

    def __init__(self) -> None:
        self.answer = ""
        self.launched = asyncio.Event()
        self.request = JobRequest(
            job=Job(id="job"), on_reject=self._reject, on_accept=cast(Any, self._accept)
        )

    async def _reject(self, terminate: bool) -> None:
        self.answer = "ended" if terminate else "left to others"

    async def _accept(self, _: SimpleNamespace) -> None:
        self.answer = "accepted"
        await self.launched.wait()


@pytest.mark.parametrize(
    ("live", "answer"), [(0, "accepted"), (2, "accepted"), (3, "left to others")]
)
async def test_calls_are_taken_up_to_the_limit(live: int, answer: str) -> None:
    offer = Offer()
    offer.launched.set()

    await CallLimit(3).admit(offer.request, range(live))

    assert offer.answer == answer


async def test_calls_that_come_at_the_same_moment_are_counted() -> None:
    limit = CallLimit(2)
    offers = [Offer() for _ in range(4)]
    async with asyncio.TaskGroup() as group:
        for offer in offers:
            group.create_task(limit.admit(offer.request, ()))
        await asyncio.sleep(0)
        for offer in offers:
            offer.launched.set()

    assert [offer.answer for offer in offers] == ["accepted"] * 2 + ["left to others"] * 2


async def test_a_call_whose_process_failed_is_no_longer_counted() -> None:
    limit = CallLimit(1)
    lost = Offer()
    waiting = asyncio.create_task(limit.admit(lost.request, ()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    offer = Offer()
    offer.launched.set()

    await limit.admit(offer.request, ())

    assert offer.answer == "accepted"


def test_the_server_stops_offering_calls_exactly_at_the_limit() -> None:
    limit = CallLimit(10)

    loads = [limit.load(range(live)) for live in range(12)]

    assert loads[0] == 0.0
    assert all(load < SERVER_TARGET_LOAD for load in loads[:10])
    assert loads[10] == loads[11] == SERVER_TARGET_LOAD
