"""The phrases' data files, and what an operator's own sentence must hold."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from .names import CASES, Names

LANGUAGES = ("en", "es", "fr", "de")
LONGEST = 300
"""Characters of an operator's sentence; about 20 seconds, which nobody listens to anyway."""
NAMES = ("label", "department")
"""The placeholders that are names, and may ask for a case."""


def base_language(language: str) -> str:
    """The language whose words are used for a BCP 47 tag: ``"en-US"`` is ``"en"``.

    Raises:
        ValueError: There are no words for it.
    """
    base = language.replace("_", "-").partition("-")[0].casefold()
    if base not in LANGUAGES:
        raise ValueError(f"no phrases for the language {language!r}; there are {_list(LANGUAGES)}")
    return base


def phrase_keys() -> Mapping[str, frozenset[str]]:
    """Every key an operator may override, with the placeholders its sentences must use."""
    return PhraseData.of("en").placeholders


class PhraseData:
    """One language's file, read once."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.sentences = {key: _tuple(value) for key, value in data["phrases"].items()}
        self.placeholders = {
            key: frozenset().union(*map(_placeholders, value))
            for key, value in self.sentences.items()
        }
        self.keys: Mapping[str, str] = data["keys"]
        self.contractions: Mapping[str, str] = data.get("contractions", {})
        self.names = Names.from_data(data["names"])

    @staticmethod
    @cache
    def of(language: str) -> PhraseData:
        """The data of one of `LANGUAGES`."""
        text = files(__package__).joinpath("phrases", f"{language}.toml").read_text("utf-8")
        return PhraseData(tomllib.loads(text))


def checked(
    key: str, own: str | Sequence[str], placeholders: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """An operator's sentences for a phrase.

    Raises:
        ValueError: They cannot be used; the text names the phrase and what is wrong.
    """
    if key not in placeholders:
        raise ValueError(f"there is no phrase {key!r}; there are {_list(sorted(placeholders))}")
    sentences = _tuple(own)
    if not sentences or not all(sentence.strip() for sentence in sentences):
        raise ValueError(f"the phrase {key!r} is empty; the caller would hear silence")
    used: frozenset[str] = frozenset()
    for sentence in sentences:
        if len(sentence) > LONGEST:
            raise ValueError(f"the phrase {key!r} has a sentence of more than {LONGEST} characters")
        if any(not c.isprintable() for c in sentence):
            raise ValueError(f"the phrase {key!r} holds a control character or a line break")
        try:
            used |= _placeholders(sentence)
        except ValueError as error:
            raise ValueError(f"the phrase {key!r} cannot be read: {error}") from None
    for name in sorted(used - placeholders[key]):
        known = _list([f"{{{p}}}" for p in sorted(placeholders[key])]) or "none"
        raise ValueError(f"the phrase {key!r} knows no {{{name}}}; its placeholders: {known}")
    for name in sorted(placeholders[key] - used):
        raise ValueError(f"the phrase {key!r} must say {{{name}}}")
    return sentences


def _placeholders(sentence: str) -> frozenset[str]:
    """The placeholders of a sentence.

    Raises:
        ValueError: Braces that are not a plain placeholder, or a case that does not exist.
    """
    found = set()
    for _, name, case, conversion in string.Formatter().parse(sentence):
        if name is None:
            continue
        if not name.isidentifier() or conversion:
            raise ValueError(f"{{{name}}} is not a plain placeholder")
        if case and (name not in NAMES or case not in CASES):
            raise ValueError(f"{{{name}:{case}}} is not a case of a name")
        found.add(name)
    return frozenset(found)


def _tuple(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
