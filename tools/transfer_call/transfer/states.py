"""The states of one transfer, as a table.

Everything that decides which state follows which is in `TRANSITIONS`: a missing entry is an
illegal step. The engine only says what happened.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where one transfer stands."""

    IDLE = "idle"
    """Before the first attempt and between two: the next address is being chosen."""
    ANNOUNCING = "announcing"
    """The caller is being told where he is sent. He may still stop it."""
    HOLDING = "holding"
    """The announcement is over; the caller speaks or a transcript is pending."""
    REFERRING = "referring"
    """The REFER is out and cannot be recalled."""
    SETTLING = "settling"
    """The API has replied; whether the caller stays or leaves is being watched."""
    ENDED = "ended"


class Step(StrEnum):
    """What happened to one transfer."""

    ANNOUNCE = "announce"
    """There is an address to try, and words or none before it."""
    ANNOUNCED = "announced"
    """The words ended, were bounded, or there were none."""
    REFER = "refer"
    """The attempt is recorded; the REFER goes out now."""
    REPLY = "reply"
    """The API replied, or the caller left before it did."""
    NEXT = "next"
    """A definite failure; the route is asked for another address."""
    END = "end"
    """Nothing more is tried."""


TRANSITIONS: dict[State, dict[Step, State]] = {
    State.IDLE: {Step.ANNOUNCE: State.ANNOUNCING, Step.END: State.ENDED},
    State.ANNOUNCING: {Step.ANNOUNCED: State.HOLDING, Step.END: State.ENDED},
    State.HOLDING: {
        Step.REFER: State.REFERRING,
        # The record's rates are counted in the transaction that commits the attempt, after the
        # announcement: they can still refuse it.
        Step.NEXT: State.IDLE,
        Step.END: State.ENDED,
    },
    State.REFERRING: {Step.REPLY: State.SETTLING},
    State.SETTLING: {Step.NEXT: State.IDLE, Step.END: State.ENDED},
    State.ENDED: {},
}

RECALLABLE = frozenset({State.IDLE, State.ANNOUNCING, State.HOLDING})
"""States in which the transfer can still be stopped: no REFER is out."""


class IllegalStepError(Exception):
    """A step that the table does not have in this state; the state has not moved."""

    def __init__(self, state: State, step: Step) -> None:
        super().__init__(f"a transfer that is {state} cannot {step}")
        self.state = state
        self.step = step


class Machine:
    """The state of one transfer, moved only along `TRANSITIONS`."""

    def __init__(self) -> None:
        self._state = State.IDLE

    @property
    def state(self) -> State:
        """Where the transfer stands."""
        return self._state

    @property
    def recallable(self) -> bool:
        """Whether no REFER is out, so that the transfer can still be stopped."""
        return self._state in RECALLABLE

    def take(self, step: Step) -> State:
        """Move along the table and return the new state.

        Raises:
            IllegalStepError: The table has no such step here; nothing has moved.
        """
        try:
            self._state = TRANSITIONS[self._state][step]
        except KeyError:
            raise IllegalStepError(self._state, step) from None
        return self._state
