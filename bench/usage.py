"""What a process and all below it use of the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

_QUIET_SHARE = 0.1
"""Of one core, below which processes count as doing nothing."""
_LOOK_SECONDS = 0.25


def memory(pids: Iterable[int]) -> float:
    """Megabytes (10**6 bytes): each page counts once, divided among those who share it (PSS)."""
    return sum(_pss(pid) for pid in pids) / 1e6


def cpu_seconds(pids: Iterable[int]) -> float:
    """Seconds on a processor, with those of children that have ended and were waited for."""
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> int:
    """Bytes, from proc_pid_smaps(5); 0 once it has ended."""
    for line in _read(pid, "smaps_rollup").splitlines():
        name, _, value = line.partition(":")
        if name == "Pss":
            return int(value.split()[0]) * 1024
    return 0


def _ticks(pid: int) -> int:
    """Fields 14 to 17 of proc_pid_stat(5); the name before them may hold blanks."""
    return sum(map(int, _read(pid, "stat").rpartition(")")[2].split()[11:15]))


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""


def wait_quiet(pids: Callable[[], list[int]], count: int, *, timeout: float = 30.0) -> None:
    """Wait until there are at most `count` processes again and none of them works.

    Raises:
        TimeoutError: They do not come to rest.
    """
    deadline = time.monotonic() + timeout
    while True:
        before = cpu_seconds(pids())
        time.sleep(_LOOK_SECONDS)
        now = pids()
        if len(now) <= count and cpu_seconds(now) - before < _QUIET_SHARE * _LOOK_SECONDS:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(now)} processes after {timeout:g} s, {count} before the call")
