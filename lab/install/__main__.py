"""``python3 -m lab.install [all|packages|uv|servers]``: put on this machine what the lab needs.

``uv`` prints the path of a usable uv on stdout, for the Makefile; all else is on stderr.
"""

from __future__ import annotations

import sys

from lab.install.console import CannotInstallError, say
from lab.install.debian import install_packages
from lab.install.privileges import grant_privileges
from lab.install.servers import install_servers
from lab.install.tools import uv


def main(arguments: list[str]) -> int:
    """Do the named part, all of it by default.

    Returns:
        The exit code: 1 when something could not be installed (one message says what to run),
        2 for a part that does not exist.
    """
    part = arguments[0] if arguments else "all"
    if part not in ("all", "packages", "uv", "servers") or len(arguments) > 1:
        say(f"usage: python3 -m lab.install [all|packages|uv|servers], not {arguments}")
        return 2
    try:
        if part in ("all", "packages"):
            install_packages()
            grant_privileges()
        if part in ("all", "servers"):
            install_servers()
        if part in ("all", "uv"):
            print(uv())
    except CannotInstallError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
