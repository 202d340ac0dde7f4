"""What phones of the lab say: files that never end, and sentences spoken by flite."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from lab.audio import RATE, Audio, Samples, silence, tone
from lab.processes import LabError

_LASTS = 600.0


def endless(sound: Samples, folder: Path, *, seconds: float = _LASTS) -> Path:
    """A WAV file of this sound (8000 samples per second) and then silence.

    baresip hangs up when the file it speaks from ends, so it must outlast the call.
    """
    path = folder / f"sound-{hashlib.sha256(sound.tobytes()).hexdigest()[:12]}.wav"
    if not path.exists():
        rest = silence(max(0.0, seconds - len(sound) / RATE))
        unfinished = path.with_suffix(".unfinished")
        Audio(np.concatenate([sound, rest])).write(unfinished)
        unfinished.rename(path)
    return path


def beeps(hertz: float, seconds: float = _LASTS) -> Samples:
    """A tone that comes and goes (half a second each), by which a phone can be told."""
    once = np.concatenate([tone(hertz, 0.5), silence(0.5)])
    return np.tile(once, max(1, round(seconds)))


def spoken(text: str, *, voice: str = "slt") -> Samples:
    """A sentence, spoken by flite.

    Raises:
        LabError: flite or sox is missing or failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        wide, narrow = Path(folder) / "wide.wav", Path(folder) / "narrow.wav"
        for command in (
            ["flite", "-voice", voice, "-t", text, "-o", str(wide)],
            ["sox", str(wide), "-r", str(RATE), "-c", "1", "-b", "16", str(narrow)],
        ):
            try:
                run = subprocess.run(command, capture_output=True, text=True, check=False)
            except FileNotFoundError as error:
                raise LabError(f"{command[0]} is missing: `python3 -m lab.install`.") from error
            if run.returncode:
                raise LabError(f"{command[0]} failed: {run.stderr.strip()}")
        return Audio.read(narrow).samples
