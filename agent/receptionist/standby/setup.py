"""What standby makes of one line: its rules, and whether it can hear its callers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from transfer_call.keypad.menu import default_menu, in_language, prompt_items
from transfer_call.keypad.speech import item_sentences

from . import grammar
from .rules import Rules

if TYPE_CHECKING:
    from transfer_call.business import Line
    from transfer_call.directory import Directory

    from ..rendering import LineAudio
    from .conversation import StandbyConversation
    from .recognizer import Recognizer


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


def why_deaf(line: Line) -> str:
    """Why callers of `line` can only press keys on standby; ``""`` when they may speak."""
    if find_spec("pocketsphinx") is None:
        # There is no wheel of it for every Python; nothing else needs it.
        return "pocketsphinx, which recognises speech, is not installed"
    return grammar.why_not(line.directory, line.language)


def recognizer_for(lines: Iterable[Line]) -> Recognizer | None:
    """The model with the grammars of those lines that can hear, if any can; blocks."""
    grammars = {line.name: grammar.grammar(line.directory) for line in lines if not why_deaf(line)}
    if not grammars:
        return None
    # Here, because a worker whose lines only read keys has no use for a model. The conversation
    # comes with it, so that no call waits for its import.
    from . import conversation  # noqa: F401
    from .recognizer import Recognizer

    return Recognizer(grammars)


def conversation_for(
    line: Line, audio: LineAudio, recognizer: Recognizer | None
) -> StandbyConversation | None:
    """What lets the caller of `line` speak on standby; ``None`` where he cannot.

    Args:
        line: Whose caller it is.
        audio: What the line's calls play from.
        recognizer: What was loaded before the call; where the file has changed since, it learns
            the new names, and where there is none it is loaded.
    """
    if why_deaf(line):
        return None
    if recognizer is None:
        recognizer = recognizer_for([line])
        assert recognizer is not None
    recognizer.add(line.name, grammar.grammar(line.directory))
    from .conversation import StandbyConversation

    return StandbyConversation(line, audio, recognizer)
