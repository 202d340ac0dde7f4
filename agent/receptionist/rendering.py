"""The fixed words as audio, made in the main process before calls need them."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from transfer_call.voice.local_voice import LocalVoice, Renderer, RenderError
from transfer_call.voice.rendering import PhraseAudio

from .pipeline.choose import Pipeline, choose
from .speech import EitherVoice, OpenAIVoice
from .words import vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from transfer_call.business import Business, Line

logger = logging.getLogger("receptionist")

RENDER_SECONDS = 60.0
"""How long the worker waits for its words before it takes calls without the rest of them."""
JOB_MEMORY = 6 * 1024 * 1024
"""Bytes of audio that a job process holds: two minutes of speech."""
UNUSED_DAYS = 30
"""After which audio that belongs to no line and was not played is deleted."""

LineAudio: TypeAlias = PhraseAudio | EitherVoice
"""What the calls of a line play from."""

_background: set[asyncio.Task[None]] = set()


class Part(NamedTuple):
    """Sentences of one voice and language."""

    audio: PhraseAudio
    language: str
    sentences: list[str]


class Rendering:
    """Everything that the lines of a business say, as far as it is known before a call.

    Attributes:
        total: How many sentences that is; one that several lines say counts once.
    """

    def __init__(self, business: Business, cache_dir: Path, key: str = "") -> None:
        """Collect the words; nothing is read or rendered yet.

        Args:
            business: Whose lines.
            cache_dir: Where rendered audio is kept.
            key: Of the AI services; ``""`` when there is none.
        """
        speakers = [(line, speakers_of(line, key)) for line in business.lines]
        self._speakers = [speaker for _, some in speakers for speaker in some]
        lines = [
            (_audio(line, cache_dir, speaker), vocabulary(line))
            for line, some in speakers
            for speaker in some
        ]
        wanted = [Part(voice, said.language, said.first) for voice, all_ in lines for said in all_]
        wanted += [Part(voice, said.language, said.later) for voice, all_ in lines for said in all_]
        self._keys: set[str] = set()
        self._parts = [part._replace(sentences=list(self._new(part))) for part in wanted]
        self.total = sum(len(part.sentences) for part in self._parts)

    def missing(self) -> list[Part]:
        """What is not on disk, the first words of all lines first; blocks."""
        return [
            part._replace(sentences=[text for text in part.sentences if not _there(part, text)])
            for part in self._parts
        ]

    async def render(
        self, parts: Iterable[Part], progress: Callable[[], object] = lambda: None
    ) -> dict[str, str]:
        """Render `parts`, calling `progress` after each sentence.

        Returns:
            The sentences that could not be rendered, each with the reason.
        """
        failures: dict[str, str] = {}

        def one_more(done: int, of: int) -> None:
            progress()

        for part in parts:
            failures |= await part.audio.prerender(part.sentences, part.language, one_more)
        return failures

    def prune(self, unused: float) -> int:
        """Delete audio that belongs to no line and was not used for `unused` seconds; blocks.

        Returns:
            How many sentences were deleted.

        Raises:
            OSError: The folder cannot be read or written.
        """
        return next((part.audio.prune(self._keys, unused) for part in self._parts), 0)

    async def aclose(self) -> None:
        """Close the connections to services."""
        for speaker in self._speakers:
            if isinstance(speaker, OpenAIVoice):
                await speaker.aclose()

    def _new(self, part: Part) -> Iterator[str]:
        """The sentences that no part before it has."""
        for text in part.sentences:
            try:
                key = part.audio.key(text, part.language)
            except RenderError:
                yield text  # Rendering it says why it cannot be had.
                continue
            if key not in self._keys:
                self._keys.add(key)
                yield text


async def render(business: Business, cache_dir: Path, key: str = "") -> None:
    """Render what is not there yet; return when all is, or after `RENDER_SECONDS`.

    A worker with hundreds of lines takes calls while the words that few callers hear are still
    being rendered; a call that needs one of them renders it itself.
    """
    rendering = asyncio.create_task(_render(business, cache_dir, key))
    done, _ = await asyncio.wait({rendering}, timeout=RENDER_SECONDS)
    if done:
        rendering.result()
        return
    logger.warning("taking calls while some of the words are still being rendered")
    _background.add(rendering)
    rendering.add_done_callback(_background.discard)


def speakers_of(line: Line, key: str) -> list[Renderer]:
    """Who speaks the fixed words of a line: its own voice first, the local one last."""
    if choose(line.pipeline, key=bool(key)) is Pipeline.STANDBY:
        return [LocalVoice()]
    return [OpenAIVoice(line.openai, key), LocalVoice()]


def local_audio(line: Line, cache_dir: Path) -> PhraseAudio:
    """What needs no service whatever the pipeline of the line."""
    return _audio(line, cache_dir, LocalVoice())


def line_audio(line: Line, cache_dir: Path, key: str = "") -> LineAudio:
    """What the calls of one line play from."""
    first, *rest = (_audio(line, cache_dir, speaker) for speaker in speakers_of(line, key))
    return EitherVoice(first, rest[0]) if rest else first


def _audio(line: Line, cache_dir: Path, speaker: Renderer) -> PhraseAudio:
    return PhraseAudio(cache_dir / "audio", speaker, recordings=line.recordings, memory=JOB_MEMORY)


def loaded_audio(line: Line, cache_dir: Path, key: str = "") -> LineAudio:
    """The same with the first words of a call already in memory; blocks."""
    audio = line_audio(line, cache_dir, key)
    for said in vocabulary(line):
        audio.load(said.first, said.language)
    return audio


async def _render(business: Business, cache_dir: Path, key: str) -> None:
    rendering = Rendering(business, cache_dir, key)
    missing = await asyncio.to_thread(rendering.missing)
    progress = _Progress(sum(len(part.sentences) for part in missing))
    try:
        failures = await rendering.render(missing, progress.one)
    finally:
        await rendering.aclose()
    for reason, texts in by_reason(failures).items():
        extra = {"reason": reason, "sentences": len(texts), "pii_text": texts[0]}
        logger.error("words cannot be rendered", extra=extra)
    try:
        await asyncio.to_thread(rendering.prune, UNUSED_DAYS * 86400.0)
    except OSError as error:
        logger.warning("old audio cannot be deleted", extra={"reason": error.strerror})
    logger.info("fixed words are ready", extra={"seconds": progress.seconds})


def by_reason(failures: Mapping[str, str]) -> dict[str, list[str]]:
    """The sentences that failed, by why: a provider that is down fails all of them."""
    found: dict[str, list[str]] = {}
    for text, reason in failures.items():
        found.setdefault(reason, []).append(text)
    return found


def _there(part: Part, text: str) -> bool:
    try:
        return part.audio.holds(part.audio.key(text, part.language))
    except RenderError:
        return False


class _Progress:
    """Shows how far the rendering is, where somebody is looking."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._shown = sys.stderr.isatty()

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._began, 1)

    def one(self) -> None:
        self._done += 1
        if self._shown:
            end = "\n" if self._done == self._total else ""
            said = f"\rreceptionist: rendering words: {self._done} of {self._total}{end}"
            sys.stderr.write(said)
            sys.stderr.flush()
