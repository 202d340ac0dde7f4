"""Where the record's entries wait while its database cannot be written: a file of JSON lines."""

from __future__ import annotations

import fcntl
import logging
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .record_entry import from_line, to_line

if TYPE_CHECKING:
    from .record_entry import Entry

logger = logging.getLogger("transfer_call")

BATCH = 100
"""Entries taken at a time: a call that waits meanwhile does not wait long."""


class Spool:
    """One file for all processes of a machine, readable by this user only.

    Entries are taken out by one process at a time, by way of a second file, ``….taken``, so that
    others may add to the first meanwhile. If the process dies, the next one takes them again:
    entries may be written twice without harm. Lines that cannot be read are moved to a third
    file, ``….rejected``: nothing is thrown away, and nothing stands in the way of what follows.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.taken = self.path.with_name(f"{self.path.name}.taken")
        self.rejected = self.path.with_name(f"{self.path.name}.rejected")
        self._taking: _Taking | None = None
        self._unreadable: list[str] = []

    def pending(self) -> bool:
        """Whether something waits, here or in the hands of any process. Two looks at a size."""
        return _size(self.path) > 0 or _size(self.taken) > 0

    def append(self, *entries: Entry) -> None:
        """Add entries at the end.

        Raises:
            OSError: The file cannot be written.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _append(self.path, map(to_line, entries))

    def take(self) -> list[Entry]:
        """The oldest entries, to be written and then reported `done`; none while others do so.

        Raises:
            OSError: The file cannot be read.
        """
        if self._taking is None:
            self._taking = _Taking.begin(self.path, self.taken)
        while self._taking is not None:
            entries: list[Entry] = []
            self._unreadable = []
            for line in self._taking.batch():
                try:
                    entries.append(from_line(line))
                except ValueError:
                    self._unreadable.append(line)
            if entries:
                return entries
            self.done()
        return []

    def done(self, impossible: Iterable[Entry] = ()) -> None:
        """Drop what was taken last.

        Args:
            impossible: Those of them that can never be written; they are kept aside.
        """
        self._reject([*self._unreadable, *map(to_line, impossible)])
        self._unreadable = []
        if self._taking is not None and self._taking.advance():
            self._taking = None

    def release(self) -> None:
        """Leave what was taken and not reported `done` to whoever takes it next."""
        if self._taking is not None:
            self._taking.close()
            self._taking = None

    def _reject(self, lines: list[str]) -> None:
        if lines:
            logger.error(
                "%d entries of the record's spool cannot be written; they are kept in %s",
                len(lines),
                self.rejected.name,
            )
            _append(self.rejected, lines)


class _Taking:
    """The second file, locked by this process, and how far it has been written."""

    def __init__(self, file: int, lines: list[str]) -> None:
        self._file = file
        self._lines = lines
        self._at = 0

    @classmethod
    def begin(cls, source: Path, taken: Path) -> _Taking | None:
        """Lock the second file; fill it from the first unless a dead process has left some."""
        if not _size(source) and not _size(taken):
            return None
        file = _open(taken)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(file).st_size:
                _move(source, file)
            lines = _read(file).splitlines()
        except BlockingIOError:
            os.close(file)
            return None
        except BaseException:
            os.close(file)
            raise
        return cls(file, lines)

    def batch(self) -> list[str]:
        """The next lines; empty at the end."""
        return self._lines[self._at : self._at + BATCH]

    def advance(self) -> bool:
        """Go on to the next lines; at the end empty the file, let go of it and say so."""
        self._at += BATCH
        if self._at < len(self._lines):
            return False
        os.ftruncate(self._file, 0)
        self.close()
        return True

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def _move(source: Path, target: int) -> None:
    file = _open(source)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        # In this order: a crash between the two leaves the entries twice, not nowhere.
        _write(target, _read(file))
        os.ftruncate(file, 0)
    finally:
        os.close(file)


def _append(path: Path, lines: Iterable[str]) -> None:
    text = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
    file = _open(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        if size and os.pread(file, 1, size - 1) != b"\n":
            # A full disk cut the last line off; what follows it must not suffer.
            text = f"\n{text}"
        _write(file, text)
    finally:
        os.close(file)


def _open(path: Path) -> int:
    """For appending, and for this user only."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    found = os.fstat(file)
    if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid():
        os.fchmod(file, 0o600)
    return file


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _write(file: int, text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(file, data) :]


def _read(file: int) -> str:
    return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")
