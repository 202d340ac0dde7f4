"""A small directory, and a caller with a clock, for tests of the keypad."""

from __future__ import annotations

from collections.abc import Iterable

from transfer_call.directory.destination import Destination
from transfer_call.keypad import Action, KeypadSession, Play

CODES = {key: code for code, key in enumerate("0123456789*#ABCD")}


def place(
    name: str,
    *,
    key: str | None = None,
    extension: str | None = None,
    spoken: str = "",
    aliases: tuple[str, ...] = (),
    department: str = "",
    hidden: bool = False,
) -> Destination:
    return Destination(
        name,
        ("sip:desk@pbx.example.com",),  # type: ignore[arg-type, unused-ignore]
        key=key,
        extension=extension,
        spoken=spoken,
        aliases=aliases,
        department=department,
        hidden=hidden,
    )


class Places:
    """Destinations by name, as the keypad sees a directory."""

    def __init__(self, *destinations: Destination, operator: str = "") -> None:
        self._by_name = {destination.name: destination for destination in destinations}
        self.operator = self._by_name.get(operator)

    @property
    def names(self) -> Iterable[str]:
        return self._by_name

    def __contains__(self, name: object, /) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str, /) -> Destination:
        return self._by_name[name]


class Caller:
    """Presses keys and lets time pass; every prompt takes `speaking` seconds to say."""

    def __init__(self, session: KeypadSession, *, speaking: float = 3.0) -> None:
        self.session = session
        self.now = 100.0
        self.actions: list[Action] = []
        self._speaking = speaking
        self._spoken_at: tuple[int, float] | None = None

    def start(self) -> list[Action]:
        return self.take(self.session.start(self.now))

    def press(self, keys: str, *, gap: float = 0.3) -> list[Action]:
        """Press keys, the first after `gap`, and say what was asked for meanwhile."""
        taken = []
        for key in keys:
            taken += self.wait(gap)
            taken += self.take(self.session.key(CODES[key], self.now))
        return taken

    def wait(self, seconds: float) -> list[Action]:
        """Tick at every deadline on the way."""
        taken: list[Action] = []
        end = self.now + seconds
        while True:
            finished = self._spoken_at[1] if self._spoken_at else end + 1
            due = self.session.next_deadline()
            at = min(finished, due if due is not None else end + 1)
            if at > end:
                self.now = end
                return taken
            self.now = max(self.now, at)
            if self._spoken_at and at == finished:
                (prompt_id, _), self._spoken_at = self._spoken_at, None
                taken += self.take(self.session.prompt_finished(prompt_id, self.now))
            else:
                taken += self.take(self.session.tick(self.now))

    def take(self, actions: Iterable[Action]) -> list[Action]:
        taken = list(actions)
        for action in taken:
            if isinstance(action, Play):
                self._spoken_at = (action.prompt_id, self.now + self._speaking)
        self.actions += taken
        return taken
