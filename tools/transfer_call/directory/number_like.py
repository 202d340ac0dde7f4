"""Numbers where none need stand: before the @ of a SIP address, in what the network claims."""

from __future__ import annotations

import re

from phonenumbers.shortnumberinfo import is_emergency_number

from .phone_number import Number, NumberType, TargetError, parse_number, read_number

SHORT_DIGITS = 6
"""Up to here the digits before the @ of a SIP address are a name on that host, an extension."""
SHORTEST_PREMIUM = 5
"""Digits of the shortest premium number of any country (Hong Kong, Slovenia)."""
SEPARATORS = str.maketrans("", "", "-.()")
"""Removes the visual separators of RFC 3966 §5.1.1; a host may remove them too."""


def read_sip_user(user: str, country: str, *, phone: bool) -> Number | None:
    """Read the part before the @ of a SIP address where it is, or looks like, a number.

    The host decides what it dials, so every reading that a host might make is tried: as it is
    dialled in `country`, and as an international number without its plus.

    Args:
        user: With percent-escapes resolved.
        country: ISO 3166 country of who dials, or ``""``.
        phone: Whether the address says ``;user=phone`` (RFC 3261 §19.1.1): short digits are
            then a telephone number too, and no extension.

    Returns:
        ``None`` when it is a name or an extension of the host.

    Raises:
        TargetError: It begins with ``+`` but is no number, or is two numbers at once.
    """
    plain = user.translate(SEPARATORS)
    if plain.startswith("+"):
        if not (plain[1:].isascii() and plain[1:].isdigit()):
            raise TargetError(
                "what stands between + and @ is no number; write digits only, or a name without +"
            )
        return parse_number(plain, None)
    if plain and set(plain) <= set("0123456789*#") and not plain.isdigit():
        return Number("", "", "", NumberType.FEATURE_CODE)
    if not (plain.isascii() and plain.isdigit()):
        if phone:
            raise TargetError("user=phone needs a number before the @; remove it, or the name")
        return None
    if len(plain) <= SHORT_DIGITS:
        if _is_emergency(plain, country):
            return Number("", plain, country, NumberType.EMERGENCY)
        if phone:
            return read_number(plain, country)
        return _short_premium(plain, country)
    return _either(plain, country)


def claimed_number(text: str, country: str = "") -> str:
    """E.164 of a number that the network claims, or ``""`` when it is none.

    Carriers send numbers with and without a plus, national numbers, names, and numbers that
    spell "anonymous"; only a number in service is believed.

    Args:
        text: A participant attribute or the user part of a header's URI.
        country: ISO 3166 country of the line, or ``""``.
    """
    if not re.fullmatch(r"\+?[0-9().-]{3,40}", text, re.ASCII):
        return ""
    try:
        number = (
            parse_number(text, None) if text.startswith("+") else _national_or_bare(text, country)
        )
    except TargetError:
        return ""
    return "" if number is None or number.type is NumberType.UNKNOWN else number.e164


def _either(digits: str, country: str) -> Number:
    readings = _readings(digits, country)
    if len({each.e164 for each in readings}) > 1:
        raise TargetError(
            "the digits before the @ are numbers of two countries; write a + and the country code"
        )
    return readings[0] if readings else Number("", "", "", NumberType.UNKNOWN)


def _short_premium(digits: str, country: str) -> Number | None:
    """A premium number in a country that has them as short as an extension, such as Andorra."""
    if len(digits) < SHORTEST_PREMIUM:
        return None
    number = _national_or_bare(digits, country)
    return number if number is not None and number.type is NumberType.PREMIUM_RATE else None


def _national_or_bare(text: str, country: str) -> Number | None:
    readings = _readings(text.translate(SEPARATORS), country)
    return readings[0] if readings else None


def _readings(digits: str, country: str) -> list[Number]:
    readings = []
    for text, region in ((digits, country), ("+" + digits, None)):
        if region == "":
            continue
        try:
            number = parse_number(text, region)
        except TargetError:
            continue
        if number.type is not NumberType.UNKNOWN:
            readings.append(number)
    return readings


def _is_emergency(digits: str, country: str) -> bool:
    # Without a country, the two that ITU-T E.161.1 gives to all networks.
    return is_emergency_number(digits, country) if country else digits in ("112", "911")
