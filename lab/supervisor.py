"""The process that owns all processes of one lab, so that none outlives it.

Run as a program of its own by `lab.processes.Supervisor`: ``supervisor.py SOCKET PARENT``.
It is a session leader (Ctrl-C on the terminal does not reach it or its children) and a
child subreaper (prctl(2)): whatever a child starts stays its descendant, even when the
processes in between die. When its parent is gone, by whatever way, or closes the socket, it
kills every descendant, removes the folders it was told of, and ends.

Requests and replies are JSON, one per packet. Standard library only: it must start fast.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_KILL_SECONDS = 10.0
_PACKET = 1 << 20


class _Supervisor:
    def __init__(self, requests: socket.socket, parent: int) -> None:
        self._requests = requests
        self._parent = parent
        self._codes: dict[int, int | None] = {}
        self._folders: list[str] = []

    def run(self) -> None:
        parent = os.pidfd_open(self._parent)
        wakeup_read, wakeup_write = os.pipe()
        os.set_blocking(wakeup_write, False)
        signal.set_wakeup_fd(wakeup_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        requests = self._requests.fileno()
        while True:
            ready, _, _ = select.select([requests, parent, wakeup_read], [], [])
            if wakeup_read in ready:
                os.read(wakeup_read, 4096)
                self._reap()
            if parent in ready:
                return
            if requests in ready:
                packet = self._requests.recv(_PACKET)
                if not packet:
                    return
                self._requests.send(json.dumps(self._answer(json.loads(packet))).encode())

    def kill_all(self) -> None:
        deadline = time.monotonic() + _KILL_SECONDS
        while time.monotonic() < deadline:
            for pid in descendants(os.getpid()):
                _signal(pid, signal.SIGKILL)
            if self._reap():
                break
            time.sleep(0.01)
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        self._reap()
        match request["do"]:
            case "start":
                return self._start(request)
            case "poll":
                return {"code": self._codes[request["pid"]]}
            case "signal":
                if self._codes[request["pid"]] is None:
                    _signal(request["pid"], request["signal"])
                return {}
            case "tree":
                return {"pids": [request["pid"], *descendants(request["pid"])]}
            case "remove":
                self._folders.append(request["folder"])
                return {}
            case unknown:
                return {"error": f"the supervisor does not know how to {unknown}"}

    def _start(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            with open(request["stdout"], "ab") as out, open(request["stderr"], "ab") as errors:
                process = subprocess.Popen(
                    request["argv"],
                    executable=request["executable"],
                    env=request["env"],
                    cwd=request["cwd"],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=errors,
                    start_new_session=True,
                    preexec_fn=_die_with_parent,
                )
        except OSError as error:
            return {"error": f"{request['executable']}: {error.strerror}"}
        process.returncode = 0  # reaped here, not by Popen, which would complain when it is gone
        self._codes[process.pid] = None
        return {"pid": process.pid}

    def _reap(self) -> bool:
        """Take note of the children that have ended; whether there are none left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return False
            if pid in self._codes:
                self._codes[pid] = os.waitstatus_to_exitcode(status)


def descendants(ancestor: int) -> list[int]:
    """The living processes below ``ancestor``; one that is dead but not yet reaped is not."""
    children: dict[int, list[int]] = {}
    dead = set()
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", "rb") as file:
                # The command in parentheses may hold anything, the state follows the last one.
                state, parent = file.read().rpartition(b")")[2].split()[:2]
        except OSError:
            continue
        children.setdefault(int(parent), []).append(int(entry))
        if state in (b"Z", b"X"):
            dead.add(int(entry))
    found: list[int] = []
    waiting = [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        waiting += below
        found += [pid for pid in below if pid not in dead]
    return found


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _main() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Not SIG_IGN: that would be inherited by every program started from here.
        signal.signal(number, lambda *_: None)
    requests = socket.socket(fileno=int(sys.argv[1]))
    supervisor = _Supervisor(requests, int(sys.argv[2]))
    try:
        supervisor.run()
    finally:
        supervisor.kill_all()


if __name__ == "__main__":
    _main()
