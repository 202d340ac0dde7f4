from __future__ import annotations

import asyncio
import os
import termios
from typing import TYPE_CHECKING, NamedTuple

import pytest

from lab.terminal import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Pty(NamedTuple):
    keyboard: int
    terminal: int


@pytest.fixture
def pty() -> Iterator[Pty]:
    ends = Pty(*os.openpty())
    yield ends
    for end in ends:
        os.close(end)


async def test_a_key_is_there_at_once_and_the_terminal_is_afterwards_as_it_was(pty: Pty) -> None:
    before = termios.tcgetattr(pty.terminal)
    with Keys(pty.terminal) as keys:
        os.write(pty.keyboard, b"0")
        assert await asyncio.wait_for(keys.next(), 5) == "0"
        os.write(pty.keyboard, "#é".encode())
        assert await asyncio.wait_for(keys.next(), 5) == "#"
        assert await asyncio.wait_for(keys.next(), 5) == "é"
    assert termios.tcgetattr(pty.terminal) == before


async def test_the_terminal_is_as_it_was_whatever_went_wrong(pty: Pty) -> None:
    before = termios.tcgetattr(pty.terminal)
    with pytest.raises(RuntimeError), Keys(pty.terminal):
        raise RuntimeError
    assert termios.tcgetattr(pty.terminal) == before


async def test_ctrl_c_is_no_key(pty: Pty) -> None:
    with Keys(pty.terminal):
        assert termios.tcgetattr(pty.terminal)[3] & termios.ISIG


async def test_input_that_is_no_terminal_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    try:
        with Keys(reading) as keys:
            os.write(writing, b"1")
            os.close(writing)
            assert await asyncio.wait_for(keys.next(), 5) == "1"
            assert await asyncio.wait_for(keys.next(), 5) == ""
    finally:
        os.close(reading)


async def test_a_file_is_read_to_its_end_too(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("1" * 100)
    with path.open() as file, Keys(file.fileno()) as keys:
        for _ in range(100):
            assert await asyncio.wait_for(keys.next(), 5) == "1"
        assert await asyncio.wait_for(keys.next(), 5) == ""
