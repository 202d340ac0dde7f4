from __future__ import annotations

import pytest

from transfer_call.transfer.states import (
    RECALLABLE,
    TRANSITIONS,
    IllegalStepError,
    Machine,
    State,
    Step,
)


def machine_in(state: State) -> Machine:
    paths: dict[State, list[Step]] = {
        State.IDLE: [],
        State.ANNOUNCING: [Step.ANNOUNCE],
        State.HOLDING: [Step.ANNOUNCE, Step.ANNOUNCED],
        State.REFERRING: [Step.ANNOUNCE, Step.ANNOUNCED, Step.REFER],
        State.SETTLING: [Step.ANNOUNCE, Step.ANNOUNCED, Step.REFER, Step.REPLY],
        State.ENDED: [Step.END],
    }
    machine = Machine()
    for step in paths[state]:
        machine.take(step)
    assert machine.state is state
    return machine


def test_a_transfer_is_announced_held_referred_settled_and_ended() -> None:
    machine = Machine()
    path = (Step.ANNOUNCE, Step.ANNOUNCED, Step.REFER, Step.REPLY, Step.END)
    assert machine.state is State.IDLE
    assert [machine.take(step) for step in path] == [
        State.ANNOUNCING,
        State.HOLDING,
        State.REFERRING,
        State.SETTLING,
        State.ENDED,
    ]


def test_a_definite_failure_goes_back_to_choosing_the_next_address() -> None:
    machine = machine_in(State.SETTLING)
    assert machine.take(Step.NEXT) is State.IDLE
    assert machine.take(Step.ANNOUNCE) is State.ANNOUNCING


def test_the_record_can_refuse_an_attempt_after_its_announcement() -> None:
    machine = machine_in(State.HOLDING)
    assert machine.take(Step.NEXT) is State.IDLE
    assert machine.take(Step.END) is State.ENDED


@pytest.mark.parametrize("state", [State.IDLE, State.ANNOUNCING, State.HOLDING])
def test_a_transfer_can_end_at_any_moment_before_its_refer(state: State) -> None:
    machine = machine_in(state)
    assert machine.recallable
    assert machine.take(Step.END) is State.ENDED


def test_a_refer_that_is_out_can_only_be_answered() -> None:
    machine = machine_in(State.REFERRING)
    assert not machine.recallable
    assert set(TRANSITIONS[State.REFERRING]) == {Step.REPLY}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_a_step_that_the_table_does_not_have_is_refused_and_moves_nothing(
    state: State, step: Step
) -> None:
    machine = machine_in(state)
    if step in TRANSITIONS[state]:
        assert machine.take(step) is TRANSITIONS[state][step]
        return
    with pytest.raises(IllegalStepError) as refused:
        machine.take(step)
    assert (refused.value.state, refused.value.step) == (state, step)
    assert machine.state is state


def test_every_state_has_a_row_and_only_the_end_has_an_empty_one() -> None:
    assert set(TRANSITIONS) == set(State)
    assert [state for state, row in TRANSITIONS.items() if not row] == [State.ENDED]


def test_the_end_is_reached_from_every_state() -> None:
    ending = {State.ENDED}
    for _ in State:
        ending |= {state for state, row in TRANSITIONS.items() if ending & set(row.values())}
    assert ending == set(State)


def test_only_states_without_a_refer_are_recallable() -> None:
    assert RECALLABLE.isdisjoint({State.REFERRING, State.SETTLING, State.ENDED})
