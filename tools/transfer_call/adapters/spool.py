"""Where the record's entries wait while its database cannot be written: a file of JSON lines."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from .record_entry import Entry, from_line, to_line

logger = logging.getLogger("transfer_call")

BATCH = 500
"""Entries written back at a time: a call that waits meanwhile does not wait long."""


class Spool:
    """One file for all processes of a machine, readable by this user only.

    Lines that cannot be read are moved to a file beside it, named ``….rejected``: nothing is
    thrown away, and nothing stands in the way of what follows.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.rejected = self.path.with_name(f"{self.path.name}.rejected")

    def pending(self) -> bool:
        """Whether something waits. Cheap: one look at the file's size."""
        try:
            return self.path.stat().st_size > 0
        except OSError:
            return False

    def append(self, *entries: Entry) -> None:
        """Add entries at the end.

        Raises:
            OSError: The file cannot be written.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = "".join(map(to_line, entries))
        with self._mine() as file:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                # A full disk cut the last line off; what follows it must not suffer.
                text = f"\n{text}"
            _write(file, text)

    def replay(self, write: Callable[[list[Entry]], list[Entry]]) -> int:
        """Hand the oldest entries to `write` and drop them once it has returned.

        At once only one process does so; another that tries has nothing to do. A file that
        cannot be read is said in the log and left as it is.

        Args:
            write: Writes the entries and returns those that can never be written. What it raises
                leaves the file as it was.

        Returns:
            How many entries were written.
        """
        if not self.pending():
            return 0
        try:
            file = _open(self.path)
        except OSError as error:
            logger.error("the record's spool cannot be read: %s", type(error).__name__)
            return 0
        with _closing(file):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0
            return self._replay(file, write)

    def _replay(self, file: int, write: Callable[[list[Entry]], list[Entry]]) -> int:
        lines = _read(file).splitlines(keepends=True)
        entries: list[Entry] = []
        rejected: list[str] = []
        for line in lines[:BATCH]:
            try:
                entries.append(from_line(line))
            except ValueError:
                rejected.append(line if line.endswith("\n") else f"{line}\n")
        impossible = write(entries)
        self._reject(rejected + [to_line(entry) for entry in impossible])
        if rest := "".join(lines[BATCH:]):
            # Renamed into place: a crash here leaves the old file, and writing twice is harmless.
            following = self.path.with_name(f"{self.path.name}.following")
            with _closing(_open(following)) as fresh:
                os.ftruncate(fresh, 0)
                _write(fresh, rest)
            following.replace(self.path)
        else:
            os.ftruncate(file, 0)
        return len(entries) - len(impossible)

    @contextlib.contextmanager
    def _mine(self) -> Iterator[int]:
        """The file, locked; another process may rename a new one into place until it is."""
        while True:
            with _closing(_open(self.path)) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if os.fstat(file).st_ino == self.path.stat().st_ino:
                    yield file
                    return

    def _reject(self, lines: list[str]) -> None:
        if not lines:
            return
        logger.error(
            "%d entries of the record's spool cannot be written; they are kept in %s",
            len(lines),
            self.rejected.name,
        )
        with _closing(_open(self.rejected)) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _write(file, "".join(lines))


def _open(path: Path) -> int:
    """For appending, and for this user only."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    found = os.fstat(file)
    if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid():
        os.fchmod(file, 0o600)
    return file


@contextlib.contextmanager
def _closing(file: int) -> Iterator[int]:
    try:
        yield file
    finally:
        os.close(file)


def _write(file: int, text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(file, data) :]


def _read(file: int) -> str:
    return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")
