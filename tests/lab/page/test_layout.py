from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from lab.ladder import Step
from lab.page.facts import STEP, Strip, Words
from lab.page.layout import Axis, axis, boxes, marks, outline

AXIS = Axis(0.0, 10.0)


def signal(at: float, label: str) -> Step:
    return Step(at, "a", "b", label)


def test_times_outside_stand_at_the_edge() -> None:
    assert [AXIS.percent(at) for at in (-1, 0, 2.5, 10, 11)] == [0, 0, 25, 100, 100]


@given(st.floats(-60, 0), st.floats(0.1, 7200))
def test_there_are_some_numbers_and_not_too_many(start: float, end: float) -> None:
    on = axis(start, end)
    ticks = on.ticks()
    assert 0 in ticks
    assert len(ticks) <= 130
    assert all(start <= tick <= on.end for tick in ticks)


@given(st.lists(st.tuples(st.floats(0, 9.5), st.floats(0, 5)), max_size=8))
def test_no_sentence_stands_over_the_next(said: list[tuple[float, float]]) -> None:
    made = boxes([Words("a", start, start + long, "x") for start, long in said], AXIS)
    for one, other in zip(made, made[1:], strict=False):
        assert one.left + one.width <= other.left + 0.11
    assert all(0 <= box.heard <= 100 for box in made)


def test_a_short_sentence_has_room_for_its_text_and_shows_how_short_it_was() -> None:
    (box,) = boxes([Words("a", 1.0, 2.5, "x")], AXIS)
    assert (box.left, box.width, box.heard) == (10, 60, 25)


def test_only_what_changes_something_is_marked() -> None:
    labels = ["INVITE", "180", "200", "REFER", "202", "NOTIFY 100", "NOTIFY 486", "200", "BYE"]
    steps = [signal(at, label) for at, label in enumerate(labels)]
    steps.append(Step(1.0, "a", "b", "key 0", kind="key"))
    found = [mark.label for mark in marks(steps, AXIS)]
    assert found == ["answered", "REFER", "NOTIFY 486", "BYE"]


def test_marks_close_together_have_their_labels_below_each_other() -> None:
    found = marks([signal(at, "REFER") for at in (1.0, 1.5, 2.0, 3.5)], AXIS)
    assert [mark.level for mark in found] == [0, 1, 2, 0]


@pytest.mark.parametrize(("upwards", "top"), [(True, 0), (False, 100)])
def test_the_loudest_reaches_the_edge_and_silence_draws_nothing(upwards: bool, top: int) -> None:
    strip = Strip("a", 1.0, (0.0, 0.5, 0.0))
    drawn = outline(strip, AXIS, 0.5, upwards=upwards)
    assert drawn == f"M{100 + 100 * STEP:g} 50L102 {top}L104 {top}L104 50Z"
    assert outline(Strip("a", 0.0, (0.0, 0.0)), AXIS, 0.5, upwards=upwards) == ""
