"""Prints the ladder of a call while it happens, from the wire and from the worker's log."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from lab.ladder import draw, draw_header, key_step, signal_step, spoken_step

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence
    from pathlib import Path

    from lab.capture import Capture
    from lab.dialog import Dialog
    from lab.ladder import Step
    from lab.pcap import Address

_HELD_SECONDS = 0.6
"""How long a line waits for older ones: the capture is a little behind the logs."""

_POLL_SECONDS = 0.05


class LiveLadder:
    """One call and what comes of it."""

    def __init__(
        self,
        capture: Capture,
        lanes: Sequence[str],
        name: Callable[[Address], str],
        *,
        log: Path | None = None,
        since: float | None = None,
        write: Callable[[str], None] = print,
        line: Callable[[Step, Sequence[str], float], str] = draw,
    ) -> None:
        """Describe it.

        Args:
            capture: Of the lab.
            lanes: Who takes part, from left to right; the caller first, who he dials second.
            name: Whose an address is; empty for nobody's.
            log: Of the worker, for what it says.
            since: Only what happens after this time is shown, in seconds since 1970;
                default now.
            write: Where lines go.
            line: How one is written, given the lanes and the time of the answer; ``""`` for
                one that is not shown.
        """
        self._capture = capture
        self._lanes = lanes
        self._name = name
        self._log = log
        self._log_read = 0
        self._write = write
        self._line = line
        self._since = time.time() if since is None else since
        self._answered_at: float | None = None
        self._waiting: list[Step] = []
        self._shown: set[Hashable] = set()
        self.steps: list[Step] = []
        """What has been printed."""
        if line is draw:
            write(draw_header(lanes))

    def add(self, step: Step) -> None:
        """Show what neither wire nor log tells, such as what a person says."""
        self._add(step, step)

    async def run(self) -> None:
        """Print lines as they come, until cancelled."""
        while True:
            self._look()
            self._print(time.time() - _HELD_SECONDS)
            await asyncio.sleep(_POLL_SECONDS)

    async def finish(self, running: asyncio.Task[None]) -> None:
        """Stop `run` once everything that has happened is printed."""
        await self._capture.caught_up()
        running.cancel()
        self._look()
        self._print(float("inf"))

    def _look(self) -> None:
        for dialog in self._capture.dialogs():
            if dialog.invite.at < self._since:
                continue
            if self._answered_at is None and dialog.answer is not None:
                self._answered_at = dialog.answer.at
            for step in self._signals(dialog):
                self._add(step, step)
            for key in dialog.keys():
                # Seen while it is held it is shorter than seen later, and still the same key.
                self._add((key.digit, key.at), key_step(key, *self._lanes[:2]))
        if self._log is not None:
            for step in self._sentences(self._log):
                if step.at >= self._since:
                    self._add(step, step)

    def _signals(self, dialog: Dialog) -> Iterator[Step]:
        seen: set[tuple[object, ...]] = set()
        for message in dialog.messages:
            step = signal_step(message, self._name)
            which = (message.method, message.status, message.cseq, message.source)
            if step is not None and which not in seen:  # else a retransmission
                seen.add(which)
                yield step

    def _sentences(self, log: Path) -> Iterator[Step]:
        with log.open("rb") as file:
            file.seek(self._log_read)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._log_read += len(whole)
        for line in whole.decode("utf-8", "replace").splitlines():
            if step := spoken_step(line, self._lanes[1]):
                yield step

    def _add(self, identity: Hashable, step: Step) -> None:
        if identity not in self._shown:
            self._shown.add(identity)
            self._waiting.append(step)

    def _print(self, until: float) -> None:
        if self._answered_at is None:
            if until < float("inf") or not self._waiting:
                return
            self._answered_at = self._waiting[0].at
        self._waiting.sort(key=lambda step: step.at)
        while self._waiting and self._waiting[0].at <= until:
            step = self._waiting.pop(0)
            self.steps.append(step)
            if line := self._line(step, self._lanes, self._answered_at):
                self._write(line)
