"""What could not be written to the record's database yet: in the spool file, or in memory."""

from __future__ import annotations

import functools
import logging
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .side_thread import SideThread
from .spool import Spool

if TYPE_CHECKING:
    from .record_entry import Entry

logger = logging.getLogger("transfer_call")

SPOOL_SECONDS = 0.25
"""How long a call waits for the spool file."""
WRITE_BACK_SECONDS = 2.0
"""How long some entries may take to be written back; nobody waits for it."""
MOST_IN_MEMORY = 1000
"""Entries kept by a process whose spool file cannot be written."""


class Backlog:
    """The entries of one process that wait, and those of others that died before theirs went.

    Attributes:
        ill: Whether the spool file cannot be written, so that entries are only in memory.
    """

    def __init__(self, path: Path | str) -> None:
        self.ill = False
        self._spool = Spool(path)
        self._disk = SideThread("transfer-spool")
        self._in_memory: deque[Entry] = deque(maxlen=MOST_IN_MEMORY)
        self._rows: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._in_memory) or self._spool.pending()

    def __contains__(self, entry: Entry) -> bool:
        """Whether the row that `entry` is about waits, so that `entry` must wait behind it."""
        return entry.row_id in self._rows

    async def add(self, entry: Entry) -> None:
        """Let `entry` wait."""
        self._rows.add(entry.row_id)
        self._in_memory.append(entry)
        await self.to_spool()

    async def to_spool(self) -> None:
        """Put what is in memory into the file; it stays there if that fails."""
        waiting = tuple(self._in_memory)
        if not waiting:
            return
        try:
            await self._disk.run(lambda: self._spool.append(*waiting), SPOOL_SECONDS)
        except Exception as error:
            if not self.ill:
                self.ill = True
                logger.error("the record's spool cannot be written: %s", type(error).__name__)
        else:
            self.ill = False
            self._forget(waiting)

    async def write_back(
        self, database: SideThread, write_all: Callable[[Sequence[Entry]], list[Entry]]
    ) -> None:
        """Write everything that waits, a little at a time: other work goes in between.

        Args:
            database: The thread that `write_all` belongs to.
            write_all: Writes entries and returns those that can never be written.

        Raises:
            TimeoutError: The database does not answer.
            Exception: Whatever `write_all` raises.
        """
        while self:
            waiting = tuple(self._in_memory)
            some = functools.partial(self._write_some, waiting, write_all)
            found = await database.run(some, WRITE_BACK_SECONDS)
            self._forget(waiting)
            if not found:
                # The rest is in the hands of another process.
                return
        self._rows.clear()

    def release(self) -> None:
        """In the database's thread: leave what was taken and not written to others."""
        self._spool.release()

    def stop(self) -> None:
        """End the thread that writes the file."""
        self._disk.stop()

    def _write_some(
        self, waiting: Sequence[Entry], write_all: Callable[[Sequence[Entry]], list[Entry]]
    ) -> bool:
        try:
            taken = self._spool.take()
        except OSError as error:
            logger.error("the record's spool cannot be read: %s", type(error).__name__)
            taken = []
        if not taken and not waiting:
            return False
        try:
            impossible = write_all([*taken, *waiting])
        except BaseException:
            self._spool.release()
            raise
        if taken:
            self._spool.done([entry for entry in impossible if entry in taken])
        if lost := sum(entry not in taken for entry in impossible):
            logger.error("%d entries fit no table of the record: lost", lost)
        if written := len(taken) + len(waiting) - len(impossible):
            logger.info("%d entries that had waited are now in the record", written)
        return True

    def _forget(self, written: tuple[Entry, ...]) -> None:
        known = set(map(id, written))
        kept = [entry for entry in self._in_memory if id(entry) not in known]
        self._in_memory = deque(kept, maxlen=MOST_IN_MEMORY)
