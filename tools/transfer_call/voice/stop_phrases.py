"""Whether what a caller says during an announcement means "do not put me through"."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from .phrase_data import base_language
from .said import PhraseSet, Words, clauses, words


def wants_stop(text: str, language: str) -> bool:
    """Tell "wait", "no", "actually …" from "OK, thanks", "no problem" and noise.

    Args:
        text: A transcript, final or not, with or without punctuation and capitals. What is not
            final can still turn: "no" may become "no problem".
        language: The BCP 47 tag of the language the caller speaks.

    Raises:
        ValueError: There are no stop phrases for the language.
    """
    grammar = _grammar(base_language(language))
    each = [said for mark, said in clauses(text) if not grammar.is_tag(mark, said)]
    said, bounds = _flatten(each)
    harmless = grammar.harmless.spans(said)
    if any(index not in harmless for index in grammar.anywhere.spans(said)):
        return True
    return any(grammar.opens_with_stop(said, start, end, harmless) for start, end in bounds)


@dataclass(frozen=True, slots=True)
class _Grammar:
    """One language's phrases.

    Attributes:
        anywhere: Stop, wherever they are said.
        leading: Stop at the start of a clause, whatever follows.
        alone: Stop when nothing else is said in the clause.
        fillers: May come before, and after what stands alone.
        harmless: Not a stop, though they hold or begin with one.
        negations: The ways to say no, which an approval turns: "no, that's fine".
        approvals: See `negations`.
        tags: Not a stop when asked at the end of a sentence ("…, no?").
    """

    anywhere: PhraseSet
    leading: PhraseSet
    alone: PhraseSet
    fillers: PhraseSet
    harmless: PhraseSet
    negations: PhraseSet
    approvals: PhraseSet
    tags: frozenset[Words]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> _Grammar:
        sets = {name: PhraseSet(phrases) for name, phrases in data.items() if name != "tags"}
        return cls(**sets, tags=frozenset(words(tag) for tag in data["tags"]))

    def is_tag(self, clause: str, words: Words) -> bool:
        return clause == "?" and words in self.tags

    def opens_with_stop(self, words: Words, start: int, end: int, harmless: set[int]) -> bool:
        """Whether the clause from `start` to `end` begins with a stop."""
        while start < end and start not in harmless and (filler := self.fillers.at(words, start)):
            start += filler
        if start >= end or start in harmless:
            return False
        if self.leading.at(words, start):
            return not self._is_approved(words, start, harmless)
        rest = start + self.alone.at(words, start)
        if rest == start:
            return False
        while rest < end and (filler := self.fillers.at(words, rest)):
            rest += filler
        return rest >= end

    def _is_approved(self, words: Words, index: int, harmless: set[int]) -> bool:
        """Whether the no at `index` turns into a yes, in this clause or the next."""
        skipped = self.negations.at(words, index)
        while skipped:
            index += skipped
            if index >= len(words):
                return False
            if index in harmless or self.approvals.at(words, index):
                return True
            skipped = self.negations.at(words, index) or self.fillers.at(words, index)
        return False


def _flatten(clauses: Sequence[Words]) -> tuple[Words, list[tuple[int, int]]]:
    """All words in a row, and where each clause starts and ends among them."""
    words: list[str] = []
    bounds = []
    for clause in clauses:
        bounds.append((len(words), len(words) + len(clause)))
        words.extend(clause)
    return tuple(words), bounds


@cache
def _grammar(language: str) -> _Grammar:
    text = files(__package__).joinpath("stop", f"{language}.toml").read_text("utf-8")
    return _Grammar.from_data(tomllib.loads(text))
