"""What is wrong in an operator's files, said so that the operator can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

Loc = tuple[str | int, ...]
"""Where a value stands in a file: keys and list indexes from the top."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault.

    Attributes:
        file: The file as the operator named it.
        line: From 1; 0 where the fault is about the file as a whole.
        column: From 1; 0 likewise.
        field: The path of the key, such as ``destinations.sales.to[1]``; may be ``""``.
        message: What is wrong and the way out. Never a value that came from the environment.
    """

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        """``file:line: field: message``, without the parts that are not known."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.field, self.message) if part)


MOST_FAULTS = 500
"""More than anyone reads; a file with more of them is not the operator's file at all."""


class BusinessFileError(Exception):
    """The files cannot be used; `faults` says why.

    Attributes:
        faults: All of them, up to `MOST_FAULTS`, in the order of files and lines.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        every = sorted(set(faults))
        self.faults: list[Fault] = every[:MOST_FAULTS]
        if len(every) > MOST_FAULTS:
            message = f"and {len(every) - MOST_FAULTS} faults more"
            self.faults.append(Fault(every[0].file, 0, 0, "", message))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def field_path(loc: Sequence[str | int]) -> str:
    """``("destinations", "sales", "to", 1)`` as ``destinations.sales.to[1]``."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def closest(wrong: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `wrong` was meant for, if one is close."""
    best = process.extractOne(
        wrong, list(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=60
    )
    return best[0] if best else None


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`` - did you mean "sales"?`` when one of `known` is close, else ``""``."""
    meant = closest(wrong, known)
    return f' - did you mean "{meant}"?' if meant is not None else ""
