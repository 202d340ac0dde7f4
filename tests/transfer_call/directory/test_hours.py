from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.directory.hours import LOOK_AHEAD, Schedule

OFFICE = "Mo-Fr 09:00-17:00; PH off"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "zone", "at", "is_open"),
    [
        # 2026-11-20 is a Friday.
        (OFFICE, "America/New_York", "2026-11-20T13:59", False),
        (OFFICE, "America/New_York", "2026-11-20T14:00", True),
        (OFFICE, "America/New_York", "2026-11-20T21:59", True),
        (OFFICE, "America/New_York", "2026-11-20T22:00", False),
        (OFFICE, "America/New_York", "2026-11-21T15:00", False),
        # Half-hour and quarter-hour zones.
        ("Mo-Fr 09:00-17:00", "Asia/Kolkata", "2026-11-20T03:29", False),
        ("Mo-Fr 09:00-17:00", "Asia/Kolkata", "2026-11-20T03:30", True),
        ("Mo-Fr 09:00-17:00", "Asia/Kathmandu", "2026-11-20T03:14", False),
        ("Mo-Fr 09:00-17:00", "Asia/Kathmandu", "2026-11-20T03:15", True),
        # A date line away: Friday morning in Auckland is Thursday in UTC.
        ("Fr 09:00-17:00", "Pacific/Auckland", "2026-11-19T20:30", True),
        ("Fr 09:00-17:00", "Pacific/Auckland", "2026-11-20T09:00", False),
        # Overnight spans belong to the day they begin on.
        ("Fr 22:00-06:00", "Europe/Berlin", "2026-11-20T20:59", False),
        ("Fr 22:00-06:00", "Europe/Berlin", "2026-11-20T21:00", True),
        ("Fr 22:00-06:00", "Europe/Berlin", "2026-11-21T04:59", True),
        ("Fr 22:00-06:00", "Europe/Berlin", "2026-11-21T05:00", False),
        ("Fr 22:00-06:00", "Europe/Berlin", "2026-11-20T03:00", False),
        # Berlin, 2026-03-29: 02:00 becomes 03:00 (01:00 UTC).
        ("Su 01:30-03:30", "Europe/Berlin", "2026-03-29T00:29", False),
        ("Su 01:30-03:30", "Europe/Berlin", "2026-03-29T00:30", True),
        ("Su 01:30-03:30", "Europe/Berlin", "2026-03-29T01:29", True),
        ("Su 01:30-03:30", "Europe/Berlin", "2026-03-29T01:30", False),
        # The skipped hour is never open.
        ("Su 02:00-03:00", "Europe/Berlin", "2026-03-29T00:59:59", False),
        ("Su 02:00-03:00", "Europe/Berlin", "2026-03-29T01:00", False),
        # Berlin, 2026-10-25: 03:00 becomes 02:00 (01:00 UTC); 02:30 comes twice.
        ("Su 02:15-02:45", "Europe/Berlin", "2026-10-25T00:15", True),
        ("Su 02:15-02:45", "Europe/Berlin", "2026-10-25T00:45", False),
        ("Su 02:15-02:45", "Europe/Berlin", "2026-10-25T01:15", True),
        ("Su 02:15-02:45", "Europe/Berlin", "2026-10-25T01:45", False),
        # New York, 2026-11-01: 02:00 becomes 01:00 (06:00 UTC); 01:45 comes twice.
        ("Su 01:30-02:30", "America/New_York", "2026-11-01T05:45", True),
        ("Su 01:30-02:30", "America/New_York", "2026-11-01T06:15", False),
        ("Su 01:30-02:30", "America/New_York", "2026-11-01T06:45", True),
        ("Su 01:30-02:30", "America/New_York", "2026-11-01T07:15", True),
        # Lord Howe moves by half an hour, 2026-10-04: 02:00 becomes 02:30 (15:30 UTC before).
        ("Su 02:00-03:00", "Australia/Lord_Howe", "2026-10-03T15:29", False),
        ("Su 02:00-03:00", "Australia/Lord_Howe", "2026-10-03T15:30", True),
        ("Su 02:00-03:00", "Australia/Lord_Howe", "2026-10-03T15:59", True),
        ("Su 02:00-03:00", "Australia/Lord_Howe", "2026-10-03T16:00", False),
        # The clock of Havana jumps at midnight, 2026-03-08: 00:00 becomes 01:00 (05:00 UTC).
        ("Su 00:00-02:00", "America/Havana", "2026-03-08T04:59", False),
        ("Su 00:00-02:00", "America/Havana", "2026-03-08T05:00", True),
        ("Su 00:00-02:00", "America/Havana", "2026-03-08T06:00", False),
        ("24/7", "Europe/Berlin", "2026-03-29T01:00", True),
        ("off", "Europe/Berlin", "2026-11-20T12:00", False),
        ('Mo-Fr 09:00-12:00 || "by appointment"', "Europe/Berlin", "2026-11-20T14:00", False),
    ],
)
def test_open_is_what_the_clock_on_the_wall_says(
    expression: str, zone: str, at: str, is_open: bool
) -> None:
    assert Schedule(expression, zone, "US").is_open(utc(at)) is is_open


@pytest.mark.parametrize(
    ("expression", "zone", "at", "opens"),
    [
        (OFFICE, "America/New_York", "2026-11-20T15:00", "2026-11-20T10:00-05:00"),
        (OFFICE, "America/New_York", "2026-11-20T22:00", "2026-11-23T09:00-05:00"),
        # Thanksgiving (2026-11-26) is a public holiday.
        (OFFICE, "America/New_York", "2026-11-26T02:00", "2026-11-27T09:00-05:00"),
        # The weekend of the clock change: nine is nine on the wall, not in UTC.
        (OFFICE, "America/New_York", "2026-03-06T23:00", "2026-03-09T09:00-04:00"),
        ("Mo-Fr 09:00-17:00", "America/New_York", "2026-10-30T23:00", "2026-11-02T09:00-05:00"),
        ("Mo-Fr 09:00-17:00", "Europe/Berlin", "2026-03-28T12:00", "2026-03-30T09:00+02:00"),
        ("Mo-Fr 09:00-17:00", "Asia/Kolkata", "2026-11-20T12:00", "2026-11-23T09:00+05:30"),
        ("Su 02:15-04:00", "Australia/Lord_Howe", "2026-10-03T10:00", "2026-10-04T02:30+11:00"),
        # A span inside the skipped hour does not happen that week.
        ("Su 02:15-02:45", "Europe/Berlin", "2026-03-28T12:00", "2026-04-05T02:15+02:00"),
        # A span that begins inside it opens when the hour has been skipped.
        ("Su 02:30-05:00", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T03:00+02:00"),
        # Closed at 01:45, the clock goes back to 01:00: open again.
        ("Su 00:30-01:30", "America/New_York", "2026-11-01T05:45", "2026-11-01T01:00-05:00"),
        ("Fr 22:00-06:00", "Europe/Berlin", "2026-11-20T12:00", "2026-11-20T22:00+01:00"),
        ("24/7", "Europe/Berlin", "2026-11-20T12:00", "2026-11-20T13:00+01:00"),
        ("Dec 25 10:00-12:00", "Europe/Berlin", "2026-12-26T12:00", "2027-12-25T10:00+01:00"),
    ],
)
def test_next_opening_is_an_instant_in_the_zone_of_the_business(
    expression: str, zone: str, at: str, opens: str
) -> None:
    opening = Schedule(expression, zone, "US").next_opening(utc(at))
    assert opening is not None
    assert opening.isoformat(timespec="minutes") == opens
    assert opening.tzinfo == ZoneInfo(zone)


@pytest.mark.parametrize("expression", ["off", "2020 Mo-Fr 09:00-17:00"])
def test_next_opening_gives_up_after_a_year(expression: str) -> None:
    assert Schedule(expression, "Europe/Berlin").next_opening(utc("2026-11-20T12:00")) is None


def test_dated_exceptions_close_from_midnight_to_midnight() -> None:
    schedule = Schedule(
        "Mo-Fr 09:00-17:00", "America/New_York", closed={date(2026, 12, 24): "Christmas Eve"}
    )
    assert not schedule.is_open(utc("2026-12-24T15:00"))
    assert schedule.closed_reason(utc("2026-12-24T05:00")) == "Christmas Eve"
    assert schedule.closed_reason(utc("2026-12-25T04:59")) == "Christmas Eve"
    assert schedule.closed_reason(utc("2026-12-24T04:59")) == ""
    opening = schedule.next_opening(utc("2026-12-23T23:00"))
    assert opening is not None
    assert opening.isoformat() == "2026-12-25T09:00:00-05:00"


def test_a_dated_exception_also_closes_a_business_that_is_always_open() -> None:
    schedule = Schedule("24/7", "Asia/Kolkata", closed={date(2026, 1, 26): ""})
    assert not schedule.always_open
    opening = schedule.next_opening(utc("2026-01-26T10:00"))
    assert opening is not None
    assert opening.isoformat() == "2026-01-27T00:00:00+05:30"


def test_a_date_that_yaml_read_as_a_time_stamp_still_counts() -> None:
    schedule = Schedule("24/7", "Europe/Berlin", closed={datetime(2026, 12, 24): "party"})
    assert schedule.closed_reason(utc("2026-12-24T12:00")) == "party"


def test_holidays_are_known_only_where_the_expression_takes_notice() -> None:
    christmas = utc("2026-12-25T15:00")
    assert Schedule(OFFICE, "America/New_York", "us").is_holiday(christmas)
    assert not Schedule(OFFICE, "America/New_York", "US").is_holiday(utc("2026-12-24T15:00"))
    assert not Schedule("Mo-Fr 09:00-17:00", "America/New_York", "US").is_holiday(christmas)


def test_a_comment_in_the_expression_is_the_reason() -> None:
    schedule = Schedule(
        'Mo-Fr 09:00-17:00 "ring twice"; PH off "bank holiday"', "America/New_York", "US"
    )
    assert schedule.closed_reason(utc("2026-12-25T15:00")) == "bank holiday"
    assert schedule.closed_reason(utc("2026-12-24T15:00")) == ""


def test_further_dates_do_not_replace_its_own_reason() -> None:
    own = Schedule("24/7", "Europe/Berlin", closed={date(2026, 12, 24): "own"})
    both = own.closed_also_on({date(2026, 12, 24): "other", date(2026, 12, 31): "other"})
    assert both.closed == {date(2026, 12, 24): "own", date(2026, 12, 31): "other"}
    assert own.closed == {date(2026, 12, 24): "own"}


@pytest.mark.parametrize(
    ("expression", "country", "sentence"),
    [
        ("", "US", "hours is empty"),
        ("   ", "US", "hours is empty"),
        ("Mo-Fr 9am-5pm", "US", "at character 7 ('9am-5pm')"),
        ("Mon-Fri 09:00-17:00", "US", "at character 3"),
        ("Mo-Fr 09:00-17:00;", "US", "at character 18"),
        ("mo-fr 09:00-17:00", "US", "capitalized"),
        ("Mo-Fr, 09:00-17:00", "US", "'Mo-Fr' has no times and would be open all day"),
        ("Mo-Fr 09:00-17:00, Sa", "US", "'Sa' has no times"),
        ("PH off", "US", 'write it like "24/7; PH off"'),
        ("Mo-Fr sunrise-17:00", "US", "sunrise is not supported"),
        ("Mo-Fr 09:00-17:00; SH off", "US", "school holidays"),
        (OFFICE, "", "needs the country"),
        (OFFICE, "IN", "public holidays of IN are not known"),
        (OFFICE, "XX", "public holidays of XX are not known"),
    ],
)
def test_what_is_wrong_or_hardly_meant_is_one_clear_sentence(
    expression: str, country: str, sentence: str
) -> None:
    with pytest.raises(ValueError) as caught:
        Schedule(expression, "America/New_York", country)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("zone", ["", "Berlin", "../etc/passwd", "Europe", "EST5EDT5", "\0"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="not an IANA time zone"):
        Schedule("24/7", zone)


def test_a_closed_day_must_be_a_date() -> None:
    with pytest.raises(ValueError, match="write it like 2026-12-24"):
        Schedule("24/7", "Europe/Berlin", closed={"Christmas": "x"})  # type: ignore[dict-item]


def test_a_naive_time_is_refused() -> None:
    schedule = Schedule("24/7", "Europe/Berlin")
    for ask in (
        schedule.is_open,
        schedule.next_opening,
        schedule.closed_reason,
        schedule.is_holiday,
    ):
        with pytest.raises(ValueError, match="naive"):
            ask(datetime(2026, 11, 20, 12, 0))


ZONES = ["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"]
CLOCK_CHANGES = ["2026-03-08T07:00", "2026-11-01T06:00", "2026-03-29T01:00", "2026-10-25T01:00"]
HOURS = st.builds(
    lambda days, start, length: (
        f"{days} {start // 4:02}:{start % 4 * 15:02}-"
        f"{(start + length) // 4:02}:{(start + length) % 4 * 15:02}"
    ),
    st.sampled_from(["Mo-Su", "Sa-Su", "Su", "Mo-Fr"]),
    st.integers(0, 95),
    st.integers(1, 40),
)


@settings(max_examples=60, deadline=None)
@given(HOURS, st.sampled_from(ZONES), st.sampled_from(CLOCK_CHANGES), st.integers(-1200, 300))
def test_next_opening_agrees_with_asking_every_minute(
    expression: str, zone: str, change: str, minutes: int
) -> None:
    schedule = Schedule(expression, zone)
    at = utc(change) + timedelta(minutes=minutes)
    opening = schedule.next_opening(at)
    assert opening is not None
    # In the hour that comes twice, times of different zones never compare equal (PEP 495).
    opening = opening.astimezone(UTC)
    asked = at
    while not schedule.is_open(asked) and asked < at + timedelta(days=2):
        asked += timedelta(minutes=1)
    assert opening == asked or opening > asked == at + timedelta(days=2)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)))
def test_no_expression_raises_anything_but_value_error(expression: str, at: datetime) -> None:
    try:
        schedule = Schedule(expression, "Europe/Berlin", "DE")
    except ValueError:
        return
    opening = schedule.next_opening(at)
    assert opening is None or at <= opening <= at + LOOK_AHEAD
