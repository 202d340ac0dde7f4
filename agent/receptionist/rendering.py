"""The fixed words as audio, made in the main process before calls need them."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from typing import TYPE_CHECKING

from transfer_call.voice.rendering import PhraseAudio

from .words import vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from transfer_call.business import Business, Line

logger = logging.getLogger("receptionist")

RENDER_SECONDS = 60.0
"""How long the worker waits for its words before it takes calls without the rest of them."""
JOB_MEMORY = 6 * 1024 * 1024
"""Bytes of audio that a job process holds: two minutes of speech."""

_background: set[asyncio.Task[None]] = set()


async def render(business: Business, cache_dir: Path) -> None:
    """Render what is not there yet; return when all is, or after `RENDER_SECONDS`.

    A worker with hundreds of lines takes calls while the words that few callers hear are still
    being rendered; a call that needs one of them renders it itself.
    """
    rendering = asyncio.create_task(_render(business, cache_dir))
    done, _ = await asyncio.wait({rendering}, timeout=RENDER_SECONDS)
    if done:
        rendering.result()
        return
    logger.warning("taking calls while some of the words are still being rendered")
    _background.add(rendering)
    rendering.add_done_callback(_background.discard)


def line_audio(line: Line, cache_dir: Path) -> PhraseAudio:
    """What the calls of one line play from."""
    return PhraseAudio(cache_dir / "audio", recordings=line.recordings, memory=JOB_MEMORY)


def loaded_audio(line: Line, cache_dir: Path) -> PhraseAudio:
    """The same with the first words of a call already in memory; blocks."""
    audio = line_audio(line, cache_dir)
    for said in vocabulary(line):
        audio.load(said.first, said.language)
    return audio


async def _render(business: Business, cache_dir: Path) -> None:
    lines = [(line_audio(line, cache_dir), vocabulary(line)) for line in business.lines]
    wanted = [(audio, said.language, said.first) for audio, spoken in lines for said in spoken]
    wanted += [(audio, said.language, said.later) for audio, spoken in lines for said in spoken]
    progress = _Progress(sum(len(sentences) for _, _, sentences in wanted))
    for audio, language, sentences in wanted:
        failures = await audio.prerender(sentences, language, progress.one)
        for text, reason in failures.items():
            extra = {"reason": reason, "pii_text": text}
            logger.error("a sentence cannot be rendered", extra=extra)
        progress.done(len(sentences))
    logger.info("fixed words are ready", extra={"seconds": progress.seconds})


class _Progress:
    """Shows how far the rendering is, where somebody is looking."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._before = 0
        self._began = time.monotonic()
        self._shown = sys.stderr.isatty()

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._began, 1)

    def one(self, done: int, of: int) -> None:
        self._show(self._before + done)

    def done(self, sentences: int) -> None:
        self._before += sentences
        self._show(self._before)

    def _show(self, done: int) -> None:
        if self._shown:
            end = "\n" if done == self._total else ""
            sys.stderr.write(f"\rreceptionist: rendering words: {done} of {self._total}{end}")
            sys.stderr.flush()
