"""When a business or a destination is open: wall-clock rules in an IANA time zone.

Rules are OpenStreetMap opening hours
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification). They speak of the clock on
the wall, so they are evaluated on naive local time; the two directions between wall clock and
instant are taken here. At a clock change a rule means what the wall clock says: an hour that is
skipped is never open, an hour that comes twice is open twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State

# The library's stub leaves its exceptions out.
from opening_hours import ParserError, UnknownCountryError  # type: ignore[attr-defined]  # isort: skip

LOOK_AHEAD = timedelta(days=366)
"""How far `Schedule.next_opening` looks."""

_EXAMPLE = '"Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off"'
_QUOTED = re.compile(r'"[^"]*"')
_SUN = re.compile(r"\b(sunrise|sunset|dawn|dusk)\b", re.IGNORECASE)
_POSITION = re.compile(r"--> \d+:(\d+)")
_RULE_ENDS = re.compile(r"; |, | \|\| ")
_CLOCK_TIME = re.compile(r"\d\d:\d\d")
_NOT_OPEN = re.compile(r"\b(closed|off|unknown)\b")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Opening hours with public holidays and dated exceptions.

    Attributes:
        expression: OSM opening hours, such as ``Mo-Fr 09:00-17:00; PH off``. What it leaves
            unknown ("by appointment") is not open.
        timezone: IANA name, such as ``America/New_York``.
        country: ISO 3166 alpha-2 code whose public holidays ``PH`` means.
        closed: Dates on which it is closed, from midnight to midnight, and the reason in the
            operator's words (``""`` for none).

    Raises:
        ValueError: With one sentence, and the position in the expression where there is one.
    """

    expression: str
    timezone: str
    country: str = ""
    closed: Mapping[date, str] = field(default_factory=dict)
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _rules: OpeningHours = field(init=False, repr=False, compare=False)
    _holidays: OpeningHours | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        country = self.country.strip().upper()
        zone = zone_named(self.timezone)
        rules = _parse(self.expression, country)
        uses_holidays = re.search(r"\bPH\b", _QUOTED.sub("", str(rules))) is not None
        object.__setattr__(self, "country", country)
        object.__setattr__(self, "closed", {_day(day): why for day, why in self.closed.items()})
        object.__setattr__(self, "zone", zone)
        object.__setattr__(self, "_rules", rules)
        object.__setattr__(self, "_holidays", _holidays(country) if uses_holidays else None)

    @property
    def always_open(self) -> bool:
        """Whether it is never closed."""
        return str(self._rules) == "24/7" and not self.closed

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at the aware instant `at`."""
        return self._open_on_wall(self._wall(at))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first instant from `at` on at which it is open, in its own time zone.

        Returns:
            `at` itself when it is open then; ``None`` when it does not open within
            `LOOK_AHEAD`.
        """
        instant = _aware(at).astimezone(UTC)
        end = instant + LOOK_AHEAD
        while instant < end:
            if self.is_open(instant):
                return instant.astimezone(self.zone)
            instant = self._next_change(instant)
        return None

    def closed_reason(self, at: datetime) -> str:
        """Why it is closed at `at` in the operator's own words, or ``""``.

        The words come from `closed` or from a comment in the expression.
        """
        wall = self._wall(at)
        if wall.date() in self.closed:
            return self.closed[wall.date()]
        state, comment = self._rules.state(wall)
        return "" if state == State.OPEN else comment

    def is_holiday(self, at: datetime) -> bool:
        """Whether `at` falls on a public holiday that the expression takes notice of."""
        wall = self._wall(at)
        return self._holidays is not None and self._holidays.is_open(wall)

    def closed_also_on(self, days: Mapping[date, str]) -> Schedule:
        """The same schedule with further dated exceptions; its own reasons stand."""
        return Schedule(self.expression, self.timezone, self.country, {**days, **self.closed})

    def _wall(self, at: datetime) -> datetime:
        return _aware(at).astimezone(self.zone).replace(tzinfo=None, fold=0)

    def _open_on_wall(self, wall: datetime) -> bool:
        return wall.date() not in self.closed and self._rules.is_open(wall)

    def _next_change(self, instant: datetime) -> datetime:
        """An instant after `instant` (UTC) up to which nothing changes.

        Nothing changes before the next rule, the next local midnight or the next clock change.
        """
        wall = self._wall(instant)
        change = datetime.combine(wall.date() + timedelta(days=1), datetime.min.time())
        by_rule = self._rules.next_change(wall)
        if by_rule is not None:
            change = min(change, by_rule)
        then = instant + (change - wall)
        if self._offset(then) == self._offset(instant):
            return then
        before, after = instant, then
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) / 2
            if self._offset(middle) == self._offset(instant):
                before = middle
            else:
                after = middle
        # Clocks change on whole seconds, so this is the change itself.
        return after.replace(microsecond=0)

    def _offset(self, instant: datetime) -> timedelta | None:
        return instant.astimezone(self.zone).utcoffset()


def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone `name`.

    Raises:
        ValueError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError(
            f"{name!r} is not an IANA time zone; write it like Europe/Berlin"
        ) from None


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time needs its time zone: got a naive datetime")
    return at


def _day(day: date) -> date:
    """`day` as a plain date: a YAML time stamp is a datetime, which never equals a date."""
    if isinstance(day, datetime):
        return day.date()
    if not isinstance(day, date):
        raise ValueError(f"closed: {day!r} is not a date; write it like 2026-12-24")
    return day


@lru_cache(maxsize=1024)
def _parse(expression: str, country: str) -> OpeningHours:
    bare = _QUOTED.sub("", expression)
    if not expression.strip():
        raise ValueError(f"hours is empty; write it like {_EXAMPLE}")
    if sun := _SUN.search(bare):
        raise ValueError(f"hours {expression!r}: {sun[0]} is not supported; write clock times")
    if re.search(r"\bSH\b", bare):
        raise ValueError(f"hours {expression!r}: school holidays (SH) are not known; list the days")
    try:
        rules = _rules(expression)
    except ParserError as error:
        raise ValueError(_explain(expression, str(error))) from None
    if rules.warnings:
        raise ValueError(f"hours {expression!r}: {'; '.join(rules.warnings)}")
    _refuse_pitfalls(expression, str(rules))
    if not re.search(r"\bPH\b", bare):
        return rules
    if not country:
        raise ValueError(f"hours {expression!r}: PH (public holidays) needs the country")
    try:
        return _rules(expression, country)
    except UnknownCountryError:
        raise ValueError(
            f"hours {expression!r}: the public holidays of {country} are not known; "
            "leave PH out and list the days under closed"
        ) from None


@lru_cache(maxsize=64)
def _holidays(country: str) -> OpeningHours:
    return _rules("PH 00:00-24:00", country)


def _rules(expression: str, country: str | None = None) -> OpeningHours:
    return OpeningHours(
        expression,
        country=country,
        auto_country=False,
        auto_timezone=False,
        max_interval_days=LOOK_AHEAD.days,
    )


def _explain(expression: str, error: str) -> str:
    found = _POSITION.search(error)
    place = min(int(found[1]), len(expression)) if found else 1
    near = expression[place - 1 : place + 11]
    return (
        f"hours {expression!r} cannot be read at character {place} ({near!r}); "
        f"write it like {_EXAMPLE}"
    )


def _refuse_pitfalls(expression: str, normal_form: str) -> None:
    """Refuse what is valid but hardly meant.

    ``Mo-Fr, 09:00-17:00`` is open day and night, ``PH off`` alone is never open.
    """
    rules = [rule.strip() for rule in _RULE_ENDS.split(_QUOTED.sub("", normal_form))]
    for rule in rules:
        if not rule or rule == "24/7" or _CLOCK_TIME.search(rule) or _NOT_OPEN.search(rule):
            continue
        raise ValueError(
            f"hours {expression!r}: {rule!r} has no times and would be open all day; "
            f"write {rule + ' 00:00-24:00'!r} if that is meant, "
            "and no comma between the days and the times"
        )
    if all(_NOT_OPEN.search(rule) for rule in rules) and rules != ["24/7 closed"]:
        raise ValueError(
            f"hours {expression!r} says only when it is closed, so it would never be open; "
            f'write it like "24/7; {rules[0].replace("closed", "off")}", or just "off"'
        )
