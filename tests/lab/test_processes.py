"""The supervisor with processes that do next to nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.processes import LabError, Process, Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Starts a grandchild in a session of its own, which ignores SIGTERM, and dies or stays.
FAMILY = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("grandchild", os.getpid(), flush=True)
    time.sleep(600)
print("child", os.getpid(), flush=True)
if sys.argv[1] == "stays":
    time.sleep(600)
"""

PARENT = """
import os, sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from lab.processes import Supervisor
folder = Path({folder!r})
supervisor = Supervisor()
supervisor.ask("remove", folder=str(folder / "scratch"))
child = supervisor.start("family", [sys.executable, "-c", {family!r}, "stays"], log=folder / "log")
child.wait_for_line("grandchild", 10)
print(*supervisor.tree(), supervisor.pid, flush=True)
{ending}
"""


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.close()


def until(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def python(supervisor: Supervisor, folder: Path, code: str, *arguments: str) -> Process:
    argv = [sys.executable, "-c", code, *arguments]
    return supervisor.start("a process", argv, log=folder / "log", cwd=folder)


async def test_a_process_ends_with_its_code(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python(supervisor, tmp_path, "import sys; print('bye'); sys.exit(3)")
    assert await process.wait(10) == 3
    assert process.said() == "bye\n"
    assert not process.running


async def test_waiting_has_an_end(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python(supervisor, tmp_path, "import time; print('here'); time.sleep(600)")
    with pytest.raises(LabError, match="still runs"):
        await process.wait(0.05)


def test_an_error_shows_the_end_of_the_log(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python(supervisor, tmp_path, "raise SystemExit('the config is wrong')")
    with pytest.raises(LabError, match=r"(?s)exit code 1 before .*the config is wrong"):
        process.wait_for_line("ready", 10)


def test_a_program_that_is_not_there(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(LabError, match="No such file"):
        supervisor.start("x", [tmp_path / "nothing"], log=tmp_path / "log")


def test_processes_get_signals_as_usual(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python(supervisor, tmp_path, "import time; print('up', flush=True); time.sleep(600)")
    process.wait_for_line("up", 10)
    assert process.stop() == -signal.SIGTERM


def test_stopping_a_process_takes_its_family_along(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python(supervisor, tmp_path, FAMILY, "stays")
    process.wait_for_line("grandchild", 10)
    family = process.tree()
    assert len(family) == 2
    process.stop(grace=1)
    assert not any(alive(pid) for pid in family)


def test_an_orphan_still_belongs_to_the_lab(tmp_path: Path) -> None:
    supervisor = Supervisor()
    process = python(supervisor, tmp_path, FAMILY, "dies")
    process.wait_for_line("grandchild", 10)
    assert until(lambda: not process.running)
    (orphan,) = supervisor.tree()
    supervisor.close()
    assert not alive(orphan)


@pytest.mark.parametrize(
    "ending",
    [
        "os.kill(os.getpid(), 9)",
        "time.sleep(600)",
        "raise RuntimeError('oh')",
        "if os.fork() == 0: time.sleep(3)\nos.kill(os.getpid(), 9)",
    ],
    ids=["kills itself", "is killed", "fails", "leaves a fork that holds its files"],
)
def test_nothing_outlives_the_one_who_started_it(tmp_path: Path, ending: str) -> None:
    (tmp_path / "scratch").mkdir()
    root = str(Path(__file__).parents[2])
    code = PARENT.format(root=root, folder=str(tmp_path), family=FAMILY, ending=ending)
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        if ending == "time.sleep(600)":
            parent.kill()
        parent.wait(10)
        assert len(pids) == 3
        assert until(lambda: not any(alive(pid) for pid in pids))
        assert until(lambda: not (tmp_path / "scratch").exists())


def test_ctrl_c_reaches_the_parent_alone(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    waiting = (
        "try:\n    print('waiting', flush=True)\n    time.sleep(600)\nexcept KeyboardInterrupt:\n"
        "    print(len(supervisor.tree()), flush=True)\nsupervisor.close()"
    )
    code = PARENT.format(root=root, folder=str(tmp_path), family=FAMILY, ending=waiting)
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Shells start background jobs with the signal ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert parent.stdout.readline() == "waiting\n"
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.stdout.readline() == "2\n"
        parent.wait(10)
        assert not any(alive(pid) for pid in pids)
