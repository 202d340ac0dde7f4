"""The fixed words as audio that is ready before they are needed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from pathlib import Path
from typing import NamedTuple

from livekit import rtc

from . import sound
from .audio_cache import MEMORY, AudioCache
from .in_language import language_of
from .local_voice import LocalVoice, Renderer, RenderError
from .sound import RATE, Pcm, SoundError

logger = logging.getLogger("transfer_call")

PAUSE = 0.13
"""Seconds of silence between two sentences; with what is left around each, about 0.2."""
FRAME = 0.1
"""Seconds of a frame. An AgentSession's output cuts its own frames of 50 ms and drops what is
queued when it is interrupted, so long ones delay nothing and cost less."""
AT_ONCE = 2
"""Sentences that are rendered at the same time, before calls come."""
PATIENCE = 3.0
"""Seconds that a call waits for words nobody has rendered yet."""


class _Source(NamedTuple):
    """Where the audio of a sentence is kept, and what it is made of."""

    key: str
    text: str
    language: str
    recording: Path | None


class PhraseAudio:
    """Audio of sentences: from memory, else from disk, else rendered now and kept.

    Everything about it may be shared by processes: several can render into one folder at once.
    """

    def __init__(
        self,
        cache_dir: Path,
        renderer: Renderer | None = None,
        *,
        recordings: Mapping[str, Path] | None = None,
        memory: int = MEMORY,
    ) -> None:
        """Render nothing and read nothing yet.

        Args:
            cache_dir: Where rendered audio is kept.
            renderer: The voice; default: `LocalVoice`.
            recordings: The operator's own WAV files by the sentence they are played for; check
                them with `sound.read_recording` when the business file is read.
            memory: Bytes of audio to keep in memory.
        """
        self._cache = AudioCache(cache_dir, memory=memory)
        self._renderer: Renderer = LocalVoice() if renderer is None else renderer
        # A file that was replaced is another recording.
        self._recordings = {
            text: (file, *_version(file)) for text, file in (recordings or {}).items()
        }
        self._under_way: dict[str, asyncio.Task[Pcm | None]] = {}
        self._unkept = False

    async def frames(
        self,
        sentences: str | Sequence[str],
        language: str,
        *,
        pause: float = PAUSE,
        partial: bool = False,
    ) -> AsyncIterator[rtc.AudioFrame] | None:
        """The audio of sentences one after the other, mono at `sound.RATE`.

        What is in memory is there at once. What is not costs a read, or a rendering, of which
        all that are needed run together and `PATIENCE` is the end.

        Args:
            sentences: One or several; empty ones count for nothing.
            language: Their BCP 47 tag, but for those that have one of their own.
            pause: Seconds of silence between them.
            partial: Whether some are better than none, when not all can be had: where there is
                no other voice that could say them.

        Returns:
            The frames, or ``None`` when the words cannot be had.
        """
        wanted = [sentences] if isinstance(sentences, str) else sentences
        tasks = [self._obtain(text, language) for text in wanted if text.strip()]
        waiting = {task for task in tasks if isinstance(task, asyncio.Task)}
        if waiting:
            await asyncio.wait(waiting, timeout=PATIENCE)
        found = [pcm for pcm in map(_result, tasks) if pcm is not None]
        if not found or (len(found) < len(tasks) and not partial):
            return None
        return _played(found, pause)

    async def prerender(
        self,
        sentences: Iterable[str],
        language: str,
        progress: Callable[[int, int], None] | None = None,
    ) -> dict[str, str]:
        """Render what is not on disk yet.

        Args:
            sentences: What will be said.
            language: Their BCP 47 tag.
            progress: Called with how many are done and how many there are, after each.

        Returns:
            What could not be rendered, each with the reason.
        """
        wanted = list(dict.fromkeys(text for text in sentences if text.strip()))
        failures: dict[str, str] = {}
        done = 0
        left: Iterator[str] = iter(wanted)

        async def work() -> None:
            nonlocal done
            for text in left:
                try:
                    source = self._source(text, language)
                    if not await asyncio.to_thread(self._cache.holds, source.key):
                        pcm = await self._make(source)
                        await asyncio.to_thread(self._cache.write, source.key, pcm)
                except (RenderError, SoundError) as error:
                    failures[text] = str(error)
                except OSError as error:
                    failures[text] = f"it cannot be kept: {error.strerror}"
                done += 1
                if progress is not None:
                    progress(done, len(wanted))

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
        return failures

    def key(self, text: str, language: str) -> str:
        """What a sentence is kept under: another for each voice, language and setting.

        Raises:
            RenderError: There is no voice for the language.
        """
        return self._source(text, language).key

    def holds(self, key: str) -> bool:
        """Whether the audio kept under `key` is on disk; blocks."""
        return self._cache.holds(key)

    def prune(self, keep: Collection[str], unused: float) -> int:
        """Delete what nobody says any more; see `AudioCache.prune`."""
        return self._cache.prune(keep, unused)

    def load(self, sentences: Iterable[str], language: str) -> list[str]:
        """Read what is on disk into memory until that is full; blocks, starts no thread.

        In a fork server the jobs then share it.

        Returns:
            The sentences that are not on disk.
        """
        missing = []
        for text in sentences:
            try:
                source = self._source(text, language)
            except RenderError:
                missing.append(text)
                continue
            pcm = self._cache.recall(source.key) or self._cache.read(source.key)
            if pcm is None:
                missing.append(text)
            elif self._cache.has_room(pcm):
                self._cache.remember(source.key, pcm)
        return missing

    def _obtain(self, text: str, language: str) -> Pcm | asyncio.Task[Pcm | None] | None:
        try:
            source = self._source(text, language)
        except RenderError as error:
            _complain(error, text)
            return None
        if (pcm := self._cache.recall(source.key)) is not None:
            return pcm
        task = self._under_way.get(source.key)
        if task is None:
            task = asyncio.create_task(self._fetch(source))
            self._under_way[source.key] = task
            task.add_done_callback(lambda _: self._under_way.pop(source.key, None))
        return task

    async def _fetch(self, source: _Source) -> Pcm | None:
        pcm = await asyncio.to_thread(self._cache.read, source.key)
        if pcm is None:
            try:
                pcm = await self._make(source)
            except (RenderError, SoundError) as error:
                _complain(error, source.text)
                return None
            await self._keep(source.key, pcm)
        self._cache.remember(source.key, pcm)
        return pcm

    async def _make(self, source: _Source) -> Pcm:
        if source.recording is not None:
            return await asyncio.to_thread(sound.read_recording, source.recording)
        rendered = await self._renderer.render(source.text, source.language)
        return await asyncio.to_thread(sound.conditioned, rendered)

    async def _keep(self, key: str, pcm: Pcm) -> None:
        """Keep on disk what a call has waited for; that it cannot be kept is no reason to fail."""
        try:
            await asyncio.to_thread(self._cache.write, key, pcm)
        except OSError as error:
            if not self._unkept:
                self._unkept = True
                logger.warning("rendered audio cannot be kept", extra={"reason": error.strerror})

    def _source(self, text: str, language: str) -> _Source:
        language = language_of(text, language)
        recording = self._recordings.get(text)
        if recording is None:
            made_of: list[object] = [self._renderer.voice_id(language), text]
        else:
            made_of = [str(recording[0]), *recording[1:]]
        made_of += sound.SETTINGS
        key = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:40]
        return _Source(key, text, language, recording[0] if recording else None)


def silence(seconds: float) -> AsyncIterator[rtc.AudioFrame]:
    """Frames of silence."""
    return _played([_silence(seconds)], 0.0)


async def _played(parts: Sequence[Pcm], pause: float) -> AsyncIterator[rtc.AudioFrame]:
    between = _silence(pause)
    for index, part in enumerate(parts):
        for pcm in (between, part) if index else (part,):
            for frame in _cut(pcm.samples):
                yield frame


def _cut(samples: bytes) -> Iterator[rtc.AudioFrame]:
    size = int(FRAME * RATE) * 2
    for start in range(0, len(samples), size):
        piece = samples[start : start + size]
        yield rtc.AudioFrame(piece, RATE, 1, len(piece) // 2)


def _silence(seconds: float) -> Pcm:
    return Pcm(RATE, bytes(int(seconds * RATE) * 2))


def _result(found: Pcm | asyncio.Task[Pcm | None] | None) -> Pcm | None:
    if not isinstance(found, asyncio.Task):
        return found
    if not found.done() or found.cancelled():
        return None
    return found.result()


def _version(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return (0, 0)
    return (status.st_size, status.st_mtime_ns)


def _complain(error: Exception, text: str) -> None:
    logger.warning("words could not be rendered", extra={"reason": str(error), "pii_text": text})
