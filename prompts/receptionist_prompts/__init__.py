"""How the receptionist's LLM is instructed: one markdown file per prompt, and `load`."""

from __future__ import annotations

from importlib.resources import files
from string import Formatter

__all__ = ["PromptError", "load", "names"]


class PromptError(ValueError):
    """A prompt that does not exist, or values that do not match its placeholders."""


def names() -> tuple[str, ...]:
    """The prompts there are."""
    return tuple(
        sorted(
            entry.name.removesuffix(".md")
            for entry in files(__name__).iterdir()
            if entry.name.endswith(".md")
        )
    )


def load(name: str, /, **values: str) -> str:
    """Read the prompt `name` and fill in its ``{placeholders}``.

    Args:
        name: The file's name without ``.md``.
        values: One value for each placeholder, and nothing else.

    Raises:
        PromptError: There is no such prompt, a placeholder has no value, or a value has no
            placeholder: an LLM must never be instructed with a gap in the text.
    """
    if name not in names():
        raise PromptError(f"there is no prompt {name!r}; there are: {', '.join(names())}")
    text = files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    wanted = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    if missing := sorted(wanted - values.keys()):
        raise PromptError(f"the prompt {name!r} needs a value for: {', '.join(missing)}")
    if unknown := sorted(values.keys() - wanted):
        raise PromptError(f"the prompt {name!r} has no placeholder for: {', '.join(unknown)}")
    return text.format(**values).strip()
