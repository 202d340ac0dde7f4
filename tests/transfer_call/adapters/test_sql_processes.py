"""Job processes that use one database at the same time, or die while they do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from transfer_call.adapters.record_schema import attempts
from transfer_call.adapters.sql_store import SqlStore

from .postgres import Cluster
from .racing import EACH, LIMIT, PROCESSES


class Raced(NamedTuple):
    """The database, and the processes' exit codes by what they did."""

    url: str
    codes: dict[str, list[int]]


@pytest.fixture(scope="module")
def raced_on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Raced:
    folder = tmp_path_factory.mktemp("raced")
    url = f"sqlite:///{folder / 'record.db'}"
    (folder / "record.db").write_bytes(sqlite_template.read_bytes())
    return race(url, f"sqlite:///{folder / 'new' / 'record.db'}", folder)


@pytest.fixture(scope="module")
def raced_on_postgres(
    cluster: Cluster, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Raced:
    ready = cluster.url(cluster.new_database(postgres_template))
    new = cluster.url(cluster.new_database())
    return race(ready, new, tmp_path_factory.mktemp("raced"))


def race(ready: str, new: str, folder: Path) -> Raced:
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("racing.py"), ready, new, folder / "spool"],
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return Raced(ready, json.loads(done.stdout))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def raced(request: pytest.FixtureRequest) -> Raced:
    found: Raced = request.getfixturevalue(f"raced_on_{request.param}")
    return found


def test_processes_that_race_for_one_limit_get_exactly_so_many_attempts(raced: Raced) -> None:
    allowed = raced.codes["begin"]

    assert len(allowed) == PROCESSES
    assert sum(allowed) == LIMIT < PROCESSES * EACH
    with SqlStore(raced.url) as store, store.reading() as connection:
        begun = connection.execute(select(attempts).where(attempts.c.attempt_id != "crash")).all()
    assert len(begun) == LIMIT


def test_a_process_that_is_killed_during_the_refer_leaves_unknown(raced: Raced) -> None:
    assert raced.codes["crash"] == [-9]

    with SqlStore(raced.url) as store, store.reading() as connection:
        outcome = select(attempts.c.outcome).where(attempts.c.attempt_id == "crash")
        assert connection.execute(outcome).scalar() == "unknown"


def test_processes_that_start_at_once_upgrade_the_database_once(raced: Raced) -> None:
    assert raced.codes["migrate"] == [0] * PROCESSES
