"""All commands of ``receptionist``, one module each."""

from __future__ import annotations

import typer

from .calls import calls
from .console import console
from .override import override
from .schema import schema
from .start import start
from .twilio import twilio
from .voice import voice
from .who import who

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 done; 1 it could not be done; 2 bad input, nothing was done.",
)


@app.callback()
def receptionist() -> None:
    """Answers a business's telephone and puts callers through."""


for command in (start, console, calls, who, schema):
    app.command()(command)
app.add_typer(override, name="override")
app.add_typer(voice, name="voice")
app.add_typer(twilio, name="twilio")
