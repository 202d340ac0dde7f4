"""``receptionist start``: the worker, as ``python -m livekit.agents start`` starts it."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import typer

LogLevel = Literal["DEBUG", "INFO", "WARN", "ERROR"]
LogFormat = Literal["json", "colored"]


def start(
    config: Annotated[
        Path | None,
        typer.Option(help="The business file. [RECEPTIONIST_CONFIG, else receptionist.yaml]"),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="The LiveKit server's address. [LIVEKIT_URL]")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(help="A key of the LiveKit server. [LIVEKIT_API_KEY]")
    ] = None,
    api_secret: Annotated[
        str | None, typer.Option(help="The secret of that key. [LIVEKIT_API_SECRET]")
    ] = None,
    log_level: Annotated[LogLevel, typer.Option(case_sensitive=False)] = "INFO",
    log_format: Annotated[LogFormat, typer.Option()] = "json",
) -> None:
    """Answer calls until SIGTERM, then let those that are up end.

    Exit codes: 0 after SIGTERM or Ctrl-C; 1 the worker had to stop, the last line says why; 2 a
    setting or the business file cannot be used, one line for each fault.
    """
    from livekit.agents.__main__ import main

    if config is not None:
        os.environ["RECEPTIONIST_CONFIG"] = str(config)
    # Named, not imported: the framework imports it as it does for its own command.
    worker = find_spec("receptionist.worker")
    assert worker is not None and worker.origin is not None
    arguments = [
        "start",
        worker.origin,
        "--log-level",
        log_level.upper(),
        "--log-format",
        log_format,
    ]
    for flag, value in (("--url", url), ("--api-key", api_key), ("--api-secret", api_secret)):
        if value:
            arguments += [flag, value]
    sys.exit(main(arguments))
