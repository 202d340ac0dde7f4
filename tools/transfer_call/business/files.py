"""The files of one load: read once each, within bounds, and remembered."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

MAX_BYTES = 8 * 1024 * 1024
"""More than any business; a mistake such as naming a recording is noticed before it is read."""

Reading = Callable[[Path], bytes]
Stamp = tuple[int, int, int, int] | None
"""What changes when a file is edited, replaced or removed."""


class UnreadableFileError(Exception):
    """A file cannot be used; the text is for the operator."""


def read_bytes(path: Path) -> bytes:
    """A regular file's content.

    Raises:
        UnreadableFileError: It is missing, unreadable, not a file, or too big.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableFileError("is a folder; name the file in it")
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFileError("is not a regular file")
        if found.st_size > MAX_BYTES:
            raise UnreadableFileError(f"is bigger than {MAX_BYTES // 1024 // 1024} MiB")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableFileError("does not exist; check the name and the folder") from None
    except PermissionError:
        raise UnreadableFileError("may not be read by this user; check its permissions") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise UnreadableFileError(f"cannot be read: {reason}") from None
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(f"is bigger than {MAX_BYTES // 1024 // 1024} MiB")
    return content


def stamp(path: Path) -> Stamp:
    """The stamp of the file at `path`; ``None`` when there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino)


class Files:
    """Reads files and remembers what it read.

    Attributes:
        contents: What was read, by path.
        are_kept: Whether they are copies from an earlier day.
        asked: Every path that was asked for, with its stamp from just before.
    """

    def __init__(self, kept: Reading | None = None) -> None:
        """Read from the disk, or with `kept` instead."""
        self._read = kept or read_bytes
        self.are_kept = kept is not None
        self.contents: dict[Path, bytes] = {}
        self.asked: dict[Path, Stamp] = {}

    def text(self, path: Path) -> str:
        """The file's text, without a byte order mark.

        Raises:
            UnreadableFileError: It cannot be read, or is not UTF-8.
        """
        self.asked.setdefault(path, stamp(path))
        if path not in self.contents:
            self.contents[path] = self._read(path)
        content = self.contents[path]
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise UnreadableFileError(
                f"is not UTF-8 text (line {line}); save it as UTF-8"
            ) from None

    def recording(self, path: Path) -> None:
        """Make sure that a WAV file can be played; recordings are never kept.

        Raises:
            UnreadableFileError: It cannot.
        """
        self.asked.setdefault(path, stamp(path))
        # Most files have no recordings, and need no arithmetic on sound.
        from ..voice.sound import SoundError, read_recording

        try:
            read_recording(path)
        except (SoundError, ValueError) as error:
            raise UnreadableFileError(str(error).removeprefix(f"{path}: ").lower()) from None
