"""``receptionist schema``: the business file's JSON Schema, for editors."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of the business file.

    An editor that knows it completes keys, explains them and marks mistakes:
    receptionist schema > receptionist.schema.json
    """
    from transfer_call.business import schema as of_file

    typer.echo(json.dumps(of_file(), indent=2, ensure_ascii=False))
