"""All commands of ``receptionist``, one module each."""

from __future__ import annotations

import inspect

import typer

from .calls import calls
from .check import check
from .console import console
from .drill import drill
from .init import init
from .override import override
from .schema import schema
from .setup import setup
from .start import start
from .test_call import test_call
from .transfer import transfer
from .trunks import trunks
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


def _reflowed(text: str) -> str:
    """A docstring whose lines end where the terminal's do, not where the source's do."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


for command in (
    init,
    check,
    setup,
    start,
    console,
    calls,
    transfer,
    drill,
    test_call,
    trunks,
    who,
    schema,
):
    app.command(help=_reflowed(command.__doc__ or ""))(command)
app.add_typer(override, name="override")
app.add_typer(voice, name="voice")
app.add_typer(twilio, name="twilio")
