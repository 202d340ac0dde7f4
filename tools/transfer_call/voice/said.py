"""Looking for phrases in what was said: words without case and accents, clauses, spans."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

Words = tuple[str, ...]

_NOISE = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>|\*[^*]*\*|[♪♫]+")
"""What speech recognisers write for a cough, music or laughter."""
_CLAUSE = re.compile(r"[.,;:!?…¿¡\n]|\s[-–—]+\s|[–—]")
_WORD = re.compile(r"[^\W_]+")


class PhraseSet:
    """Phrases to look for in a list of words."""

    def __init__(self, phrases: Sequence[str]) -> None:
        """Take phrases as they are written; only their words count."""
        self._by_first: dict[str, list[Words]] = {}
        for phrase in phrases:
            found = words(phrase)
            self._by_first.setdefault(found[0], []).append(found)
        for alternatives in self._by_first.values():
            alternatives.sort(key=len, reverse=True)

    def at(self, said: Words, index: int) -> int:
        """Length of the longest phrase that starts at `index`; 0 for none."""
        for phrase in self._by_first.get(said[index], ()):
            if said[index : index + len(phrase)] == phrase:
                return len(phrase)
        return 0

    def matches(self, said: Words) -> list[range]:
        """The indexes of each phrase that is there, the longest at each place."""
        lengths = ((index, self.at(said, index)) for index in range(len(said)))
        return [range(index, index + length) for index, length in lengths if length]

    def spans(self, said: Words) -> set[int]:
        """Indexes of all words that belong to some phrase."""
        return {index for match in self.matches(said) for index in match}

    def unfinished(self, said: Words) -> set[int]:
        """Indexes of the last words, as far as they may be the beginning of a phrase."""
        for index in range(len(said)):
            left = said[index:]
            for phrase in self._by_first.get(said[index], ()):
                if len(phrase) > len(left) and phrase[: len(left)] == left:
                    return set(range(index, len(said)))
        return set()


def clauses(text: str) -> Iterator[tuple[str, Words]]:
    """The clauses of a text; with each the ``"?"`` that closes it when it follows another."""
    text = _NOISE.sub(" , ", text)
    begin, first = 0, True
    for mark in [*_CLAUSE.finditer(text), None]:
        found = words(text[begin : mark.start() if mark else len(text)])
        if found:
            yield ("" if first or mark is None else mark.group().strip()), found
            first = False
        if mark:
            begin = mark.end()


def words(text: str) -> Words:
    """Words without case, accents and apostrophes: ``"Can't"`` is ``"cant"``."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c) and c not in "'’‘`´ʼ")
    return tuple(_WORD.findall(plain))
