"""What all models of the file have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A mapping in the file.

    Attributes:
        stand_ins: Values that let the rest of the file be checked when a key is missing or
            wrong; they never leave the reader.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    stand_ins: ClassVar[Mapping[str, Any]] = {}


def shape(value: object) -> str:
    """Tells the branches of a key that takes a mapping or something simpler."""
    return "mapping" if isinstance(value, Mapping | Model) else "list"


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping whose keys the operator chooses and whose values are of one model."""

    model: type[Model]


def shape_at(model: type[Model], loc: Sequence[str | int]) -> type[Model] | Entries | None:
    """What `model` expects at `loc`, where that is a mapping."""
    found: type[Model] | Entries | None = model
    for part in loc:
        if isinstance(found, Entries):
            found = found.model
        elif found is not None:
            field = found.model_fields.get(str(part))
            found = _shape_of(field.annotation) if field is not None else None
    return found


def paths(model: type[Model], path: str = "") -> Iterator[tuple[str, type[Model]]]:
    """Every model below `model` with where it stands: ``destinations.NAME.otherwise``."""
    yield path, model
    for name, field in model.model_fields.items():
        found = _shape_of(field.annotation)
        below = f"{path}.{name}" if path else name
        if isinstance(found, Entries):
            yield from paths(found.model, f"{below}.NAME")
        elif found is not None:
            yield from paths(found, below)


def _shape_of(annotation: Any) -> type[Model] | Entries | None:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    inner = [found for arg in get_args(annotation) if (found := _shape_of(arg)) is not None]
    if not inner:
        return None
    if get_origin(annotation) is Mapping and not isinstance(inner[0], Entries):
        return Entries(inner[0])
    return inner[0]
