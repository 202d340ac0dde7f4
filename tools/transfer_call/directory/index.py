"""Names laid out so that the likely ones are found without comparing them all.

Words of all names are kept once, in writing and in sound. A search compares the said words with
those, by a library in C, and scores only the names that hold a word like one of them.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .names import HOMOPHONE, INITIAL, fold, likeness, sound, sounds, stand_ins

if TYPE_CHECKING:
    from .destination import Destination

LEAST_LIKENESS = 0.6
"""Words less like each other than this have nothing to do with each other."""
CLOSE = 0.74
"""Words less like each other than this may be two different names: ``tom`` and ``tim``."""
WHOLE_NAME = 0.12
"""The share of a score that hangs on how much of the name was said."""

_SCORED = 400
_PARTICLE = 3
_WEIGHTIEST = 5
_ONLY_SPELLED_ALIKE = 0.8


class FoundBy(StrEnum):
    """What about a destination matched."""

    NAME = "name"
    ALIAS = "alias"
    EXTENSION = "extension"
    SOUND = "sound"
    """A name nearly as written, as it sounds, or in part."""
    SPELLING = "spelling"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Hit:
    """A destination that may be meant.

    Attributes:
        score: From 0 to 1; 1 when every word of the name was said as it is written.
        close: Whether every said word is close to one of the name's.
        place: Index of the destination.
        by: Whether its name, an alias or its department was named.
    """

    score: float
    close: bool
    place: int
    by: FoundBy


@dataclass(frozen=True, slots=True)
class _Form:
    words: tuple[str, ...]
    places: tuple[int, ...]
    by: FoundBy


class NameIndex:
    """Names, aliases and departments of destinations.

    Attributes:
        names: Folded names and labels, and the indexes of the destinations that have them.
        aliases: The same of aliases.
        departments: The same of departments: their members.
    """

    def __init__(self, destinations: Sequence[Destination]) -> None:
        self.names: dict[str, tuple[int, ...]] = {}
        self.aliases: dict[str, tuple[int, ...]] = {}
        self.departments: dict[str, tuple[int, ...]] = {}
        self._forms: list[_Form] = []
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        self._run_together: defaultdict[str, list[int]] = defaultdict(list)
        self._alike: defaultdict[str, set[int]] = defaultdict(set)
        for kept, by, texts in (
            (self.names, FoundBy.NAME, lambda one: (one.name, one.label)),
            (self.aliases, FoundBy.ALIAS, lambda one: one.aliases),
            (self.departments, FoundBy.DEPARTMENT, lambda one: (one.department,)),
        ):
            places: defaultdict[str, list[int]] = defaultdict(list)
            for place, one in enumerate(destinations):
                for folded in {fold(text) for text in texts(one)} - {""}:
                    places[folded].append(place)
            for folded, found in places.items():
                kept[folded] = tuple(found)
                self._add(folded, kept[folded], by)
        self._words = list(self._holding)
        by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            by_sound[sound(word)].append(word)
        self._by_sound = dict(by_sound)
        self._sounds = list(by_sound)

    def _add(self, folded: str, places: tuple[int, ...], by: FoundBy) -> None:
        words = folded.split()
        for form in _written(words):
            number = len(self._forms)
            self._forms.append(_Form(form, places, by))
            for word in set(form):
                self._holding[word].append(number)
        number = len(self._forms) - 1
        together = "".join(words)
        for key in {together, sound(together)}:
            self._run_together[key].append(number)
        if by is not FoundBy.DEPARTMENT:
            self._alike[sounds(folded)].update(places)

    def sounding_like(self, folded: str) -> frozenset[int]:
        """The destinations one of whose names sounds like `folded`, word by word."""
        return frozenset(self._alike.get(sounds(folded), ()))

    def knows(self, word: str) -> bool:
        """Whether a name, an alias or a department has this folded word."""
        return word in self._holding

    def search(
        self, said: Sequence[str], spelled: Collection[str], allowed: Collection[int]
    ) -> list[Hit]:
        """The destinations that may be meant, likeliest first.

        Args:
            said: Folded words.
            spelled: Those of them that were spelled, and so sound like nothing else.
            allowed: Indexes of the destinations to look at.
        """
        best: dict[int, Hit] = {}
        for score, close, form in self._scores(said, spelled):
            for place in form.places:
                known = best.get(place)
                if place in allowed and (known is None or score > known.score):
                    best[place] = Hit(score, close, place, form.by)
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.place))

    def _scores(
        self, said: Sequence[str], spelled: Collection[str]
    ) -> Iterator[tuple[float, bool, _Form]]:
        together = "".join(said)
        for number in self._run_together.get(together, ()):
            yield 1.0, True, self._forms[number]
        for number in () if spelled else self._run_together.get(sound(together), ()):
            yield HOMOPHONE, True, self._forms[number]
        for words in self._joined(said):
            near = {word: self._near(word, spelled) for word in words if len(word) > 1}
            for number in self._candidates(words, near):
                form = self._forms[number]
                yield (*_score(words, near, form.words), form)

    def _joined(self, said: Sequence[str]) -> Iterator[Sequence[str]]:
        """`said`, and with two words as one where that makes a known word: ``o brien``."""
        yield said
        for place in range(len(said) - 1):
            both = said[place] + said[place + 1]
            if both in self._holding or sound(both) in self._by_sound:
                yield (*said[:place], both, *said[place + 2 :])

    def _near(self, word: str, spelled: Collection[str]) -> dict[str, float]:
        """The known words that `word` may mean, and how likely."""
        if not word.isalpha():
            return {word: 1.0} if word in self._holding else {}
        found = set(stand_ins(word))
        for choice, _, _ in process.extract(
            word,
            self._words,
            scorer=OSA.normalized_similarity,
            score_cutoff=LEAST_LIKENESS,
            limit=None,
        ):
            found.add(choice)
        for choice, _, _ in process.extract(
            sound(word),
            self._sounds,
            scorer=OSA.normalized_similarity,
            score_cutoff=LEAST_LIKENESS,
            limit=None,
        ):
            found.update(self._by_sound[choice])
        near = {known: likeness(word, known) for known in found if known in self._holding}
        if word in spelled:
            near = {
                k: like if like == 1 else like * _ONLY_SPELLED_ALIKE for k, like in near.items()
            }
        return near

    def _candidates(self, words: Iterable[str], near: dict[str, dict[str, float]]) -> list[int]:
        """The forms worth scoring: those that hold words like the said ones, most first."""
        rough: defaultdict[int, float] = defaultdict(float)
        for word in words:
            most: dict[int, float] = {}
            for known, like in near.get(word, {}).items():
                for number in self._holding[known]:
                    if like > most.get(number, 0.0):
                        most[number] = like
            for number, like in most.items():
                rough[number] += like * _weight(word)
        return heapq.nlargest(_SCORED, rough, key=rough.__getitem__)


def _written(words: list[str]) -> Iterator[tuple[str, ...]]:
    """The words of a name, and with particles run together: ``o brien`` is ``obrien`` too."""
    joined: list[str] = []
    after_particle = False
    for word in words:
        if after_particle:
            joined[-1] += word
        else:
            joined.append(word)
        after_particle = len(word) <= _PARTICLE and word.isalpha()
    if len(joined) != len(words) and not after_particle:
        yield tuple(joined)
    yield tuple(words)


def _weight(word: str) -> int:
    return min(len(word), _WEIGHTIEST)


def _score(
    said: Sequence[str], near: dict[str, dict[str, float]], form: tuple[str, ...]
) -> tuple[float, bool]:
    """How well `said` names `form`: each word of either stands for at most one of the other."""
    pairs = sorted(
        (
            (-like, i, j)
            for i, word in enumerate(said)
            for j, known in enumerate(form)
            if (like := _like(word, known, near)) >= LEAST_LIKENESS
        ),
    )
    met: dict[int, float] = {}
    used: set[int] = set()
    for like, i, j in pairs:
        if i not in met and j not in used:
            met[i] = -like
            used.add(j)
    heard = sum(_weight(said[i]) * like for i, like in met.items()) / sum(map(_weight, said))
    named = sum(_weight(form[j]) for j in used) / sum(map(_weight, form))
    close = len(met) == len(said) and min(met.values(), default=0.0) >= CLOSE
    return heard * (1 - WHOLE_NAME + WHOLE_NAME * named), close


def _like(word: str, known: str, near: dict[str, dict[str, float]]) -> float:
    if word in near:
        return near[word].get(known, 0.0) if len(known) > 1 else likeness(word, known)
    return INITIAL if known.startswith(word) and known != word else float(known == word)
