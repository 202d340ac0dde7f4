"""livekit-server and livekit-sip of the pinned versions: found on the PATH, or built once."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from lab.install.cache import cache_dir, only_one
from lab.install.console import CannotInstallError, Progress, say
from lab.install.tools import go

MODULE = Path(__file__).parents[1] / "servers"
"""The Go module that names the versions."""

_PACKAGES = (
    "github.com/livekit/livekit-server/cmd/server",
    "github.com/livekit/sip/cmd/livekit-sip",
)
_BUILD_SECONDS = 240.0


class Servers(NamedTuple):
    """Where the two programs are."""

    livekit_server: Path
    livekit_sip: Path


def pinned_version(module: str) -> str:
    """The version that the lab's go.mod requires of ``module``, such as ``v1.8.0``."""
    found = re.search(rf"^\s*{re.escape(module)} (v\S+)$", (MODULE / "go.mod").read_text(), re.M)
    if not found:
        raise CannotInstallError(f"{MODULE / 'go.mod'} does not require {module}.")
    return found[1]


def find_servers() -> Servers | None:
    """The programs, from the PATH or from an earlier build."""
    server = _on_path("livekit-server", "github.com/livekit/livekit-server")
    sip = _on_path("livekit-sip", "github.com/livekit/sip")
    built = _built()
    server = server or (built.livekit_server if built.livekit_server.exists() else None)
    sip = sip or (built.livekit_sip if built.livekit_sip.exists() else None)
    return Servers(server, sip) if server and sip else None


def install_servers() -> Servers:
    """The programs, built first when there are none.

    Raises:
        CannotInstallError: The build failed.
    """
    if found := find_servers():
        return found
    with only_one("servers", waiting="another process is building the servers, waiting for it"):
        return find_servers() or _build()


def _built() -> Servers:
    pins = (MODULE / "go.mod").read_bytes() + (MODULE / "go.sum").read_bytes()
    home = cache_dir() / f"servers-{hashlib.sha256(pins).hexdigest()[:12]}"
    return Servers(home / "livekit-server", home / "livekit-sip")


def _on_path(program: str, module: str) -> Path | None:
    found = shutil.which(program)
    if not found:
        return None
    version = pinned_version(module)
    # Go writes the versions of what it linked into the program (debug/buildinfo); an official
    # release is built inside its own module and says its version only when asked.
    if f"{module}\t{version}\t".encode() in Path(found).read_bytes():
        return Path(found)
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    return Path(found) if version[1:] in said.stdout.split() else None


def _build() -> Servers:
    built = _built()
    home = built.livekit_server.parent
    program, own = go()
    with tempfile.TemporaryDirectory(dir=cache_dir(), prefix="build-") as scratch:
        module = Path(scratch) / "module"
        shutil.copytree(MODULE, module)
        environment = {
            **os.environ,
            "GOFLAGS": "-mod=mod",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "CGO_ENABLED": "1",
        }
        if not own:
            environment["GOPATH"] = str(cache_dir() / "go")
            environment["GOCACHE"] = str(cache_dir() / "go-build")
        listing = Progress("downloading the servers' Go modules", estimate=60)
        packages = _watch([str(program), "list", "-deps", *_PACKAGES], module, environment, listing)
        listing.finish(f"{len(packages)} packages to build at most")

        building = Progress(
            "building livekit-server and livekit-sip (once)",
            total=len(packages),
            estimate=_BUILD_SECONDS,
        )
        out = Path(scratch) / "out"
        out.mkdir()
        command = [str(program), "build", "-v", "-o", str(out), *_PACKAGES]
        _watch(command, module, environment, building, steps=True)
        building.finish("done")
        (out / "server").rename(out / built.livekit_server.name)
        shutil.rmtree(home, ignore_errors=True)
        out.rename(home)
    say(f"livekit-server and livekit-sip are in {home}")
    return built


def _watch(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    progress: Progress,
    *,
    steps: bool = False,
) -> list[str]:
    """Run a Go command and keep the progress moving.

    Returns:
        The lines of its stdout.

    Raises:
        CannotInstallError: It failed; with the end of what it said.
    """
    with tempfile.TemporaryFile("w+") as answers, tempfile.TemporaryFile("w+") as spoken:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=answers, stderr=spoken
        )
        try:
            seen = 0
            while True:
                try:
                    code = process.wait(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    pass
                spoken.seek(seen)
                for line in iter(spoken.readline, ""):
                    # `go build -v` names one package per line; what it downloads has spaces.
                    if steps and " " not in line:
                        progress.step()
                seen = spoken.tell()
                progress.tick()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        answers.seek(0)
        spoken.seek(0)
        if code:
            progress.finish("failed")
            raise CannotInstallError(
                f"`{' '.join(command)}` failed with exit code {code}:\n{spoken.read()[-4000:]}"
            )
        return answers.read().split()
