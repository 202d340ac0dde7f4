"""Where the lab keeps what it builds and downloads: outside the source tree."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def cache_dir() -> Path:
    """The lab's folder in the user's cache (XDG Base Directory Specification), made if missing."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    path = root / "livekit-transfer-call"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def only_one(name: str, *, waiting: str) -> Iterator[None]:
    """Let one process at a time do the thing called ``name``; say ``waiting`` to the others."""
    with open(cache_dir() / f"{name}.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            from lab.install.console import say

            say(waiting)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
