"""The text of extra SIP headers: templates, and facts made fit to stand in a header."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..directory.destination import CallFacts

MOST = {"caller": 20, "called": 64, "line": 64, "call_id": 128, "summary": 256}
"""The placeholders, and how many characters of each are sent at most.

A REFER over UDP should stay below 1300 bytes (RFC 3261 §18.1.1); about half is taken.
"""

_PUNCTUATION = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00ab": '"', "\u00bb": '"', "\u20ac": "EUR",
    "\u00a3": "GBP",
}  # fmt: skip
_LETTERS = {
    "\u00df": "ss", "\u1e9e": "SS", "\u00e6": "ae", "\u00c6": "AE", "\u0153": "oe",
    "\u0152": "OE", "\u00f8": "o", "\u00d8": "O", "\u0111": "d", "\u0110": "D", "\u0142": "l",
    "\u0141": "L", "\u00f0": "d", "\u00d0": "D", "\u00fe": "th", "\u00de": "Th",
    "\u0131": "i",
}  # fmt: skip
_FOLDS = str.maketrans(_PUNCTUATION | _LETTERS)


class TemplateError(ValueError):
    """A template cannot be filled in; the text is one sentence for who wrote it."""


NOT_TEXT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of what an operator never means to write."""


class Template:
    """A header value with placeholders such as ``{caller}``.

    Attributes:
        parts: Literal text and, after it, the name of a placeholder or ``None``, in order.

    Raises:
        TemplateError: A brace is alone, or a placeholder unknown.
    """

    def __init__(self, text: str) -> None:
        try:
            found = list(string.Formatter().parse(text))
        except ValueError:
            raise TemplateError("a brace is alone; write {{ or }} for a brace itself") from None
        self.parts: list[tuple[str, str | None]] = []
        for literal, name, spec, conversion in found:
            if name is not None and (name not in MOST or spec or conversion):
                known = " ".join(f"{{{each}}}" for each in MOST)
                raise TemplateError(f"a placeholder is unknown; known are {known}")
            self.parts.append((literal, name))

    @property
    def literals(self) -> str:
        """All text outside placeholders."""
        return "".join(literal for literal, _ in self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders in order."""
        return tuple(name for _, name in self.parts if name is not None)

    @property
    def longest(self) -> int:
        """Characters of the longest value that can come of it."""
        return len(self.literals) + sum(MOST[name] for name in self.names)

    def fill(self, values: dict[str, str]) -> str:
        """The text with `values` for the placeholders, without white space around it."""
        filled = (literal + (values[name] if name else "") for literal, name in self.parts)
        return "".join(filled).strip()


def header_values(
    names: Iterable[str], facts: CallFacts, *, keep: str = "", drop: str = ""
) -> dict[str, str]:
    """The facts for `names` as printable ASCII, each cut to its length.

    Args:
        names: Placeholders.
        facts: What is known; texts may come from the caller, who must not write a header.
        keep: Characters that may stay besides letters and digits; all when empty.
        drop: Characters that become spaces.
    """
    values = {}
    for name in names:
        text = ascii_text(one_line(getattr(facts, name)))
        if keep:
            text = "".join(each for each in text if each.isalnum() or each in keep)
        elif drop:
            text = one_line(text.translate(dict.fromkeys(map(ord, drop), " ")))
        values[name] = cut(text, MOST[name])
    return values


def one_line(text: str) -> str:
    """`text` without control, invisible and unassigned characters, single-spaced."""
    shown = []
    for each in text:
        category = unicodedata.category(each)
        if category != "Cf":
            shown.append(" " if category[0] in "CZ" else each)
    return " ".join("".join(shown).split())


def ascii_text(text: str) -> str:
    """`text` in ASCII: accents dropped, the rest as ``?``; ``""`` when no word is left of it."""
    folded = unicodedata.normalize("NFKD", text.translate(_FOLDS))
    letters = (each for each in folded if not unicodedata.combining(each))
    ascii_only = re.sub(r"\?{2,}", "?", "".join(e if e.isascii() else "?" for e in letters))
    return ascii_only if re.search("[A-Za-z0-9]", ascii_only) else ""


def cut(text: str, most: int) -> str:
    """`text` of at most `most` characters; three dots say that there was more."""
    return text if len(text) <= most else text[: most - 3].rstrip() + "..."
