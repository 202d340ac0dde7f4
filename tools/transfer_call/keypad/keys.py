"""What digits can mean at one moment: the vocabulary a reader reads with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)


class Keys(Protocol[E_co]):
    """Which digits choose what. Digits are 0–9 only; no method keeps or logs them."""

    @property
    def single(self) -> bool:
        """Whether every entry is one digit, so that a wrong digit is an entry of its own."""
        ...

    def entry(self, digits: str) -> E_co | None:
        """What exactly these digits choose."""
        ...

    def longer(self, digits: str) -> bool:
        """Whether a different, longer entry begins with these digits."""
        ...

    def opens(self, digits: str) -> bool:
        """Whether these digits choose something that reads further digits, as a submenu does."""
        ...


class FixedKeys(Generic[E]):
    """A table from digits to entries.

    Args:
        entries: Digits to what they choose.
        opening: Whether further digits may follow an entry at once.
    """

    def __init__(
        self, entries: Mapping[str, E], *, opening: Callable[[E], bool] = lambda entry: False
    ) -> None:
        self._entries = dict(entries)
        self._beginnings = frozenset(
            digits[:end] for digits in self._entries for end in range(len(digits))
        )
        self._opening = opening
        self.single = all(len(digits) == 1 for digits in self._entries)

    def entry(self, digits: str) -> E | None:
        """What exactly these digits choose."""
        return self._entries.get(digits)

    def longer(self, digits: str) -> bool:
        """Whether a longer entry begins with these digits."""
        return digits in self._beginnings

    def opens(self, digits: str) -> bool:
        """Whether these digits choose an entry that further digits may follow."""
        entry = self._entries.get(digits)
        return entry is not None and self._opening(entry)


YES_KEY, NO_KEY = "1", "2"


@dataclass(frozen=True, slots=True)
class Answer:
    """A key that answers a question of yes or no."""

    yes: bool


class AnswerKeys(Generic[E]):
    """The keys of a menu while a question is open: two of them answer it at once.

    Args:
        menu: What all other keys mean.
    """

    def __init__(self, menu: Keys[E]) -> None:
        self._menu = menu
        self.single = menu.single

    def entry(self, digits: str) -> E | Answer | None:
        """What exactly these digits choose."""
        if digits in (YES_KEY, NO_KEY):
            return Answer(digits == YES_KEY)
        return self._menu.entry(digits)

    def longer(self, digits: str) -> bool:
        """Whether a longer entry begins with these digits; none does with an answer."""
        return digits not in (YES_KEY, NO_KEY) and self._menu.longer(digits)

    def opens(self, digits: str) -> bool:
        """Whether these digits choose an entry that further digits may follow."""
        return digits not in (YES_KEY, NO_KEY) and self._menu.opens(digits)
