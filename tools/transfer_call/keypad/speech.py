"""From what the keypad wants said to sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .actions import Part, Prompt
from .menu import ItemKind, PromptItem

if TYPE_CHECKING:
    from ..voice.phrases import Phrases

_ITEMS: Mapping[ItemKind, Callable[[Phrases, PromptItem], list[str]]] = {
    ItemKind.DESTINATION: lambda phrases, item: phrases.menu_entry(item.label, item.key),
    ItemKind.SUBMENU: lambda phrases, item: phrases.menu_entry(item.label, item.key),
    ItemKind.EXTENSION: lambda phrases, item: phrases.extension_entry(item.key),
    ItemKind.DIRECT_DIAL: lambda phrases, item: phrases.extension_prompt(),
    ItemKind.NAME: lambda phrases, item: phrases.name_entry(item.key),
    ItemKind.REPEAT: lambda phrases, item: phrases.repeat_entry(item.key),
    ItemKind.BACK: lambda phrases, item: phrases.back_entry(item.key),
    ItemKind.MORE: lambda phrases, item: phrases.more_entry(item.key),
}
Words = Callable[[str], "Phrases"]
"""The fixed words of a language."""

_PROMPTS: Mapping[Prompt, Callable[[Phrases], list[str]]] = {
    Prompt.MENU: lambda phrases: [],
    Prompt.INVALID: lambda phrases: phrases.invalid(),
    Prompt.NO_INPUT: lambda phrases: phrases.no_input(),
    Prompt.EXTENSION: lambda phrases: phrases.extension_prompt(),
    Prompt.EXTENSION_UNKNOWN: lambda phrases: phrases.extension_unknown(),
    Prompt.NAME: lambda phrases: phrases.name_prompt(),
    Prompt.NAME_SHORT: lambda phrases: phrases.name_prompt(),
    Prompt.NAME_UNKNOWN: lambda phrases: phrases.name_unknown(),
    Prompt.NAME_MORE: lambda phrases: phrases.name_many(),
    Prompt.NAME_CHOICES: lambda phrases: [],
}


def sentences(
    parts: Sequence[Part], phrases: Phrases, words: Words, intro: Sequence[str] = ()
) -> list[str]:
    """What `parts` say, in order.

    Args:
        parts: From `Play`.
        phrases: The words of the language that is spoken now.
        words: Those of any other.
        intro: What `Prompt.INTRO` stands for: the greeting.
    """
    said: list[str] = []
    for part in parts:
        if part.text:
            said.append(part.text)
        elif part.prompt is Prompt.INTRO:
            said += intro
        else:
            said += _PROMPTS[part.prompt](phrases)
            said += item_sentences(part.items, phrases, words)
    return said


def item_sentences(items: Sequence[PromptItem], phrases: Phrases, words: Words) -> list[str]:
    """The items read out, the action before the key; a language in its own words."""
    said: list[str] = []
    for item in items:
        if item.kind is ItemKind.LANGUAGE:
            said += words(item.label).language_entry(item.key)
        else:
            said += _ITEMS[item.kind](phrases, item)
    return said
