"""A LiveKit worker under the lab's care."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from lab.processes import Process
    from lab.stack import Stack

_NOT_INHERITED = ("LIVEKIT_", "OPENAI_", "RECEPTIONIST_")


class Worker:
    """One worker process and the job processes below it; `Stack.worker` makes them.

    Attributes:
        process: Its process: signals, exit code, log.
    """

    process: Process

    def __init__(
        self,
        stack: Stack,
        argv: Sequence[str | Path],
        env: Mapping[str, str],
        name: str,
        cwd: Path,
        ready: str,
        timeout: float,
    ) -> None:
        self._stack = stack
        self._argv = argv
        self._env = env
        self._name = name
        self._cwd = cwd
        self._ready = ready
        self._timeout = timeout

    def __enter__(self) -> Self:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)
        }
        self.process = self._stack.spawn(
            self._name,
            self._argv,
            env={
                **inherited,
                "PYTHONUNBUFFERED": "1",
                # What a killed worker leaves goes with the lab.
                "TMPDIR": str(self._stack.folder),
                **self._stack.env,
                **self._env,
            },
            cwd=self._cwd,
        )
        try:
            self.process.wait_for_line(self._ready, self._timeout)
        except BaseException:
            self.process.stop(grace=0)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.stop()

    def pids(self) -> list[int]:
        """The worker and every process it has below it."""
        return self.process.tree()
