"""A call made by hand, as someone makes it who sits at a terminal."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lab import call
from lab.audio import Audio

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(240)


class Terminal:
    """A terminal without a sound device, in which the call was started."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.keyboard, self._screen = os.openpty()
        self.before = termios.tcgetattr(self._screen)
        self.shown = ""
        self._process = subprocess.Popen(
            # In a session of its own whose terminal this is, so that Ctrl-C means what it means.
            ["setsid", "--ctty", "--wait", sys.executable, "-m", "lab.call", *arguments],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(folder), "COLUMNS": "200"},
            stdin=self._screen,
            stdout=self._screen,
            stderr=self._screen,
        )

    def until(self, text: str, seconds: float = 90.0) -> None:
        """Read until it shows ``text``, after what was waited for before."""
        place, deadline = len(self.shown), time.monotonic() + seconds
        while text not in self.shown[place:]:
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.shown}"
            if select.select([self.keyboard], [], [], 0.1)[0]:
                self.shown += os.read(self.keyboard, 4096).decode().replace("\r\n", "\n")

    def type(self, keys: str) -> None:
        os.write(self.keyboard, keys.encode())

    def exit_code(self) -> int:
        return self._process.wait(30)

    def settings(self) -> list[object]:
        return termios.tcgetattr(self._screen)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self.keyboard)
        os.close(self._screen)


def left_behind(folder: Path) -> list[str]:
    """Processes that have to do with a folder, and what is in it."""
    found = [path.name for path in folder.iterdir()]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in (process / "cmdline").read_text():
                found.append(process.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    """For all temporary files; its name is short, because those of sockets must be."""
    with tempfile.TemporaryDirectory(prefix="call-") as folder:
        yield Path(folder)


@pytest.fixture
def terminal(folder: Path, tmp_path: Path) -> Iterator[Terminal]:
    player = f"sh -c 'exec cat > {tmp_path / 'played'}'"
    terminal = Terminal(folder, "--player", player)
    yield terminal
    terminal.close()


def test_an_unknown_argument_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call.main(["--louder"])
    assert ended.value.code == 2
    assert "--louder" in capsys.readouterr().err


@pytest.mark.e2e
def test_what_is_pressed_and_written_in_the_terminal_leads_to_the_front_desk(
    terminal: Terminal, folder: Path, tmp_path: Path
) -> None:
    terminal.until("Thanks for calling Acme Dental")
    terminal.type("2")
    terminal.until("They're back tomorrow at nine")
    terminal.type("sI would like to talk to the front desk, please.\n")
    terminal.until("The front desk, is that right?")
    terminal.type("1")
    terminal.until("You are through")
    terminal.until("receptionist  (hangs up)")
    terminal.type("h")
    terminal.until("The call is over. As a page: ")
    assert terminal.exit_code() == 0
    found = re.search(r"As a page: (\S+)", terminal.shown)
    assert found
    page = Path(found[1])
    assert "They&#39;re back tomorrow" in page.read_text()
    assert left_behind(folder) == [page.parent.name]
    assert terminal.settings() == terminal.before
    played = Audio(np.frombuffer((tmp_path / "played").read_bytes(), np.int16))
    assert sum(span.seconds for span in played.audible()) > 3


@pytest.mark.e2e
def test_ctrl_c_leaves_nothing(terminal: Terminal, folder: Path) -> None:
    terminal.until("Thanks for calling Acme Dental")
    terminal.type("\x03")
    terminal.until("stopped; nothing is left")
    assert terminal.exit_code() == 0
    assert terminal.settings() == terminal.before
    assert left_behind(folder) == []
