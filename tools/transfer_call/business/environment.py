"""``${NAME}`` in a value: taken from the environment, never silently empty."""

from __future__ import annotations

import re
from collections.abc import Mapping

_OPEN, _CLOSE = "\ue000", "\ue001"
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_MASKED = re.compile(f"{_OPEN}([A-Za-z0-9_]+){_CLOSE}")
_PART = re.compile(r"\$\$|\$\{([^{}]*)\}|\$\{")
_SHORTEST_SECRET = 4
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def mask(text: str) -> str:
    """The text with ``${NAME}`` in a form of the same length that YAML takes anywhere.

    In ``{to: ${NAME}}`` YAML itself would read the second brace as its own.
    """
    return _REFERENCE.sub(f"${_OPEN}\\1{_CLOSE}", text) if "${" in text else text


def unmask(text: str) -> str:
    """What `mask` was given."""
    return _MASKED.sub(r"{\1}", text) if _OPEN in text else text


class Environment:
    """The variables a file may use, and those it has used."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Take values from `variables`."""
        self._variables = variables
        self._used: dict[str, str] = {}

    def expand(self, text: str) -> tuple[str, list[str]]:
        """Replace ``${NAME}`` by its value and ``$$`` by ``$``.

        Returns:
            The text, and what is wrong with it, in words for the operator.
        """
        if "$" not in text:
            return text, []
        problems: list[str] = []

        def replace(match: re.Match[str]) -> str:
            name = match[1]
            if match[0] == "$$":
                return "$"
            if name is None or not _NAME.fullmatch(name):
                problems.append(
                    "${ must be followed by the name of an environment variable and }; "
                    "write $${ for the characters themselves"
                )
                return match[0]
            value = self._variables.get(name)
            if not value:
                state = "is not set" if value is None else "is empty"
                problems.append(
                    f"environment variable {name} {state}; set it before starting, "
                    "or write the value here"
                )
                return match[0]
            self._used[name] = value
            return value

        return _PART.sub(replace, text), problems

    def hide(self, message: str) -> str:
        """The message with ``${NAME}`` for every value that was used: it may be a secret."""
        for name, value in self._used.items():
            if len(value) >= _SHORTEST_SECRET:
                for form in (value, " ".join(value.split()), repr(value)[1:-1]):
                    message = message.replace(form, f"${{{name}}}")
        return message
