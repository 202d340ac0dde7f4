"""Rendered speech, kept: a WAV file per sentence on disk, the latest ones in memory."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path

from .sound import RATE, Pcm, SoundError, from_wav, to_wav

MEMORY = 32 * 1024 * 1024
"""Bytes of audio in memory: 11 minutes."""
DAY = 24 * 3600.0
ABANDONED = 3600.0
"""Seconds after which a file that somebody was writing is taken for the remains of a crash."""


class AudioCache:
    """Audio by key, shared by the processes of a worker.

    `recall` and `remember` are for the event loop; `read` and `write` block on the disk and are
    for other threads. Files hold callers' and employees' names: they are their owner's alone.
    """

    def __init__(self, folder: Path, *, memory: int = MEMORY) -> None:
        """Use `folder`, which is made when something is first kept in it."""
        self._folder = folder
        self._memory: OrderedDict[str, Pcm] = OrderedDict()
        self._free = memory

    def recall(self, key: str) -> Pcm | None:
        """The audio if it is in memory."""
        if (pcm := self._memory.get(key)) is not None:
            self._memory.move_to_end(key)
        return pcm

    def remember(self, key: str, pcm: Pcm) -> None:
        """Keep audio in memory, in place of what was not played for longest."""
        if key in self._memory:
            self._free += len(self._memory.pop(key).samples)
        self._memory[key] = pcm
        self._free -= len(pcm.samples)
        while self._free < 0 and len(self._memory) > 1:
            self._free += len(self._memory.popitem(last=False)[1].samples)

    def has_room(self, pcm: Pcm) -> bool:
        """Whether `remember` would keep it without giving up anything else."""
        return len(pcm.samples) <= self._free

    def holds(self, key: str) -> bool:
        """Whether there is a file for it."""
        return self._path(key).is_file()

    def read(self, key: str) -> Pcm | None:
        """The audio from disk; ``None`` when there is none, or none that can be played."""
        path = self._path(key)
        try:
            pcm = from_wav(path.read_bytes())
        except (OSError, SoundError):
            return None
        _used(path)
        return pcm if pcm.sample_rate == RATE else None

    def write(self, key: str, pcm: Pcm) -> None:
        """Keep audio on disk: whole or not at all, whoever else writes it at the same time.

        Raises:
            OSError: The disk is full, or the folder cannot be written.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Not tempfile: in a folder of thousands of names its lock is one more thing to wait for.
        unfinished = self._folder / f".{key}.{secrets.token_hex(8)}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(to_wav(pcm))
            unfinished.replace(self._path(key))
        except BaseException:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise

    def prune(self, keep: Collection[str], unused: float) -> int:
        """Delete from disk what nobody says any more.

        Workers with other business files may share the folder, and words with a name or a time
        in them are known only when they are said: so what was read of late is left alone.

        Args:
            keep: What is still said.
            unused: Seconds for which anything else must not have been read or written.

        Returns:
            How many files were deleted.

        Raises:
            OSError: The folder cannot be read or written.
        """
        now, deleted = time.time(), 0
        if not self._folder.is_dir():
            return 0
        for path in self._folder.iterdir():
            whole = path.suffix == ".wav" and not path.name.startswith(".")
            if whole and path.stem in keep:
                continue
            if not whole and not path.name.startswith("."):
                continue
            with contextlib.suppress(FileNotFoundError):  # Another worker was quicker.
                if path.stat().st_mtime <= now - (unused if whole else ABANDONED):
                    path.unlink()
                    deleted += whole
        return deleted

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"


def _used(path: Path) -> None:
    """Note, once a day, that the file is still of use; its age says when it last was."""
    with contextlib.suppress(OSError):
        if path.stat().st_mtime < time.time() - DAY:
            os.utime(path)
