"""What OpenAI's API may be sent and may answer: its published document, asked about one message."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

_DOCUMENT = Path(__file__).with_name("openapi.json")


class Contract:
    """Finds what is wrong with messages."""

    def __init__(self) -> None:
        """Read the document."""
        self._components = _with_null(json.loads(_DOCUMENT.read_text("utf-8")))["components"]
        self._validators: dict[str, Draft202012Validator] = {}

    def fault(self, schema: str, value: object) -> str:
        """What is wrong with `value`, ``""`` when nothing is.

        Args:
            schema: The name of a schema of the document.
            value: As JSON has it.
        """
        if schema not in self._validators:
            root = {"$ref": f"#/components/schemas/{schema}", "components": self._components}
            self._validators[schema] = Draft202012Validator(root)
        error = best_match(self._validators[schema].iter_errors(value))
        return "" if error is None else f"{schema} {error.json_path}: {error.message[:300]}"

    def event_fault(self, union: str, event: dict[str, Any]) -> str:
        """The same for an event of the realtime API.

        Args:
            union: ``RealtimeClientEvent`` or ``RealtimeServerEvent``.
            event: With its ``type``.
        """
        name = self._events(union).get(event.get("type", ""))
        if name is None:
            return f"{union}: there is no event {event.get('type')!r}"
        return self.fault(name, event)

    @functools.cache  # noqa: B019  # there is one contract
    def _events(self, union: str) -> dict[str, str]:
        """The schemas of a union by the ``type`` of their events."""
        schemas = self._components["schemas"]
        names = [one["$ref"].rpartition("/")[2] for one in schemas[union]["anyOf"]]
        found = {}
        for name in names:
            kind = schemas[name]["properties"]["type"]
            for value in kind.get("enum", [kind.get("const")]):
                found[value] = name
        return found


@functools.cache
def contract() -> Contract:
    """The contract, read once."""
    return Contract()


def _with_null(value: Any) -> Any:
    """The same with OpenAPI 3.0's ``nullable``, of which the document has some left, as JSON Schema
    has it.
    """  # noqa: D205
    if isinstance(value, list):
        return [_with_null(each) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _with_null(each) for key, each in value.items()}
    if changed.pop("nullable", None) is True:
        return {"anyOf": [changed, {"type": "null"}]}
    return changed
