"""The menus of a file, built and checked against the directory they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..directory.destination import Destination
from ..keypad.menu import (
    OPERATOR_KEY,
    Back,
    DialByName,
    DialExtension,
    Entry,
    Goto,
    Language,
    Menu,
    Menus,
    Repeat,
    Submenu,
)
from ..keypad.menu_faults import menu_faults
from .faults import Loc, did_you_mean
from .keypad_models import BACK, DIAL_EXTENSION, DIAL_NAME, REPEAT, EntryModel

if TYPE_CHECKING:
    from .keypad_models import KeypadModel, MenuModel

_WORDS: Mapping[str, Entry] = {
    REPEAT: Repeat(),
    BACK: Back(),
    DIAL_EXTENSION: DialExtension(),
    DIAL_NAME: DialByName(),
}
_START = "main"


class Draft(Mapping[str, Destination]):
    """Destinations before a directory has judged them, so that menus are judged in any case."""

    def __init__(self, destinations: Iterable[Destination], operator: str | None) -> None:
        """Take the destinations as they are.

        Args:
            destinations: In order.
            operator: The name the file gives to the operator, if it does.
        """
        self._by_name = {one.name: one for one in destinations}
        on_zero = (one.name for one in self._by_name.values() if one.key == OPERATOR_KEY)
        name = operator or next(on_zero, next(iter(self._by_name), ""))
        self.operator = self._by_name.get(name)

    @property
    def names(self) -> Iterable[str]:
        """All names, in order."""
        return self._by_name

    def __getitem__(self, name: str) -> Destination:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def build_menus(keypad: KeypadModel) -> Menus | None:
    """The menus, not checked yet; ``None`` when the file has none."""
    if not keypad.menus:
        return None
    return Menus({name: _menu(menu) for name, menu in keypad.menus.items()}, start=_START)


def faults_of_menus(
    keypad: KeypadModel, menus: Menus, directory: Draft
) -> Iterator[tuple[Loc, str]]:
    """What is wrong with the menus: where in the file, and the words."""
    menus_loc = ("keypad", "menus")
    if _START not in menus.menus:
        near = did_you_mean(_START, menus.menus)
        yield menus_loc, f"callers begin in a menu named {_START}, and there is none{near}"
        return
    for name, menu in keypad.menus.items():
        for key, entry in menu.keys.items():
            if isinstance(entry, str) and entry in _WORDS and entry in directory:
                message = f"{entry} is a destination too; write {{to: {entry}}} for that"
                yield (*menus_loc, name, "keys", key), message
    for fault in menu_faults(menus, directory):
        near = did_you_mean(fault.value, (*directory.names, *menus.menus)) if fault.value else ""
        entry_loc = ("keys", fault.key) if fault.key else ()
        named = fault.reason.startswith("there is no")
        yield (*menus_loc, fault.menu, *entry_loc), f"{fault.reason}{near if named else ''}"


def _menu(written: MenuModel) -> Menu:
    return Menu(
        entries={key: _entry(entry) for key, entry in written.keys.items()},
        prompt=written.prompt or None,
        tries=written.tries,
        timeout=float(written.timeout),
        default=Goto(written.otherwise) if written.otherwise is not None else None,
        direct_dial=written.direct_dial,
    )


def _entry(written: str | EntryModel) -> Entry:
    if isinstance(written, str):
        return _WORDS.get(written) or Goto(written)
    if written.menu is not None:
        return Submenu(written.menu, written.label)
    if written.language is not None:
        return Language(written.language, written.announced)
    return Goto(written.to or "", written.label, written.announced)
