"""The record in a database, beside the event loop: bounded waits, and a spool for bad times."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from ..record import AttemptRow, CallRow, NotCounted, RateExceeded, Rates, Remembered
from . import record_entry as entries
from .backlog import Backlog
from .side_thread import SideThread
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
"""The same at the start and the end of a call, where nobody waits and the database is opened."""
PATIENCE_SECONDS = 0.2
"""How long a transaction waits for others; below `WAIT_SECONDS`, so that it gives up first."""
RETRY_SECONDS = 1.0
"""After a failure the database is left alone for so long."""

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
        self._backlog = Backlog(spool)
        self._database = SideThread("transfer-record")
        self._draining: asyncio.Task[None] | None = None
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
        if self._backlog.ill:
            waiting = "the spool file cannot be written either: entries will be lost"
        return f"the record cannot be written: {self._failing}; {waiting}"

    async def warm(self) -> None:
        """Open the database, rehearse an attempt, and write back what waits in the spool.

        Also the way to ask how the store is doing: look at `degraded` afterwards.
        """
        self._retry_at = 0.0
        await self._ask(self._rehearse, START_SECONDS)
        await self._drained()

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

    async def open_call(self, room: str) -> str | None:
        """The id of the call that is up in `room`; ``None`` also while the store is down."""
        answer = await self._ask(lambda: self._store.open_call(room))
        return None if answer is None else answer.value

    async def check_rates(self, row: AttemptRow, rates: Rates) -> RateExceeded | NotCounted | None:
        """What `begin_attempt` would answer now; nothing is written."""
        answer = await self._ask(lambda: self._store.check_rates(row, rates))
        return NotCounted() if answer is None else answer.value

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
        self._start_draining()
        await self._drained()
        self._closed = True
        if self._draining is not None:
            self._draining.cancel()
        await self._backlog.to_spool()
        with contextlib.suppress(TimeoutError):
            await self._database.run(self._close_store, START_SECONDS)
        self._database.stop()
        self._backlog.stop()

    def _close_store(self) -> None:
        self._backlog.release()
        self._store.close()

    async def _write_only(self, entry: entries.Entry) -> None:
        await self._write(entry, lambda: self._store.write(entry))

    async def _write(
        self, entry: entries.Entry, work: Callable[[], T], seconds: float | None = None
    ) -> _Answer[T] | None:
        answer = None if entry in self._backlog else await self._ask(work, seconds)
        if answer is None:
            await self._backlog.add(entry)
        return answer

    async def _ask(self, work: Callable[[], T], seconds: float | None = None) -> _Answer[T] | None:
        """Let the database's thread do `work`; ``None`` when it fails or takes too long."""
        if self._closed or time.monotonic() < self._retry_at:
            return None
        try:
            value = await self._database.run(work, seconds or WAIT_SECONDS)
        except Exception as error:
            self._fail(error)
            return None
        self._well()
        self._start_draining()
        return _Answer(value)

    async def _drained(self) -> None:
        """Wait for what waits to be written back, but not for long."""
        if self._draining is not None:
            await asyncio.wait({self._draining}, timeout=START_SECONDS)

    async def _drain(self) -> None:
        try:
            await self._backlog.write_back(self._database, self._store.write_all)
        except Exception as error:
            self._fail(error)
        else:
            self._well()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, TimeoutError):
            # The thread is left alone for as long as it hangs, and not a moment longer.
            failing = "it does not answer in time"
        else:
            self._retry_at = time.monotonic() + RETRY_SECONDS
            failing = str(error) if isinstance(error, RecordError) else cause(error)
        if failing != self._failing:
            self._failing = failing
            logger.error("%s", self.degraded, extra={"pii_error": repr(error)})

    def _well(self) -> None:
        if self._failing:
            self._failing = ""
            logger.info("the record can be written again")

    def _start_draining(self) -> None:
        if (self._draining is None or self._draining.done()) and self._backlog:
            self._draining = asyncio.create_task(self._drain())

    def _rehearse(self) -> None:
        self._store.rehearse(_REHEARSAL, _ALL_RATES)
        self._rehearsed = True
