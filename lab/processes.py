"""Processes of the lab, seen from the test: started by a supervisor, logged to files."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab import supervisor as program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_POLL_SECONDS = 0.02


class LabError(Exception):
    """Something of the lab does not start, answer or end; the text shows the end of its log."""


class Supervisor:
    """The one process that owns all others; they die with it, and it dies with this one."""

    def __init__(self, *, inherit: Sequence[int] = ()) -> None:
        """Start it.

        Args:
            inherit: File descriptors it keeps open as long as it lives.
        """
        self._lock = threading.Lock()
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = mine
        with theirs:
            # A thread that starts processes may end before them, so the supervisor watches
            # this process itself, not (as PR_SET_PDEATHSIG would) the thread.
            self._process = subprocess.Popen(
                [sys.executable, "-I", program.__file__, str(theirs.fileno()), str(os.getpid())],
                pass_fds=(theirs.fileno(), *inherit),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Send one request and wait for its answer; from any thread."""
        with self._lock:
            self._socket.send(json.dumps({"do": do, **arguments}).encode())
            packet = self._socket.recv(1 << 20)
        if not packet:
            raise LabError("The lab's supervisor is gone; something killed it.")
        answer: dict[str, Any] = json.loads(packet)
        if "error" in answer:
            raise LabError(answer["error"])
        return answer

    def start(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        log: Path,
        stdout: Path | None = None,
        executable: Path | str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Process:
        """Start a process.

        Args:
            name: What errors call it.
            argv: Its arguments, the first being what it sees as its own name.
            log: Where its stderr goes, and its stdout unless ``stdout`` says otherwise.
            stdout: Where its stdout goes.
            executable: The program, when it is not ``argv[0]``.
            env: Its whole environment; default this one's.
            cwd: Its working directory; default this one's.

        Raises:
            LabError: It cannot be started.
        """
        arguments = [str(part) for part in argv]
        answer = self.ask(
            "start",
            argv=arguments,
            executable=str(executable or arguments[0]),
            env=dict(os.environ if env is None else env),
            cwd=str(cwd or Path.cwd()),
            stdout=str(stdout or log),
            stderr=str(log),
        )
        return Process(self, name, answer["pid"], log)

    def tree(self) -> list[int]:
        """Everything living below the supervisor, by process id."""
        pids: list[int] = self.ask("tree", pid=self.pid)["pids"][1:]
        return pids

    def close(self) -> None:
        """Kill what is left of the processes and end the supervisor."""
        self._socket.close()
        self._process.wait()


class Process:
    """A process the supervisor started."""

    def __init__(self, supervisor: Supervisor, name: str, pid: int, log: Path) -> None:
        self._supervisor = supervisor
        self.name = name
        self.pid = pid
        self.log = log
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = None

    @property
    def code(self) -> int | None:
        """Its exit code (negative: the signal that ended it), None while it runs."""
        code: int | None = self._supervisor.ask("poll", pid=self.pid)["code"]
        return code

    @property
    def running(self) -> bool:
        return self.code is None

    def tree(self) -> list[int]:
        """The process and everything living below it, by process id."""
        pids: list[int] = self._supervisor.ask("tree", pid=self.pid)["pids"]
        return pids if self.running else pids[1:]

    def signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        self._supervisor.ask("signal", pid=self.pid, signal=int(number))

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""
        self.signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once (SIGKILL), and nothing below it."""
        self.signal(signal.SIGKILL)

    async def wait(self, timeout: float) -> int:
        """Wait until it has ended.

        Returns:
            Its exit code.

        Raises:
            LabError: It still runs after ``timeout`` seconds.
        """
        if self._handle is not None:
            loop = asyncio.get_running_loop()
            ended = asyncio.Event()
            loop.add_reader(self._handle, ended.set)
            try:
                await asyncio.wait_for(ended.wait(), timeout)
            except TimeoutError:
                raise self.error(f"still runs after {timeout:g} s") from None
            finally:
                loop.remove_reader(self._handle)
        return self._settled()

    def stop(self, grace: float = 5.0) -> int:
        """End it and everything below it: by SIGTERM, after ``grace`` seconds by SIGKILL."""
        below = self.tree()
        self.terminate()
        if not self._ended_within(grace):
            self.kill()
            self._ended_within(grace)
        # What it left behind belongs to the supervisor now. A process id that came free may
        # already be someone else's, so only those are killed.
        while left := {*below}.intersection(self._supervisor.tree()):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(_POLL_SECONDS / 10)
        code = self._settled()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        return code

    def said(self) -> str:
        """Everything in its log so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_for_line(self, text: str, timeout: float, *, after: int = 0) -> None:
        """Wait until its log holds ``text``.

        Args:
            text: What to look for.
            timeout: Seconds.
            after: Characters of the log to skip.

        Raises:
            LabError: It ended, or never said so.
        """
        deadline = time.monotonic() + timeout
        while text not in self.said()[after:]:
            if not self.running and text not in self.said()[after:]:
                raise self.error(f"ended with exit code {self.code} before it said {text!r}")
            if time.monotonic() > deadline:
                raise self.error(f"did not say {text!r} within {timeout:g} s")
            time.sleep(_POLL_SECONDS)

    def error(self, what: str, lines: int = 20) -> LabError:
        """An error about this process, with the end of its log."""
        tail = "\n".join(self.said().splitlines()[-lines:]) or "(nothing)"
        return LabError(f"{self.name} {what}. The end of its log:\n{tail}")

    def _ended_within(self, seconds: float) -> bool:
        if self._handle is None:
            return True
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _settled(self) -> int:
        """The code, once the supervisor has reaped what is known to have ended."""
        while (code := self.code) is None:
            time.sleep(_POLL_SECONDS / 10)
        return code
