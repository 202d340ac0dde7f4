"""Whether menus can be carried out: every fault in one run, before the first call."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from .menu import (
    OPERATOR_KEY,
    Back,
    Destinations,
    DialByName,
    DialExtension,
    Goto,
    Menu,
    Menus,
    Submenu,
    extensions,
)
from .names import spellable


@dataclass(frozen=True, slots=True)
class MenuFault:
    """One thing that is wrong with a menu.

    Attributes:
        menu: The menu's name.
        key: The digits of the entry; ``""`` when it is about the menu as a whole.
        value: The offending word, such as a misspelt destination, to look for near misses.
        reason: What is wrong and the way out, as the end of a sentence about the place.
    """

    menu: str
    key: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = f"menu '{self.menu}'" + (f", key {self.key}" if self.key else "")
        return f"{place}: {self.reason}"


class MenuError(ValueError):
    """Menus that cannot be carried out; `faults` has one entry for each reason."""

    def __init__(self, faults: tuple[MenuFault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def menu_faults(menus: Menus, directory: Destinations) -> tuple[MenuFault, ...]:
    """All faults of `menus`; none when they can be carried out."""
    if menus.start not in menus.menus:
        return (MenuFault(menus.start, "", menus.start, "there is no such menu to start with"),)
    faults: list[MenuFault] = []
    for name, menu in menus.menus.items():
        faults += _of_menu(name, menu, menus, directory)
    faults += _of_cycles(menus)
    faults += _of_unreached(menus)
    return tuple(faults)


def _of_menu(name: str, menu: Menu, menus: Menus, directory: Destinations) -> Iterator[MenuFault]:
    dialled = dict(extensions(directory))
    if not menu.entries and not (menu.direct_dial and dialled):
        yield MenuFault(name, "", "", "no key does anything; add an entry")
    if menu.tries < 1:
        yield MenuFault(name, "", str(menu.tries), "tries must be at least 1")
    if not (math.isfinite(menu.timeout) and menu.timeout > 0):
        yield MenuFault(name, "", str(menu.timeout), "timeout must be more than 0 seconds")
    if menu.default is not None and menu.default.destination not in directory:
        yield _no_destination(name, "", menu.default.destination)
    for key in menu.entries:
        yield from _of_entry(name, key, menus, directory, dialled)
    yield from _of_meanings(name, menu, directory, dialled)


def _of_entry(
    name: str, key: str, menus: Menus, directory: Destinations, dialled: dict[str, str]
) -> Iterator[MenuFault]:
    entry = menus.menus[name].entries[key]
    if not (key.isascii() and key.isdigit()):
        yield MenuFault(
            name, key, key, "a key is made of the digits 0 to 9; * and # mean cancel and end"
        )
    if isinstance(entry, Goto) and entry.destination not in directory:
        yield _no_destination(name, key, entry.destination)
    elif isinstance(entry, Submenu) and entry.menu not in menus.menus:
        yield MenuFault(name, key, entry.menu, f"there is no menu '{entry.menu}'")
    elif isinstance(entry, Back) and name == menus.start:
        yield MenuFault(name, key, "back", "the first menu has nothing to go back to")
    elif isinstance(entry, DialExtension) and not dialled:
        yield MenuFault(name, key, "extension", "no destination has an extension to dial")
    elif isinstance(entry, DialByName) and not any(
        spellable(directory[destination]) for destination in directory.names
    ):
        yield MenuFault(
            name, key, "name", "no destination has a name that can be spelled with keys"
        )


def _of_meanings(
    name: str, menu: Menu, directory: Destinations, dialled: dict[str, str]
) -> Iterator[MenuFault]:
    operator = directory.operator
    zero = menu.entries.get(OPERATOR_KEY)
    if operator and zero and not (isinstance(zero, Goto) and zero.destination == operator.name):
        yield MenuFault(
            name,
            OPERATOR_KEY,
            OPERATOR_KEY,
            f"0 reaches the operator '{operator.name}' everywhere; use another key,"
            " or name another operator",
        )
    if not menu.direct_dial:
        return
    for extension, destination in dialled.items():
        entry = menu.entries.get(extension)
        if entry is None and extension == OPERATOR_KEY and operator:
            entry = Goto(operator.name)
        if entry and not (isinstance(entry, Goto) and entry.destination == destination):
            yield MenuFault(
                name,
                extension,
                extension,
                f"it is also the extension of '{destination}'; change one of them",
            )


def _of_cycles(menus: Menus) -> Iterator[MenuFault]:
    """Each edge that closes a cycle of submenus, found depth first."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> Iterator[MenuFault]:
        for key, entry in menus.menus[name].entries.items():
            if not isinstance(entry, Submenu) or entry.menu not in menus.menus:
                continue
            if entry.menu in path:
                yield MenuFault(
                    name, key, entry.menu, f"leads round to '{entry.menu}' again; use back"
                )
            elif entry.menu not in done:
                yield from visit(entry.menu, (*path, entry.menu))
        done.add(name)

    for name in menus.menus:
        if name not in done:
            yield from visit(name, (name,))


def _of_unreached(menus: Menus) -> Iterator[MenuFault]:
    led_to = {
        entry.menu
        for menu in menus.menus.values()
        for entry in menu.entries.values()
        if isinstance(entry, Submenu)
    }
    for name in menus.menus:
        if name != menus.start and name not in led_to:
            yield MenuFault(name, "", name, "no key leads to this menu")


def _no_destination(menu: str, key: str, destination: str) -> MenuFault:
    return MenuFault(menu, key, destination, f"there is no destination '{destination}'")
