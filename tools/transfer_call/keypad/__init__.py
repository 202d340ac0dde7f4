"""The keypad: digits to choices, deterministic, without asyncio, a clock or livekit."""

from __future__ import annotations

from .actions import (
    Action,
    Answered,
    Cancel,
    Goodbye,
    Part,
    Play,
    Prompt,
    Resume,
    Speak,
    StopSpeech,
    Transfer,
)
from .menu import (
    Back,
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
    default_menu,
    prompt_items,
)
from .menu_faults import MenuError, MenuFault, menu_faults
from .reader import digit_of
from .session import KeypadSession

__all__ = [
    "Action",
    "Answered",
    "Back",
    "Cancel",
    "DialByName",
    "DialExtension",
    "Entry",
    "Goodbye",
    "Goto",
    "ItemKind",
    "KeypadSession",
    "Language",
    "Menu",
    "MenuError",
    "MenuFault",
    "Menus",
    "Part",
    "Play",
    "Prompt",
    "PromptItem",
    "Repeat",
    "Resume",
    "Speak",
    "StopSpeech",
    "Submenu",
    "Transfer",
    "default_menu",
    "digit_of",
    "menu_faults",
    "prompt_items",
]
