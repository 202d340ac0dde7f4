"""Today's exception: what holds until a given moment, without an edit of the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Override:
    """An exception to a line's hours that ends by itself.

    It leaves destinations that are reachable at any hour alone, unless it names them.

    Attributes:
        kind: ``closed``, or ``send_to``: whoever is asked for, `destination` is tried first.
        destination: With ``closed`` the destination that is closed, ``""`` for the whole line;
            with ``send_to`` the one that takes the calls, whatever its hours.
        until: When it ends; an aware time.
        reason: In the operator's words, for the caller and the LLM.

    Raises:
        ValueError: `until` is naive, or ``send_to`` names nobody.
    """

    kind: Literal["closed", "send_to"]
    destination: str
    until: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("closed", "send_to"):
            raise ValueError(f"an override is 'closed' or 'send_to', not {self.kind!r}")
        if self.until.tzinfo is None:
            raise ValueError("an override needs the time zone of its end")
        if self.kind == "send_to" and not self.destination:
            raise ValueError("send_to needs the name of the destination that takes the calls")

    def active(self, at: datetime) -> bool:
        """Whether it still holds at the aware instant `at`."""
        return at < self.until

    def closes(self, name: str, *, always: bool) -> bool:
        """Whether it closes the destination `name`, reachable at any hour if `always`."""
        if self.kind != "closed":
            return False
        return self.destination == name or (not self.destination and not always)

    def redirects(self, name: str, *, always: bool) -> bool:
        """Whether calls for `name` go to `destination` instead."""
        return self.kind == "send_to" and name != self.destination and not always

    def takes(self, name: str) -> bool:
        """Whether `name` takes calls because of it."""
        return self.kind == "send_to" and name == self.destination
