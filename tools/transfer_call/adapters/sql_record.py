"""The record in a database, beside the event loop: bounded waits, and a spool for bad times."""

from __future__ import annotations

import contextlib
import logging
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from ..record import AttemptRow, CallRow, NotCounted, RateExceeded, Rates, Remembered
from . import record_entry as entries
from .side_thread import SideThread
from .spool import Spool
from .sql_engine import RecordError, cause
from .sql_store import SqlStore

if TYPE_CHECKING:
    from ..directory.override import Override
    from ..transfer.outcome import Verdict

logger = logging.getLogger("transfer_call")

T = TypeVar("T")

WAIT_SECONDS = 0.25
"""How long a call waits for the database before an entry goes to the spool."""
START_SECONDS = 2.0
"""The same at a call's start, when the database may have to be opened."""
PATIENCE_SECONDS = 0.2
"""How long a transaction waits for others; below `WAIT_SECONDS`, so that it gives up first."""
RETRY_SECONDS = 5.0
"""After a failure the database is left alone for so long."""
MOST_IN_MEMORY = 1000
"""Entries kept by a process whose spool file cannot be written either."""

_REHEARSAL = AttemptRow(
    attempt_id="",
    call_id="",
    line="",
    caller="-",
    destination="",
    address="",
    number="",
    international=True,
    source="",
    announcement="",
    started_at=datetime(2000, 1, 1, tzinfo=UTC),
)
_ALL_RATES = Rates(1, (1, 1), (1, 1), (1, 1))


@dataclass(frozen=True, slots=True)
class _Answer(Generic[T]):
    """What the database said, told apart from its saying nothing."""

    value: T


class SqlRecord:
    """A `Record` in SQLite or PostgreSQL, shared by all processes that use the same address.

    The database is only touched by a thread of its own. When it fails or does not answer in
    time, entries go to the spool file and are written by whichever process next finds the
    database well. No method raises.
    """

    def __init__(self, url: str, spool: Path | str) -> None:
        """Take the addresses; nothing is opened yet.

        Args:
            url: ``sqlite:////path/record.db`` or ``postgresql://user:password@host/name``.
            spool: A file, best on another disk than the database's.

        Raises:
            RecordError: `url` is no address the record can be kept at.
        """
        self._store = SqlStore(url, patience=PATIENCE_SECONDS)
        self._spool = Spool(spool)
        self._in_memory: deque[entries.Entry] = deque(maxlen=MOST_IN_MEMORY)
        self._database = SideThread("transfer-record")
        self._disk = SideThread("transfer-spool")
        self._failing = ""
        self._retry_at = 0.0
        self._rehearsed = False
        self._closed = False

    @property
    def degraded(self) -> str:
        """Why the store cannot be used right now, for the operator; ``""`` when it can."""
        if not self._failing:
            return ""
        waiting = "calls go on and their entries wait in the spool file"
        if self._in_memory:
            waiting = "the spool file cannot be written either: entries will be lost"
        return f"the record cannot be written: {self._failing}; {waiting}"

    async def warm(self) -> None:
        """Open the database, write back what waits in the spool, and rehearse an attempt.

        Also the way to ask how the store is doing: look at `degraded` afterwards.
        """
        self._retry_at = 0.0
        await self._ask(self._rehearse, START_SECONDS)

    async def call_started(self, row: CallRow) -> Remembered:
        """Write the call and return what is known of its caller."""
        answer = await self._write(
            entries.call_started(row), lambda: self._store.call_started(row), START_SECONDS
        )
        if answer is None:
            return Remembered()
        if not self._rehearsed:
            self._database.submit(self._rehearse)
        return answer.value

    async def begin_attempt(
        self, row: AttemptRow, rates: Rates
    ) -> RateExceeded | NotCounted | None:
        """Commit the attempt as ``unknown`` if the rates allow it, in one transaction."""
        answer = await self._write(
            entries.attempt_begun(row), lambda: self._store.begin_attempt(row, rates)
        )
        return NotCounted() if answer is None else answer.value

    async def end_attempt(self, attempt_id: str, verdict: Verdict, ended_at: datetime) -> None:
        """Write what came of the attempt."""
        await self._write_only(entries.attempt_ended(attempt_id, verdict, ended_at))

    async def amend_attempt(self, attempt_id: str, detail: str, at: datetime) -> None:
        """Add a later fact, such as ``left_after_timeout``."""
        await self._write_only(entries.attempt_amended(attempt_id, detail, at))

    async def call_ended(self, call_id: str, reason: str, ended_at: datetime) -> None:
        """Write that the call is over."""
        await self._write_only(entries.call_ended(call_id, reason, ended_at))

    async def next_rotation(self, key: str, size: int) -> int:
        """The next index below `size` for the list `key`; while the store is down, any."""
        answer = await self._ask(lambda: self._store.next_rotation(key, size))
        return random.randrange(size) if answer is None else answer.value

    async def overrides(self, line: str, at: datetime) -> tuple[Override, ...]:
        """Today's exceptions of a line that still hold; none while the store is down."""
        answer = await self._ask(lambda: self._store.overrides(line, at))
        return () if answer is None else answer.value

    async def state(self, key: str, at: datetime) -> str | None:
        """What was kept under `key`; ``None`` once expired, never set, or the store is down."""
        answer = await self._ask(lambda: self._store.state(key, at))
        return None if answer is None else answer.value

    async def set_state(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        """Keep a short text for other processes; lost while the store is down."""
        await self._ask(lambda: self._store.set_state(key, value, expires_at))

    async def aclose(self) -> None:
        """Write what is waiting and close."""
        if self._closed:
            return
        if self._in_memory or self._spool.pending():
            self._retry_at = 0.0
            await self._ask(lambda: None)
        self._closed = True
        await self._to_spool()
        with contextlib.suppress(TimeoutError):
            await self._database.run(self._store.close, START_SECONDS)
        self._database.stop()
        self._disk.stop()

    async def _write_only(self, entry: entries.Entry) -> None:
        await self._write(entry, lambda: self._store.write(entry))

    async def _write(
        self, entry: entries.Entry, work: Callable[[], T], seconds: float | None = None
    ) -> _Answer[T] | None:
        answer = await self._ask(work, seconds)
        if answer is None:
            self._in_memory.append(entry)
            await self._to_spool()
        return answer

    async def _to_spool(self) -> None:
        waiting = tuple(self._in_memory)
        if not waiting:
            return
        try:
            await self._disk.run(lambda: self._spool.append(*waiting), WAIT_SECONDS)
        except Exception as error:
            logger.error("the record's spool cannot be written: %s", type(error).__name__)
        else:
            self._forget(waiting)

    async def _ask(self, work: Callable[[], T], seconds: float | None = None) -> _Answer[T] | None:
        """Let the database's thread do `work`; ``None`` when it fails or takes too long."""
        if self._closed or time.monotonic() < self._retry_at:
            return None
        waiting = tuple(self._in_memory)

        def after_what_waits() -> T:
            if waiting and (impossible := self._store.write_all(waiting)):
                logger.error("%d entries fit no table of the record: lost", len(impossible))
            if self._spool.pending() and (written := self._spool.replay(self._store.write_all)):
                logger.info("%d entries that had waited are now in the record", written)
            return work()

        try:
            value = await self._database.run(after_what_waits, seconds or WAIT_SECONDS)
        except Exception as error:
            self._fail(error)
            return None
        self._forget(waiting)
        self._recover()
        return _Answer(value)

    def _forget(self, written: tuple[entries.Entry, ...]) -> None:
        known = set(map(id, written))
        kept = [entry for entry in self._in_memory if id(entry) not in known]
        self._in_memory = deque(kept, maxlen=MOST_IN_MEMORY)

    def _fail(self, error: Exception) -> None:
        self._retry_at = time.monotonic() + RETRY_SECONDS
        if isinstance(error, TimeoutError):
            failing = "it does not answer in time"
        else:
            failing = str(error) if isinstance(error, RecordError) else cause(error)
        if failing != self._failing:
            self._failing = failing
            logger.error("%s", self.degraded, extra={"pii_error": repr(error)})

    def _recover(self) -> None:
        if self._failing:
            self._failing = ""
            logger.info("the record can be written again")

    def _rehearse(self) -> None:
        self._store.rehearse(_REHEARSAL, _ALL_RATES)
        self._rehearsed = True
