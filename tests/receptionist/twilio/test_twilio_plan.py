"""What is changed at Twilio, decided without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from receptionist.twilio.facts import Number, OriginationUrl, Trunk
from receptionist.twilio.plan import (
    AddOrigination,
    AttachNumber,
    Change,
    CreateTrunk,
    Plan,
    PlanError,
    UpdateOrigination,
    UpdateTrunk,
    Wish,
    choose_trunk,
    plan,
)

OURS = "sip:acme.sip.livekit.cloud"
PBX = "sip:pbx.example.com"
WISH = Wish(number="+15105550100", sip_url=OURS)
NAMED = replace(WISH, trunk_sid="TK1")
FREE = Number("PN1", WISH.number)
ATTACHED = replace(FREE, trunk_sid="TK1")
READY = Trunk(
    "TK1",
    name="livekit-receptionist",
    transfer_mode="enable-all",
    caller_id="from-transferee",
    recovery_url="https://example.com/twiml",
    origination=(OriginationUrl("OU1", OURS),),
    numbers=(WISH.number,),
)


def kinds(made: Plan) -> list[type[Change]]:
    return [type(change) for change in made.changes]


def rows(made: Plan) -> list[tuple[str, str, str]]:
    return [(row.subject, row.before, row.after) for change in made.changes for row in change.rows]


def test_with_nothing_there_all_is_made_and_the_number_comes_last() -> None:
    made = plan(WISH, FREE, None)
    assert kinds(made) == [CreateTrunk, AddOrigination, AttachNumber]
    assert rows(made) == [
        ("trunk", "none", "livekit-receptionist"),
        ("transfers", "none", "enable-all"),
        ("caller ID", "none", "from-transferee"),
        ("origination URL", "none", f"{OURS} (priority 10)"),
        ("number", "on no trunk", "on this trunk"),
    ]


def test_what_is_as_wished_is_left_alone() -> None:
    assert plan(WISH, ATTACHED, READY) == Plan(READY)


@pytest.mark.parametrize(
    ("given", "kind", "row"),
    [
        (
            {"transfer_mode": "disable-all"},
            UpdateTrunk,
            ("transfers", "disable-all", "enable-all"),
        ),
        ({"transfer_mode": ""}, UpdateTrunk, ("transfers", "not known", "enable-all")),
        (
            {"origination": (OriginationUrl("OU1", OURS, enabled=False),)},
            UpdateOrigination,
            ("origination URL", f"{OURS}, disabled", "enabled"),
        ),
        (
            {"origination": (OriginationUrl("OU1", f"{OURS}:5060;transport=tcp"),)},
            UpdateOrigination,
            ("origination URL", f"{OURS}:5060;transport=tcp", OURS),
        ),
        (
            {"origination": ()},
            AddOrigination,
            ("origination URL", "none", f"{OURS} (priority 10)"),
        ),
    ],
)
def test_one_thing_that_is_different_is_one_change(
    given: dict[str, Any], kind: type[Change], row: tuple[str, str, str]
) -> None:
    made = plan(WISH, ATTACHED, replace(READY, **given))
    assert kinds(made) == [kind]
    assert rows(made) == [row]


def test_a_url_in_use_is_taken_before_one_that_is_switched_off() -> None:
    both = (OriginationUrl("OU1", OURS, enabled=False), OriginationUrl("OU2", OURS))
    assert not plan(WISH, ATTACHED, replace(READY, origination=both)).changes


def test_the_callers_id_and_the_recovery_are_changed_only_when_wished() -> None:
    other = replace(READY, caller_id="from-transferor", recovery_url="https://example.com/old")
    assert not plan(WISH, ATTACHED, other).changes
    wish = replace(WISH, caller_id="from-transferee", recovery_url="https://example.com/new")
    (change,) = plan(wish, ATTACHED, other).changes
    assert isinstance(change, UpdateTrunk)
    assert change.settings == {
        "transfer_caller_id": "from-transferee",
        "disaster_recovery_url": "https://example.com/new",
        "disaster_recovery_method": "POST",
    }


def test_a_trunk_that_serves_something_else_is_changed_only_when_it_is_named() -> None:
    busy = replace(READY, origination=(OriginationUrl("OU9", PBX, priority=5),))
    with pytest.raises(PlanError, match="sends its calls to sip:pbx.example.com.*--trunk TK1"):
        plan(WISH, ATTACHED, busy)
    assert kinds(plan(NAMED, ATTACHED, busy)) == [AddOrigination]


@pytest.mark.parametrize(
    ("priority", "note"),
    [
        (5, f"{PBX} (priority 5) is asked before LiveKit."),
        (10, f"Calls are shared out between {PBX} and LiveKit."),
        (20, f"{PBX} is asked when LiveKit does not take a call."),
    ],
)
def test_it_is_said_who_else_gets_the_calls(priority: int, note: str) -> None:
    urls = (*READY.origination, OriginationUrl("OU9", PBX, priority=priority))
    made = plan(NAMED, ATTACHED, replace(READY, origination=urls))
    assert (made.changes, made.notes) == ((), (note,))


def test_a_url_that_is_switched_off_is_nobodys() -> None:
    urls = (*READY.origination, OriginationUrl("OU9", PBX, enabled=False))
    assert plan(WISH, ATTACHED, replace(READY, origination=urls)).notes == ()


def test_it_is_said_what_the_number_no_longer_asks_and_what_happens_without_livekit() -> None:
    webhook = replace(FREE, answered_by="a webhook")
    notes = plan(WISH, webhook, replace(READY, recovery_url="")).notes
    assert len(notes) == 2
    assert "answered by a webhook today" in notes[0]
    assert "no disaster recovery URL" in notes[1]


@pytest.mark.parametrize(
    ("wish", "number", "trunks", "chosen"),
    [
        (WISH, FREE, [], None),
        (WISH, FREE, [Trunk("TK7", "office")], None),
        (WISH, FREE, [Trunk("TK7", "office"), READY], "TK1"),
        (WISH, ATTACHED, [Trunk("TK7", "livekit-receptionist"), Trunk("TK1", "x")], "TK1"),
        (WISH, ATTACHED, [], "TK1"),
        (NAMED, FREE, [Trunk("TK7", "livekit-receptionist"), Trunk("TK1", "x")], "TK1"),
    ],
)
def test_the_trunk_is_the_named_one_the_numbers_own_or_the_one_made_before(
    wish: Wish, number: Number, trunks: list[Trunk], chosen: str | None
) -> None:
    found = choose_trunk(wish, number, trunks)
    assert (found.sid if found else None) == chosen


@pytest.mark.parametrize(
    ("wish", "number", "trunks", "words"),
    [
        (NAMED, FREE, [Trunk("TK7")], "the account has no trunk TK1"),
        (
            NAMED,
            replace(FREE, trunk_sid="TK7"),
            [READY, Trunk("TK7", "office")],
            r"its calls go to trunk TK7 \(office\); take it off there first",
        ),
        (WISH, FREE, [READY, replace(READY, sid="TK2")], "several trunks.*TK1, TK2"),
    ],
)
def test_no_number_is_taken_from_a_trunk_and_no_trunk_is_guessed(
    wish: Wish, number: Number, trunks: list[Trunk], words: str
) -> None:
    with pytest.raises(PlanError, match=words):
        choose_trunk(wish, number, trunks)
