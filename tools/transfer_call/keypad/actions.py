"""What the keypad asks the edge to do: typed, and without a digit that was typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .menu import PromptItem


class Prompt(StrEnum):
    """What is said to a caller at the keypad."""

    INTRO = "intro"
    """Whatever the edge says first: the greeting, an apology, or nothing."""
    MENU = "menu"
    """The items, or the menu's own words."""
    INVALID = "invalid"
    """That key does nothing here."""
    NO_INPUT = "no_input"
    """No key was heard."""
    EXTENSION = "extension"
    """Dial the extension."""
    EXTENSION_UNKNOWN = "extension_unknown"
    NAME = "name"
    """Spell a first or family name with the keys: three letters or more."""
    NAME_SHORT = "name_short"
    """Fewer than three letters were typed."""
    NAME_UNKNOWN = "name_unknown"
    NAME_MORE = "name_more"
    """Too many fit: go on spelling, or press ``#`` to hear them."""
    NAME_CHOICES = "name_choices"
    """The items are the names that fit."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a prompt.

    Attributes:
        prompt: What is said.
        items: What is read out, for `Prompt.MENU` and `Prompt.NAME_CHOICES`.
        text: The menu's own words instead of `items`; ``""`` is none.
    """

    prompt: Prompt
    items: tuple[PromptItem, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """Say the parts in order, then call `KeypadSession.prompt_finished` with `prompt_id`.

    It replaces what is being said.
    """

    prompt_id: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class StopSpeech:
    """Stop what is being said and drop what was about to be: a key was pressed."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the caller through, then call `KeypadSession.transfer_ended`.

    Attributes:
        destination: A name in the directory.
        by_default: Whether the caller chose nothing in all his tries.
    """

    destination: str
    by_default: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """The caller wants the transfer stopped; the engine knows whether it is too late."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The keys that stopped the agent's speech led nowhere: it is the agent's turn again.

    Attributes:
        length: How many digits were typed.
    """

    length: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that somebody else has asked was answered by key."""

    yes: bool


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Say goodbye and end the call: no tries and no default are left."""


@dataclass(frozen=True, slots=True)
class Speak:
    """From now on everything is said in `language`."""

    language: str


Action = Answered | Play | StopSpeech | Transfer | Cancel | Resume | Goodbye | Speak
