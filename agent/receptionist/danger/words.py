"""Whether what a caller says means that somebody is in danger. No I/O but its own tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from transfer_call.voice.phrases import base_language
from transfer_call.voice.said import PhraseSet, Words, clauses

NEAR = 3
"""Words before a danger in which it may be denied: "there is no fire"."""
NO = "no"


class Danger(Enum):
    """What a transcript says."""

    NONE = "none"
    PERHAPS = "perhaps"
    """What is not final yet may still turn: "fire" may become "fire the contractor"."""
    CERTAIN = "certain"


@dataclass(frozen=True, slots=True)
class _Table:
    """One language's phrases.

    Attributes:
        anywhere: A danger, wherever they are said.
        alone: A danger when nothing else is said in the clause.
        fillers: May be said with what stands alone.
        harmless: No danger, though they hold one.
        distant: No danger now, when they are said in the same clause.
        denials: No danger, when they are said just before it.
        openers: Begin a sentence of their own, which the denial `NO` before them is no part of:
            "oh no there's a fire".
    """

    anywhere: PhraseSet
    alone: PhraseSet
    fillers: PhraseSet
    harmless: PhraseSet
    distant: PhraseSet
    denials: PhraseSet
    openers: PhraseSet

    @classmethod
    def from_data(cls, data: Mapping[str, Sequence[str]]) -> _Table:
        return cls(**{name: PhraseSet(phrases) for name, phrases in data.items()})

    def danger(self, said: Words, *, may_go_on: bool) -> Danger:
        """What one clause says; `may_go_on` where further words may follow it."""
        harmless = self.harmless.spans(said)
        unfinished = self.harmless.unfinished(said) if may_go_on else set()
        if self.distant.matches(said):
            return Danger.NONE
        found = Danger.NONE
        for match in self.anywhere.matches(said):
            if harmless.intersection(match) or self._denied(said, match):
                continue
            if not unfinished.intersection(match):
                return Danger.CERTAIN
            found = Danger.PERHAPS
        if self._stands_alone(said):
            return Danger.PERHAPS if may_go_on else Danger.CERTAIN
        return found

    def _denied(self, said: Words, match: range) -> bool:
        first = max(0, match.start - NEAR)
        opened = [at for at in range(first, match.start + 1) if self.openers.at(said, at)]
        before = [
            word
            for at, word in enumerate(said[first : match.start], first)
            if not (word == NO and opened and at < opened[-1])
        ]
        return bool(self.denials.matches(tuple(before)))

    def _stands_alone(self, said: Words) -> bool:
        index, found = 0, False
        while index < len(said):
            length = self.alone.at(said, index)
            found = found or length > 0
            length = length or self.fillers.at(said, index)
            if not length:
                return False
            index += length
        return found


def danger_in(text: str, languages: Iterable[str], *, final: bool = True) -> Danger:
    """Tell "there's a fire" from "fire the contractor" and "the fire department's bill".

    Args:
        text: A transcript, with or without punctuation and capitals.
        languages: BCP 47 tags of those that the caller may be speaking.
        final: Whether nothing will be added to it.

    Raises:
        ValueError: There is no table for a language.
    """
    found = Danger.NONE
    said = [words for _, words in clauses(text)]
    for language in dict.fromkeys(base_language(one) for one in languages):
        table = _table(language)
        for index, words in enumerate(said):
            last = index == len(said) - 1
            danger = table.danger(words, may_go_on=last and not final)
            if danger is Danger.CERTAIN:
                return danger
            if danger is Danger.PERHAPS:
                found = danger
    return found


@cache
def _table(language: str) -> _Table:
    text = files(__package__).joinpath(f"{language}.toml").read_text("utf-8")
    return _Table.from_data(tomllib.loads(text))
