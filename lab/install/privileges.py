"""Programs that need raw sockets, for people who are not root.

dumpcap sees packets and SIPp plays captured ones only with CAP_NET_RAW. Root has it. For
anyone else the lab keeps copies of the two in the cache, readable by that user alone,
which carry the capability: the system's own files stay as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from lab.install.cache import cache_dir
from lab.install.console import CannotInstallError
from lab.install.debian import root_prefix

_CAPABILITIES = {"dumpcap": "cap_net_raw,cap_net_admin=eip", "sipp": "cap_net_raw=eip"}


def privileged_program(name: str) -> Path | None:
    """A copy of the program that may use raw sockets, None when there is none (yet)."""
    found = shutil.which(name)
    if found is None:
        return None
    if os.geteuid() == 0:
        return Path(found)
    copy = cache_dir() / "privileged" / name
    if not copy.exists() or copy.stat().st_mtime < Path(found).stat().st_mtime:
        return None
    try:
        os.getxattr(copy, "security.capability")
    except OSError:
        return None
    return copy


def grant_privileges() -> None:
    """Make the copies.

    Raises:
        CannotInstallError: This needs root, and there is no way to be it.
    """
    wanted = [name for name in _CAPABILITIES if privileged_program(name) is None]
    if not wanted:
        return
    folder = cache_dir() / "privileged"
    folder.mkdir(mode=0o700, exist_ok=True)
    setcap = shutil.which("setcap", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    commands = []
    for name in wanted:
        found = shutil.which(name)
        if found is None:
            raise CannotInstallError(f"{name} is not on the PATH although its package is there.")
        shutil.copy(found, folder / name)
        (folder / name).chmod(0o700)
        commands.append([setcap or "/sbin/setcap", _CAPABILITIES[name], str(folder / name)])
    as_root = root_prefix()
    if as_root is None or any(
        subprocess.run([*as_root, *command], check=False).returncode for command in commands
    ):
        by_hand = "\n".join(f"  {' '.join(command)}" for command in commands)
        raise CannotInstallError(
            "Capturing and playing packets needs a capability that only root can give. Run this"
            f" as root, then try again:\n{by_hand}"
        )
