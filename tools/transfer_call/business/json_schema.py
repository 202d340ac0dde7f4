"""The JSON Schema of the operator's file, for editors: completion, descriptions, red lines."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from .models import BusinessFile, LinesFile


class _Generator(GenerateJsonSchema):
    """Defaults only where an operator would write them so, and no titles made of field names."""

    def default_schema(self, schema: Any) -> dict[str, Any]:
        written = self.generate_inner(schema["schema"])
        default = schema.get("default")
        if isinstance(default, bool | int | str) and default != "":
            return {**written, "default": default}
        return written

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


DIALECT = GenerateJsonSchema.schema_dialect
"""JSON Schema draft 2020-12."""


def schema() -> dict[str, Any]:
    """The schema, generated from the models; new at each call.

    It knows the keys and the form of each value. What spans keys, such as a key on two
    destinations, only the loader sees.
    """
    of_model, whole = models_json_schema(
        [(BusinessFile, "validation"), (LinesFile, "validation")], schema_generator=_Generator
    )
    return {
        "$schema": DIALECT,
        "title": "The operator's file of livekit-transfer-call",
        "if": {"type": "object", "required": ["lines"]},
        "then": of_model[(LinesFile, "validation")],
        "else": of_model[(BusinessFile, "validation")],
        "$defs": {name: _untitled(shape) for name, shape in whole["$defs"].items()},
    }


def _untitled(shape: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if key != "title"}
