"""Calls whose first choice is not the one they end with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lab.scenario import Refer, Script, referred, refused
from lab.track import Key, Track
from tests.e2e.matrix.businesses import HASTY_SECONDS
from tests.e2e.matrix.stage import Scenario, Take

if TYPE_CHECKING:
    from tests.e2e.matrix.stage import Stage

KEY_AT = 0.4


def _presses(key: str, *refers: Refer, stays: float = 2.0, patience: float = 15.0) -> Script:
    return Script(
        track=Track((Key(key, at=KEY_AT),)),
        refers=refers or (Refer(),),
        stays=stays,
        patience=patience,
    )


def _one(name: str, line: str, script: Script, *, waits: bool = False) -> Scenario:
    async def play(stage: Stage) -> Take:
        return Take((await stage.reception.call(line, script),))

    return Scenario(name, play, waits)


HANGS_UP = Refer(notifies=(), hang_up_after=0.2)
"""The carrier accepts, and the caller is gone before anything is reported."""

ON_AFTER = {
    status: _one(
        f"{status}, next destination", "failover", _presses("1", referred(status), Refer())
    )
    for status in (486, 480, 603, 404)
}
ON_AFTER_REFUSAL = _one(
    "REFER refused, next destination", "failover", _presses("1", refused(603), Refer())
)
NEXT_ADDRESS = _one("486, next address", "failover", _presses("3", referred(486), Refer()))
NOT_ON_AFTER_UNKNOWN = _one(
    "unknown, no next destination",
    "failover",
    _presses("4", Refer(notifies=()), stays=HASTY_SECONDS + 7.0),
    waits=True,
)
KIND_CLOSED = _one(
    "REFER to tel: refused, then other keys",
    "failover",
    _presses(
        "2",
        Refer(answer=603, notifies=(), then=Track((Key("3", at=2.0), Key("0", at=5.0)))),
        Refer(),
    ),
)

CLOSED_THEN_NEXT = _one("closed, next destination", "hours", _presses("1"))
CLOSED = _one("closed, nobody else", "hours", _presses("2", patience=5.0))

RESOLVED = _one("resolver names the address", "rota", _presses("1"))
RESOLVED_PREMIUM = _one("resolver names a premium number", "rota", _presses("2", patience=6.0))
RESOLVER_BROKEN = _one("resolver fails, next destination", "rota", _presses("3"))


async def _rotate(stage: Stage) -> Take:
    script = _presses("1", HANGS_UP)
    calls = [await stage.reception.call("rotation", script) for _ in range(4)]
    return Take(tuple(calls))


async def _come_back(stage: Stage) -> Take:
    caller = "+12125559001"
    helped, not_helped = _presses("1", HANGS_UP), _presses("1", patience=6.0)
    first = await stage.reception.call("returns", helped, caller=caller)
    second = await stage.reception.call("returns", helped, caller=caller)
    third = await stage.reception.call("returns", not_helped, caller=caller)
    return Take((first, second, third))


async def _two_lines(stage: Stage) -> Take:
    calls = await asyncio.gather(
        *(stage.reception.call(line, _presses("1")) for line in ("north", "south"))
    )
    return Take(tuple(calls))


ROTATION = Scenario("rotating addresses", _rotate)
RETURNS = Scenario("the same caller again and again", _come_back)
TWO_LINES = Scenario("two lines", _two_lines)
