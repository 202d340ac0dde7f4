from __future__ import annotations

import asyncio
import logging

import pytest

from transfer_call.events import BACKLOG, CallEnded, Event, EventBus


def ended(number: int) -> CallEnded:
    return CallEnded(call_id=str(number), outcome=None)


async def test_a_listener_gets_every_event_in_order() -> None:
    seen: list[str] = []

    async def listener(event: Event) -> None:
        seen.append(event.call_id)

    bus = EventBus()
    bus.add(listener)
    bus.add(listener)
    for number in range(5):
        bus.emit(ended(number))
    await bus.aclose()
    assert seen == ["0", "1", "2", "3", "4"]


async def test_a_listener_that_raises_gets_the_next_event_and_its_text_stays_out_of_the_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[str] = []

    async def listener(event: Event) -> None:
        seen.append(event.call_id)
        raise ValueError("+12125550123")

    bus = EventBus()
    bus.add(listener)
    with caplog.at_level(logging.WARNING):
        bus.emit(ended(1))
        bus.emit(ended(2))
        await bus.aclose()
    assert seen == ["1", "2"]
    assert "2125550123" not in caplog.text


async def test_a_listener_that_hangs_holds_up_neither_the_call_nor_other_listeners() -> None:
    seen = asyncio.Event()
    hung: list[str] = []

    async def hangs(event: Event) -> None:
        hung.append(event.call_id)
        await asyncio.Event().wait()

    async def quick(event: Event) -> None:
        seen.set()

    bus = EventBus()
    bus.add(hangs)
    bus.add(quick)
    for number in range(BACKLOG * 2):
        bus.emit(ended(number))
    await asyncio.wait_for(seen.wait(), 2)
    await asyncio.wait_for(bus.aclose(timeout=0.05), 2)
    assert hung == ["0"]
