"""What a line says first, and what to have ready as audio."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from transfer_call.keypad.actions import Play
from transfer_call.keypad.session import KeypadSession
from transfer_call.keypad.speech import sentences
from transfer_call.voice.vocabulary import all_sentences

if TYPE_CHECKING:
    from transfer_call.business import Line


def greeting(line: Line) -> list[str]:
    """The first words of a call, in the line's language."""
    if line.greeting is None:
        return line.phrases(line.language).greeting(line.business)
    return [line.greeting] if line.greeting else []


class Vocabulary(NamedTuple):
    """What a line may say, in one language."""

    language: str
    first: list[str]
    """What the first seconds of a call need."""
    later: list[str]


def vocabulary(line: Line) -> list[Vocabulary]:
    """What is worth having as audio before `line` takes calls."""
    directory = line.directory
    first: dict[str, list[str]] = {line.language: _first_words(line)}
    for destination in directory.destinations:
        if not destination.key:
            continue
        language = destination.language or line.language
        announcement = destination.announcement
        if announcement is None:
            own = line.phrases(language).announce(destination.label)
        else:
            own = [announcement] if announcement else []
        first.setdefault(language, []).extend(own)
    labels = [(one.label, one.key or "") for one in directory.destinations]
    later = all_sentences(line.phrases(line.language), business=line.business, labels=labels)
    return [
        Vocabulary(language, said, later if language == line.language else [])
        for language, said in first.items()
    ]


def _first_words(line: Line) -> list[str]:
    """The greeting and the menu that a call begins with."""
    keypad = KeypadSession(line.directory, line.menus, language=line.language)
    return [
        sentence
        for action in keypad.start(0.0)
        if isinstance(action, Play)
        for sentence in sentences(action.parts, line.phrases(line.language), greeting(line))
    ]
