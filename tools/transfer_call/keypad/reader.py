"""Reading digits: a state machine from key presses and times to choices.

Times are seconds on any clock that does not run backwards. No result and no `repr` holds a
digit that was typed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from .keys import Keys

E = TypeVar("E")

BETWEEN_DIGITS = 2.0
DEBOUNCE = 0.08
LONGEST_DEBOUNCE = 0.2
"""A human presses one key twice no faster than every 0.15 s."""
LONGEST_ENTRY = 32
"""Digits after which a wrong entry is over, even if more keep coming."""

_CODES = "0123456789*#"
_DIGITS = frozenset(_CODES)


def digit_of(code: int) -> str | None:
    """The key of a telephone event (RFC 4733 §3.2), ``None`` for A–D, flash and all else."""
    return _CODES[code] if 0 <= code < len(_CODES) else None


@dataclass(frozen=True, slots=True)
class Chosen(Generic[E]):
    """An entry was typed."""

    entry: E


@dataclass(frozen=True, slots=True)
class Invalid:
    """Something was typed that chooses nothing; `length` digits."""

    length: int


@dataclass(frozen=True, slots=True)
class Cleared:
    """``*`` was pressed, after `length` digits of an entry."""

    length: int


@dataclass(frozen=True, slots=True)
class NoInput:
    """Nothing was typed in time."""


Result = Chosen[E] | Invalid | Cleared | NoInput
"""What came of the keys and the time so far."""


class Reader(Generic[E]):
    """Reads entries of one vocabulary at a time.

    After each result it stands still, keeping what is typed meanwhile, until `expect` says
    what comes next: digits typed ahead are read with the menu they were meant for.

    An entry fires at once when no longer one begins with it, else after the pause or ``#``.
    Digits that cannot become an entry are read to their end before they are invalid, so that
    the tail of a wrong extension chooses nothing; only if every entry is a single digit each
    wrong digit stands alone. Digits after an entry that opens another menu go to that menu.

    Args:
        keys: What digits mean at first.
        between_digits: Seconds after a digit until an entry counts as complete.
        debounce: Seconds in which the same key again is the same press, re-sent; 0 is off.
    """

    def __init__(
        self,
        keys: Keys[E],
        *,
        between_digits: float = BETWEEN_DIGITS,
        debounce: float = DEBOUNCE,
    ) -> None:
        if not between_digits > 0:
            raise ValueError("between_digits must be more than 0 seconds")
        if not 0 <= debounce <= LONGEST_DEBOUNCE:
            raise ValueError(
                f"debounce must be from 0 to {LONGEST_DEBOUNCE} seconds: a longer one would"
                " swallow real presses"
            )
        self._between_digits = between_digits
        self._debounce = debounce
        self._keys: Keys[E] | None = keys
        self._paused = False
        self._typed = ""
        self._lost = 0
        self._entry_ends: float | None = None
        self._patience = 0.0
        self._patience_ends: float | None = None
        self._ahead: deque[tuple[str, float]] = deque()
        self._last: tuple[str, float] | None = None

    def __repr__(self) -> str:
        state = "closed" if self._keys is None else "paused" if self._paused else "reading"
        return f"<Reader {state}, {self.length} digits typed>"

    @property
    def length(self) -> int:
        """How many digits of the entry have been typed."""
        return self._lost or len(self._typed)

    @property
    def lost(self) -> bool:
        """Whether the digits typed can no longer become an entry."""
        return self._lost > 0

    def feed(self, digit: str, time: float) -> Result[E] | None:
        """Read one key; anything but 0–9, ``*`` and ``#`` changes nothing.

        When a time that `tick` should have been told of has passed, that result comes first
        and the key is read by the next `expect`.
        """
        if digit not in _DIGITS or self._resent(digit, time):
            return None
        if self._keys is None:
            return Cleared(0) if digit == "*" else None
        due = self.tick(time)
        if due is not None or self._paused:
            if len(self._ahead) < LONGEST_ENTRY:
                self._ahead.append((digit, time))
            return due
        return self._read(self._keys, digit, time)

    def tick(self, time: float) -> Result[E] | None:
        """What has become due by `time`, if anything."""
        if self._keys is None or self._paused:
            return None
        if self._entry_ends is not None and time >= self._entry_ends:
            return self._complete(self._keys)
        if self._patience_ends is not None and time >= self._patience_ends:
            self._stop()
            return NoInput()
        return None

    def next_deadline(self) -> float | None:
        """When `tick` will have something to say, if no key comes first."""
        return self._entry_ends if self._entry_ends is not None else self._patience_ends

    def expect(self, keys: Keys[E], time: float) -> Result[E] | None:
        """Go on reading, with `keys`, beginning with what was typed ahead."""
        self._keys = keys
        self._paused = False
        while self._ahead:
            result = self._read(keys, *self._ahead.popleft())
            if result is not None:
                return result
        return self.tick(time)

    def wait(self, time: float, seconds: float) -> None:
        """Give the caller `seconds` to begin; unless an entry has already begun."""
        self._patience = seconds
        if not self.length:
            self._patience_ends = time + seconds

    def rest(self) -> None:
        """Wait no longer for the caller to begin, until `wait`."""
        self._patience_ends = None

    def activity(self, time: float) -> None:
        """Begin the wait anew: the caller is doing something else than typing."""
        if self._patience_ends is not None:
            self._patience_ends = time + self._patience

    def close(self) -> None:
        """Forget what was typed and read nothing but ``*`` until `expect`."""
        self._stop()
        self._keys = None
        self._ahead.clear()

    def _resent(self, digit: str, time: float) -> bool:
        last, self._last = self._last, (digit, time)
        return last is not None and last[0] == digit and time - last[1] < self._debounce

    def _read(self, keys: Keys[E], digit: str, time: float) -> Result[E] | None:
        if digit == "*":
            length = self.length
            self._stop()
            return Cleared(length)
        if digit == "#":
            if not self.length and keys.entry("") is None:
                self.activity(time)
                return None
            return self._complete(keys, ended_by=digit)
        self._patience_ends = None
        self._entry_ends = time + self._between_digits
        if self._lost:
            self._lost += 1
            return self._complete(keys) if self._lost >= LONGEST_ENTRY else None
        self._typed += digit
        if keys.longer(self._typed):
            return None
        if keys.entry(self._typed) is not None or self._opening(keys) or keys.single:
            return self._complete(keys)
        self._lost, self._typed = len(self._typed), ""
        return None

    def _complete(self, keys: Keys[E], ended_by: str = "") -> Result[E]:
        """End the entry: all of it, or the beginning of it that opens a menu for the rest."""
        typed, length, ends = self._typed, self.length, self._entry_ends
        whole = not self._lost and keys.entry(typed) is not None
        end = len(typed) if whole else self._opening(keys)
        self._stop()
        entry = keys.entry(typed[:end]) if whole or end else None
        if entry is None:
            return Invalid(length)
        rest = typed[end:]
        if rest and ends is not None:
            at = ends - self._between_digits
            self._ahead.extendleft((digit, at) for digit in reversed(rest + ended_by))
        return Chosen(entry)

    def _opening(self, keys: Keys[E]) -> int:
        """The length of the longest beginning that opens a menu, 0 if none does."""
        lengths = range(len(self._typed) - 1, 0, -1)
        return next((n for n in lengths if keys.opens(self._typed[:n])), 0)

    def _stop(self) -> None:
        """Stand still with nothing typed."""
        self._paused = True
        self._typed, self._lost = "", 0
        self._entry_ends = self._patience_ends = None
