"""A key and the tool at the same moment: one REFER, whoever was first."""

from __future__ import annotations

import pytest

from tests.e2e.plays import AT_ONCE, TWO_CALLERS
from tests.e2e.scene import DESK, SALES
from tests.e2e.stage import Played

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    "key", [pytest.param(name, marks=pytest.mark.play(play)) for name, play in AT_ONCE.items()]
)
def test_a_key_and_a_tool_call_at_once_are_one_refer(key: str, played: Played) -> None:
    assert played.refer.header("Refer-To").strip("<>") in (SALES, DESK)
    assert [end["outcome"] for end in played.facts("AttemptEnded")] == ["connected"]


@pytest.mark.play(TWO_CALLERS)
def test_the_keys_of_somebody_else_in_the_room_are_nothing(played: Played) -> None:
    other = played.meanwhile
    assert [key.digit for key in other.keys()] == ["0", "0"]
    assert other.requests("REFER") == []
    (own,) = played.dialog.keys()
    assert other.keys()[-1].at < own.at < played.refer.at
    assert played.facts("TransferRequested") == [{"destination": "front-desk"}]
