"""What the keys mean: menus as data, and what is read out of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..directory.destination import Destination

OPERATOR_KEY = "0"
"""Reaches the operator in every menu and while spelling a name, said or not."""


class Destinations(Protocol):
    """What the keypad asks of a directory; `transfer_call.directory.Directory` is one."""

    @property
    def names(self) -> Iterable[str]:
        """All destinations, in order."""
        ...

    @property
    def operator(self) -> Destination | None:
        """What `OPERATOR_KEY` reaches."""
        ...

    def __contains__(self, name: object, /) -> bool: ...

    def __getitem__(self, name: str, /) -> Destination: ...


@dataclass(frozen=True, slots=True)
class Goto:
    """Put the caller through.

    Attributes:
        destination: A name in the directory.
        label: Said in the menu instead of the destination's own label.
        announced: Whether the menu's sentence names it.
    """

    destination: str
    label: str = ""
    announced: bool = True


@dataclass(frozen=True, slots=True)
class Submenu:
    """Go on to another menu; `label` is what it is called when read out."""

    menu: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class DialExtension:
    """Let the caller dial an extension."""


@dataclass(frozen=True, slots=True)
class DialByName:
    """Let the caller spell a name with the letters on the keys."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say the menu again."""


@dataclass(frozen=True, slots=True)
class Back:
    """Return to the menu that led here, as ``*`` does."""


@dataclass(frozen=True, slots=True)
class Language:
    """Go on in another language, from the first menu; pressed there, it leads back.

    Attributes:
        language: One of the phrases'.
        announced: Whether the menu offers it.
    """

    language: str
    announced: bool = True


Entry = Goto | Submenu | DialExtension | DialByName | Repeat | Back | Language


@dataclass(frozen=True, slots=True)
class Menu:
    """One level of choices.

    Attributes:
        entries: Digits (0–9, one or more) to what they do, in the order they are read out.
            ``*`` and ``#`` are no entries: they cancel and end an entry everywhere.
        prompt: Own words instead of the sentences made from `entries`: for every language,
            or by language.
        tries: How often the caller may type nothing or something wrong.
        timeout: Seconds after the end of the prompt until nothing counts as a try.
        default: Where a caller without tries left is sent; ``None`` is the default of the
            menu that led here, and at the first menu a goodbye.
        direct_dial: Whether the directory's extensions can be dialled here. A key that begins
            an extension then acts only after the pause between digits, or ``#``.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    prompt: str | Mapping[str, str] | None = None
    tries: int = 3
    timeout: float = 6.0
    default: Goto | None = None
    direct_dial: bool = False


@dataclass(frozen=True, slots=True)
class Menus:
    """All menus of a line by name, and the one a caller hears first."""

    menus: Mapping[str, Menu]
    start: str = "main"


class ItemKind(StrEnum):
    """Which sentence an entry of a prompt becomes."""

    DESTINATION = "destination"
    SUBMENU = "submenu"
    EXTENSION = "extension"
    """Press the key, then dial an extension."""
    DIRECT_DIAL = "direct_dial"
    """Dial an extension at any time; no key."""
    NAME = "name"
    REPEAT = "repeat"
    BACK = "back"
    LANGUAGE = "language"
    """Another language, offered in its own words; the label is its tag."""
    MORE = "more"
    """The next names of a long list."""


@dataclass(frozen=True, slots=True)
class PromptItem:
    """One choice as it is read out, the action before the key: "For `label`, press `key`".

    Attributes:
        label: What the key reaches; ``""`` where the kind says it all.
        key: The digits to press; ``""`` for `ItemKind.DIRECT_DIAL`.
        kind: Which sentence it becomes.
        destination: The destination's name, for `ItemKind.DESTINATION`.
    """

    label: str
    key: str
    kind: ItemKind
    destination: str = ""


_KINDS: Mapping[type, ItemKind] = {
    DialExtension: ItemKind.EXTENSION,
    DialByName: ItemKind.NAME,
    Repeat: ItemKind.REPEAT,
    Back: ItemKind.BACK,
}


def default_menu(directory: Destinations) -> Menu:
    """The menu of a business that has configured none.

    The keys of its destinations in ascending order, 0 last, for the operator; extensions
    dialled directly. Hidden destinations have their keys but are not read out.
    """
    by_key = {d.key: d for d in _all(directory) if d.key and d.key != OPERATOR_KEY}
    entries: dict[str, Entry] = {
        key: Goto(by_key[key].name, announced=not by_key[key].hidden) for key in sorted(by_key)
    }
    operator = directory.operator
    if operator is not None:
        said = any(e == Goto(operator.name) for e in entries.values())
        entries[OPERATOR_KEY] = Goto(operator.name, announced=not said)
    return Menu(
        entries,
        default=Goto(operator.name) if operator else None,
        direct_dial=any(True for _ in extensions(directory)),
    )


def extensions(directory: Destinations) -> Iterator[tuple[str, str]]:
    """Each extension and the name of its destination."""
    for destination in _all(directory):
        if destination.extension:
            yield destination.extension, destination.name


def prompt_items(menu: Menu, directory: Destinations) -> list[PromptItem]:
    """What is read out of a menu without words of its own, in order."""
    items = []
    for key, entry in menu.entries.items():
        if isinstance(entry, Goto):
            if entry.announced:
                label = entry.label or directory[entry.destination].label
                items.append(PromptItem(label, key, ItemKind.DESTINATION, entry.destination))
        elif isinstance(entry, Submenu):
            label = entry.label or entry.menu.replace("-", " ").replace("_", " ")
            items.append(PromptItem(label, key, ItemKind.SUBMENU))
        elif isinstance(entry, Language):
            if entry.announced:
                items.append(PromptItem(entry.language, key, ItemKind.LANGUAGE))
        else:
            items.append(PromptItem("", key, _KINDS[type(entry)]))
    if menu.direct_dial and any(not directory[name].hidden for _, name in extensions(directory)):
        items.append(PromptItem("", "", ItemKind.DIRECT_DIAL))
    return items


def reachable_now(items: Iterable[PromptItem], names: Collection[str]) -> list[PromptItem]:
    """The items without the destinations that are not among `names`.

    All of them when no destination would be left: a caller is always told a key.
    """
    every = list(items)
    left = [i for i in every if i.kind is not ItemKind.DESTINATION or i.destination in names]
    return left if any(i.kind is ItemKind.DESTINATION for i in left) else every


def in_language(words: str | Mapping[str, str] | None, language: str) -> str:
    """The own words of a menu for `language`; ``""`` when it has none."""
    if words is None or isinstance(words, str):
        return words or ""
    return words.get(language, "")


def _all(directory: Destinations) -> Iterator[Destination]:
    return (directory[name] for name in directory.names)
