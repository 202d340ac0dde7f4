"""A thread for what may block or hang: neither the event loop nor the process's end waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class SideThread:
    """Does one piece of work after the other.

    Unlike an executor's, its thread does not hold up the interpreter's exit when it hangs.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._overdue: Future[object] | None = None

    @property
    def hangs(self) -> bool:
        """Whether it still works at something that nobody waits for any more."""
        return self._overdue is not None and not self._overdue.done()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue `work` without waiting for it."""
        future: Future[T] = Future()

        def do() -> None:
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, args=(self._work,), name=self._name, daemon=True
            )
            self._thread.start()
        self._work.put(do)
        return future

    async def run(self, work: Callable[[], T], seconds: float) -> T:
        """Do `work` and return what it returns.

        Raises:
            TimeoutError: It takes longer than `seconds`, or the thread hangs in earlier work.
                Work that was begun goes on.
            Exception: Whatever `work` raises.
        """
        if self.hangs:
            raise TimeoutError
        future = self.submit(work)
        waiting = asyncio.wrap_future(future)
        done, _ = await asyncio.wait({waiting}, timeout=seconds)
        if not done:
            self._overdue = future  # type: ignore[assignment]
            waiting.add_done_callback(_look_at)
            raise TimeoutError
        return waiting.result()

    def stop(self) -> None:
        """End the thread once it has done what is queued; later work starts another."""
        self._work.put(None)
        self._work, self._thread = SimpleQueue(), None

    @staticmethod
    def _run(queue: SimpleQueue[Callable[[], None] | None]) -> None:
        while (do := queue.get()) is not None:
            do()


def _look_at(late: asyncio.Future[T]) -> None:
    """Late failures are nobody's: asyncio must not report them as forgotten."""
    if not late.cancelled():
        late.exception()
