"""Which sentences a line can say, for recordings that must be played for one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..voice.emergency import emergency_number
from ..voice.phrases import Phrases
from ..voice.vocabulary import all_sentences
from .keypad_models import EntryModel

if TYPE_CHECKING:
    from ..directory.destination import Destination
    from .models import BusinessFile


_KEYS = tuple("0123456789*#")


def sentences(
    model: BusinessFile,
    own_phrases: Mapping[str, Mapping[str, tuple[str, ...]]],
    destinations: Sequence[Destination],
) -> frozenset[str]:
    """Everything that can be said on the line, but for what holds a time or a reason."""
    own = [model.greeting, *(one.announcement for one in destinations)]
    for menu in model.keypad.menus.values():
        own += [menu.prompt] if isinstance(menu.prompt, str) else menu.prompt.values()
    said = {text for text in own if text}
    labels = [(one.label, one.key or "") for one in destinations]
    names = {one.name: one.label for one in destinations}
    for menu in model.keypad.menus.values():
        labels += (_label(entry, key, names) for key, entry in menu.keys.items())
    chosen = {
        entry.language
        for menu in model.keypad.menus.values()
        for entry in menu.keys.values()
        if isinstance(entry, EntryModel) and entry.language
    }
    spoken = {model.business.language, *(one.language for one in destinations), *chosen} - {""}
    for language in spoken:
        phrases = Phrases(language, own_phrases.get(language))
        said.update(
            all_sentences(
                phrases,
                business=model.business.name,
                labels=labels,
                emergency=emergency_number(model.business.country),
                keys=dict.fromkeys(phrases.placeholders, _KEYS),
                named_at_most=len(labels),
            )
        )
    return frozenset(said)


def _label(entry: str | EntryModel, key: str, names: Mapping[str, str]) -> tuple[str, str]:
    """What a key of a menu is called, and the key."""
    if isinstance(entry, EntryModel):
        reached = entry.to or entry.menu or ""
        return entry.label or names.get(reached, reached), key
    return names.get(entry, entry), key
