"""Everything that may be said on a line, to be rendered before the first call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .phrases import Phrases

NAMED_AT_MOST = 60
"""Destinations whose names are all rendered: about a dozen sentences each."""
KEYS: Mapping[str, Sequence[str]] = {
    "operator_entry": ("0",),
    "try_again_entry": ("0",),
    "repeat_entry": ("#",),
    "back_entry": ("*",),
    "more_entry": ("9",),
}
"""The keys that menus without a configuration use, by phrase."""


def all_sentences(
    phrases: Phrases,
    *,
    business: str = "",
    labels: Sequence[tuple[str, str]] = (),
    own: Sequence[str] = (),
    emergency: str = "",
    keys: Mapping[str, Sequence[str]] = KEYS,
    named_at_most: int = NAMED_AT_MOST,
) -> list[str]:
    """The sentences worth rendering before a line takes calls; each once, soonest needed first.

    Words with a time or a reason in them are left out: there is no end of them. So are the names
    of a large directory: their owners are announced by words rendered when they are needed.

    Args:
        phrases: The line's words.
        business: Its name, for the greeting.
        labels: Each destination as it is said, with its key or ``""``.
        own: The operator's own texts: greeting, announcements, menu.
        emergency: The number of the emergency services, or ``""``.
        keys: The keys that entries without a name are offered by, by phrase.
        named_at_most: With more destinations than this only those with a key are named.
    """
    named = labels if len(labels) <= named_at_most else [pair for pair in labels if pair[1]]
    said = list(own)
    for phrase, fields in phrases.placeholders.items():
        if not fields:
            said += phrases.sentences(phrase)
        elif fields == {"business"} and business:
            said += phrases.sentences(phrase, business=business)
        elif phrase == "emergency":
            said += phrases.emergency(emergency) if emergency else []
        elif fields == {"key"}:
            for key in keys.get(phrase, ()):
                said += phrases.sentences(phrase, key=key)
        elif fields == {"label"}:
            for label, _ in named:
                said += phrases.sentences(phrase, label=label)
        elif fields == {"label", "key"}:
            for label, key in named:
                said += phrases.sentences(phrase, label=label, key=key) if key else []
    return list(dict.fromkeys(said))
