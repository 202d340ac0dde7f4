"""From what was said to one destination, a few to choose from, or none; never a silent guess.

A transfer to the wrong person cannot be taken back, so a match must be clearly ahead of the next:
two people who only sound alike are a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from . import speech
from .index import LEAST_LIKENESS, FoundBy, NameIndex
from .names import fold, likeness, sounds

if TYPE_CHECKING:
    from .destination import Destination

MOST_CHOICES = 3
LIST_LIMIT = 50
"""Up to so many destinations the LLM sees every name, and what it passes is a name as it stands."""
LONGEST_SAID = 200
"""Characters looked at; no name is longer, and what is said is not ours."""

SURE = 0.8
"""The least score of a match."""
POSSIBLE = 0.64
"""The least score of something to ask about."""
MARGIN = 0.06
"""What the next best must stay behind by."""


@dataclass(frozen=True, slots=True)
class Match:
    """The one destination that was meant."""

    destination: Destination
    by: FoundBy


@dataclass(frozen=True, slots=True)
class Choices:
    """More than one may be meant, or one with too little certainty: ask.

    Attributes:
        candidates: One to `MOST_CHOICES` destinations, likeliest first.
        total: How many there are in all; more than `candidates` calls for another question,
            such as which of `departments`.
    """

    candidates: tuple[Destination, ...]
    total: int
    departments: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The candidates told apart, each by a text that `find` takes for just this one."""
        return tuple(_told_apart(one, self.candidates) for one in self.candidates)


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Nobody of that name."""


Found: TypeAlias = Match | Choices | NoMatch


def _told_apart(one: Destination, candidates: Sequence[Destination]) -> str:
    alike = [other for other in candidates if sounds(other.label) == sounds(one.label)]
    if len(alike) == 1 or not one.department:
        return one.label if len(alike) == 1 else one.name
    if sum(other.department == one.department for other in alike) == 1:
        return f"{one.label} ({one.department})"
    return f"{one.label} (extension {one.extension})" if one.extension else one.name


class Finder:
    """An index of destinations for `find`; made once, it only reads."""

    def __init__(self, destinations: Sequence[Destination]) -> None:
        self._all = destinations
        self._index = NameIndex(destinations)
        self._by_name = {one.name: place for place, one in enumerate(destinations)}
        self._by_extension = {
            one.extension: place for place, one in enumerate(destinations) if one.extension
        }
        self._everyone = frozenset(range(len(destinations)))

    def find(self, said: str, *, among: Iterable[str] = ()) -> Found:
        """Find what was named; see `Directory.find`."""
        said = said[:LONGEST_SAID].strip()
        words = fold(said)
        if not words:
            return NoMatch()
        offered = frozenset(self._by_name[name] for name in among if name in self._by_name)
        exact = self._by_name.get(said)
        if exact is not None:
            # A name that was shown, or that nobody would say as it is written, is no transcript.
            shown = exact in offered or len(self._all) <= LIST_LIMIT
            if shown or said != self._all[exact].label:
                return Match(self._all[exact], FoundBy.NAME)
        if offered:
            found = self._search(words, offered)
            if not isinstance(found, NoMatch):
                return found
        return self._search(words, self._everyone)

    def _search(self, said: str, allowed: frozenset[int]) -> Found:
        plain = said.split()
        bare = speech.without_politeness(said).split()
        for words in _distinct(plain, bare, speech.with_figures(bare)):
            if (found := self._exactly(words, allowed)) is not None:
                return found
        for words in _distinct(plain, bare):
            if number := speech.digits(words):
                return self._extension(number, allowed)
        for words in _distinct(plain, bare):
            found = self._with_extension(words, allowed) or self._in_department(words, allowed)
            if found is not None:
                return found
        return self._somehow(_distinct(plain, bare, speech.without_connectives(bare)), allowed)

    def _somehow(self, variants: Sequence[Sequence[str]], allowed: frozenset[int]) -> Found:
        """What is spelled, or near in writing or sound: a match rather than a question."""
        found: Found = NoMatch()
        for look in (self._spelled, self._nearly):
            for words in variants:
                now = look(words, allowed)
                if isinstance(now, Match):
                    return now
                found = now if isinstance(found, NoMatch) else found
        return found

    def _exactly(self, words: Sequence[str], allowed: frozenset[int]) -> Found | None:
        """A name or an alias in full, unless others sound the same."""
        folded = " ".join(words)
        for places, by in (
            (self._index.names, FoundBy.NAME),
            (self._index.aliases, FoundBy.ALIAS),
        ):
            exact = [place for place in places.get(folded, ()) if place in allowed]
            if exact:
                alike = sorted((self._index.sounding_like(folded) & allowed).difference(exact))
                return self._one_or_ask([*exact, *alike], by)
        return None

    def _extension(self, number: str, allowed: frozenset[int]) -> Found:
        place = self._by_extension.get(number)
        if place is None or place not in allowed:
            return NoMatch()
        return Match(self._all[place], FoundBy.EXTENSION)

    def _with_extension(self, words: Sequence[str], allowed: frozenset[int]) -> Found | None:
        """A name and its extension: ``anna smith extension 214``."""
        for end in range(1, len(words)):
            place = self._by_extension.get(speech.digits(words[end:]))
            if place is not None and place in allowed:
                found = self._somebody(words[:end], frozenset({place}))
                if not isinstance(found, NoMatch):
                    return Match(self._all[place], FoundBy.EXTENSION)
                named = self._somebody(words[:end], allowed)
                if isinstance(named, Match):
                    return self._ask([self._by_name[named.destination.name], place])
        return None

    def _in_department(self, words: Sequence[str], allowed: frozenset[int]) -> Found | None:
        """A department, or somebody in it: ``billing``, ``anna in billing``."""
        for first in range(len(words)):
            for end in range(len(words), first, -1):
                members = self._index.departments.get(" ".join(words[first:end]))
                if members is None:
                    continue
                places = [place for place in members if place in allowed]
                rest = speech.without_connectives([*words[:first], *words[end:]])
                if not places:
                    continue
                if not rest:
                    return self._one_or_ask(places, FoundBy.DEPARTMENT)
                found = self._somebody(rest, frozenset(places))
                if not isinstance(found, NoMatch):
                    return found
        return None

    def _somebody(self, words: Sequence[str], members: frozenset[int]) -> Found:
        if (found := self._exactly(words, members)) is not None:
            return found
        if number := speech.digits(words):
            return self._extension(number, members)
        return self._somehow([words], members)

    def _spelled(self, words: Sequence[str], allowed: frozenset[int]) -> Found:
        joined, spelled = speech.spelled(words)
        if not spelled:
            return NoMatch()
        # "Smith, that's S M I T H": the spelling is what counts.
        kept = [
            word
            for word in speech.without_connectives(joined)
            if word in spelled or not _repeats(word, spelled)
        ]
        return self._nearly(list(dict.fromkeys(kept)), allowed, spelled)

    def _nearly(
        self,
        words: Sequence[str],
        allowed: frozenset[int],
        spelled: frozenset[str] = frozenset(),
    ) -> Found:
        """What `words` come near to, in writing, in sound or in part."""
        if not words:
            return NoMatch()
        hits = self._index.search(words, spelled, allowed)
        if not hits or hits[0].score < POSSIBLE:
            return NoMatch()
        best = hits[0]
        near = [hit for hit in hits if hit.score > best.score - MARGIN]
        sure = best.close and best.score >= SURE
        if sure and len(near) == 1:
            nearly = FoundBy.SPELLING if spelled else FoundBy.SOUND
            by = best.by if best.by is FoundBy.DEPARTMENT else nearly
            return Match(self._all[best.place], by)
        if not sure and len(near) > MOST_CHOICES:
            return NoMatch()
        return self._ask([hit.place for hit in near])

    def _one_or_ask(self, places: Sequence[int], by: FoundBy) -> Found:
        return Match(self._all[places[0]], by) if len(places) == 1 else self._ask(places)

    def _ask(self, places: Sequence[int]) -> Choices:
        everyone = [self._all[place] for place in places]
        departments = tuple(dict.fromkeys(one.department for one in everyone if one.department))
        return Choices(tuple(everyone[:MOST_CHOICES]), len(everyone), departments)


def _distinct(*variants: Sequence[str]) -> list[Sequence[str]]:
    """The variants without empty ones and repetitions."""
    return [list(words) for words in dict.fromkeys(map(tuple, variants)) if words]


def _repeats(word: str, spelled: Iterable[str]) -> bool:
    return any(likeness(word, other) >= LEAST_LIKENESS for other in spelled)
