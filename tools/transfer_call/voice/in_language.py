"""Sentences that are said in another language than those around them."""

from __future__ import annotations


class InLanguage(str):
    """A sentence with a language of its own.

    Attributes:
        language: A BCP 47 tag.
    """

    language: str

    def __new__(cls, text: str, language: str) -> InLanguage:
        """Make of `text` a sentence that is said in `language` wherever it stands."""
        sentence = super().__new__(cls, text)
        sentence.language = language
        return sentence


def language_of(sentence: str, otherwise: str) -> str:
    """The language in which `sentence` is said: its own, or that of those around it."""
    return sentence.language if isinstance(sentence, InLanguage) else otherwise
