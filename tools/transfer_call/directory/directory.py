"""All destinations of a business: who they are, when they are open, how to find one."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import phonenumbers

# The policy reads the addresses of this package: names of it are looked up when they are used.
from ..policy import dialling
from . import checks
from .destination import Destination
from .faults import DirectoryError, Fault, did_you_mean
from .find import Finder, Found
from .hours import Schedule, zone_named
from .reading import Reader

if TYPE_CHECKING:
    from .override import Override


class Directory(Mapping[str, Destination]):
    """The named destinations of one line, in order, checked as a whole.

    A mapping from name to `Destination`. It does not change: `with_override` makes another.

    Attributes:
        country: ISO 3166 alpha-2 code, or ``""``.
        language: BCP 47 tag of what callers hear.
        line: Name of the business line.
        timezone: IANA name, or ``""``.
        zone: The same as a `ZoneInfo`, or ``None``.
        hours: The business's own hours; ``None`` is always open.
        operator: What 0 reaches: the one named so, else the one with key 0, else the first.
        urgent: The destination named so, reachable at any hour.
        policy: What may be dialled from here.
        overrides: Today's exceptions.
    """

    def __init__(
        self,
        destinations: Iterable[Destination],
        *,
        country: str = "",
        language: str = "en",
        timezone: str | None = None,
        hours: Schedule | str | None = None,
        operator: str | None = None,
        urgent: str | None = None,
        policy: dialling.DiallingPolicy | None = None,
        line: str = "",
    ) -> None:
        """Read and check everything.

        Args:
            destinations: In the order in which they are offered. Addresses, hours and
                `otherwise` may be plain text.
            country: Default region for numbers and country of public holidays.
            language: Of what callers hear.
            timezone: For hours given as text; default: that of `hours`.
            hours: When the business is open.
            operator: Name of the destination that 0 reaches.
            urgent: Name of the destination that is reachable at any hour.
            policy: Default: the numbers of `country`, and the SIP hosts in `destinations`.
            line: Name of the business line.

        Raises:
            DirectoryError: With every fault there is.
        """
        written = list(destinations)
        faults: list[Fault] = []
        self.language = language
        self.line = line
        self.overrides: tuple[Override, ...] = ()
        self.country = country.strip().upper()
        known_country = not self.country or self.country in phonenumbers.SUPPORTED_REGIONS
        if not known_country:
            message = f"{country!r} is not a country; write its ISO 3166 code, such as US"
            faults.append(Fault("", ("country",), message))
            self.country = ""
        self.timezone = timezone or (hours.timezone if isinstance(hours, Schedule) else "")
        self.zone = None
        try:
            self.zone = zone_named(self.timezone) if self.timezone else None
        except ValueError as error:
            faults.append(Fault("", ("timezone",), str(error)))
            self.timezone = "UTC"
        reader = Reader(self.country, self.timezone, {}, faults, known_country)
        self.hours = None
        try:
            self.hours = None if hours is None else reader.schedule(hours)
        except ValueError as error:
            faults.append(Fault("", ("hours",), str(error)))
        if self.hours is not None:
            reader.closed = self.hours.closed
        read = [reader.read(one, position) for position, one in enumerate(written)]
        if not read:
            faults.append(Fault("", ("destinations",), "there is none; a directory needs one"))
        faults += checks.duplicates(read)
        faults += checks.links(read)
        faults += checks.roles(read, operator, urgent)
        faults += checks.headers(read)
        targets = [target for one in read for target in one.targets]
        self.policy = (policy or dialling.DiallingPolicy()).for_line(self.country, targets=targets)
        if known_country:
            faults += checks.policy(read, self.policy)
        if faults:
            raise DirectoryError(faults)
        if urgent is not None:
            read = [replace(one, always=True) if one.name == urgent else one for one in read]
        self._by_name = {one.name: one for one in read}
        self._by_key = {one.key: one for one in read if one.key is not None}
        self._by_extension = {one.extension: one for one in read if one.extension is not None}
        self.operator = (
            self._by_name[operator]
            if operator is not None
            else self._by_key.get(checks.OPERATOR_KEY, read[0])
        )
        self._by_key.setdefault(checks.OPERATOR_KEY, self.operator)
        self.urgent = None if urgent is None else self._by_name[urgent]
        self._offered = tuple(one for one in read if not one.hidden)

    def __getitem__(self, name: str) -> Destination:
        try:
            return self._by_name[name]
        except KeyError:
            near = did_you_mean(name, self._by_name)
            raise KeyError(f"there is no destination {name!r}{near}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<Directory {self.line!r} of {len(self)} destinations>"

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(self._by_name)

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """All destinations, in order."""
        return tuple(self._by_name.values())

    def by_key(self, digit: str) -> Destination | None:
        """What a single key reaches; 0 reaches the operator."""
        return self._by_key.get(digit)

    def by_extension(self, digits: str) -> Destination | None:
        """What a dialled extension reaches."""
        return self._by_extension.get(digits)

    def offered(self) -> tuple[Destination, ...]:
        """What the LLM may choose from: everything that is not hidden, in order."""
        return self._offered

    def find(self, said: str, *, among: Iterable[str] = ()) -> Found:
        """Find what a caller or the LLM named: one match, a few to choose from, or none.

        Hidden destinations are never found.

        Args:
            said: A name as written, spoken or spelled, an alias, an extension, a department.
            among: Names that were just offered as choices; only these are looked at, if it can
                be one of them.
        """
        return self._finder.find(said, among=among)

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._offered)

    def with_override(self, *overrides: Override) -> Directory:
        """The same directory with today's exceptions; none at all lifts them.

        Raises:
            DirectoryError: One names a destination that is not here.
        """
        faults = [
            Fault("", ("override",), f"there is no destination {name!r}{did_you_mean(name, self)}")
            for name in (override.destination for override in overrides)
            if name and name not in self
        ]
        if faults:
            raise DirectoryError(faults)
        changed = copy.copy(self)
        changed.overrides = overrides
        return changed

    def in_language(self, language: str) -> Directory:
        """The same directory for a caller who is spoken to in another language.

        The operator's own announcements give way to the usual phrase of that language, but for
        those that have a language of their own.
        """
        if language == self.language:
            return self
        changed = copy.copy(self)
        changed.language = language
        changed._by_name = {
            name: replace(one, announcement=None) if one.announcement and not one.language else one
            for name, one in self._by_name.items()
        }
        return changed

    def sent_to(self, name: str, at: datetime) -> Override | None:
        """The exception by which calls for `name` go elsewhere at the aware instant `at`."""
        always = self[name].always
        return next(
            (o for o in self.overrides if o.active(at) and o.redirects(name, always=always)), None
        )

    def closed_by(self, name: str, at: datetime) -> Override | None:
        """The exception by which `name` is closed at `at`: the one that lasts longest."""
        always = self[name].always
        closing = [o for o in self.overrides if o.active(at) and o.closes(name, always=always)]
        return max(closing, key=lambda o: o.until, default=None)

    def schedule(self, name: str) -> Schedule | None:
        """The hours of `name`: its own or the business's; ``None`` is any hour."""
        one = self[name]
        return None if one.always else one.schedule or self.hours

    def is_open(self, name: str, at: datetime) -> bool:
        """Whether `name` takes calls at the aware instant `at`."""
        if self.closed_by(name, at) is not None:
            return False
        schedule = self.schedule(name)
        if schedule is None or schedule.is_open(at):
            return True
        return any(o.active(at) and o.takes(name) for o in self.overrides)

    def next_opening(self, name: str, at: datetime) -> datetime | None:
        """The first instant from `at` on at which `name` takes calls.

        ``None`` when there is none within `hours.LOOK_AHEAD`.
        """
        if self.is_open(name, at):
            return at
        if (closing := self.closed_by(name, at)) is not None:
            at = closing.until
        schedule = self.schedule(name)
        return at if schedule is None else schedule.next_opening(at)

    def open_now(self, at: datetime) -> tuple[str, ...]:
        """The names that take calls at the aware instant `at`, hidden ones left out."""
        return tuple(one.name for one in self._offered if self.is_open(one.name, at))
