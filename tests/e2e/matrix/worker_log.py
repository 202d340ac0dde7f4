"""What a receptionist says in its log, call by call."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class LogLine:
    """One entry.

    Attributes:
        at: Seconds since 1970, the clock of the capture.
        message: Its text.
        room: Of the call it belongs to, or ``""``.
        pid: Of the process that wrote it.
        spoken: The words whose playing begins, or ``""``.
        fault: Whether it tells of a fault of the program itself.
    """

    at: float
    message: str
    room: str
    pid: int
    spoken: str
    fault: bool


class WorkerLog:
    """A log that is still being written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._rest = b""
        self._lines: list[LogLine] = []

    def close(self) -> None:
        self._file.close()

    def lines(self, room: str = "") -> list[LogLine]:
        """Everything so far, or everything about one call."""
        *whole, self._rest = (self._rest + self._file.read()).split(b"\n")
        self._lines += [_parsed(json.loads(line)) for line in whole if line.startswith(b"{")]
        return [line for line in self._lines if not room or line.room == room]

    async def until(
        self, wanted: Callable[[LogLine], bool], timeout: float, *, room: str = ""
    ) -> LogLine:
        """The first line that is wanted.

        Raises:
            TimeoutError: There was none in time; the text shows the lines there were.
        """
        deadline = time.monotonic() + timeout
        while True:
            lines = self.lines(room)
            for line in lines:
                if wanted(line):
                    return line
            if time.monotonic() > deadline:
                seen = "\n".join(f"  {line}" for line in lines)
                raise TimeoutError(f"not logged within {timeout:g} s; the log:\n{seen}")
            await asyncio.sleep(_POLL_SECONDS)


def _parsed(entry: dict[str, object]) -> LogLine:
    return LogLine(
        at=datetime.fromisoformat(str(entry["timestamp"])).timestamp(),
        message=str(entry["message"]),
        room=str(entry.get("room", "")),
        pid=int(str(entry["pid"])),
        spoken=str(entry.get("pii_text", "")) if entry["message"] == "spoke" else "",
        fault="inside" in str(entry["message"]) or "exc_info" in entry,
    )
