"""Everything that callers of these tests say, spoken once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lab.audio import Audio, Samples
from lab.sounds import spoken
from tests.e2e.recognition import trimmed

if TYPE_CHECKING:
    from pathlib import Path

SALES_PLEASE = "Put me through to the sales department please"
WAIT = "No wait, please hold on"
THANKS = "Okay, thank you very much"
ARE_YOU_THERE = "Hello, is anybody still there on the line"
SENTENCES = (SALES_PLEASE, WAIT, THANKS, ARE_YOU_THERE)


@functools.cache
def said(text: str) -> Samples:
    """The caller's voice, 8000 samples per second; another one than the agent's."""
    return trimmed(spoken(text, voice="rms"))


def write_sentences(folder: Path) -> None:
    """Put each into ``folder/<text>.wav``."""
    folder.mkdir(exist_ok=True)
    for text in SENTENCES:
        Audio(said(text)).write(folder / f"{text}.wav")
