"""What a line says first, and what else is worth having as audio before it takes calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from transfer_call.keypad.menu import default_menu, in_language, prompt_items
from transfer_call.keypad.speech import item_sentences
from transfer_call.voice.vocabulary import all_sentences

if TYPE_CHECKING:
    from transfer_call.business import Line
    from transfer_call.directory import Destination


class Vocabulary(NamedTuple):
    """What a line may say, in one language.

    Attributes:
        language: A BCP 47 tag.
        first: What the first seconds of a call need.
        later: The rest.
    """

    language: str
    first: list[str]
    later: list[str]


def greeting(line: Line) -> list[str]:
    """The first words of a call."""
    if line.greeting is None:
        return line.phrases(line.language).greeting(line.business)
    return [line.greeting] if line.greeting else []


def vocabulary(line: Line) -> list[Vocabulary]:
    """What is worth having as audio before `line` takes calls, by language."""
    directory = line.directory
    first: dict[str, list[str]] = {line.language: [*greeting(line), *_menus(line)]}
    for destination in directory.destinations:
        if destination.key:
            language = destination.language or line.language
            first.setdefault(language, []).extend(_announcement(line, destination, language))
    later = all_sentences(
        line.phrases(line.language),
        business=line.business,
        labels=[(one.label, one.key or "") for one in directory.destinations],
    )
    return [
        Vocabulary(language, said, later if language == line.language else [])
        for language, said in first.items()
    ]


def _announcement(line: Line, destination: Destination, language: str) -> list[str]:
    if destination.announcement is None:
        return line.phrases(language).announce(destination.label)
    return [destination.announcement] if destination.announcement else []


def _menus(line: Line) -> Iterator[str]:
    phrases = line.phrases(line.language)
    menus = line.menus.menus.values() if line.menus else (default_menu(line.directory),)
    for menu in menus:
        if own := in_language(menu.prompt, line.language):
            yield own
        else:
            yield from item_sentences(prompt_items(menu, line.directory), phrases)
