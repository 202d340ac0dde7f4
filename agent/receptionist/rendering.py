"""The fixed words as audio, made in the main process before calls need them."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from transfer_call.voice.rendering import PhraseAudio

from .words import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from transfer_call.business import Business, Line

logger = logging.getLogger("receptionist")

RENDER_SECONDS = 60.0
"""How long the worker waits for its words before it takes calls without the rest of them."""
JOB_MEMORY = 6 * 1024 * 1024
"""Bytes of audio that a job process holds before its call: two minutes of speech."""

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


def job_audio(cache_dir: Path, lines: tuple[Line, ...]) -> PhraseAudio:
    """What one call plays from, with the first words of the lines already in memory."""
    audio = PhraseAudio(cache_dir / "audio", memory=JOB_MEMORY)
    for line in lines:
        for said in vocabulary(line):
            audio.load(said.first, said.language)
    return audio


async def _render(business: Business, cache_dir: Path) -> None:
    audio = PhraseAudio(cache_dir / "audio")
    first, later = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for line in business.lines:
        for said in vocabulary(line):
            first[said.language] += said.first
            later[said.language] += said.later
    began = time.monotonic()
    for wanted in (first, later):
        for language, sentences in wanted.items():
            failures = await audio.prerender(sentences, language, _progress(language))
            for text, reason in failures.items():
                logger.error(
                    "a sentence cannot be rendered", extra={"reason": reason, "pii_text": text}
                )
    logger.info("fixed words are ready", extra={"seconds": round(time.monotonic() - began, 1)})


def _progress(language: str) -> Callable[[int, int], None] | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        end = "\n" if done == of else ""
        sys.stderr.write(f"\rreceptionist: rendering words ({language}): {done} of {of}{end}")
        sys.stderr.flush()

    return show
