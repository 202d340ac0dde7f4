"""The rules of one line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from transfer_call.keypad.menu import default_menu, in_language, prompt_items
from transfer_call.keypad.speech import item_sentences

from .rules import Rules

if TYPE_CHECKING:
    from transfer_call.business import Line
    from transfer_call.directory import Directory


def rules_for(line: Line, directory: Directory | None = None) -> Rules:
    """How standby answers `line`.

    Args:
        line: Whose callers are answered.
        directory: The line's, with today's exceptions. Default: without.
    """
    phrases = line.phrases(line.language)
    menu = line.menus.menus[line.menus.start] if line.menus else default_menu(line.directory)
    own = in_language(menu.prompt, line.language)
    read_out = (
        [own] if own else item_sentences(prompt_items(menu, line.directory), phrases, line.phrases)
    )
    return Rules(directory or line.directory, phrases, read_out, lambda: datetime.now(UTC))
