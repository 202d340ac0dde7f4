"""One markdown file per prompt, the operator's own in place of ours, and what they must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter

ENDING = ".md"


@dataclass(frozen=True, slots=True)
class PromptFault:
    """What is wrong with an operator's prompt.

    Attributes:
        file: The file, or the folder.
        line: From 1; 0 where it is about the whole.
        message: What is wrong and the way out.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class PromptError(ValueError):
    """Prompts that cannot be used; `faults` has every reason.

    Attributes:
        faults: In the order of files and lines.
    """

    def __init__(self, faults: Iterable[PromptFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Prompts:
    """All prompts of a line, read once and ready to be filled in.

    A placeholder is a name in braces, such as ``{business}``; ``{{`` is one brace. An own prompt
    holds exactly the placeholders of the one it replaces, each as often as it likes: an LLM
    must never be instructed without a fact, or with a gap in the text.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Read the prompts.

        Args:
            folder: The operator's own, by the names of ours. Files of other endings are left
                alone.

        Raises:
            PromptError: With every fault in the folder.
        """
        self._texts = dict(_ours())
        if folder is not None:
            own, faults = _read(folder)
            if faults:
                raise PromptError(faults)
            self._texts |= own

    def fill(self, name: str, /, **values: str) -> str:
        """The prompt `name` with a value for each of its placeholders.

        Raises:
            KeyError: There is no such prompt, or a value is missing.
        """
        return self._texts[name].format(**values).strip()


def names() -> tuple[str, ...]:
    """The prompts there are."""
    return tuple(sorted(_ours()))


def placeholders(name: str) -> frozenset[str]:
    """What the prompt `name` must hold.

    Raises:
        KeyError: There is no such prompt.
    """
    return frozenset(field for _, field in _fields(_ours()[name]))


@cache
def _ours() -> Mapping[str, str]:
    return {
        entry.name.removesuffix(ENDING): entry.read_text(encoding="utf-8")
        for entry in files(__package__).iterdir()
        if entry.name.endswith(ENDING)
    }


def _read(folder: Path) -> tuple[dict[str, str], list[PromptFault]]:
    """The texts of `folder` by name, and what is wrong with them."""
    texts: dict[str, str] = {}
    faults: list[PromptFault] = []
    try:
        own = sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"the folder of prompts cannot be read: {reason}. Make it, or remove prompts"
        return {}, [PromptFault(str(folder), 0, message)]
    for path in own:
        name = path.name.removesuffix(ENDING)
        if name not in _ours():
            near = get_close_matches(name, names(), 1)
            hint = f' - did you mean "{near[0]}{ENDING}"?' if near else ""
            there = ", ".join(f"{one}{ENDING}" for one in names())
            message = f"there is no prompt of this name; there are: {there}{hint}"
            faults.append(PromptFault(str(path), 0, message))
            continue
        try:
            texts[name] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            faults.append(PromptFault(str(path), 0, "is not UTF-8 text; save it as UTF-8"))
            continue
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            faults.append(PromptFault(str(path), 0, f"cannot be read: {reason}"))
            continue
        faults += _faults(str(path), name, texts[name])
    return texts, faults


def _faults(file: str, name: str, text: str) -> list[PromptFault]:
    if not text.strip():
        message = "says nothing; write a prompt, or remove the file to use ours"
        return [PromptFault(file, 0, message)]
    wanted = placeholders(name)
    known = ", ".join(f"{{{one}}}" for one in sorted(wanted)) or "none"
    found: set[str] = set()
    faults: list[PromptFault] = []
    for line, content in enumerate(text.splitlines(), 1):
        try:
            fields = _fields(content)
        except ValueError:
            message = "holds a brace by itself; write {{ or }} for one that is to be read"
            faults.append(PromptFault(file, line, message))
            continue
        for plain, field in fields:
            found.add(field)
            if field not in wanted or not plain:
                message = f"knows no {{{field}}}; its placeholders: {known}"
                faults.append(PromptFault(file, line, message))
    if not faults:
        faults += [
            PromptFault(file, 0, f"must hold {{{field}}}, which is filled in for each call")
            for field in sorted(wanted - found)
        ]
    return faults


def _fields(text: str) -> list[tuple[bool, str]]:
    """Each placeholder, and whether it is a plain one.

    Raises:
        ValueError: A brace that belongs to no placeholder.
    """
    return [
        (field.isidentifier() and not form and not conversion, field)
        for _, field, form, conversion in Formatter().parse(text)
        if field is not None
    ]
