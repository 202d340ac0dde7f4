"""One destination as written, read into the form a directory holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ..transfer.outcome import Outcome
from .destination import FAILOVER_OUTCOMES, Address, Destination, Resolver, as_names
from .faults import Fault, did_you_mean
from .hours import Schedule
from .names import fold
from .target import TargetError, TransferTarget

LONGEST_NAME = 80
"""Characters in a name, alias or department: all of them may be read to a caller or the LLM."""

_INTERNATIONAL = ("+", "tel:+", "sip:", "sips:")

KEYS = frozenset("0123456789")


@dataclass(slots=True)
class Reader:
    """Reads destinations one by one and collects what is wrong with them.

    Attributes:
        country: Default region of numbers and country of public holidays, or ``""``.
        timezone: IANA name for hours given as text, or ``""``.
        closed: The business's dated exceptions, which hold for its destinations too.
        faults: What was found so far.
        known_country: Whether `country` is what was written; where it was not to be read, a
            national number is not held against its destination too.
    """

    country: str
    timezone: str
    closed: Mapping[date, str]
    faults: list[Fault] = field(default_factory=list)
    known_country: bool = True

    def read(self, written: Destination, position: int) -> Destination:
        """`written` with addresses, hours and lists parsed; what cannot be is left out."""

        def fault(message: str, *path: str | int) -> None:
            self.faults.append(Fault(written.name, path, message, position))

        _check_texts(written, fault)
        _check_dialled(written, fault)
        timeout = written.ringing_timeout
        if not isinstance(timeout, int) or isinstance(timeout, bool) or timeout < 1:
            fault(f"{timeout!r} is not a whole number of seconds, at least 1", "ringing_timeout")
        to = self._addresses(written.to, fault)
        if written.rotate and not _is_list(written.to):
            fault("only a list of two or more addresses can rotate", "rotate")
        return replace(
            written,
            to=to,
            aliases=as_names(written.aliases),
            hours=self._hours(written.hours, fault),
            otherwise=_otherwise(written, fault),
        )

    def schedule(self, hours: Schedule | str) -> Schedule:
        """Hours as a schedule.

        Raises:
            ValueError: They cannot be read.
        """
        if isinstance(hours, Schedule):
            return hours
        if not self.timezone:
            raise ValueError("hours need the time zone; set timezone, such as America/New_York")
        return Schedule(hours, self.timezone, self.country)

    def _hours(self, hours: Schedule | str | None, fault: Callable[..., None]) -> Schedule | None:
        if hours is None:
            return None
        try:
            schedule = self.schedule(hours)
        except ValueError as error:
            fault(str(error), "hours")
            return None
        if self.closed and not schedule.always_open:
            return schedule.closed_also_on(self.closed)
        return schedule

    def _addresses(
        self, to: Address | Sequence[Address] | Resolver, fault: Callable[..., None]
    ) -> tuple[TransferTarget, ...] | Resolver:
        if callable(to):
            return to
        one = isinstance(to, (str, TransferTarget))
        addresses: Sequence[Any] = (to,) if one else tuple(to)  # type: ignore[arg-type]
        if not addresses:
            fault("it has no address; give a number or a SIP address", "to")
        read = []
        for index, address in enumerate(addresses):
            path: tuple[str | int, ...] = ("to",) if one else ("to", index)
            if isinstance(address, TransferTarget):
                target = address
            elif isinstance(address, str):
                try:
                    target = TransferTarget.parse(address, country=self.country)
                except TargetError as error:
                    if not self.known_country and not address.startswith(_INTERNATIONAL):
                        continue
                    fault(str(error), *path)
                    continue
            else:
                fault(f"{type(address).__name__} is not an address; write it as text", *path)
                continue
            if target in read:
                fault("the same address is there already", *path)
            read.append(target)
        return tuple(read)


def _is_list(to: Address | Sequence[Address] | Resolver) -> bool:
    return not callable(to) and not isinstance(to, (str, TransferTarget)) and len(to) > 1


def text_fault(text: object, what: str) -> str:
    """Why `text` cannot be a name that is shown and said, or ``""``."""
    if not isinstance(text, str) or not text.strip():
        return f"{what} is empty"
    if text != text.strip():
        return f"{what} {text!r} begins or ends with a space"
    if any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") for char in text):
        return f"{what} {text!r} holds an invisible character"
    if not fold(text):
        return f"{what} {text!r} has no letter or digit"
    if len(text) > LONGEST_NAME:
        return f"{what} is longer than {LONGEST_NAME} characters"
    return ""


def _check_texts(written: Destination, fault: Callable[..., None]) -> None:
    if message := text_fault(written.name, "the name"):
        fault(message, "name")
    for index, alias in enumerate(as_names(written.aliases)):
        if message := text_fault(alias, "the alias"):
            fault(message, "aliases", index)
    for field_name in ("spoken", "department"):
        text = getattr(written, field_name)
        if text and (message := text_fault(text, field_name)):
            fault(message, field_name)


def _check_dialled(written: Destination, fault: Callable[..., None]) -> None:
    for field_name, dialled in (("key", written.key), ("extension", written.extension)):
        if dialled is not None and not isinstance(dialled, str):
            fault(f'write it as text: "{dialled}"', field_name)
            return
    if written.key is not None and written.key not in KEYS:
        reserved = ", which is reserved" if written.key in ("*", "#") else ""
        fault(f"{written.key!r}{reserved}; a key is one of 0 to 9", "key")
    extension = written.extension
    if extension is not None and not (extension.isascii() and extension.isdigit()):
        fault(f"{extension!r} is not made of digits", "extension")


def _otherwise(written: Destination, fault: Callable[..., None]) -> dict[Outcome, tuple[str, ...]]:
    if not isinstance(written.otherwise, Mapping):
        names = as_names(written.otherwise)
        return dict.fromkeys(FAILOVER_OUTCOMES, names) if names else {}
    read: dict[Outcome, tuple[str, ...]] = {}
    for key, given in written.otherwise.items():
        if key in FAILOVER_OUTCOMES:
            read[Outcome(key)] = as_names(given)
        else:
            known = ", ".join(FAILOVER_OUTCOMES)
            near = did_you_mean(str(key), FAILOVER_OUTCOMES)
            fault(f"{str(key)!r} is not one of {known}{near}", "otherwise", str(key))
    return read
