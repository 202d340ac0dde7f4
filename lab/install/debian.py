"""The Debian packages the lab and its tests need, installed without starting a daemon."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lab.install.console import CannotInstallError, say

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = (
    "baresip-core",  # softphones
    "baresip-ffmpeg",
    "ca-certificates",
    "chromium",  # looks at the pages of the demo
    "espeak-ng",  # local voices
    "flite",
    "gcc",  # livekit-sip links C codecs
    "libc6-dev",
    "libcap2-bin",
    "libopus-dev",
    "libopusfile-dev",
    "libsoxr-dev",
    "pkg-config",
    "postgresql",  # the record on a real PostgreSQL; only its programs are used
    "python3-venv",
    "redis-tools",  # holds the server's binary, and starts no daemon
    "sip-tester",  # SIPp
    "sox",
    "tshark",  # brings dumpcap
)
"""Everything from Debian, in one list, so that one command installs it."""

_POLICY = Path("/usr/sbin/policy-rc.d")
_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/livekit-transfer-call-lab.conf")


def missing_packages() -> list[str]:
    """Those of `PACKAGES` that dpkg does not know as installed."""
    if not shutil.which("dpkg-query"):
        raise CannotInstallError(
            "This machine has no dpkg: the lab is made for Debian and its relatives. Install what"
            " holds baresip, sipp, dumpcap, redis-server, flite, espeak-ng, sox, gcc and the"
            " headers of opus, opusfile and soxr yourself, or run the lab in a Debian container."
        )
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {
        line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")
    }
    return [name for name in PACKAGES if name not in installed]


def install_packages() -> None:
    """Install what is missing.

    Raises:
        CannotInstallError: The user is neither root nor allowed to be by sudo, or apt failed.
    """
    missing = missing_packages()
    if not missing:
        return
    as_root = root_prefix()
    by_hand = "apt-get update && apt-get install -y --no-install-recommends " + " ".join(missing)
    if as_root is None:
        raise CannotInstallError(
            f"These Debian packages are missing and this user cannot install them:\n"
            f"  {' '.join(missing)}\nRun this as root, then try again:\n  {by_hand}"
        )
    say(f"installing {len(missing)} Debian packages: {' '.join(missing)}")
    with _no_daemons(as_root):
        for command in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing],
        ):
            environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
            run = subprocess.run([*as_root, *environment, *command], stdout=sys.stderr, check=False)
            if run.returncode:
                raise CannotInstallError(
                    f"`{shlex.join(command)}` failed with exit code {run.returncode} (see above)."
                    f" Make this work as root, then try again:\n  {by_hand}"
                )


def root_prefix() -> list[str] | None:
    """What to put before a command so that it runs as root; None when nothing would help."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if sys.stdin.isatty():
        return ["sudo"]
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


@contextlib.contextmanager
def _no_daemons(as_root: list[str]) -> Iterator[None]:
    """Keep packages from starting services while they are installed.

    invoke-rc.d asks /usr/sbin/policy-rc.d (101 forbids); PostgreSQL's packages ask
    createcluster.d whether to make a database at all. Both files go away again, and a
    policy that was there already stays as it was.
    """
    own_policy = not _POLICY.exists()
    if own_policy:
        _write(as_root, _POLICY, "#!/bin/sh\nexit 101\n", mode="755")
    _write(as_root, _NO_CLUSTER, "create_main_cluster = false\n", mode="644")
    try:
        yield
    finally:
        if own_policy:
            subprocess.run([*as_root, "rm", "-f", str(_POLICY)], check=False)
        subprocess.run([*as_root, "rm", "-f", str(_NO_CLUSTER)], check=False)


def _write(as_root: list[str], path: Path, text: str, *, mode: str) -> None:
    subprocess.run(
        [*as_root, "install", "-D", "-m", mode, "/dev/stdin", str(path)],
        input=text,
        text=True,
        check=True,
    )
