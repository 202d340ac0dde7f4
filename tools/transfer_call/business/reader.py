"""One file: its text to a model, with every fault found in one run.

A key that is missing or wrong is reported, then replaced by a stand-in, so that what it hides
is found in the same run; a file with a fault never gets further than its faults.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from .environment import Environment
from .faults import Fault, Loc, closest, did_you_mean, field_path
from .model import Entries, Model, paths, shape_at
from .yaml_tree import Tree, read_tree

M = TypeVar("M", bound=Model)

_ROUNDS = 8
_TAGS = frozenset({"list", "mapping", "[key]"})


class Document:
    """A file that was read, and what is wrong with it.

    Attributes:
        file: The file as the operator named it.
        faults: Found so far.
    """

    def __init__(self, file: str, text: str, env: Mapping[str, str]) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self._env = Environment(env)
        self._tree: Tree = read_tree(text, self._env)
        self._faulted: set[Loc] = set(self._tree.spoiled)
        for complaint in self._tree.complaints:
            self.faults.append(
                Fault(
                    file,
                    complaint.line,
                    complaint.column,
                    field_path(complaint.loc),
                    complaint.message,
                )
            )

    @property
    def data(self) -> Any:
        """The file's plain content."""
        return self._tree.data

    def fault(self, loc: Sequence[str | int], message: str, *, of_key: bool = False) -> None:
        """Add a fault about the value, or the key, at `loc`.

        Nothing is added where a fault about the same value, or one around it, says it already.
        """
        loc = tuple(loc)
        if self.is_faulted(loc):
            return
        line, column = self._tree.position(loc, of_key=of_key)
        self.faults.append(Fault(self.file, line, column, field_path(loc), self._env.hide(message)))

    def is_faulted(self, loc: Sequence[str | int]) -> bool:
        """Whether the value at `loc`, or one around it, was found wrong by the models."""
        return any(tuple(loc[:length]) in self._faulted for length in range(len(loc) + 1))

    def is_faulted_below(self, loc: Sequence[str | int]) -> bool:
        """Whether a part of the value at `loc` was found wrong by the models."""
        return any(faulted[: len(loc)] == tuple(loc) for faulted in self._faulted)

    def written(self, loc: Sequence[str | int]) -> Loc:
        """`loc` as far as the file has it, and one key more."""
        data: Any = self.data
        for length, part in enumerate(loc):
            if isinstance(data, dict) and part in data:
                data = data[part]
            elif isinstance(data, list) and isinstance(part, int) and part < len(data):
                data = data[part]
            else:
                return tuple(loc[: length + 1] if isinstance(data, dict) else loc[:length])
        return tuple(loc)

    def read_as(self, model: type[M]) -> M | None:
        """The file as a `model`; after a fault, with stand-ins where the faults were.

        Returns:
            ``None`` when nothing can be made of the file.
        """
        if not self._tree.readable:
            return None
        if not isinstance(self.data, dict):
            said = "is empty" if self.data is None else "is not a list of keys and values"
            known = ", ".join(name for name in model.model_fields)
            self.fault((), f"{said}; it may hold {known}")
            return None
        data = self.data
        for loc in self._tree.spoiled:
            _mend(model, data, loc)
        for _ in range(_ROUNDS):
            try:
                return model.model_validate(data)
            except ValidationError as error:
                items = error.errors(include_url=False, include_input=False)
                # A misspelt key is one mistake: the key it was meant for is not missing too.
                items.sort(key=lambda item: item["type"] != "extra_forbidden")
                for item in items:
                    self._take(model, data, item)
        return None

    def _take(self, model: type[M], data: Any, item: Any) -> None:
        loc = _without_tags(data, item["loc"])
        if item["type"] == "extra_forbidden":
            owner = shape_at(model, loc[:-1])
            meant = closest(str(loc[-1]), owner.model_fields) if isinstance(owner, type) else None
            if meant is not None and meant not in _at(data, loc[:-1]):
                self._faulted.add((*loc[:-1], meant))
        self.fault(loc, _words(model, loc, item), of_key=item["type"] == "extra_forbidden")
        self._faulted.add(loc)
        _mend(model, data, loc)


def _at(data: Any, loc: Loc) -> Any:
    for part in loc:
        data = data[part]
    return data


def _without_tags(data: Any, loc: Sequence[str | int]) -> Loc:
    """A pydantic location without the parts that name a branch of a union or a step to it."""
    clean: list[str | int] = []
    for index, part in enumerate(loc):
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and isinstance(part, int):
            data = data[part]
        elif isinstance(part, int) or part in _TAGS or index < len(loc) - 1:
            continue
        clean.append(part)
    return tuple(clean)


def _mend(model: type[Model], data: Any, loc: Loc) -> None:
    """Put a stand-in where the fault is, or take the faulty value away.

    A list with a faulty item goes as a whole, so that the places of the others stay true.
    """
    while loc and isinstance(loc[-1], int):
        loc = loc[:-1]
    for part in loc[:-1]:
        data = data.get(part) if isinstance(data, dict) else None
    if not loc or not isinstance(data, dict):
        return
    owner, last = shape_at(model, loc[:-1]), str(loc[-1])
    if isinstance(owner, Entries):
        stand_in = owner.model.stand_ins or None
    else:
        stand_in = owner.stand_ins.get(last) if owner is not None else None
    if stand_in is None:
        data.pop(last, None)
    else:
        data[last] = copy.deepcopy(stand_in)


def _words(model: type[Model], loc: Loc, item: Any) -> str:
    """A pydantic error in the operator's words."""
    owner = shape_at(model, loc[:-1])
    match item["type"]:
        case "value_error":
            return str(item["ctx"]["error"])
        case "missing":
            field = owner.model_fields[str(loc[-1])] if isinstance(owner, type) else None
            said = field.description if field is not None else None
            return f"is missing. {said}" if said else "is missing"
        case "extra_forbidden" if isinstance(owner, type):
            return f"unknown key{_meant(model, owner, str(loc[-1]))}"
        case "model_type" | "dict_type" | "mapping_type":
            return "must be a mapping: keys with their values, indented below it"
        case "tuple_type" | "list_type":
            return "must be a list, such as [one, two]"
    return str(item["msg"])


def _meant(model: type[Model], owner: type[Model], key: str) -> str:
    close = did_you_mean(key, owner.model_fields)
    if close:
        return close
    elsewhere = [path for path, known in paths(model) if key in known.model_fields]
    if elsewhere:
        place = f"under {elsewhere[0]}" if elsewhere[0] else "at the top of the file"
        return f"; {key} stands {place}"
    return f"; the keys here are {', '.join(owner.model_fields)}"
