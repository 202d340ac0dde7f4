"""When a business opens again, in words: "tomorrow at nine", "on Monday at half past eight"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from .phrase_data import base_language

_WEEK = 6
"""Days in which a weekday's name can only mean the next one."""


def opening(now: datetime, opens_at: datetime, language: str) -> str:
    """When `opens_at` is, as it is said after "we open again".

    Args:
        now: The present moment, aware.
        opens_at: The next opening, aware, in the business's own time zone: its days and hours
            are the ones that are said.
        language: A BCP 47 tag.

    Returns:
        The words, without a full stop; ``""`` when the opening is not ahead.

    Raises:
        ValueError: A naive time, or a language there are no words for.
    """
    if now.tzinfo is None or opens_at.tzinfo is None:
        raise ValueError("both times need a time zone")
    say = _LANGUAGES[base_language(language)]
    if opens_at <= now:
        return ""
    days = (opens_at.date() - now.astimezone(opens_at.tzinfo).date()).days
    return say(days, opens_at)


def _english(days: int, at: datetime) -> str:
    if days <= 1:
        day = ("today", "tomorrow")[days]
    elif days <= _WEEK:
        day = f"on {_WEEKDAYS['en'][at.weekday()]}"
    else:
        day = f"on {_MONTHS['en'][at.month - 1]} {_EN_ORDINALS[at.day - 1]}"
    return f"{day} at {_english_time(at.hour, at.minute)}"


def _english_time(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12):
        return "noon" if hour else "midnight"
    this, following = _hour12(hour), _hour12(hour + 1)
    match minute:
        case 0:
            clock = this
        case 15:
            clock = f"quarter past {this}"
        case 30:
            clock = f"half past {this}"
        case 45:
            clock = f"quarter to {following}"
        case _ if minute < 10:
            clock = f"{this} oh {_EN_NUMBERS[minute]}"
        case _:
            clock = f"{this} {_EN_NUMBERS[minute]}"
    # Nobody takes nine for nine at night; "at one" and "at six" are worth a word more.
    if 7 <= hour < 12:
        return clock
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return f"{clock} in the {part}"


def _spanish(days: int, at: datetime) -> str:
    if days <= 1:
        day = ("hoy", "mañana")[days]
    elif days <= _WEEK:
        day = f"el {_WEEKDAYS['es'][at.weekday()]}"
    else:
        number = "primero" if at.day == 1 else _ES_NUMBERS[at.day]
        day = f"el {number} de {_MONTHS['es'][at.month - 1]}"
    return f"{day} {_spanish_time(at.hour, at.minute)}"


def _spanish_time(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12):
        return "al mediodía" if hour else "a medianoche"
    on_the_hour = hour % 12 or 12
    clock = "a la una" if on_the_hour == 1 else f"a las {_ES_NUMBERS[on_the_hour]}"
    if minute:
        clock += f" y { ({15: 'cuarto', 30: 'media'}.get(minute) or _ES_NUMBERS[minute]) }"
    if 7 <= hour < 12:
        return clock
    if hour < 12:
        return f"{clock} de la {'madrugada' if hour < 6 else 'mañana'}"
    return f"{clock} de la {'tarde' if hour < 20 else 'noche'}"


def _french(days: int, at: datetime) -> str:
    if days <= 1:
        day = ("aujourd'hui", "demain")[days]
    elif days <= _WEEK:
        day = _WEEKDAYS["fr"][at.weekday()]
    else:
        number = "premier" if at.day == 1 else _FR_NUMBERS[at.day]
        day = f"le {number} {_MONTHS['fr'][at.month - 1]}"
    return f"{day} à {_french_time(at.hour, at.minute)}"


def _french_time(hour: int, minute: int) -> str:
    if hour in (0, 12):
        clock = "midi" if hour else "minuit"
    else:
        # Hours are feminine: "une heure", "vingt et une heures".
        number = _FR_NUMBERS[hour] + ("e" if hour in (1, 21) else "")
        clock = f"{number} heure{'s' if hour > 1 else ''}"
    return f"{clock} {_FR_NUMBERS[minute]}" if minute else clock


def _german(days: int, at: datetime) -> str:
    if days <= 1:
        day = ("heute", "morgen")[days]
    elif days <= _WEEK:
        day = f"am {_WEEKDAYS['de'][at.weekday()]}"
    else:
        day = f"am {_german_ordinal(at.day)} {_MONTHS['de'][at.month - 1]}"
    hour = "ein" if at.hour == 1 else _DE_NUMBERS[at.hour]
    minute = f" {_DE_NUMBERS[at.minute]}" if at.minute else ""
    return f"{day} um {hour} Uhr{minute}"


def _german_ordinal(day: int) -> str:
    irregular = {1: "ersten", 3: "dritten", 7: "siebten", 8: "achten"}
    return irregular.get(day) or _DE_NUMBERS[day] + ("ten" if day < 20 else "sten")


def _hour12(hour: int) -> str:
    return _EN_NUMBERS[hour % 12 or 12]


def _numbers(small: str, tens: Callable[[int, str], str]) -> Sequence[str]:
    """The words for 0 to 59.

    Args:
        small: Those below 20, with spaces between.
        tens: The word for a number of 20 or more, from its tens and the word of its last digit,
            ``""`` for none.
    """
    words = small.split()
    return [*words, *(tens(n // 10, words[n % 10] if n % 10 else "") for n in range(20, 60))]


_EN_NUMBERS = _numbers(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
    lambda tens, one: "-".join(
        filter(None, ({2: "twenty", 3: "thirty", 4: "forty", 5: "fifty"}[tens], one))
    ),
)
_EN_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
    "twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
    "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
_ES_TWENTIES = "uno dós trés cuatro cinco séis siete ocho nueve".split()
_ES_NUMBERS = [
    *_numbers(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
        "quince dieciséis diecisiete dieciocho diecinueve",
        lambda tens, one: " y ".join(
            filter(None, ({2: "veinte", 3: "treinta", 4: "cuarenta", 5: "cincuenta"}[tens], one))
        ),
    )
]
_ES_NUMBERS[21:30] = [f"veinti{one}" for one in _ES_TWENTIES]
_FR_NUMBERS = _numbers(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize dix-sept dix-huit dix-neuf",
    lambda tens, one: (
        {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante"}[tens]
        + (" et un" if one == "un" else f"-{one}" if one else "")
    ),
)
_DE_NUMBERS = _numbers(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn",
    lambda tens, one: (
        (f"{one.removesuffix('s') if one == 'eins' else one}und" if one else "")
        + {2: "zwanzig", 3: "dreißig", 4: "vierzig", 5: "fünfzig"}[tens]
    ),
)
_WEEKDAYS: Mapping[str, Sequence[str]] = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
}
_MONTHS: Mapping[str, Sequence[str]] = {
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ).split(),
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    ).split(),
    "de": (
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
    ).split(),
}
_LANGUAGES: Mapping[str, Callable[[int, datetime], str]] = {
    "en": _english,
    "es": _spanish,
    "fr": _french,
    "de": _german,
}
