"""Operator's files for tests: small, and written where the test reads."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from transfer_call.business import Business, BusinessFileError, Fault, load

SMALL = """\
business:
  name: Acme
  country: US
destinations:
  sales: {to: "+12125550123"}
"""
"""The least that is enough."""


def write(folder: Path, text: str, name: str = "acme.yaml") -> Path:
    """A file with `text`, its indentation taken away."""
    path = folder / name
    path.write_text(dedent(text), "utf-8")
    return path


def loaded(folder: Path, text: str, env: Mapping[str, str] | None = None) -> Business:
    """What `text` comes to."""
    return load(write(folder, text), env or {})


def faults(folder: Path, text: str, env: Mapping[str, str] | None = None) -> list[Fault]:
    """What is wrong with `text`, the file's own name alone."""
    path = write(folder, text)
    with pytest.raises(BusinessFileError) as caught:
        load(path, env or {})
    assert caught.value.faults
    return caught.value.faults


def places(folder: Path, text: str, env: Mapping[str, str] | None = None) -> list[tuple[int, str]]:
    """Line and field of everything wrong with `text`."""
    return [(fault.line, fault.field) for fault in faults(folder, text, env)]


def write_wav(path: Path) -> Path:
    """A second of a tone."""
    tone = [int(9000 * math.sin(n / 4)) for n in range(8000)]
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack(f"<{len(tone)}h", *tone))
    return path
