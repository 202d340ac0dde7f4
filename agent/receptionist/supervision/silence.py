"""When a call has been silent for too long, and what is done about it. No clock, no event loop."""

from __future__ import annotations

from enum import Enum

GOODBYE_AFTER = 2
"""How often a caller who says nothing is asked whether he is there."""


class Sound(Enum):
    """What can be heard on a call, or keeps it from being silent."""

    AGENT = "agent"
    """The agent, or fixed words."""
    CALLER = "caller"
    TRANSFER = "transfer"
    """A transfer is under way: whoever carries it out sees to it that something is heard."""


class Help(Enum):
    """What is done about silence."""

    BEAR_WITH_ME = "bear_with_me"
    """A few words, so that a caller who waits for an answer knows that he is heard."""
    KEYS = "keys"
    """Say what the keys do: whatever is wrong with the agent, they work."""
    OPERATOR = "operator"
    """Put the caller through to the operator."""
    STILL_THERE = "still_there"
    """Ask the caller whether he is there."""
    GOODBYE = "goodbye"


_AGENT_OWES = (Help.BEAR_WITH_ME, Help.KEYS, Help.OPERATOR)


class Silence:
    """Watches one call that an agent answers.

    A caller who is owed an answer gets help of another kind each time that he hears nothing for
    `patience` seconds, until the agent itself speaks. A caller whose turn it is is asked
    `GOODBYE_AFTER` times, until he speaks or presses a key.

    Every method takes the time in seconds of one clock that does not run backwards. Whoever
    drives it calls `due` no later than `deadline`.
    """

    def __init__(self, patience: float, caller_patience: float) -> None:
        """Watch from the first sound on.

        Args:
            patience: Seconds of silence that a caller who waits may hear.
            caller_patience: Seconds for which a caller whose turn it is may say nothing.
        """
        self._patience = patience
        self._caller_patience = caller_patience
        self._sounds: set[Sound] = set()
        self._since: float | None = None
        self._owed = False
        self._helped = 0
        self._asked = 0

    @property
    def owed(self) -> bool:
        """Whether the caller waits for an answer."""
        return self._owed

    def begins(self, sound: Sound) -> None:
        """Something can be heard."""
        self._sounds.add(sound)
        if sound is Sound.CALLER:
            self._asked = 0

    def ends(self, sound: Sound, time: float) -> None:
        """It cannot be heard any more."""
        if sound in self._sounds:
            self._sounds.discard(sound)
            self._since = time

    def caller_spoke(self, time: float) -> None:
        """The caller's words are known, or he is being answered: it is the agent's turn."""
        if not self._owed:
            self._owed, self._since = True, time
        self._asked = 0

    def agent_answered(self, time: float) -> None:
        """The agent has said something of its own: it is the caller's turn."""
        self._owed, self._helped, self._since = False, 0, time

    def active(self, time: float) -> None:
        """The caller pressed a key."""
        self._asked, self._since = 0, time

    def deadline(self) -> float | None:
        """When `due` has something to say if nothing else happens; ``None`` is never."""
        if self._since is None or self._sounds:
            return None
        if self._owed:
            return self._since + self._patience if self._helped < len(_AGENT_OWES) else None
        return self._since + self._caller_patience if self._asked <= GOODBYE_AFTER else None

    def due(self, time: float) -> Help | None:
        """What is to be done now; silence is counted anew from here."""
        deadline = self.deadline()
        if deadline is None or time < deadline:
            return None
        self._since = time
        if self._owed:
            self._helped += 1
            return _AGENT_OWES[self._helped - 1]
        self._asked += 1
        return Help.GOODBYE if self._asked > GOODBYE_AFTER else Help.STILL_THERE
