from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING

import pytest

from lab.audio import Audio, tone
from lab.speaker import Speaker, find_player

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def recording(path: Path, hertz: float) -> bytes:
    """A WAV file; returns its samples as bytes."""
    samples = tone(hertz, 0.5)
    Audio(samples).write(path)
    return samples.tobytes()


@contextlib.asynccontextmanager
async def pipe(path: Path) -> AsyncIterator[asyncio.StreamReader]:
    """A named pipe, and what is written into it."""
    os.mkfifo(path)
    # Also for writing: it has no end before someone has written the first of it.
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    yield reader
    transport.close()


async def test_a_growing_recording_is_played_and_then_the_next_one(tmp_path: Path) -> None:
    known: list[Path] = []
    player = ("sh", "-c", 'exec cat > "$0"', str(tmp_path / "played"))
    first, second = tmp_path / "1.wav", tmp_path / "2.wav"
    sound, other = recording(first, 440), recording(second, 880)
    whole = first.read_bytes()
    first.write_bytes(whole[:1000])
    async with asyncio.timeout(20), pipe(tmp_path / "played") as played:
        running = asyncio.create_task(Speaker(player, lambda: known).run())
        known.append(first)
        assert await played.readexactly(1000 - 44) == sound[: 1000 - 44]
        first.write_bytes(whole)
        assert await played.readexactly(len(sound) - 1000 + 44) == sound[1000 - 44 :]
        known.append(second)
        assert await played.readexactly(len(other)) == other
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@pytest.mark.parametrize("player", [("no-such-player-anywhere",), ("true",)])
async def test_a_player_that_does_not_play_is_an_error(
    tmp_path: Path, player: tuple[str, ...]
) -> None:
    recording(tmp_path / "1.wav", 440)
    with pytest.raises(OSError):
        await asyncio.wait_for(Speaker(player, lambda: [tmp_path / "1.wav"]).run(), 10)


@pytest.mark.parametrize(
    ("programs", "devices", "found"),
    [
        ({}, ["pcmC0D0p"], None),
        ({"aplay": 0}, [], None),
        ({"aplay": 0}, ["controlC0", "pcmC0D0c"], None),
        ({"aplay": 0}, ["pcmC0D0p"], "aplay"),
        ({"aplay": 0, "pacat": 0, "pactl": 0}, ["pcmC0D0p"], "pacat"),
        ({"pacat": 0, "pactl": 0}, [], "pacat"),
        ({"aplay": 0, "pacat": 0, "pactl": 1}, ["pcmC0D0p"], "aplay"),
        ({"pacat": 0}, [], None),
    ],
)
def test_a_player_is_found_only_where_there_is_something_to_play_on(
    programs: dict[str, int],
    devices: list[str],
    found: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, code in programs.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {code}\n")
        program.chmod(0o755)
    (tmp_path / "snd").mkdir()
    for device in devices:
        (tmp_path / "snd" / device).touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (find_player(tmp_path / "snd") or (None,))[0] == found
