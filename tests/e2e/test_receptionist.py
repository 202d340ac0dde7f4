"""The receptionist as it is shipped: its own words, rendered before, and its worker's end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from lab import sipp
from lab.business import business_file, receptionist
from lab.scenario import Refer, Script, referred
from lab.track import Key, Track
from tests.e2e.recognition import find
from tests.e2e.voices import sound_of
from transfer_call import Outcome, Phrases

if TYPE_CHECKING:
    from lab.dialog import Dialog
    from lab.sipp import ScriptedCall
    from lab.stack import Stack
    from lab.worker import Worker

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
]

SALES = "tel:+12125550123"
WORDS = Phrases("en")
KEY_SECONDS = 20.0

GREETED = Script(track=Track((Key("0", at=1.0),)))
ANNOUNCED = Script(track=Track((Key("1", at=2.0),)))
BUSY = Script(
    track=Track((Key("1", at=1.5),)),
    refers=(referred(486, then=Track((Key("0", at=3.0),))), Refer()),
)


@dataclass(frozen=True)
class Reception:
    stack: Stack
    worker: Worker
    front_desk: str
    greeted: Dialog
    announced: Dialog
    busy: Dialog


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reception(stack: Stack) -> AsyncIterator[Reception]:
    """Three calls side by side, made."""
    front_desk = f"sip:desk@{stack.host}:{stack.ports.take()}"
    file = business_file(stack.line.number, stack.host, front_desk=front_desk, sales=SALES)
    with receptionist(stack, file) as worker:
        calls = [sipp.call(stack, script) for script in (GREETED, ANNOUNCED, BUSY)]
        greeted, announced, busy = await asyncio.gather(*(call.ended(60) for call in calls))
        yield Reception(stack, worker, front_desk, greeted, announced, busy)


async def test_the_key_0_in_the_middle_of_the_greeting_reaches_the_front_desk(
    reception: Reception,
) -> None:
    (refer,) = reception.greeted.requests("REFER")
    assert refer.header("Refer-To") == f"<{reception.front_desk}>"


async def test_its_announcement_is_heard_in_full_and_then_the_refer_goes_out(
    reception: Reception,
) -> None:
    heard = reception.announced.heard()
    (refer,) = reception.announced.requests("REFER")
    (sentence,) = WORDS.announce("sales")
    found = find(sound_of(sentence), heard)
    assert found is not None
    audible_until = heard.last_audible(before=refer.at)
    assert audible_until is not None
    assert audible_until == pytest.approx(found.end, abs=0.1)
    assert 0 < refer.at - audible_until <= 0.3


async def test_a_caller_whose_wish_is_busy_is_told_so_and_what_key_helps_and_it_does(
    reception: Reception,
) -> None:
    first, second = reception.busy.requests("REFER")
    busy = next(n for n in reception.busy.requests("NOTIFY") if n.reported == 486)
    heard = reception.busy.heard()
    sorry, told, *_ = (find(sound_of(each), heard) for each in WORDS.failed(Outcome.BUSY, "sales"))
    assert sorry is not None
    assert told is not None
    assert 0 < sorry.start - busy.at < 2
    assert first.header("Refer-To") == SALES
    assert second.header("Refer-To") == f"<{reception.front_desk}>"


async def test_told_to_stop_during_an_announcement_it_finishes_that_and_exits_0(
    reception: Reception,
) -> None:
    call = sipp.call(reception.stack, ANNOUNCED)
    pressed_at = await _pressed(call)
    reception.worker.process.terminate()
    told_at = time.time()
    dialog = await call.ended(60)
    assert await reception.worker.process.wait(30) == 0
    (refer,) = dialog.requests("REFER")
    assert pressed_at < told_at < refer.at
    assert refer.header("Refer-To") == SALES
    for sentence in WORDS.announce("sales"):
        assert find(sound_of(sentence), dialog.heard()) is not None
    connected = next(n for n in dialog.requests("NOTIFY") if n.reported == 200)
    gone = await reception.stack.rooms.until_gone(reception.stack.line.room_prefix)
    assert gone - connected.at < 5


async def _pressed(call: ScriptedCall) -> float:
    """When the first key was on the wire, waiting for it."""
    async with asyncio.timeout(KEY_SECONDS):
        while True:
            try:
                if keys := call.dialog.keys():
                    return keys[0].at
            except KeyError:
                pass  # The INVITE has not been seen yet.
            await asyncio.sleep(0.02)
