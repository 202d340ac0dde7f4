"""What callers say to the standby rules, per language, and finding it in a sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from transfer_call.directory.names import fold
from transfer_call.voice.phrases import base_language

Words = tuple[str, ...]


class Said:
    """A set of folded phrases."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = sorted((tuple(p.split()) for p in phrases), key=len, reverse=True)

    def __iter__(self) -> Iterator[str]:
        return (" ".join(phrase) for phrase in self._phrases)

    def opens(self, words: Sequence[str]) -> int:
        """How many words the longest phrase takes at the beginning of `words`; 0 is none."""
        return next((len(p) for p in self._phrases if tuple(words[: len(p)]) == p), 0)

    def closes(self, words: Sequence[str]) -> int:
        """How many words the longest phrase takes at the end of `words`; 0 is none."""
        return next((len(p) for p in self._phrases if tuple(words[-len(p) :]) == p), 0)

    def within(self, words: Sequence[str]) -> bool:
        """Whether one of the phrases is said anywhere."""
        return any(self.opens(words[start:]) for start in range(len(words)))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language's words.

    Attributes:
        yes: Agree.
        no: Do not.
        fillers: Mean nothing, wherever they are.
        bye: End the call, when nothing else is said.
        hours: Ask when somebody is there.
        choices: Ask who can be reached.
        operator: Want a human, whoever it is; when nothing else is said.
    """

    yes: Said
    no: Said
    fillers: Said
    bye: Said
    hours: Said
    choices: Said
    operator: Said

    def only(self, kind: Said, words: Sequence[str]) -> bool:
        """Whether a `kind` is said, and besides it nothing that means anything."""
        found, rest = False, words
        while rest:
            taken = kind.opens(rest)
            found = found or taken > 0
            taken = taken or self.fillers.opens(rest)
            if not taken:
                return False
            rest = rest[taken:]
        return found

    def stripped(self, said: str) -> Words:
        """The folded words without what means nothing at either end."""
        words = tuple(fold(said).split())
        while words and (taken := self.fillers.opens(words)):
            words = words[taken:]
        while words and (taken := self.fillers.closes(words)):
            words = words[:-taken]
        return words


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language.

    Args:
        language: A BCP 47 tag.

    Raises:
        ValueError: There are none for it.
    """
    name = f"{base_language(language)}.toml"
    data = tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))
    return Vocabulary(**{kind: Said(phrases) for kind, phrases in data.items()})
