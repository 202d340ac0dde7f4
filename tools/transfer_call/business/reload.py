"""The operator's file while the worker runs: an edit counts from the next call on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .faults import BusinessFileError, Fault
from .files import Files, stamp
from .last_good import LastGood
from .lines import load_files

if TYPE_CHECKING:
    from .files import Stamp
    from .line import Business

_UNSETTLED_NS = 2_000_000_000
"""So soon after a change, another may leave the same time stamp; the files are read again."""


@dataclass(frozen=True, slots=True)
class Current:
    """What the next call is answered with.

    Attributes:
        business: The last that could be used.
        faults: Why the files as they are now cannot be used; empty when `business` is what
            they say. To be said loudly, for the operator believes that his edit is in force.
    """

    business: Business
    faults: tuple[Fault, ...] = ()


class LiveBusiness:
    """The operator's file, read again when it or a file it names has changed.

    One instance for each process; instances share the copy for restarts.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        state_dir: Path | None = None,
        keep: bool = True,
        env: Mapping[str, str] = os.environ,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        """Prepare to read; nothing is read before `current`.

        Args:
            path: One business, or `lines` with a file each.
            state_dir: Where the last good files are kept for a restart; ``None`` keeps them in
                memory only.
            keep: Whether good files are copied there. A command that another user may run
                only looks: the copy belongs to the worker.
            env: Where ``${NAME}`` comes from.
            now_ns: The clock of the file system, in Unix nanoseconds.
        """
        self._path = Path(path)
        self._env = env
        self._now_ns = now_ns
        self._keep = keep
        self._last_good = LastGood(state_dir, self._path) if state_dir is not None else None
        self._current: Current | None = None
        self._stamps: Mapping[Path, Stamp] = {}
        self._settled = False

    def current(self) -> Current:
        """What the next call is answered with; costs one `stat` per file when nothing changed.

        Raises:
            BusinessFileError: The files cannot be used, and no good ones are remembered.
        """
        unchanged = self._settled and all(stamp(path) == was for path, was in self._stamps.items())
        if self._current is None or not unchanged:
            self._current = self._read()
        return self._current

    def _read(self) -> Current:
        files = Files()
        try:
            business = load_files(self._path, self._env, files)
            faults: tuple[Fault, ...] = ()
        except BusinessFileError as error:
            business = self._remembered(error)
            faults = tuple(error.faults)
        now = self._now_ns()
        self._stamps = files.asked
        self._settled = not any(
            was is not None and abs(now - was[0]) < _UNSETTLED_NS for was in files.asked.values()
        )
        if self._last_good is not None and self._keep and not faults:
            self._last_good.save(files.contents)
        return Current(business, faults)

    def _remembered(self, error: BusinessFileError) -> Business:
        if self._current is not None:
            return self._current.business
        reading = self._last_good.reading() if self._last_good is not None else None
        if reading is None:
            raise error
        try:
            return load_files(self._path, self._env, Files(reading))
        except BusinessFileError:
            raise error from None
