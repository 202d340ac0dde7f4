"""The lab on the real servers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.ports import PortBlock
from lab.processes import LabError
from lab.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
WORKER = [sys.executable, "-m", "livekit.agents", "start", str(ROOT / "lab" / "bare_worker.py")]

LAB = f"""
import json, sys, time
sys.path.insert(0, {str(ROOT)!r})
from lab.stack import Stack
with Stack(agent_name="bare") as stack:
    with stack.worker({WORKER!r}):
        facts = [stack.processes(), str(stack.folder), stack.sip_address.port]
        print(json.dumps(facts), flush=True)
        time.sleep(600)
"""


def until(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def first_free_port() -> int:
    block = PortBlock()
    block.close()
    return block.first


async def test_two_labs_run_side_by_side(stack: Stack) -> None:
    with Stack() as other:
        assert other.url != stack.url
        assert other.sip_address != stack.sip_address
        line = await other.rooms.add_line("somebody")
        assert line.number != other.line.number
        assert line.room_prefix != other.line.room_prefix
        assert await other.rooms.names() == []
        processes, folder = other.processes(), other.folder
    assert not any(alive(pid) for pid in processes)
    assert not folder.exists()


def test_an_exception_leaves_nothing_behind() -> None:
    with pytest.raises(RuntimeError, match="oh"), Stack() as stack:
        processes = stack.processes()
        raise RuntimeError("oh")
    assert processes
    assert not any(alive(pid) for pid in processes)


def test_a_kill_of_the_parent_leaves_nothing_behind() -> None:
    with subprocess.Popen([sys.executable, "-c", LAB], stdout=subprocess.PIPE, text=True) as lab:
        assert lab.stdout is not None
        processes, folder, port = json.loads(lab.stdout.readline())
        assert len(processes) > 6  # servers, capture, the worker and what is below it
        lab.kill()
        assert until(lambda: not any(alive(pid) for pid in processes))
        assert until(lambda: not Path(folder).exists())
    assert until(lambda: first_free_port() < port)


def test_a_worker_that_does_not_start_says_why(stack: Stack) -> None:
    code = "raise SystemExit('receptionist.yaml, line 3: no such key')"
    with (
        pytest.raises(LabError, match=r"(?s)worker.* ended with exit code 1 .*no such key"),
        stack.worker([sys.executable, "-c", code]),
    ):
        pass
