"""Telephone numbers: what an operator writes, read as E.164 with its country and type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult
from phonenumbers.shortnumberinfo import is_emergency_number, is_valid_short_number_for_region

EXAMPLE = "+12125550123"
MOST_DIGITS = 15
"""Of an E.164 number, without the plus (ITU-T E.164 §6)."""


class TargetError(ValueError):
    """An address cannot be used; the text is one sentence for who wrote it, without the number."""


class NumberType(StrEnum):
    """What a number is, which decides what a call to it may cost."""

    FIXED_LINE = "fixed_line"
    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    """Where numbers do not tell, as in North America."""
    VOIP = "voip"
    TOLL_FREE = "toll_free"
    PREMIUM_RATE = "premium_rate"
    SHARED_COST = "shared_cost"
    PERSONAL_NUMBER = "personal_number"
    """Follows a person, at a price that nobody sees before (UK 070, +1 500, +878)."""
    PAGER = "pager"
    UAN = "uan"
    """Universal access numbers: one number of a company in all the country."""
    VOICEMAIL = "voicemail"
    SATELLITE = "satellite"
    UNKNOWN = "unknown"
    """As long as a number, but in a range that is not in service."""
    EMERGENCY = "emergency"
    SHORT_CODE = "short_code"
    FEATURE_CODE = "feature_code"
    """``*97`` and the like: an order to a telephone system, not a number."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read.

    Attributes:
        e164: ``+`` and digits, or ``""`` for short codes and digits that are no number.
        digits: A short code's digits, else ``""``.
        region: ISO 3166 country, or ``""`` where it has none or it is not known.
        type: A `NumberType`.
    """

    e164: str
    digits: str
    region: str
    type: NumberType


_TYPES = {
    each: NumberType(PhoneNumberType.to_string(each).lower()) for each in PhoneNumberType.values()
}

# phonenumbers calls these mobile or VoIP, which says nothing about their price. ITU-T E.164.1:
# 870 Inmarsat, 881 global mobile satellite systems, 882 and 883 international networks (most of
# them satellite, all of them dear), 878 universal personal telecommunications.
_SHARED_CODES = {
    870: NumberType.SATELLITE,
    881: NumberType.SATELLITE,
    882: NumberType.SATELLITE,
    883: NumberType.SATELLITE,
    878: NumberType.PERSONAL_NUMBER,
}

_FAULTS = {
    ValidationResult.TOO_SHORT: f"the number is too short; write all of it, such as {EXAMPLE}",
    ValidationResult.TOO_LONG: f"the number is too long; write it alone, such as {EXAMPLE}",
    ValidationResult.INVALID_LENGTH: "the number has too many or too few digits; write all of it, "
    f"such as {EXAMPLE}",
    ValidationResult.INVALID_COUNTRY_CODE: "no country has the code after the +; write a number "
    f"such as {EXAMPLE}",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "the number lacks its area code; write all of it, "
    f"such as {EXAMPLE}",
}
_SHORT = ValidationResult.TOO_SHORT
_UNREADABLE = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: ValidationResult.INVALID_COUNTRY_CODE,
    phonenumbers.NumberParseException.TOO_LONG: ValidationResult.TOO_LONG,
}
_NOT_DIGITS = re.compile("[^0-9]")


def country_code(country: str) -> int:
    """The calling code of an ISO 3166 country.

    Raises:
        TargetError: There is no such country.
    """
    code: int = phonenumbers.country_code_for_region(country)
    if not code:
        raise TargetError(f"{_word(country)} is no ISO 3166 country code, such as US or DE")
    return code


def region_of_code(code: str, country: str) -> str:
    """The country with the calling code `code` (``+1``): `country` itself where it has it.

    Raises:
        TargetError: No country has it.
    """
    if country and f"+{country_code(country)}" == code:
        return country
    region: str = phonenumbers.region_code_for_country_code(int(code))
    if region in (phonenumbers.UNKNOWN_REGION, phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY):
        raise TargetError(_FAULTS[ValidationResult.INVALID_COUNTRY_CODE])
    return region


def read_number(text: str, country: str) -> Number:
    """Read a number made of digits, a leading ``+`` and visual separators (RFC 3966 §5.1.1).

    Args:
        text: The number; without ``+`` it is dialled from `country`.
        country: ISO 3166 country, or ``""`` when it is not known.

    Raises:
        TargetError: It is no number, or not all of one.
    """
    digits = _NOT_DIGITS.sub("", text)
    if not digits:
        raise TargetError(f"there is no number; write one such as {EXAMPLE}")
    if text.startswith("+"):
        return parse_number("+" + digits, None)
    if not country:
        raise TargetError(
            f"a number without + needs a country; write it as {EXAMPLE}, with + and country code"
        )
    country_code(country)
    if is_emergency_number(digits, country):
        return Number("", digits, country, NumberType.EMERGENCY)
    try:
        number = parse_number(digits, country)
    except TargetError:
        if _is_short(digits, country):
            return Number("", digits, country, NumberType.SHORT_CODE)
        raise
    if number.type is NumberType.UNKNOWN and _is_short(digits, country):
        return Number("", digits, country, NumberType.SHORT_CODE)
    return number


def parse_number(text: str, country: str | None) -> Number:
    """Read digits in E.164 with ``+``, or as dialled from `country`; no short codes.

    Raises:
        TargetError: The country code or the length is wrong.
    """
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise TargetError(_FAULTS[_UNREADABLE.get(error.error_type, _SHORT)]) from None
    kind = _TYPES[phonenumbers.number_type(parsed)]
    if kind is NumberType.UNKNOWN:
        length = phonenumbers.is_possible_number_with_reason(parsed)
        if length != ValidationResult.IS_POSSIBLE:
            raise TargetError(_FAULTS[length])
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if kind is NumberType.UNKNOWN and phonenumbers.parse(e164) != parsed:
        raise TargetError(f"no number begins with these digits; write one such as {EXAMPLE}")
    national = e164.removeprefix(f"+{parsed.country_code}")
    if not _NOT_DIGITS.sub("", text).endswith(national):
        # Local habits that put digits in: an area code of islands that have but one (Barbados),
        # a 9 for the mobiles of Argentina. What is dialled must be what is written.
        raise TargetError(
            f"the number is written in local form; write all of it, such as {EXAMPLE}"
        )
    if len(e164) - 1 > MOST_DIGITS:
        raise TargetError(_FAULTS[ValidationResult.TOO_LONG])
    region = phonenumbers.region_code_for_number(parsed) or ""
    if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        return Number(e164, "", "", _SHARED_CODES.get(parsed.country_code or 0, kind))
    return Number(e164, "", region, kind)


def _is_short(digits: str, country: str) -> bool:
    number = phonenumbers.PhoneNumber(
        country_code=country_code(country),
        national_number=int(digits),
        italian_leading_zero=digits.startswith("0"),
        number_of_leading_zeros=len(digits) - len(digits.lstrip("0")),
    )
    return bool(is_valid_short_number_for_region(number, country))


def _word(text: str) -> str:
    return f'"{text}"' if re.fullmatch("[A-Za-z]{1,12}", text) else "what is given"
