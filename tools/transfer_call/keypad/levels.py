"""Where a caller is in the menus: what the keys mean there, what is said, how long to wait."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .actions import Part, Prompt
from .keys import Answer, FixedKeys, Keys
from .menu import (
    OPERATOR_KEY,
    Back,
    Destinations,
    DialByName,
    DialExtension,
    Entry,
    Goto,
    ItemKind,
    Language,
    Menu,
    Menus,
    PromptItem,
    Repeat,
    Submenu,
    extensions,
    in_language,
    prompt_items,
    reachable_now,
)
from .names import Found, NameIndex, NameKeys, NextPage, choices

if TYPE_CHECKING:
    from collections.abc import Collection

Choice = Entry | Found | NextPage | Answer
_OPENING = (Submenu, DialExtension, DialByName, Repeat, Back, NextPage, Language)


@dataclass(slots=True)
class Level:
    """One level a caller has come to.

    Attributes:
        keys: What digits mean here.
        parts: What is said on arriving and on repeating.
        tries: Wrong or missing entries until the caller is sent on.
        timeout: Seconds to begin typing after the prompt.
        default: Where a caller without tries left is sent, if anywhere.
        wrong: What is said of an entry that chooses nothing.
        spelling: Whether letters are typed here.
        names: The names to choose from, of which `page` is read out.
        page: Counted from 0.
        failures: Tries used.
    """

    keys: Keys[Choice]
    parts: tuple[Part, ...]
    tries: int
    timeout: float
    default: Goto | None
    wrong: Prompt = Prompt.INVALID
    spelling: bool = False
    names: tuple[str, ...] = ()
    page: int = 0
    failures: int = 0


class Levels:
    """Makes the levels of one line's menus; all lookups are built once, before the first key.

    Attributes:
        language: In which the menus made from now on are said.
    """

    def __init__(self, directory: Destinations, menus: Menus, language: str) -> None:
        self._directory = directory
        self._menus = menus
        self._own_language = self.language = language
        operator = directory.operator
        self._operator: dict[str, Choice] = (
            {OPERATOR_KEY: Goto(operator.name)} if operator is not None else {}
        )
        self._extensions: dict[str, Choice] = {
            digits: Goto(name) for digits, name in extensions(directory)
        }
        self._keys = {name: self._menu_keys(menu) for name, menu in menus.menus.items()}
        self._extension_keys = self._fixed(self._operator | self._extensions)
        entries = [entry for menu in menus.menus.values() for entry in menu.entries.values()]
        self._letters = NameKeys(NameIndex(directory)) if DialByName() in entries else None

    def menu(self, name: str, over: Level | None = None) -> Level:
        """A menu, reached from the level `over`."""
        menu = self._menus.menus[name]
        part = Part(
            Prompt.MENU,
            tuple(self._in_turn(item) for item in prompt_items(menu, self._directory)),
            text=in_language(menu.prompt, self.language),
        )
        default = menu.default or (over.default if over else None)
        return Level(self._keys[name], (part,), menu.tries, menu.timeout, default)

    def other_language(self, language: str) -> str:
        """What a key for `language` leads to: itself, or from there back to the line's own."""
        return language if language != self.language else self._own_language

    def _in_turn(self, item: PromptItem) -> PromptItem:
        if item.kind is not ItemKind.LANGUAGE:
            return item
        return replace(item, label=self.other_language(item.label))

    def extension(self, over: Level) -> Level:
        """Dialling an extension."""
        return Level(
            self._extension_keys,
            (Part(Prompt.EXTENSION),),
            over.tries,
            over.timeout,
            over.default,
            wrong=Prompt.EXTENSION_UNKNOWN,
        )

    def spelling(self, over: Level, further: NameKeys | None = None) -> Level:
        """Spelling a name, or going on with one that fits too many."""
        keys = further or self._letters
        if keys is None:
            raise LookupError("no menu of this line dials by name")
        return Level(
            keys,
            (Part(Prompt.NAME_MORE if further else Prompt.NAME),),
            over.tries,
            over.timeout,
            over.default,
            wrong=Prompt.NAME_UNKNOWN,
            spelling=True,
        )

    def listing(self, over: Level, names: tuple[str, ...], page: int = 0) -> Level:
        """Choosing from a page of the names that fit."""
        entries, items = choices(names, page, self._directory)
        return Level(
            self._fixed(self._operator | entries),
            (Part(Prompt.NAME_CHOICES, tuple(items)),),
            over.tries,
            over.timeout,
            over.default,
            names=names,
            page=page,
        )

    def _menu_keys(self, menu: Menu) -> FixedKeys[Choice]:
        dialled = self._extensions if menu.direct_dial else {}
        return self._fixed(self._operator | dialled | dict(menu.entries))

    @staticmethod
    def _fixed(entries: dict[str, Choice]) -> FixedKeys[Choice]:
        return FixedKeys(entries, opening=lambda entry: isinstance(entry, _OPENING))


def with_alternatives(parts: tuple[Part, ...], alternatives: Collection[str]) -> tuple[Part, ...]:
    """The prompt with only the destinations that can be reached now, when these are known.

    A menu's own words name what they name, so they give way where it makes a difference.
    """
    if not alternatives:
        return parts
    changed = []
    for part in parts:
        items = tuple(reachable_now(part.items, alternatives))
        changed.append(part if items == part.items else replace(part, items=items, text=""))
    return tuple(changed)
