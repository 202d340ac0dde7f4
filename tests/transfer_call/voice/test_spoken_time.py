from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.voice.phrases import LANGUAGES
from transfer_call.voice.spoken_time import opening

NEW_YORK = ZoneInfo("America/New_York")
THURSDAY = datetime(2026, 11, 19, 18, 30, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("opens", "en", "es", "fr", "de"),
    [
        (
            "2026-11-19 19:00",
            "today at seven in the evening",
            "hoy a las siete de la tarde",
            "aujourd'hui à dix-neuf heures",
            "heute um neunzehn Uhr",
        ),
        (
            "2026-11-20 09:00",
            "tomorrow at nine",
            "mañana a las nueve",
            "demain à neuf heures",
            "morgen um neun Uhr",
        ),
        (
            "2026-11-23 08:30",
            "on Monday at half past eight",
            "el lunes a las ocho y media",
            "lundi à huit heures trente",
            "am Montag um acht Uhr dreißig",
        ),
        (
            "2026-11-25 13:00",
            "on Wednesday at one in the afternoon",
            "el miércoles a la una de la tarde",
            "mercredi à treize heures",
            "am Mittwoch um dreizehn Uhr",
        ),
        (
            "2026-11-26 10:15",
            "on November twenty-sixth at quarter past ten",
            "el veintiséis de noviembre a las diez y cuarto",
            "le vingt-six novembre à dix heures quinze",
            "am sechsundzwanzigsten November um zehn Uhr fünfzehn",
        ),
        (
            "2026-12-01 12:00",
            "on December first at noon",
            "el primero de diciembre al mediodía",
            "le premier décembre à midi",
            "am ersten Dezember um zwölf Uhr",
        ),
        (
            "2027-01-21 07:45",
            "on January twenty-first at quarter to eight",
            "el veintiuno de enero a las siete y cuarenta y cinco",
            "le vingt et un janvier à sept heures quarante-cinq",
            "am einundzwanzigsten Januar um sieben Uhr fünfundvierzig",
        ),
        (
            "2026-11-20 00:00",
            "tomorrow at midnight",
            "mañana a medianoche",
            "demain à minuit",
            "morgen um null Uhr",
        ),
        (
            "2026-11-20 01:05",
            "tomorrow at one oh five in the morning",
            "mañana a la una y cinco de la madrugada",
            "demain à une heure cinq",
            "morgen um ein Uhr fünf",
        ),
        (
            "2026-11-20 06:20",
            "tomorrow at six twenty in the morning",
            "mañana a las seis y veinte de la mañana",
            "demain à six heures vingt",
            "morgen um sechs Uhr zwanzig",
        ),
        (
            "2026-11-19 21:31",
            "today at nine thirty-one in the evening",
            "hoy a las nueve y treinta y uno de la noche",
            "aujourd'hui à vingt et une heures trente et un",
            "heute um einundzwanzig Uhr einunddreißig",
        ),
        (
            "2026-12-03 12:30",
            "on December third at half past twelve in the afternoon",
            "el tres de diciembre a las doce y media de la tarde",
            "le trois décembre à midi trente",
            "am dritten Dezember um zwölf Uhr dreißig",
        ),
    ],
)
def test_an_opening_is_said_in_every_language(
    opens: str, en: str, es: str, fr: str, de: str
) -> None:
    at = datetime.fromisoformat(opens).replace(tzinfo=NEW_YORK)
    assert [opening(THURSDAY, at, language) for language in ("en", "es", "fr", "de")] == [
        en,
        es,
        fr,
        de,
    ]


def test_the_days_are_those_of_the_business_not_of_the_clock_that_was_asked() -> None:
    now = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # still Thursday evening in New York
    opens = datetime(2026, 11, 20, 9, 0, tzinfo=NEW_YORK)
    assert opening(now, opens, "en") == "tomorrow at nine"


def test_the_day_of_a_change_to_winter_time_counts_as_one_day() -> None:
    now = datetime(2026, 10, 31, 23, 30, tzinfo=NEW_YORK)
    opens = datetime(2026, 11, 1, 9, 0, tzinfo=NEW_YORK)
    assert opening(now, opens, "en") == "tomorrow at nine"


def test_the_same_weekday_next_week_is_said_as_a_date() -> None:
    assert opening(THURSDAY, THURSDAY + timedelta(days=6), "de").startswith("am Mittwoch")
    assert opening(THURSDAY, THURSDAY + timedelta(days=7), "de").startswith(
        "am sechsundzwanzigsten"
    )


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=-1), timedelta(days=-9)])
def test_nothing_is_said_of_an_opening_that_is_not_ahead(ahead: timedelta) -> None:
    assert opening(THURSDAY, THURSDAY + ahead, "en") == ""


def test_a_time_without_a_zone_and_an_unknown_language_are_refused() -> None:
    later = THURSDAY + timedelta(hours=1)
    with pytest.raises(ValueError, match="time zone"):
        opening(THURSDAY.replace(tzinfo=None), later, "en")
    with pytest.raises(ValueError, match="time zone"):
        opening(THURSDAY, later.replace(tzinfo=None), "en")
    with pytest.raises(ValueError, match="'it'"):
        opening(THURSDAY, later, "it")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_minute_and_every_day_has_its_own_words_and_no_digits(language: str) -> None:
    midnight = datetime(2026, 1, 1, tzinfo=UTC)
    now = midnight - timedelta(days=30)
    times = {opening(now, midnight + timedelta(minutes=m), language) for m in range(1440)}
    days = {opening(now, midnight + timedelta(days=d), language) for d in range(365)}
    assert (len(times), len(days)) == (1440, 365)
    assert not any(c.isdigit() for words in times | days for c in words)


@settings(max_examples=100)
@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.timezones()),
    opens=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.timezones()),
    language=st.sampled_from(LANGUAGES),
)
def test_any_two_moments_have_words_or_none(now: datetime, opens: datetime, language: str) -> None:
    words = opening(now, opens, language)
    assert bool(words) == (opens > now)
