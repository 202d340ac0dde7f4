"""Plays what a phone hears on this machine's loudspeaker, where it has one."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HEADER = 44
_POLL_SECONDS = 0.02
_FORMATS = {
    "pacat": ("--playback", "--raw", "--format=s16le", "--rate=8000", "--channels=1"),
    "aplay": ("-q", "-t", "raw", "-f", "S16_LE", "-r", "8000", "-c", "1"),
}


def find_player(devices: Path = Path("/dev/snd")) -> tuple[str, ...]:
    """A program that plays raw sound from its input; empty where there is no sound device.

    Args:
        devices: Where the kernel has its sound devices.
    """
    if shutil.which("pacat") and _answers("pactl", "info"):
        return ("pacat", *_FORMATS["pacat"], "--latency-msec=60")
    if shutil.which("aplay") and any(devices.glob("pcm*p")):
        return ("aplay", *_FORMATS["aplay"])
    return ()


def _answers(*command: str) -> bool:
    """Whether a program is there and content."""
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=5).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False


class Speaker:
    """Passes recordings on to a player while they grow."""

    def __init__(self, player: Sequence[str], recordings: Callable[[], Sequence[Path]]) -> None:
        """Describe it.

        Args:
            player: A program that plays mono 16-bit sound, 8000 samples per second, from its
                input.
            recordings: The WAV files there are so far; the newest one is played.
        """
        self._player = player
        self._recordings = recordings

    async def run(self) -> None:
        """Play until cancelled.

        Raises:
            OSError: The player cannot be started, or ends by itself.
        """
        process = await asyncio.create_subprocess_exec(
            *self._player,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdin is not None
        try:
            await self._pass_on(process.stdin)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()

    async def _pass_on(self, to: asyncio.StreamWriter) -> None:
        current, place = Path(), _HEADER
        while True:
            known = self._recordings()
            if known and known[-1] != current:
                current, place = known[-1], _HEADER
            if known:
                with current.open("rb") as file:
                    file.seek(place)
                    data = file.read()
                whole = len(data) // 2 * 2
                if whole:
                    to.write(data[:whole])
                    place += whole
            await to.drain()
            await asyncio.sleep(_POLL_SECONDS)
