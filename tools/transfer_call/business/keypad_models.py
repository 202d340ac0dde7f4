"""What an operator may write about the keypad: menus and how keys are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Discriminator, Field, Tag, model_validator

from ..keypad.menu import Menu
from ..keypad.reader import DEBOUNCE
from .model import Model, shape
from .values import (
    AnyText,
    Count,
    Digits,
    Flag,
    Language,
    LanguageOrNone,
    Milliseconds,
    Seconds,
    Text,
    TextOrNone,
)

REPEAT = "repeat"
BACK = "back"
DIAL_EXTENSION = "dial extension"
DIAL_NAME = "dial name"

_USUAL = Menu()


class EntryModel(Model):
    """What a key does, with more to say about it than a name."""

    stand_ins = {}

    to: TextOrNone = Field(default=None, description="The destination that the key reaches.")
    menu: TextOrNone = Field(default=None, description="The menu that the key leads to.")
    language: LanguageOrNone = Field(
        default=None, description="The language in which the key goes on: en, es, fr or de."
    )
    label: AnyText = Field(
        default="", description="What it is called in the menu, instead of the name."
    )
    announced: Flag = Field(
        default=True, description="Whether the menu names it; a key that is not said works too."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.to, self.menu, self.language)
        if sum(way is not None for way in ways) != 1:
            raise ValueError(
                "needs one of: to, a destination; menu, another menu; language, another language"
            )
        if self.language is not None and self.label:
            raise ValueError(
                "a language is offered in its own words: remove label; phrases.LANGUAGE."
                "language_entry changes them"
            )
        return self


class MenuModel(Model):
    """One level of choices."""

    keys: Mapping[
        Digits,
        Annotated[
            Annotated[Text, Tag("list")] | Annotated[EntryModel, Tag("mapping")],
            Discriminator(shape),
        ],
    ] = Field(
        default={},
        description="The keys in the order in which they are read out: each with a destination, "
        f"with to or menu and a label, or with {REPEAT}, {BACK}, {DIAL_EXTENSION} or "
        f"{DIAL_NAME}.",
    )
    prompt: Annotated[
        Annotated[AnyText, Tag("list")] | Annotated[Mapping[Language, Text], Tag("mapping")],
        Discriminator(shape),
    ] = Field(
        default="",
        description="The words of the menu, instead of those made from its keys: one text, or "
        "one by language.",
    )
    tries: Count = Field(
        default=_USUAL.tries, description="How often a caller may press nothing or a wrong key."
    )
    timeout: Seconds = Field(
        default=round(_USUAL.timeout),
        description="How long the menu waits for a key after its last word.",
    )
    otherwise: TextOrNone = Field(
        default=None,
        description="The destination of callers who have no tries left; when missing, that of "
        "the menu before, and in the first menu a goodbye.",
    )
    direct_dial: Flag = Field(
        default=False, description="Whether extensions can be dialled in this menu."
    )


class KeypadModel(Model):
    """How keys are read."""

    menus: Mapping[Text, MenuModel] = Field(
        default={},
        description="The menus by name; callers begin in main. When missing, one menu of the "
        "keys and extensions of the destinations, 0 for the operator.",
    )
    debounce: Milliseconds = Field(
        default=DEBOUNCE,
        description="The time within which the same key again is the same press, sent twice by "
        "the network, such as 80ms; 0ms turns it off.",
    )
