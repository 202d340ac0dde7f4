"""An agent that says it puts the caller through, and does not. No clock, no event loop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

GRACE = 1.0
"""Seconds after the sentence in which the tool call may still come; 3 s are allowed."""
ANSWER = 5.0
"""Seconds in which the LLM, asked again, must have called the tool."""
MOST = 3
"""How often in one call an LLM is asked again: one that never obeys is not worth the waiting."""


class Remedy(Enum):
    """What is done about a promise that was not kept."""

    ASK_MODEL = "ask_model"
    """Ask the LLM again, with the tool required."""
    ASK_CALLER = "ask_caller"
    """Ask the caller whether to put him through."""


class _State(Enum):
    KEPT = "kept"
    PROMISED = "promised"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that was not kept.

    Attributes:
        remedy: What is done about it.
        destination: Who was named; ``""`` when it was not one alone.
    """

    remedy: Remedy
    destination: str


class PromiseWatch:
    """Watches what the agent promises on one call.

    Every method that takes a time takes seconds of one clock that does not run backwards.
    Whoever drives it calls `due` no later than `deadline`.
    """

    def __init__(self) -> None:
        """Nothing is promised yet."""
        self._state = _State.KEPT
        self._deadline: float | None = None
        self._destination = ""
        self._asked = 0

    def promised(self, destination: str, time: float) -> None:
        """The agent has ended a sentence in which it promises a transfer, and called no tool.

        Args:
            destination: Who was named; ``""`` when it was not one alone.
            time: When the sentence was over.
        """
        if self._state is _State.ASKED:
            # Asked to call the tool, it has only promised again.
            self._destination = destination or self._destination
            self._deadline = time
            return
        self._state, self._destination, self._deadline = _State.PROMISED, destination, time + GRACE

    def kept(self) -> None:
        """A transfer is under way, or the caller has said something else meanwhile."""
        self._state, self._deadline = _State.KEPT, None

    def answered(self, time: float) -> None:
        """The LLM that was asked again has ended its turn; without a transfer it has failed."""
        if self._state is _State.ASKED:
            self._deadline = time

    def deadline(self) -> float | None:
        """When `due` has something to say if nothing else happens; ``None`` is never."""
        return self._deadline

    def due(self, time: float) -> Broken | None:
        """What is to be done now."""
        if self._deadline is None or time < self._deadline:
            return None
        if self._state is _State.PROMISED and self._asked < MOST:
            self._asked += 1
            self._state, self._deadline = _State.ASKED, time + ANSWER
            return Broken(Remedy.ASK_MODEL, self._destination)
        self._state, self._deadline = _State.KEPT, None
        return Broken(Remedy.ASK_CALLER, self._destination)
