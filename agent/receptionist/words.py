"""What a line says: the keypad's prompts as sentences, and what to have ready as audio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from transfer_call.keypad.actions import Part, Play, Prompt
from transfer_call.keypad.menu import ItemKind, PromptItem
from transfer_call.keypad.session import KeypadSession
from transfer_call.voice.phrases import Phrases
from transfer_call.voice.vocabulary import all_sentences

if TYPE_CHECKING:
    from transfer_call.business import Line


class Words:
    """The sentences of one line in its language."""

    def __init__(self, line: Line, phrases: Phrases) -> None:
        """Say `line`'s own words where it has some, else those of `phrases`."""
        self._line = line
        self._phrases = phrases

    def greeting(self) -> list[str]:
        """The first words of a call."""
        if self._line.greeting is None:
            return self._phrases.greeting(self._line.business)
        return [self._line.greeting] if self._line.greeting else []

    def goodbye(self) -> list[str]:
        """The last words of a call that led nowhere."""
        return self._phrases.goodbye()

    def of(self, parts: Sequence[Part]) -> list[str]:
        """The sentences of a prompt, in order."""
        return [sentence for part in parts for sentence in self._part(part)]

    def _part(self, part: Part) -> list[str]:
        phrases = self._phrases
        match part.prompt:
            case Prompt.INTRO:
                return self.greeting()
            case Prompt.MENU | Prompt.NAME_CHOICES:
                if part.text:
                    return [part.text]
                return [sentence for item in part.items for sentence in self._item(item)]
            case Prompt.INVALID | Prompt.EXTENSION_UNKNOWN:
                return phrases.invalid()
            case Prompt.NO_INPUT:
                return phrases.no_input()
            case Prompt.EXTENSION:
                return phrases.extension_prompt()
            case Prompt.NAME | Prompt.NAME_SHORT:
                return phrases.name_prompt()
            case Prompt.NAME_UNKNOWN:
                return phrases.name_unknown()
            case Prompt.NAME_MORE:
                return phrases.name_many()

    def _item(self, item: PromptItem) -> list[str]:
        phrases = self._phrases
        match item.kind:
            case ItemKind.DESTINATION | ItemKind.SUBMENU:
                return phrases.menu_entry(item.label, item.key)
            case ItemKind.EXTENSION:
                return phrases.extension_entry(item.key)
            case ItemKind.DIRECT_DIAL:
                return phrases.extension_prompt()
            case ItemKind.NAME:
                return phrases.name_entry(item.key)
            case ItemKind.REPEAT:
                return phrases.repeat_entry(item.key)
            case ItemKind.BACK:
                return phrases.back_entry(item.key)
            case ItemKind.MORE:
                return phrases.name_many()


class Vocabulary(NamedTuple):
    """What a line may say, in one language."""

    language: str
    first: list[str]
    """What the first seconds of a call need."""
    later: list[str]


def vocabulary(line: Line) -> list[Vocabulary]:
    """What is worth having as audio before `line` takes calls."""
    directory, phrases = line.directory, Phrases(line.language)
    words = Words(line, phrases)
    first: dict[str, list[str]] = {line.language: words.of(_menu(line))}
    for destination in directory.destinations:
        if not destination.key:
            continue
        language = destination.language or line.language
        announcement = destination.announcement
        if announcement is None:
            own = Phrases(language).announce(destination.label)
        else:
            own = [announcement] if announcement else []
        first.setdefault(language, []).extend(own)
    labels = [(one.label, one.key or "") for one in directory.destinations]
    later = all_sentences(phrases, business=line.business, labels=labels)
    return [
        Vocabulary(language, said, later if language == line.language else [])
        for language, said in first.items()
    ]


def _menu(line: Line) -> tuple[Part, ...]:
    """The parts that a call begins with."""
    actions = KeypadSession(line.directory, language=line.language).start(0.0)
    return tuple(part for action in actions if isinstance(action, Play) for part in action.parts)
