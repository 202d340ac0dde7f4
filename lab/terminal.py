"""Keys of a terminal, one by one as they are pressed."""

from __future__ import annotations

import asyncio
import codecs
import os
import termios
import tty
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType


class Keys:
    """The keys pressed while in ``with``; afterwards the terminal is as it was.

    Ctrl-C keeps its meaning. Input that is no terminal is read as if it were typed.
    """

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._before: list[Any] | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting: asyncio.Queue[str] = asyncio.Queue()

    def __enter__(self) -> Self:
        if os.isatty(self._descriptor):
            self._before = termios.tcgetattr(self._descriptor)
            tty.setcbreak(self._descriptor)
        try:
            asyncio.get_running_loop().add_reader(self._descriptor, self._read)
        except PermissionError:
            # Nothing to wait for: a file, or /dev/null, is all there from the beginning.
            while self._read():
                pass
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._descriptor)
        if self._before is not None:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    async def next(self) -> str:
        """The next key; ``""`` when there will be no more."""
        return await self._waiting.get()

    def _read(self) -> bool:
        """Take what is there; whether there may be more."""
        data = os.read(self._descriptor, 64)
        for key in self._decoder.decode(data):
            self._waiting.put_nowait(key)
        if not data:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            self._waiting.put_nowait("")
        return bool(data)
