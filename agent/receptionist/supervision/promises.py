"""Whether the agent has promised a transfer, to whom, and whether a caller said yes. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from transfer_call.voice.phrases import base_language
from transfer_call.voice.said import PhraseSet, Words, words

if TYPE_CHECKING:
    from transfer_call.directory import Destination

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ")
_GAP = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class _Table:
    """One language's patterns.

    Attributes:
        promises: Found in a sentence that promises a transfer.
        unless: Found in one that offers it, makes it conditional or refuses it.
        yes: What an agreement is made of.
    """

    promises: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    yes: PhraseSet

    def promising(self, sentence: str) -> bool:
        plain = _GAP.sub(" ", sentence.casefold().translate(_APOSTROPHES)).strip()
        return any(one.search(plain) for one in self.promises) and not any(
            one.search(plain) for one in self.unless
        )


def promise_in(text: str, language: str) -> str:
    """The sentence in which the agent says that it puts the caller through now.

    Args:
        text: What the agent has said in one turn.
        language: The BCP 47 tag of the language it speaks.

    Returns:
        ``""`` when there is none. A turn that ends with a question leaves it to the caller.

    Raises:
        ValueError: There is no table for the language.
    """
    table = _table(base_language(language))
    sentences = [one.strip() for one in _SENTENCE.split(text) if one.strip()]
    if not sentences or sentences[-1].endswith("?"):
        return ""
    return next((one for one in sentences if table.promising(one)), "")


def says_yes(text: str, language: str) -> bool:
    """Whether an answer is an agreement and nothing else.

    Raises:
        ValueError: There is no table for the language.
    """
    yes = _table(base_language(language)).yes
    said, index = words(text), 0
    while index < len(said) and (length := yes.at(said, index)):
        index += length
    return 0 < index == len(said)


def named_in(text: str, destinations: Iterable[Destination]) -> str:
    """The name of the one destination that `text` speaks of; ``""`` for none or several."""
    said = words(text)
    found = [
        (span, one.name)
        for one in destinations
        for name in (one.label, one.name, *one.aliases)
        for span in _spans(said, words(name))
    ]
    # "the sales team" is not "sales".
    named = {name for span, name in found if not any(span < other for other, _ in found)}
    return named.pop() if len(named) == 1 else ""


def _spans(said: Words, wanted: Words) -> list[frozenset[int]]:
    """Where `wanted` stands in `said`."""
    size = len(wanted)
    starts = range(len(said) - size + 1) if size else ()
    return [frozenset(range(at, at + size)) for at in starts if said[at : at + size] == wanted]


@cache
def _table(language: str) -> _Table:
    path = files(__package__).joinpath("patterns", f"{language}.toml")
    data = tomllib.loads(path.read_text("utf-8"))
    return _Table(
        tuple(map(re.compile, data["promises"])),
        tuple(map(re.compile, data["unless"])),
        PhraseSet(data["yes"]),
    )
