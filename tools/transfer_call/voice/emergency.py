"""Whom a caller in danger is told to call, by country."""

from __future__ import annotations

from collections.abc import Mapping

import phonenumbers

_NORTH_AMERICA = 1
"""The calling code of the countries that share 911."""
_BETTER_KNOWN: Mapping[str, str] = {
    "AU": "000",
    "GB": "999",
    "JP": "119",
    "KR": "119",
    "NZ": "111",
}
"""Where 112 is not the number for fire and ambulance, or not the one that people know."""
_USUAL = ("112", "911")


def emergency_number(country: str) -> str:
    """The number of the emergency services.

    Args:
        country: ISO 3166 alpha-2 code, or ``""``.

    Returns:
        Its digits; ``""`` where no single number is known to reach them.
    """
    if country in _BETTER_KNOWN:
        return _BETTER_KNOWN[country]
    if phonenumbers.country_code_for_region(country) == _NORTH_AMERICA:
        return "911"
    return next((one for one in _USUAL if phonenumbers.is_emergency_number(one, country)), "")
