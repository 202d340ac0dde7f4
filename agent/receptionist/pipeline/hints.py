"""What speech to text is told about a line: its languages and the names that callers may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transfer_call.voice.phrases import LANGUAGES

if TYPE_CHECKING:
    from transfer_call.business import Line

MOST_TERMS = 100
"""More of them help nobody, and a prompt is limited to a few hundred words."""

_TAKES_KEYWORDS = "gpt-transcribe"


def takes_keywords(model: str) -> bool:
    """Whether an OpenAI model takes keywords and several languages; others take a prompt."""
    return model.startswith(_TAKES_KEYWORDS)


def terms(line: Line) -> list[str]:
    """The names by which callers may ask for somebody, those of departments first."""
    offered = sorted(line.directory.offered(), key=lambda one: bool(one.extension))
    named = [name for one in offered for name in (one.label, *one.aliases)]
    return list(dict.fromkeys([line.business, *named]))[:MOST_TERMS]


def languages(line: Line) -> list[str]:
    """The languages that callers may speak: all there are phrases for, the line's own first."""
    return list(dict.fromkeys([line.language, *LANGUAGES]))


def prompt(line: Line) -> str:
    """The names for models that take no keywords."""
    return ", ".join(terms(line))
