"""What the record costs between a key and its REFER: one `begin_attempt`, committed.

Run with ``python -m bench.record``, or with ``--url postgresql://…`` for a database of your own.
The baseline, in the same run, is a record that keeps nothing; then `SqlRecord` alone, and beside
eight processes that together write up to 160 times a second, like the jobs of a thousand calls.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import insert

from transfer_call.adapters.record_schema import attempts
from transfer_call.adapters.sql_engine import upgrade
from transfer_call.adapters.sql_record import SqlRecord
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.record import AttemptRow, NotCounted, RateExceeded, Rates
from transfer_call.transfer.outcome import Outcome, Verdict

ROUNDS = 300
KEPT = 50_000
WRITERS = 8
PAUSE = 0.05
RATES = Rates(10**6, (10**6, 3600), (10**6, 60), (10**6, 86400))


class Begins(Protocol):
    async def begin_attempt(
        self, row: AttemptRow, rates: Rates
    ) -> RateExceeded | NotCounted | None: ...


class NoRecord:
    """Keeps nothing."""

    async def begin_attempt(self, row: AttemptRow, rates: Rates) -> None:
        return None


def row(number: int, *, started_at: datetime | None = None) -> AttemptRow:
    """An attempt among many: of a few hundred callers, to ten destinations."""
    return AttemptRow(
        attempt_id=uuid.uuid4().hex,
        call_id=f"call-{number}",
        line="main",
        caller=f"+1415555{number % 700:04}",
        destination=f"destination-{number % 10}",
        address="tel:+12125550123",
        number="+12125550123",
        international=number % 20 == 0,
        source="key",
        announcement="played",
        started_at=started_at or datetime.now(UTC),
    )


def fill(url: str) -> None:
    """A record that has been kept for a while: attempts of the last three months."""
    now = datetime.now(UTC)
    columns = [name for name in AttemptRow.__slots__ if name in attempts.columns]
    with SqlStore(url) as store, store.writing() as connection:
        old = (row(n, started_at=now - timedelta(minutes=3 * n)) for n in range(KEPT))
        connection.execute(
            insert(attempts), [{name: getattr(each, name) for name in columns} for each in old]
        )


def write_on(url: str, spool: str, until: float) -> None:
    """One of the other processes: attempts with their outcomes, and a pause."""

    async def run() -> None:
        record = SqlRecord(url, spool)
        await record.warm()
        number = 0
        while time.time() < until:
            number += 1
            begun = row(number)
            await record.begin_attempt(begun, RATES)
            await asyncio.sleep(PAUSE)
            await record.end_attempt(
                begun.attempt_id, Verdict(Outcome.CONNECTED), datetime.now(UTC)
            )
            await asyncio.sleep(PAUSE)
        await record.aclose()

    asyncio.run(run())


@contextmanager
def writers(url: str, spool: str, seconds: float) -> Iterator[None]:
    """Let eight processes write meanwhile."""
    context = multiprocessing.get_context("spawn")
    until = time.time() + seconds
    others = [context.Process(target=write_on, args=(url, spool, until)) for _ in range(WRITERS)]
    for each in others:
        each.start()
    # They import for a while first: the measurement is of their writing.
    while _attempts_of(url) < KEPT + 20 * WRITERS:
        time.sleep(0.2)
    yield
    for each in others:
        each.join()


def _attempts_of(url: str) -> int:
    with SqlStore(url) as store, store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar_one())


async def measure(what: str, record: Begins) -> None:
    """Print median, p95 and worst, and how often the record was not waited for."""
    times, given_up = [], 0
    for number in range(ROUNDS):
        began = time.perf_counter()
        answer = await record.begin_attempt(row(number), RATES)
        times.append((time.perf_counter() - began) * 1000)
        given_up += isinstance(answer, NotCounted)
        await asyncio.sleep(0.01)
    times.sort()
    median, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"{what:<34} {median:8.2f} {p95:8.2f} {times[-1]:8.2f} {given_up:10}")


async def run(url: str, spool: str) -> None:
    """All measurements, one after the other."""
    heads = f"{'median':>8} {'p95':>8} {'worst':>8} {'given up':>10}"
    print(f"{'begin_attempt, milliseconds':<34} {heads}")
    await measure("no record", NoRecord())
    cold = SqlRecord(url, spool)
    began = time.perf_counter()
    await cold.begin_attempt(row(0), RATES)
    print(f"{'first of a process, not warmed':<34} {(time.perf_counter() - began) * 1000:8.2f}")
    await cold.aclose()
    record = SqlRecord(url, spool)
    began = time.perf_counter()
    await record.warm()
    print(f"{'(warming it, before any key)':<34} {(time.perf_counter() - began) * 1000:8.2f}")
    await measure("alone", record)
    with writers(url, spool, 40.0):
        await measure(f"beside {WRITERS} writing processes", record)
    await record.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="A database; default: SQLite in a folder made for it.")
    url = parser.parse_args().url
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite:///{Path(folder) / 'record.db'}"
        upgrade(url)
        fill(url)
        print(f"{url.partition(':')[0]}, {KEPT:,} attempts kept, {ROUNDS} rounds\n")
        asyncio.run(run(url, str(Path(folder) / "spool")))


if __name__ == "__main__":
    main()
