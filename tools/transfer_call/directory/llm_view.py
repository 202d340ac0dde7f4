"""What of a directory the LLM sees: never more than a few dozen lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .find import LIST_LIMIT

if TYPE_CHECKING:
    from .directory import Directory

_FREE_TEXT = """\
There are more people than are listed here. Pass as destination what the caller said: a name, \
with the department if it was said, an extension, or a department."""


@dataclass(frozen=True, slots=True)
class LlmView:
    """The destinations as the LLM is told of them.

    Attributes:
        choices: Names and descriptions.
        departments: Where people work who are not among the choices.
        free_text: Whether the destination is free text for `Directory.find`, because not
            every name is among the choices.
    """

    choices: tuple[tuple[str, str], ...]
    departments: tuple[str, ...] = ()
    free_text: bool = False

    def __bool__(self) -> bool:
        return bool(self.choices or self.departments)

    @property
    def names(self) -> tuple[str, ...]:
        """All that may be passed as destination; empty when it is free text."""
        return () if self.free_text else tuple(name for name, _ in self.choices)

    @property
    def text(self) -> str:
        """The choices, one on each line, and what else the LLM must know to choose."""
        lines = ["Destinations:"] if self.choices else []
        lines += [f"- {name}: {what}" if what else f"- {name}" for name, what in self.choices]
        if self.departments:
            lines.append(f"Departments: {', '.join(self.departments)}")
        if self.free_text:
            lines.append(_FREE_TEXT)
        return "\n".join(lines)


def llm_view(directory: Directory, limit: int = LIST_LIMIT) -> LlmView:
    """Every destination on offer, or above `limit` the departments and who belongs to none.

    The view has at most `limit` entries however many destinations there are.
    """
    offered = directory.offered()
    if len(offered) <= limit:
        return LlmView(tuple((one.name, one.description) for one in offered))
    alone = [(one.name, one.description) for one in offered if not one.department]
    choices = tuple(alone[:limit])
    departments = dict.fromkeys(one.department for one in offered if one.department)
    return LlmView(choices, tuple(departments)[: limit - len(choices)], free_text=True)
