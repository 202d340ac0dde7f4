"""YAML text to plain values that remember where they stand.

Everything but the structure stays text, so that ``country: NO`` is Norway and ``key: 0`` is the
key 0; the models say what is a number. What a file of this kind never needs is refused: tags,
anchors and aliases (with them every expanding document), a second document, a key twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from .environment import mask, unmask

if TYPE_CHECKING:
    from .environment import Environment
    from .faults import Loc

MAX_DEPTH = 16
MAX_VALUES = 200_000
MAX_TEXT = 10_000
"""Characters of one value."""
MAX_COMPLAINTS = 1000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_UNPRINTABLE = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue002-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
_WAYS_OUT = {
    "mapping values are not allowed": 'check the indentation; a text with ": " in it needs quotes',
    "cannot start any token": "put the text in quotes, and indent with spaces, not tabs",
    "could not find expected ':'": 'a key is missing its ":"',
    "did not find expected key": "check the indentation and quotes here and in the line above",
    "unexpected end of stream": "a quote or a bracket is not closed",
    "did not find expected ',' or": "a bracket is not closed, or a comma is missing",
}


@dataclass(slots=True)
class Complaint:
    """One fault of the YAML itself, before it has a file name."""

    line: int
    column: int
    loc: Loc
    message: str


@dataclass(slots=True)
class Tree:
    """A file's content.

    Attributes:
        data: Mappings, lists, texts, and ``None`` where nothing was written.
        readable: Whether `data` is the whole file.
        complaints: What is wrong with the YAML.
        spoiled: Where a complaint already says what is wrong with the value.
    """

    data: Any = None
    readable: bool = False
    complaints: list[Complaint] = field(default_factory=list)
    spoiled: set[Loc] = field(default_factory=set)
    _values: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    _keys: dict[Loc, tuple[int, int]] = field(default_factory=dict)

    def position(self, loc: Loc, *, of_key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at `loc` or of the nearest thing around it.

        A value that begins on another line than its key is said to stand at its key.
        """
        for length in range(len(loc), 0, -1):
            key, value = self._keys.get(loc[:length]), self._values.get(loc[:length])
            if key and (of_key or value is None or value[0] != key[0]):
                return key
            if value:
                return value
        return (1, 1)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read."""

    loc: Loc
    content: dict[str, Any] | list[Any]
    key: str | None = None
    drop: bool = False
    """The key was there before: its value is read and thrown away."""
    thrown_away: bool = False
    """It is itself part of such a value."""

    def place(self) -> Loc:
        return (*self.loc, len(self.content) if isinstance(self.content, list) else self.key or "")

    def put(self, value: Any) -> None:
        if isinstance(self.content, list):
            self.content.append(value)
            return
        if not self.drop:
            self.content[self.key or ""] = value
        self.key, self.drop = None, False


class _Unreadable(Exception):
    """Reading further would only produce more of the same."""


def read_tree(text: str, env: Environment) -> Tree:
    """Read one YAML document; never raises, whatever the text.

    Args:
        text: The file's text.
        env: Where ``${NAME}`` in values comes from.
    """
    tree = Tree()
    if (bad := unprintable(text)) is not None:
        line, column = line_of(text, bad)
        message = "holds a character that is not text; remove it, and save the file as UTF-8"
        tree.complaints.append(Complaint(line, column, (), message))
        return tree
    try:
        _Builder(tree, env).build(yaml.parse(mask(text), Loader=_LOADER))
        tree.readable = True
    except _Unreadable:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        tree.complaints.append(Complaint(line, column, (), _syntax_words(error)))
    except yaml.YAMLError:
        tree.complaints.append(Complaint(1, 1, (), "is not YAML"))
    return tree


class _Builder:
    def __init__(self, tree: Tree, env: Environment) -> None:
        self._tree = tree
        self._env = env
        self._stack: list[_Open] = []
        self._documents = 0
        self._count = 0

    def build(self, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                done = self._stack.pop()
                self._put(done.content)
            elif isinstance(event, yaml.AliasEvent):
                self._limit(event)
                self._spoil(event, "aliases (*name) are not used here; write the value out")
                self._put("")
            elif isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    self._stop(event, "a second document begins here; remove the line ---")

    def _scalar(self, event: Any) -> None:
        self._limit(event)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.content, dict) and top.key is None:
            self._key(top, top.content, event)
            return
        self._place(event)
        self._refuse_tag(event)
        if event.implicit[0] and event.value in _EMPTY:
            self._put(None)
            return
        if len(event.value) > MAX_TEXT:
            self._spoil(event, f"is longer than {MAX_TEXT} characters")
            self._put("")
            return
        text, problems = self._env.expand(unmask(event.value))
        for problem in dict.fromkeys(problems):
            self._spoil(event, problem)
        self._put(text)

    def _key(self, top: _Open, content: dict[str, Any], event: Any) -> None:
        top.key = unmask(event.value)
        loc = top.place()
        if top.key in content and not top.thrown_away:
            first = self._tree.position(loc, of_key=True)[0]
            self._complain(event, f"is written twice, first in line {first}; keep one", loc)
            top.drop = True
        elif not top.thrown_away:
            self._tree._keys[loc] = _start(event)
        self._refuse_tag(event)

    def _start(self, event: Any) -> None:
        self._limit(event)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.content, dict) and top.key is None:
            self._stop(event, "a key must be one word or text, not a list or a mapping")
        if len(self._stack) >= MAX_DEPTH:
            self._stop(event, "is nested deeper than anything in this file can be")
        self._place(event)
        self._refuse_tag(event)
        opened = _Open(self._here(), {} if isinstance(event, yaml.MappingStartEvent) else [])
        opened.thrown_away = self._in_vain()
        self._stack.append(opened)

    def _put(self, value: Any) -> None:
        if self._stack:
            self._stack[-1].put(value)
        else:
            self._tree.data = value

    def _place(self, event: Any) -> None:
        if self._stack and not self._in_vain():
            self._tree._values[self._stack[-1].place()] = _start(event)

    def _here(self) -> Loc:
        return self._stack[-1].place() if self._stack else ()

    def _in_vain(self) -> bool:
        """Whether what is read now is thrown away."""
        return bool(self._stack) and (self._stack[-1].drop or self._stack[-1].thrown_away)

    def _refuse_tag(self, event: Any) -> None:
        if event.anchor is not None:
            self._complain(event, "anchors (&name) are not used here; remove it")
        if event.tag is not None:
            self._complain(event, "tags (!name) are not used here; remove it")

    def _limit(self, event: Any) -> None:
        self._count += 1
        if self._count > MAX_VALUES:
            self._stop(event, f"the file holds more than {MAX_VALUES} values")
        if len(self._tree.complaints) > MAX_COMPLAINTS:
            self._stop(event, "what follows was not read")

    def _complain(self, event: Any, message: str, loc: Loc | None = None) -> None:
        loc = self._here() if loc is None else loc
        self._tree.complaints.append(Complaint(*_start(event), loc, message))

    def _spoil(self, event: Any, message: str) -> None:
        self._complain(event, message)
        if not self._in_vain():
            self._tree.spoiled.add(self._here())

    def _stop(self, event: Any, message: str) -> None:
        self._complain(event, message)
        raise _Unreadable


def _start(event: Any) -> tuple[int, int]:
    return (event.start_mark.line + 1, event.start_mark.column + 1)


def unprintable(text: str) -> int | None:
    """Where the first character stands that no text file holds, or ``None``."""
    found = _UNPRINTABLE.search(text)
    return found.start() if found else None


def line_of(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a character."""
    return (text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def _syntax_words(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or "this line cannot be read")
    for part, way_out in _WAYS_OUT.items():
        if part in problem:
            return f"is not valid YAML here: {way_out}"
    return f"is not valid YAML here: {problem}"
