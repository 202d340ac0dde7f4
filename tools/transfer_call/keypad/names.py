"""Dial by name: letters on keys (ITU-T E.161) to the destinations they may spell."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .menu import OPERATOR_KEY, Destinations, Goto, ItemKind, PromptItem

if TYPE_CHECKING:
    from ..directory.destination import Destination

LEAST_LETTERS = 3
PAGE = 8
"""Choices read out at a time: keys 1 to 8."""
MORE_KEY = "9"

_E161 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_APOSTROPHES = str.maketrans("", "", "'’ʼ`´")
_SEPARATORS = re.compile(r"[^a-z0-9]+")


def spellings(name: str) -> frozenset[str]:
    """The digits that spell a name from each of its words on, the words before that last.

    "Anna Müller" is 2662-685537, 2662-6835537, 685537-2662 and 6835537-2662: accents are
    dropped, and umlauts may also be spelled with an e. Scripts without Latin letters give none.
    """
    return frozenset(spelled for words in _in_words(name) for spelled in _from_each(words))


def _from_each(words: Sequence[str]) -> Iterator[str]:
    return ("".join((*words[i:], *words[:i])) for i in range(len(words)))


def _in_words(name: str) -> Iterator[list[str]]:
    """The words of a name in digits, with umlauts as plain letters and spelled out."""
    lower = unicodedata.normalize("NFC", name).lower().translate(_APOSTROPHES)
    for variant in dict.fromkeys((lower, lower.translate(_UMLAUTS))):
        plain = variant if variant.isascii() else _without_accents(variant)
        yield _SEPARATORS.sub(" ", plain).translate(_E161).split()


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _names(destination: Destination) -> tuple[str, ...]:
    return (destination.label, *destination.aliases)


def spellable(destination: Destination) -> bool:
    """Whether dial by name can find it: not hidden, and with letters enough."""
    return not destination.hidden and any(
        len(s) >= LEAST_LETTERS for name in _names(destination) for s in spellings(name)
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The destinations that the letters typed so far may spell.

    Attributes:
        names: At least one, in the order they are read out.
        narrowed: Whether letters were added since the last time the caller was asked.
        further: Reads more letters after those already typed.
    """

    names: tuple[str, ...]
    narrowed: bool
    further: NameKeys


class NameIndex:
    """All spellings of a directory's names, for lookups by their beginning."""

    def __init__(self, directory: Destinations) -> None:
        spelled: list[tuple[str, str]] = []
        whole: dict[str, set[str]] = {}
        self._order: dict[str, tuple[str, str]] = {}
        for destination in (directory[name] for name in directory.names):
            if destination.hidden:
                continue
            self._order[destination.name] = (destination.label.casefold(), destination.name)
            for words in (words for name in _names(destination) for words in _in_words(name)):
                spelled += ((digits, destination.name) for digits in _from_each(words))
                for digits in (*words, *_from_each(words)):
                    whole.setdefault(digits, set()).add(destination.name)
        self._spelled = sorted(spelled)
        self._whole = whole
        operator = directory.operator
        self.operator = Goto(operator.name) if operator else None

    def beginning(self, digits: str) -> tuple[str, ...]:
        """The destinations with a spelling that begins with `digits`, ordered by label."""
        found = set()
        at = bisect_left(self._spelled, (digits, ""))
        while at < len(self._spelled) and self._spelled[at][0].startswith(digits):
            found.add(self._spelled[at][1])
            at += 1
        return tuple(sorted(found, key=self._order.__getitem__))

    def goes_on(self, digits: str) -> bool:
        """Whether a spelling longer than `digits` begins with them."""
        after = bisect_left(self._spelled, (digits + "0", ""))
        return after < len(self._spelled) and self._spelled[after][0].startswith(digits)

    def only(self, digits: str) -> str | None:
        """The one destination these digits can still mean, when they spell a whole name of it."""
        whole = self._whole.get(digits)
        if whole is None or len(whole) > 1 or len(self.beginning(digits)) > 1:
            return None
        return next(iter(whole))


class NameKeys:
    """Reads the letters of a name, after `typed` letters of an earlier entry.

    Three letters or more are an entry. Without a pause only a whole name that no other shares
    is taken at once: whoever is still typing is not sent to the first name that fits. Key 1 is
    passed over, since some write blanks with it; 0 is the operator.
    """

    single = False

    def __init__(self, index: NameIndex, typed: str = "") -> None:
        self._index = index
        self._typed = typed

    def __repr__(self) -> str:
        return f"<NameKeys after {len(self._typed)} letters>"

    def entry(self, digits: str) -> Goto | Found | None:
        """The operator, the one destination meant, or those that fit."""
        if digits == OPERATOR_KEY:
            return self._index.operator
        letters = self._typed + digits.replace("1", "")
        if len(letters) < LEAST_LETTERS:
            return None
        only = self._index.only(letters) if digits else None
        if only is not None:
            return Goto(only)
        names = self._index.beginning(letters)
        further = NameKeys(self._index, letters)
        return Found(names, narrowed=letters != self._typed, further=further) if names else None

    def longer(self, digits: str) -> bool:
        """Whether another letter can still make a difference."""
        if digits == OPERATOR_KEY:
            return False
        letters = self._typed + digits.replace("1", "")
        if len(letters) < LEAST_LETTERS:
            return "0" not in letters
        return self._index.goes_on(letters) and self._index.only(letters) is None

    def opens(self, digits: str) -> bool:
        """Never: the letters after a name belong to it."""
        return False


@dataclass(frozen=True, slots=True)
class NextPage:
    """Read out the following names."""


def choices(
    names: Sequence[str], page: int, directory: Destinations
) -> tuple[dict[str, Goto | NextPage], list[PromptItem]]:
    """Keys 1 to 8 for one page of names, 9 when there are more, and how they are read out."""
    entries: dict[str, Goto | NextPage] = {}
    items = []
    same = Counter(directory[name].label for name in names)
    for number, name in enumerate(names[page * PAGE : (page + 1) * PAGE], start=1):
        destination = directory[name]
        label = destination.label
        if same[label] > 1 and destination.department:
            label = f"{label}, {destination.department}"
        entries[str(number)] = Goto(name)
        items.append(PromptItem(label, str(number), ItemKind.DESTINATION, name))
    if len(names) > (page + 1) * PAGE:
        entries[MORE_KEY] = NextPage()
        items.append(PromptItem("", MORE_KEY, ItemKind.MORE))
    return entries, items
