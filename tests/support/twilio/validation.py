"""Whether a request, and its answer, is one that an OpenAPI document describes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator, FormatChecker

from .contract import Schema

FORM = "application/x-www-form-urlencoded"


class NotInContract(Exception):
    """What is wrong with a request or an answer."""


class Contract:
    def __init__(self, documents: Sequence[Schema]) -> None:
        self._paths = [
            (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))), item, document)
            for document in documents
            for path, item in document["paths"].items()
        ]

    def check_request(
        self, method: str, path: str, query: str, content_type: str, body: str
    ) -> dict[str, str]:
        """The request's form, read; raises NotInContract."""
        operation, document, values = self._operation(method, path)
        given = {("path", name): value for name, value in values.items()}
        given |= {("query", name): value for name, value in _pairs(query).items()}
        for parameter in operation.get("parameters", []):
            key = (parameter["in"], parameter["name"])
            if key in given:
                _check(given.pop(key), parameter["schema"], document, parameter["name"])
            elif parameter.get("required"):
                raise NotInContract(f"{parameter['name']} is missing")
        if given:
            raise NotInContract(f"there is no parameter {sorted(name for _, name in given)}")
        return self._check_form(operation, document, content_type, body)

    def check_answer(self, method: str, path: str, status: int, answer: Any) -> None:
        operation, document, _ = self._operation(method, path)
        schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        _validate(answer, schema, document, "answer")

    def _operation(self, method: str, path: str) -> tuple[Schema, Schema, dict[str, str]]:
        for pattern, item, document in self._paths:
            if (match := pattern.fullmatch(path)) and method.lower() in item:
                return item[method.lower()], document, match.groupdict()
        raise NotInContract(f"there is no {method} {path}")

    def _check_form(
        self, operation: Schema, document: Schema, content_type: str, body: str
    ) -> dict[str, str]:
        if "requestBody" not in operation:
            if body:
                raise NotInContract("there is a body")
            return {}
        if content_type != FORM:
            raise NotInContract(f"{content_type} is not a form")
        schema = operation["requestBody"]["content"][FORM]["schema"]
        form = _pairs(body)
        for name, value in form.items():
            if name not in schema["properties"]:
                raise NotInContract(f"there is no field {name}")
            _check(value, schema["properties"][name], document, name)
        if missing := [name for name in schema.get("required", []) if name not in form]:
            raise NotInContract(f"{missing} are missing")
        return form


def _pairs(text: str) -> dict[str, str]:
    found = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
    if len({name for name, _ in found}) < len(found):
        raise NotInContract("a name is given twice")
    return dict(found)


def _check(text: str, schema: Schema, document: Schema, name: str) -> None:
    wanted = _resolved(schema, document).get("type")
    value: Any = text
    if wanted in ("integer", "boolean"):
        try:
            # Twilio reads True as well as true.
            value = json.loads(text.lower())
        except ValueError:
            raise NotInContract(f"{name}: {text!r} is not of type {wanted}") from None
    _validate(value, schema, document, name)


def _validate(value: Any, schema: Schema, document: Schema, name: str) -> None:
    for error in _validator(_Schema(schema, document)).iter_errors(value):
        raise NotInContract(f"{name}{error.json_path[1:]}: {error.message}")


@dataclass(frozen=True, eq=False)
class _Schema:
    """A schema as a key: the same one is the same key."""

    schema: Schema
    document: Schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Schema) and self.schema is other.schema


@cache
def _validator(of: _Schema) -> Draft202012Validator:
    plain = _plain(of.schema, of.document)
    return Draft202012Validator(plain, format_checker=FormatChecker())


def _resolved(schema: Schema, document: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def _plain(schema: Any, document: Schema) -> Any:
    """The schema without references, and with `nullable` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_plain(each, document) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = _resolved(dict(schema), document)
    plain = {key: _plain(value, document) for key, value in found.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if found.get("nullable") is True else plain
