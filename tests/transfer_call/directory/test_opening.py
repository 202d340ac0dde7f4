from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from transfer_call.directory import (
    Destination,
    Directory,
    OpeningFacts,
    Override,
    Schedule,
    opening_facts,
)

NOON = datetime(2026, 12, 23, 17, 0, tzinfo=UTC)
"""Wednesday noon in New York."""


def at(name: str, **options: object) -> Destination:
    return Destination(name=name, to="sip:x@pbx.example.com", **options)  # type: ignore[arg-type]


@pytest.fixture
def line() -> Directory:
    return Directory(
        [
            at("sales"),
            at("night", hours="Mo-Su 20:00-23:00"),
            at("never", hours="off"),
            at("doctor"),
        ],
        country="US",
        hours=Schedule(
            "Mo-Fr 09:00-17:00; PH off",
            "America/New_York",
            "US",
            closed={date(2026, 12, 24): "Christmas Eve"},
        ),
        urgent="doctor",
    )


def test_open_is_a_fact_without_more(line: Directory) -> None:
    assert opening_facts(line, "sales", NOON) == OpeningFacts("sales", is_open=True)
    assert opening_facts(line, "doctor", NOON + timedelta(hours=9)).is_open


def test_closed_says_when_it_opens_in_the_time_of_the_business(line: Directory) -> None:
    facts = opening_facts(line, "night", NOON)
    assert not facts.is_open
    assert facts.opens_at is not None
    assert facts.opens_at.isoformat() == "2026-12-23T20:00:00-05:00"
    assert (facts.reason, facts.holiday, facts.override) == ("", False, False)


def test_a_dated_exception_gives_its_reason_and_looks_past_the_holiday(line: Directory) -> None:
    facts = opening_facts(line, "sales", NOON + timedelta(days=1))
    assert facts.reason == "Christmas Eve"
    assert facts.opens_at is not None
    assert facts.opens_at.isoformat() == "2026-12-28T09:00:00-05:00"


def test_a_holiday_is_a_fact_of_its_own(line: Directory) -> None:
    facts = opening_facts(line, "sales", NOON + timedelta(days=2))
    assert facts.holiday and facts.reason == ""


def test_what_never_opens_has_no_time(line: Directory) -> None:
    assert opening_facts(line, "never", NOON).opens_at is None


def test_an_override_gives_its_own_reason_and_end(line: Directory) -> None:
    closed = line.with_override(Override("closed", "", NOON + timedelta(hours=2), "fire drill"))
    facts = opening_facts(closed, "sales", NOON)
    assert (facts.reason, facts.override, facts.holiday) == ("fire drill", True, False)
    assert facts.opens_at is not None
    assert facts.opens_at.isoformat() == "2026-12-23T14:00:00-05:00"


def test_without_hours_an_override_ends_in_the_time_zone_of_the_line() -> None:
    line = Directory([at("sales")], timezone="Asia/Kolkata").with_override(
        Override("closed", "sales", NOON + timedelta(hours=1))
    )
    facts = opening_facts(line, "sales", NOON)
    assert facts.opens_at is not None
    assert facts.opens_at.isoformat() == "2026-12-23T23:30:00+05:30"


def test_an_unknown_name_is_a_key_error(line: Directory) -> None:
    with pytest.raises(KeyError, match="did you mean 'sales'"):
        opening_facts(line, "sale", NOON)
