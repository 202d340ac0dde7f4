"""Which language a caller speaks, as the recogniser hears it. No clock, no event loop."""

from __future__ import annotations

from transfer_call.voice.phrases import base_language

SURE = 2
"""Sentences in a row in another language after which it is believed."""
LEAST_WORDS = 2
""""OK", "bye" and a name are of every language."""


class HeardLanguage:
    """Decides when to go on in the language of the caller."""

    def __init__(self) -> None:
        """Nothing is heard yet."""
        self._language = ""
        self._times = 0

    def heard(self, text: str, language: str, spoken: str) -> str:
        """Take note of what the caller said.

        Args:
            text: A final transcript.
            language: The BCP 47 tag that the recogniser gives it, or ``""``.
            spoken: The language that the caller is spoken to in.

        Returns:
            The language to go on in; ``""`` while nothing changes.
        """
        try:
            base = base_language(language)
        except ValueError:
            return ""  # Of a language without words of ours, nothing can be said in it.
        if base == spoken:
            self._times = 0
            return ""
        if len(text.split()) < LEAST_WORDS:
            return ""
        self._times = self._times + 1 if base == self._language else 1
        self._language = base
        if self._times < SURE:
            return ""
        self._times = 0
        return base
