"""What a line says first, and what else is worth having as audio before it takes calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from transfer_call.keypad.menu import (
    ItemKind,
    PromptItem,
    default_menu,
    in_language,
    prompt_items,
)
from transfer_call.keypad.speech import item_sentences
from transfer_call.voice.emergency import emergency_number
from transfer_call.voice.vocabulary import all_sentences

from .standby.setup import why_deaf

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
    """The first words of a call, and what callers must be told with them."""
    phrases = line.phrases(line.language)
    said = phrases.greeting(line.business) if line.greeting is None else [line.greeting]
    if line.notices.automated:
        said += phrases.automated()
    if line.notices.recorded:
        said += phrases.recorded()
    return [sentence for sentence in said if sentence]


def invitation(line: Line) -> list[str]:
    """What follows the greeting on standby: that callers may speak, where they can be heard."""
    return [] if why_deaf(line) else line.phrases(line.language).sentences("say_or_press")


def emergency(line: Line, language: str) -> list[str]:
    """What a caller in danger is told."""
    return line.phrases(language).emergency(emergency_number(line.directory.country))


def vocabulary(line: Line) -> list[Vocabulary]:
    """What is worth having as audio before `line` takes calls, by language."""
    directory = line.directory
    first = {language: list(_menus(line, language)) for language in line.languages}
    first[line.language] = [*greeting(line), *invitation(line), *first[line.language]]
    for destination in directory.destinations:
        if destination.key:
            if destination.language:
                own = first.setdefault(destination.language, [])
                own += _announcement(line, destination, destination.language)
            else:
                for language in line.languages:
                    first[language] += _announcement(line, destination, language)
    labels = [(one.label, one.key or "") for one in directory.destinations]
    later = {
        language: all_sentences(
            line.phrases(language),
            business=line.business,
            labels=labels,
            emergency=emergency_number(directory.country),
        )
        for language in line.languages
    }
    return [Vocabulary(language, said, later.get(language, [])) for language, said in first.items()]


def _announcement(line: Line, destination: Destination, language: str) -> list[str]:
    spoken_here = language == (destination.language or line.language)
    if destination.announcement is None or (destination.announcement and not spoken_here):
        return line.phrases(language).announce(destination.label)
    return [destination.announcement] if destination.announcement else []


def _menus(line: Line, language: str) -> Iterator[str]:
    phrases = line.phrases(language)
    menus = line.menus.menus.values() if line.menus else (default_menu(line.directory),)
    for menu in menus:
        if own := in_language(menu.prompt, language):
            yield own
        else:
            items = [_offered(item, line, language) for item in prompt_items(menu, line.directory)]
            yield from item_sentences(items, phrases, line.phrases)


def _offered(item: PromptItem, line: Line, language: str) -> PromptItem:
    """The item as it stands in a menu of `language`: its own language's key leads back."""
    if item.kind is ItemKind.LANGUAGE and item.label == language:
        return replace(item, label=line.language)
    return item
