"""Processes at once, as the jobs of a worker are; test_sql_processes.py runs this file."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from types import ModuleType

if __name__ == "__main__":
    # The package's own `__init__` imports LiveKit, which takes seconds and has no part in this.
    _package = ModuleType("transfer_call")
    _package.__path__ = list(find_spec("transfer_call").submodule_search_locations)  # type: ignore[union-attr, arg-type]
    sys.modules["transfer_call"] = _package

from transfer_call.adapters import sql_record
from transfer_call.adapters.sql_engine import upgrade
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.record import AttemptRow, Rates

PROCESSES = 8
EACH = 6
LIMIT = 20


def row(attempt_id: str) -> AttemptRow:
    return AttemptRow(
        attempt_id=attempt_id,
        call_id="call",
        line="main",
        caller="+14155550123",
        destination="sales",
        address="tel:+12125550123",
        number="+12125550123",
        international=False,
        source="key",
        announcement="none",
        started_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def begin(url: str, number: int) -> int:
    """Begin attempts under one limit; the exit code is how many were allowed."""
    store = SqlStore(url, patience=20)
    rates = Rates(LIMIT, None, None, None)
    allowed = [store.begin_attempt(row(f"{number}-{each}"), rates) for each in range(EACH)]
    store.close()
    return allowed.count(None)


def migrate(url: str) -> int:
    """Bring the database up to date; the exit code is 0."""
    upgrade(url)
    return 0


def crash(url: str, spool: str) -> int:
    """Die while the first attempt's REFER is out."""

    # A busy machine is no failure of the database.
    sql_record.WAIT_SECONDS = 20.0

    async def run() -> None:
        record = sql_record.SqlRecord(url, spool)
        await record.begin_attempt(row("crash"), Rates(None, None, None, None))
        os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(run())
    return 0


def race(work: Callable[[int], int], processes: int) -> list[int]:
    """Do `work` in so many processes at once and return their exit codes."""
    ready_r, ready_w = os.pipe()
    children = []
    for number in range(processes):
        child = os.fork()
        if child == 0:
            os.close(ready_w)
            os.read(ready_r, 1)
            try:
                os._exit(work(number))
            except BaseException as error:
                os.write(2, repr(error).encode())
                os._exit(99)
        children.append(child)
    os.close(ready_w)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


if __name__ == "__main__":
    ready_url, new_url, spool = sys.argv[1:]
    codes = {
        "migrate": race(lambda number: migrate(new_url), PROCESSES),
        "begin": race(lambda number: begin(ready_url, number), PROCESSES),
        "crash": race(lambda number: crash(ready_url, spool), 1),
    }
    json.dump(codes, sys.stdout)
