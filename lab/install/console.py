"""What the installer says: on stderr, so that stdout stays free for answers."""

from __future__ import annotations

import os
import sys
import time


class CannotInstallError(Exception):
    """Something is missing and cannot be installed; the text says what to run instead."""


def say(text: str) -> None:
    """Print one line of progress."""
    print(text, file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """Seconds as ``m:ss``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Progress:
    """One line that is rewritten on a terminal, and a line now and then anywhere else."""

    def __init__(self, title: str, *, total: int = 0, estimate: float = 0.0) -> None:
        """Start the clock.

        Args:
            title: What is being done.
            total: How many steps it has, 0 when nobody knows.
            estimate: Seconds the whole is expected to take before the first steps tell better.
        """
        self._title = title
        self._total = total
        self._estimate = estimate
        self._done = 0
        self._started = time.monotonic()
        self._last_line = 0.0
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._interval = 0.1 if self._terminal else 15.0
        self._show()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def step(self) -> None:
        """One more step is done."""
        self._done += 1
        self.tick()

    def tick(self) -> None:
        """Show how far it is, when the last line is old enough."""
        if time.monotonic() - self._last_line >= self._interval:
            self._show()

    def finish(self, result: str) -> None:
        """Close the line with the result and the time it took."""
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
        say(f"{self._title}: {result} ({clock(self.elapsed)})")

    def _remaining(self) -> float:
        """Seconds left, by the pace so far once a tenth is done."""
        if self._total and self._done >= self._total / 10:
            return self.elapsed * (self._total - self._done) / self._done
        return max(0.0, self._estimate - self.elapsed)

    def _show(self) -> None:
        self._last_line = time.monotonic()
        parts = [f"{clock(self.elapsed)} elapsed"]
        if self._total:
            parts.insert(0, f"{min(self._done, self._total)} of {self._total} packages")
        if left := self._remaining():
            parts.append(f"about {clock(left)} left")
        line = f"{self._title}: {', '.join(parts)}"
        if self._terminal:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
        else:
            say(line)
