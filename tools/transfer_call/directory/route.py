"""In which order a request is tried: hours, addresses, and what comes after a failure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..transfer.outcome import Outcome
from ..transfer.request import Skipped

if TYPE_CHECKING:
    from .destination import Destination
    from .directory import Directory
    from .target import TransferTarget


@dataclass(frozen=True, slots=True)
class Stop:
    """What to try now.

    Attributes:
        destination: Whose turn it is.
        target: The address; ``None``: ask the destination's resolver.
        index: Of the address in the destination's list.
    """

    destination: Destination
    target: TransferTarget | None
    index: int


@dataclass(frozen=True, slots=True)
class Step:
    """Where the route goes next.

    Attributes:
        stop: What to try; ``None`` at the end of the route.
        skipped: What was passed over on the way there. The detail is ``hours``, ``override``
            (closed today), ``sent_elsewhere`` (an override sends its calls to another) or
            ``excluded`` (the caller of `Route.to` said so).
    """

    stop: Stop | None
    skipped: tuple[Skipped, ...] = ()


class Route:
    """Walks from one destination to the next; ends always, for each is visited once.

    A destination's addresses are tried in order; after the last, the names that its `otherwise`
    gives for the last outcome are queued behind those already waiting, so that the list of the
    destination that was asked for comes before the lists of those in it. A closed destination
    is passed over by its list for ``closed``.
    """

    def __init__(
        self, directory: Directory, name: str, at: datetime, skip: frozenset[str], rotation: int
    ) -> None:
        self._directory = directory
        self._requested = directory[name].name
        self._at = at
        self._skip = skip
        self._rotation = rotation
        self._waiting: deque[str] = deque()
        self._visited: set[str] = set()
        self._addresses: deque[tuple[int, TransferTarget]] = deque()
        self._current: Destination | None = None

    @classmethod
    def to(
        cls,
        directory: Directory,
        name: str,
        *,
        at: datetime,
        skip: frozenset[str] = frozenset(),
        rotation: int = 0,
    ) -> Route:
        """The route of a request for `name`.

        Args:
            directory: Where the names come from.
            name: Who was asked for.
            at: The aware instant by which hours are judged, for the whole route.
            skip: Names not to try, such as one that has just sent this caller back. The route
                goes on behind them as if nobody had answered.
            rotation: Counts the calls: a destination with `rotate` begins at this address of
                its list, modulo its length.

        Raises:
            KeyError: There is no such destination.
            ValueError: `at` is naive.
        """
        if at.tzinfo is None:
            raise ValueError("a route needs a time with its time zone")
        return cls(directory, name, at, skip, rotation)

    def first(self) -> Step:
        """The first stop; begins anew when called again."""
        self._waiting = deque((self._requested,))
        self._visited = set()
        return self._next_destination()

    def then(self, outcome: Outcome) -> Step:
        """The stop after the current one came to `outcome`.

        An outcome after which nothing may be tried by itself, such as ``unknown``, ends the
        route.
        """
        current = self._current
        if current is None or not outcome.tries_next:
            self._current = None
            return Step(None)
        if self._addresses and outcome is not Outcome.CLOSED:
            return Step(self._next_address(current))
        self._waiting.extend(self.after(current, outcome))
        return self._next_destination()

    def _next_destination(self) -> Step:
        skipped: list[Skipped] = []
        while self._waiting:
            name = self._waiting.popleft()
            if name in self._visited:
                continue
            self._visited.add(name)
            one = self._directory[name]
            if (passed := self.passes_over(one)) is None:
                self._current = one
                self._addresses = deque(in_turn(one, self._rotation))
                stop = self._next_address(one) if one.resolver is None else Stop(one, None, 0)
                return Step(stop, tuple(skipped))
            self._waiting.extend(self.after(one, passed.outcome))
            skipped.append(passed)
        self._current = None
        return Step(None, tuple(skipped))

    def _next_address(self, one: Destination) -> Stop:
        index, target = self._addresses.popleft()
        return Stop(one, target, index)

    def passes_over(self, one: Destination) -> Skipped | None:
        """Why `one` is not tried on this route; ``None`` when it is."""
        # Only the request itself is sent elsewhere: behind that, the lists hold as written.
        if one.name == self._requested and self._directory.sent_to(one.name, self._at) is not None:
            return Skipped(one.name, Outcome.CLOSED, "sent_elsewhere")
        if one.name in self._skip:
            return Skipped(one.name, Outcome.BLOCKED, "excluded")
        if self._directory.is_open(one.name, self._at):
            return None
        by_override = self._directory.closed_by(one.name, self._at) is not None
        return Skipped(one.name, Outcome.CLOSED, "override" if by_override else "hours")

    def after(self, one: Destination, outcome: Outcome) -> tuple[str, ...]:
        """The names that wait behind `one` when it came to `outcome` or was passed over."""
        if one.name == self._requested:
            elsewhere = self._directory.sent_to(one.name, self._at)
            if elsewhere is not None:
                return (elsewhere.destination,)
        # Who was left out because he sent the caller back has not answered.
        return one.next_after(Outcome.NO_ANSWER if one.name in self._skip else outcome)


def in_turn(one: Destination, rotation: int) -> list[tuple[int, TransferTarget]]:
    """The addresses of `one` with their places in its list, in the order they are tried."""
    addresses = list(enumerate(one.targets))
    if not one.rotate:
        return addresses
    start = rotation % len(addresses)
    return addresses[start:] + addresses[:start]
