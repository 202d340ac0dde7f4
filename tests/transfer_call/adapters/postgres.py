"""A PostgreSQL cluster of the tests' own: a temporary folder, a Unix socket, no network."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

_USER = "postgres"


class Cluster:
    """A cluster that can be stopped and started while a test runs."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._socket = folder
        self._databases = 0

    def create(self) -> None:
        """Make its files; syncing them to the disk would only cost time."""
        _run("initdb", "-D", self._data, "-A", "trust", "-U", _USER, "-N", "-E", "UTF8")
        settings = self._data / "postgresql.conf"
        with settings.open("a") as file:
            file.write(f"unix_socket_directories = '{self._socket}'\nlisten_addresses = ''\n")
            file.write("fsync = off\nshared_buffers = 16MB\n")

    def start(self) -> None:
        """Start and wait until it can be asked."""
        log = self._socket / "log"
        _run("pg_ctl", "-D", self._data, "-w", "-t", "30", "-l", log, "start")

    def stop(self) -> None:
        """Stop it as a power failure would."""
        _run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://{_USER}@/{database}?host={self._socket}"

    def new_database(self, template: str = "template1") -> str:
        """Make a database and return its name."""
        self._databases += 1
        name = f"record_{self._databases}"
        with psycopg.connect(self.url(_USER), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Start a cluster and remove it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="record-"))
    try:
        if os.getuid() == 0:
            account = pwd.getpwnam(_USER)
            os.chown(folder, account.pw_uid, account.pw_gid)
        cluster = Cluster(folder)
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs; it refuses to be root."""
    done = subprocess.run(
        [_binary(program), *arguments],
        user=_USER if os.getuid() == 0 else None,
        group=_USER if os.getuid() == 0 else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    if done.returncode:
        pytest.fail(f"{program} failed: {done.stderr.decode(errors='replace')}")


def _binary(program: str) -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    if found:
        return found[-1]
    on_path = shutil.which(program)
    if on_path is None:
        pytest.fail("PostgreSQL is not installed; run: apt-get install postgresql")
    return Path(on_path)
