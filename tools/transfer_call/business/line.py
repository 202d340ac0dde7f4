"""What the operator's files come to: lines, each ready to answer calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..keypad.menu import Language
from ..voice.phrases import Phrases, base_language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..directory.directory import Directory
    from ..keypad.menu import Menus
    from .dialled import Dialled
    from .services import OpenAIServices


@dataclass(frozen=True, slots=True)
class Notices:
    """What callers are told whoever answers them.

    Attributes:
        automated: That a machine answers, in the first words.
        recorded: That the call is being recorded, in the first words.
        emergency: Whom to call, when they speak of a danger to life.
    """

    automated: bool = True
    recorded: bool = False
    emergency: bool = True


@dataclass(frozen=True, slots=True)
class CallLimits:
    """When a call that leads nowhere is taken in hand.

    Attributes:
        silence: Seconds for which a caller who waits for an answer may hear nothing.
        caller_silence: Seconds for which a caller whose turn it is may say nothing.
        max_call: Seconds that a call may last.
    """

    silence: float = 6.0
    caller_silence: float = 10.0
    max_call: float = 1800.0


@dataclass(frozen=True, slots=True)
class Line:
    """One business line.

    Attributes:
        name: The name of its file without the ending; in the record, in ``who`` and in
            overrides.
        business: The business's name, as callers hear it.
        numbers: Its own numbers, as E.164.
        greeting: The first sentence; ``None`` is the default phrase, ``""`` none.
        directory: Who can be reached, when, in which order, and what may be dialled.
        language: Of its phrases.
        pipeline: ``auto``, ``cascade``, ``realtime`` or ``standby``.
        openai: The models of the voice pipelines.
        menus: What the keys mean; ``None`` is the menu made from the destinations.
        debounce: Seconds in which the same key again is the same press, re-sent.
        own_phrases: The operator's words by language and phrase.
        recordings: The operator's WAV files by the sentence they are played for.
        notices: What callers are told whoever answers them.
        limits: When a call that leads nowhere is taken in hand.
        prompts: The folder of the operator's own prompts, if there is one.
    """

    name: str
    business: str
    numbers: tuple[str, ...]
    greeting: str | None
    directory: Directory
    language: str
    pipeline: str
    openai: OpenAIServices
    menus: Menus | None
    debounce: float
    own_phrases: Mapping[str, Mapping[str, tuple[str, ...]]]
    recordings: Mapping[str, Path]
    notices: Notices = Notices()
    limits: CallLimits = CallLimits()
    prompts: Path | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that callers can choose by key, the line's own first."""
        menus = self.menus.menus.values() if self.menus else ()
        entries = [entry for menu in menus for entry in menu.entries.values()]
        others = [entry.language for entry in entries if isinstance(entry, Language)]
        return tuple(dict.fromkeys([self.language, *others]))

    def phrases(self, language: str) -> Phrases:
        """The fixed words of `language`, the operator's own in their place.

        Raises:
            ValueError: There are no words for `language`.
        """
        return Phrases(language, self.own_phrases.get(base_language(language)))


@dataclass(frozen=True, slots=True)
class Business:
    """All lines that a worker serves.

    Attributes:
        lines: In the order of the file.
        files: Every file that was read, the operator's first.
    """

    lines: tuple[Line, ...]
    files: tuple[Path, ...]
    _dialled: Dialled

    def line(self, name: str) -> Line | None:
        """The line called `name`."""
        return next((line for line in self.lines if line.name == name), None)

    def line_for(self, called: str) -> Line | None:
        """The line that answers a call to `called`, as the carrier gives the number.

        Returns:
            ``None`` when the call is refused: the operator's choice for unknown numbers.
        """
        name = self._dialled.line(called)
        return None if name is None else self.line(name)
