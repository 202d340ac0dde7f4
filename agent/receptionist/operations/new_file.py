"""A first business file from a few answers, commented for who edits it next."""

from __future__ import annotations

import json
from dataclasses import dataclass

import phonenumbers
from phonenumbers import timezone

_TEMPLATE = """\
# Who answers the phone, who can be reached and when. docs/business-file.md explains every key;
# `receptionist check` says what is wrong, `receptionist who` who would get a call.

business:
  # As callers hear it.
  name: {name}
  # ISO 3166: how numbers without + are read, the public holidays, and the only country that may
  # be dialled unless policy says more.
  country: {country}
  # The number that callers dial. `receptionist setup` makes LiveKit take its calls.
{numbers}{hours}
# The first sentence; remove the # to use your own.
#greeting: Thanks for calling.

destinations:
  # The name that callers say and that you see in `receptionist calls`.
  {destination}:
    # A telephone number, or sip:name@host; several in a list are tried in order.
    to: {to}
    # What callers press for it.
    key: "0"
    # When a caller belongs here.
    description: anything else, or when the caller just wants a person
    # How long to wait for an answer; keep it above the carrier's own time for that.
    #ringing_timeout: 60s

  # A second one: remove the # and write its number.
  #sales:
  #  to: "+12125550123"
  #  key: "1"
  #  # Where to go on when it is closed, busy or not answered.
  #  otherwise: {destination}
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What an operator says about a new business.

    Attributes:
        name: As callers hear it.
        country: ISO 3166.
        number: What callers dial, E.164, or ``""``.
        to: Who answers: a number, or a SIP address.
        destination: The name of who answers.
        hours: In the opening_hours syntax of OpenStreetMap, or ``""`` for always.
        timezone: IANA; needed with `hours`.
    """

    name: str
    country: str
    to: str
    number: str = ""
    destination: str = "front-desk"
    hours: str = ""
    timezone: str = ""


def file_of(answers: Answers) -> str:
    """The file as YAML; it has been checked by nobody."""
    numbers = f"  numbers: [{_quoted(answers.number)}]\n"
    if not answers.number:
        numbers = '  #numbers: ["+14155550100"]\n'
    hours = (
        f"  timezone: {_quoted(answers.timezone)}\n"
        "  # In the opening_hours syntax of OpenStreetMap; PH: public holidays.\n"
        f"  hours: {_quoted(answers.hours)}\n"
    )
    if not answers.hours:
        hours = (
            "  # Missing: open at any hour. With hours, the time zone is needed too.\n"
            "  #timezone: America/New_York\n"
            '  #hours: "Mo-Fr 09:00-17:00; PH off"\n'
        )
    return _TEMPLATE.format(
        name=_quoted(answers.name),
        country=answers.country.upper(),
        numbers=numbers,
        hours=hours,
        destination=answers.destination,
        to=_quoted(answers.to),
    )


def time_zone_of(number: str, country: str) -> str:
    """The time zone of a number, where it has only one; else ``""``."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return ""
    zones = timezone.time_zones_for_number(parsed)
    return zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else ""


def _quoted(text: str) -> str:
    # A JSON string is a YAML string, whatever it holds; $ begins a variable.
    return json.dumps(text.replace("$", "$$"), ensure_ascii=False)
