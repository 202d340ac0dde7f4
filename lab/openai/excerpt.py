"""Cuts `openapi.json` out of OpenAI's published OpenAPI document.

Run with ``python -m lab.openai.excerpt openapi.yaml``; the document is published, under the MIT
licence, at https://github.com/openai/openai-openapi. Kept are the schemas that the endpoints of
`lab.openai.server` need, without the prose.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).with_name("openapi.json")
SCHEMAS = (
    "CreateChatCompletionRequest",
    "CreateChatCompletionStreamResponse",
    "CreateSpeechRequest",
    "CreateSpeechResponseStreamEvent",
    "CreateTranscriptionRequest",
    "CreateTranscriptionResponseJson",
    "ErrorResponse",
    "ListModelsResponse",
    "RealtimeClientEvent",
    "RealtimeServerEvent",
)
"""What requests and answers are checked against."""
_PROSE = frozenset({"description", "example", "examples", "title", "deprecated"})


def excerpt(document: dict[str, Any]) -> dict[str, Any]:
    """The part of the document that `SCHEMAS` and all they refer to make up."""
    schemas = document["components"]["schemas"]
    found: dict[str, Any] = {}
    wanted = list(SCHEMAS)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = _without_prose(schemas[name])
            wanted += _references(found[name])
    info = {key: document["info"][key] for key in ("title", "version", "license")}
    note = "An excerpt of OpenAI's OpenAPI document, https://github.com/openai/openai-openapi"
    return {
        "openapi": document["openapi"],
        "info": {**info, "description": note},
        "paths": {},
        "components": {"schemas": dict(sorted(found.items()))},
    }


def _without_prose(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_prose(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, below in value.items():
        if key == "properties":
            # Here keys are names of the API, whatever they are called.
            kept[key] = {name: _without_prose(each) for name, each in below.items()}
        elif key not in _PROSE and not key.startswith("x-"):
            kept[key] = _without_prose(below)
    return kept


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for each in value for name in _references(each)]
    if not isinstance(value, dict):
        return []
    own = [str(value["$ref"]).rpartition("/")[2]] if "$ref" in value else []
    return own + [name for each in value.values() for name in _references(each)]


def main(path: str) -> None:
    """Write `TARGET` anew."""
    document = yaml.safe_load(Path(path).read_text("utf-8"))
    TARGET.write_text(json.dumps(excerpt(document), separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
