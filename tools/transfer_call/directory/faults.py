"""What is wrong with a directory, in a form that a file reader can give lines to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct.

    Attributes:
        destination: The destination it is in; ``""`` for the directory itself.
        path: The field and the way into it: ``("otherwise", "busy", 0)``.
        message: What is wrong and what to do, one sentence.
        position: Index of the destination in the order given, which tells destinations of one
            name apart; ``None`` for the directory itself.
    """

    destination: str
    path: tuple[str | int, ...]
    message: str
    position: int | None = None

    @property
    def field(self) -> str:
        """The field of the destination or of the directory."""
        return str(self.path[0])

    def __str__(self) -> str:
        where = ".".join(str(part) for part in self.path)
        return (
            f"{self.destination}: {where}: {self.message}"
            if self.destination
            else (f"{where}: {self.message}")
        )


class DirectoryError(ValueError):
    """A directory cannot be used as it is.

    Attributes:
        faults: Everything that is wrong, in order.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'sales'?`` for the nearest of `known`, or ``""``."""
    near = process.extractOne(
        word, list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60
    )
    return f"; did you mean {str(near[0])!r}?" if near else ""
