from __future__ import annotations

import asyncio
import threading

import pytest

from transfer_call.adapters.side_thread import SideThread


async def test_work_is_done_in_order_and_away_from_the_loop() -> None:
    thread = SideThread("side")
    seen: list[str] = []

    def note() -> str:
        seen.append(threading.current_thread().name)
        return "done"

    assert await thread.run(note, 5) == "done"
    assert await thread.run(note, 5) == "done"
    assert seen == ["side", "side"]
    thread.stop()


async def test_what_the_work_raises_is_raised() -> None:
    thread = SideThread("side")

    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda: 1 / 0, 5)
    assert not thread.hangs
    thread.stop()


async def test_work_that_takes_too_long_goes_on_and_nothing_else_waits_for_it() -> None:
    thread = SideThread("side")
    go = threading.Event()
    done: list[int] = []

    def slow() -> None:
        go.wait(10)
        done.append(1)
        raise RuntimeError("nobody looks at this")

    with pytest.raises(TimeoutError):
        await thread.run(slow, 0)
    assert thread.hangs
    with pytest.raises(TimeoutError):
        await thread.run(lambda: done.append(2), 5)

    go.set()
    last = asyncio.wrap_future(thread.submit(lambda: done.append(3)))
    await last
    assert done == [1, 3]
    assert not thread.hangs
    await thread.run(lambda: done.append(4), 5)
    assert done == [1, 3, 4]
    thread.stop()


async def test_the_loop_goes_on_while_the_work_blocks() -> None:
    thread = SideThread("side")
    go = threading.Event()
    blocked = asyncio.create_task(thread.run(lambda: go.wait(10), 10))
    await asyncio.sleep(0)

    go.set()

    assert await blocked is True
    thread.stop()


async def test_a_stopped_thread_finishes_what_is_queued_and_starts_again_when_asked() -> None:
    thread = SideThread("side")
    done: list[int] = []
    queued = asyncio.wrap_future(thread.submit(lambda: done.append(1)))

    thread.stop()
    await queued
    await thread.run(lambda: done.append(2), 5)

    assert done == [1, 2]
    thread.stop()


def test_a_thread_that_hangs_does_not_hold_up_the_end_of_the_process() -> None:
    thread = SideThread("hanging")
    release = threading.Event()
    thread.submit(lambda: release.wait(10))

    (running,) = (each for each in threading.enumerate() if each.name == "hanging")
    assert running.daemon
    release.set()
    thread.stop()
