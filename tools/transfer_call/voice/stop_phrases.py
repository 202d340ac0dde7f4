"""Whether what a caller says during an announcement means "do not put me through"."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from .phrase_data import base_language

Words = tuple[str, ...]

_NOISE = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>|\*[^*]*\*|[♪♫]+")
"""What speech recognisers write for a cough, music or laughter."""
_CLAUSE = re.compile(r"[.,;:!?…¿¡\n]|\s[-–—]+\s|[–—]")
_WORD = re.compile(r"[^\W_]+")


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
    clauses = [words for clause, words in _clauses(text) if not grammar.is_tag(clause, words)]
    words, bounds = _flatten(clauses)
    harmless = grammar.harmless.spans(words)
    if any(index not in harmless for index in grammar.anywhere.spans(words)):
        return True
    return any(grammar.opens_with_stop(words, start, end, harmless) for start, end in bounds)


class _PhraseSet:
    """Phrases to look for in a list of words."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._by_first: dict[str, list[Words]] = {}
        for phrase in phrases:
            words = _words(phrase)
            self._by_first.setdefault(words[0], []).append(words)
        for alternatives in self._by_first.values():
            alternatives.sort(key=len, reverse=True)

    def at(self, words: Words, index: int) -> int:
        """Length of the longest phrase that starts at `index`; 0 for none."""
        for phrase in self._by_first.get(words[index], ()):
            if words[index : index + len(phrase)] == phrase:
                return len(phrase)
        return 0

    def spans(self, words: Words) -> set[int]:
        """Indexes of all words that belong to some phrase."""
        found: set[int] = set()
        for index in range(len(words)):
            found.update(range(index, index + self.at(words, index)))
        return found


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

    anywhere: _PhraseSet
    leading: _PhraseSet
    alone: _PhraseSet
    fillers: _PhraseSet
    harmless: _PhraseSet
    negations: _PhraseSet
    approvals: _PhraseSet
    tags: frozenset[Words]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> _Grammar:
        sets = {name: _PhraseSet(phrases) for name, phrases in data.items() if name != "tags"}
        return cls(**sets, tags=frozenset(_words(tag) for tag in data["tags"]))

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


def _clauses(text: str) -> Iterator[tuple[str, Words]]:
    """The clauses of a text; with each the ``"?"`` that closes it when it follows another."""
    text = _NOISE.sub(" , ", text)
    begin, first = 0, True
    for mark in [*_CLAUSE.finditer(text), None]:
        words = _words(text[begin : mark.start() if mark else len(text)])
        if words:
            yield ("" if first or mark is None else mark.group().strip()), words
            first = False
        if mark:
            begin = mark.end()


def _words(text: str) -> Words:
    """Words without case, accents and apostrophes: ``"Can't"`` is ``"cant"``."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c) and c not in "'’‘`´ʼ")
    return tuple(_WORD.findall(plain))


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
