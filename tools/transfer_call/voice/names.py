"""Putting a destination's name into a sentence: articles and cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

NOMINATIVE = "nominative"
CASES = frozenset({NOMINATIVE, "accusative", "dative", "bare"})
"""What may follow the colon in ``{label:dative}``; ``bare`` is without an article."""
SHORTEST_ENDING = 4
"""A noun this short is matched whole only: "it" is no ending of a compound."""


class SpokenName(str):
    """A name as it is said, in the cases its language needs.

    ``format(name, "dative")`` is the form for that case; languages without cases have one form.
    """

    forms: Mapping[str, str]

    def __new__(cls, name: str, forms: Mapping[str, str] | None = None) -> SpokenName:
        """Make a name that is said as it is wherever `forms` has nothing else."""
        spoken = super().__new__(cls, name)
        spoken.forms = forms or {}
        return spoken

    def __format__(self, case: str) -> str:
        return self.forms.get(case or NOMINATIVE, str(self))


@dataclass(frozen=True, slots=True)
class Noun:
    """Names with one of these words need an article, per case."""

    words: frozenset[str]
    article: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """One language's rule for names that cannot be said bare ("the front desk").

    Attributes:
        decides: Which word of the name decides: the first, the last, or the ending of the only
            word (compounds).
        unless_first: A name that starts with one of these is complete already.
        nouns: The words that need an article; everything else is taken for a proper name.
    """

    decides: Literal["first", "last", "ending"]
    unless_first: frozenset[str]
    nouns: tuple[Noun, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Names:
        """Take the ``[names]`` table of a language's phrases."""
        return cls(
            data["decides"],
            frozenset(data.get("unless_first", ())),
            tuple(Noun(frozenset(noun["words"]), noun["article"]) for noun in data["nouns"]),
        )

    def spoken(self, name: str) -> SpokenName:
        """The name with its article, where it needs one."""
        if isinstance(name, SpokenName):
            return name
        noun = self._noun(name.casefold().split())
        if noun is None:
            return SpokenName(name)
        return SpokenName(name, {case: article + name for case, article in noun.article.items()})

    def _noun(self, words: list[str]) -> Noun | None:
        if not words or words[0] in self.unless_first:
            return None
        if self.decides == "ending":
            return self._by_ending(words[0]) if len(words) == 1 else None
        decisive = words[0] if self.decides == "first" else words[-1]
        return next((noun for noun in self.nouns if decisive in noun.words), None)

    def _by_ending(self, word: str) -> Noun | None:
        for noun in self.nouns:
            endings = tuple(w for w in noun.words if len(w) >= SHORTEST_ENDING)
            if word in noun.words or word.endswith(endings):
                return noun
        return None
