"""Scripted callers against the real bridge and the least worker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from lab import sipp
from lab.audio import tone
from lab.scenario import Notify, Refer, Script, referred, refused
from lab.track import Key, Sound, Track

if TYPE_CHECKING:
    from lab.dialog import Dialog
    from lab.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("bare_worker")]

PRESS_0 = Track((Key("0", 0.5),))


def reported(call: Dialog) -> list[int | None]:
    return [notify.reported for notify in call.requests("NOTIFY")]


async def test_a_caller_presses_a_key_and_is_transferred(stack: Stack) -> None:
    track = Track((Key("0", 0.5), Sound(tone(440, 0.5), 0.8)))
    call = await sipp.call(stack, Script(track=track)).ended(30)
    (refer,) = call.requests("REFER")
    assert refer.header("refer-to").strip("<>") == "tel:+12125550123"
    assert [reply.status for reply in call.replies(refer)] == [202]
    assert call.replies(refer)[0].at - refer.at >= 0.03
    assert reported(call) == [100, 200]
    assert call.end is not None
    assert call.end.source == stack.sip_address
    (key,) = call.keys()
    assert key.digit == "0"
    assert 0 < refer.at - key.at < 5
    assert call.heard().tone_seconds(300) > 1
    assert 0.3 <= call.said().tone_seconds(440) <= 0.6


async def test_several_transfers_in_one_call(stack: Stack) -> None:
    again = Track((Key("0", 0.3),))
    script = Script(
        (Refer(603, notifies=(), then=again), referred(486, then=again), Refer()), PRESS_0
    )
    call = await sipp.call(stack, script).ended(30)
    refers = call.requests("REFER")
    assert [call.replies(refer)[-1].status for refer in refers] == [603, 202, 202]
    assert reported(call) == [100, 486, 100, 200]
    assert [key.digit for key in call.keys()] == ["0", "0", "0"]


async def test_callers_who_do_not_play_along(stack: Stack) -> None:
    """Side by side, since they mostly wait."""
    scripts = {
        "refused": Script((refused(405),), PRESS_0, stays=2),
        "never answered": Script((Refer(answer=None),), PRESS_0, stays=4),
        "hangs up after the 202": Script((Refer(notifies=(), hang_up_after=0.2),), PRESS_0),
        "hangs up before": Script((Refer(),), Track(), patience=1.5),
        "odd notifies": Script(
            (Refer(notifies=(Notify(200, event="wrong"), Notify(200, event="none", body=False))),),
            PRESS_0,
            stays=1,
        ),
    }
    calls = {name: sipp.call(stack, script) for name, script in scripts.items()}
    await asyncio.gather(*(call.ended(40) for call in calls.values()))
    ended = {name: call.dialog for name, call in calls.items()}
    assert all(call.end and call.end.source != stack.sip_address for call in ended.values())
    (refer,) = ended["refused"].requests("REFER")
    assert [reply.status for reply in ended["refused"].replies(refer)] == [405]
    (refer,) = ended["never answered"].requests("REFER")
    assert ended["never answered"].replies(refer) == []
    assert len(ended["never answered"].sent(refer)) > 2
    hung_up = ended["hangs up after the 202"]
    assert hung_up.end is not None
    assert hung_up.end.at - hung_up.requests("REFER")[0].at < 1
    assert ended["hangs up before"].requests("REFER") == []
    assert len(ended["odd notifies"].requests("NOTIFY")) == 2


async def test_the_bridge_ends_a_call_whose_sound_stops(stack: Stack) -> None:
    line = await stack.rooms.add_line("bare", media_timeout=2)
    script = Script((Refer(notifies=(), keep_talking=False),), PRESS_0, stays=20)
    call = await sipp.call(stack, script, line=line).ended(30)
    (refer,) = call.requests("REFER")
    assert call.end is not None
    assert call.end.source == stack.sip_address
    assert 1 < call.end.at - refer.at < 6
