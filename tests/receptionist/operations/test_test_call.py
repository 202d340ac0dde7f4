"""``receptionist test-call``: what it hands to the lab, and what it says without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from receptionist.cli import test_call as command
from tests.receptionist.operations.conftest import Run

LAB = """\
import json, pathlib, sys
pathlib.Path("asked.json").write_text(json.dumps(sys.argv[1:]))
sys.exit(1)
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab that only notes what it is asked, and puts nobody through."""
    folder = tmp_path / "sources"
    (folder / "lab").mkdir(parents=True)
    (folder / "lab" / "try_call.py").write_text(LAB)
    monkeypatch.setattr(command, "SOURCES", folder)
    return folder


def test_the_lab_is_asked_for_one_call_and_its_exit_code_is_handed_on(
    run: Run, sources: Path, tmp_path: Path
) -> None:
    run("test-call", "--press", "1*", "--numbers", code=1)
    assert json.loads((sources / "asked.json").read_text()) == [
        "--config", str(tmp_path / "receptionist.yaml"), "--number", "+16175550100",
        "--press", "1*", "--say", "", "--after", "1.0", "--numbers",
    ]  # fmt: skip


def test_without_the_lab_that_is_said_in_words(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "SOURCES", tmp_path)
    said = run("test-call", "--press", "1", code=1).stderr
    assert "test-call needs lab/" in said
    assert "clone the sources" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((), "say what the caller does"), (("--press", "1a"), "--press: '1a' are no keys")],
)
def test_bad_input_is_refused(
    run: Run, sources: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in run("test-call", *arguments, code=2).stderr
    assert not (sources / "asked.json").exists()
