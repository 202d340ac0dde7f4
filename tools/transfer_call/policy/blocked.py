"""Why an address may not be dialled, as a code and in words for the operator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..record import RateExceeded, Rates


class Reason(StrEnum):
    """Why an address may not be dialled; docs/dialling-policy.md explains each."""

    OWN_NUMBER = "own_number"
    CALLER = "caller"
    SIP_HOST = "sip_host"
    EMERGENCY = "emergency"
    SHORT_CODE = "short_code"
    FEATURE_CODE = "feature_code"
    UNASSIGNED = "unassigned"
    COUNTRY = "country"
    NUMBER_TYPE = "number_type"
    STORE_DOWN = "store_down"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A refusal.

    Attributes:
        reason: A `Reason`, or ``rate_`` and the name of a rate.
        detail: What it means and what to write to change it, for the operator; without numbers.
    """

    reason: str
    detail: str


def rate_blocked(exceeded: RateExceeded, rates: Rates) -> Blocked:
    """The refusal of an attempt that a rate forbids."""
    limit = getattr(rates, exceeded.rate, None)
    if isinstance(limit, tuple):
        count, seconds = limit
        words = f"{count} in {seconds} seconds"
    else:
        words = f"{limit} in one call"
    return Blocked(
        f"rate_{exceeded.rate}",
        f"as many transfers were tried as rates.{exceeded.rate} allows ({words}); raise it if "
        "these were real callers",
    )


_DETAILS = {
    Reason.OWN_NUMBER: "it is a number of this line, so the call would come straight back; write "
    "the number of the telephone that shall ring",
    Reason.CALLER: "it is the caller's own number",
    Reason.SIP_HOST: "no destination names the SIP host {host}; add it to policy.sip_hosts",
    Reason.EMERGENCY: "it is an emergency number, and a transferred call reaches the emergency "
    "service without the caller's place; tell callers to hang up and dial it themselves. If it "
    "is an extension, add the address to policy.exceptions",
    Reason.SHORT_CODE: "it is a short code, which works in its own network only and may cost "
    "anything; write the full number, or add the address to policy.exceptions",
    Reason.FEATURE_CODE: "it is a code with * or #, which may change settings of the telephone "
    "system; add the address to policy.exceptions if it only takes calls",
    Reason.UNASSIGNED: "no such number is in service in its country, as far as is known; correct "
    "it, or add the address to policy.exceptions if it is new or an account of the SIP host",
    Reason.COUNTRY: "it is a number of {country}, which is not in policy.countries; add it there "
    "if callers may be sent abroad",
    Reason.NUMBER_TYPE: "it is a number of type {type}, which is not in policy.number_types; "
    "name all types that may be dialled there, or add the address to policy.exceptions",
    Reason.STORE_DOWN: "the record cannot be written, so attempts cannot be counted, and "
    "policy.store_down forbids this one; repair the record",
}


def blocked(reason: Reason, **words: str) -> Blocked:
    """The refusal for `reason`; `words` fill in what its sentence names."""
    return Blocked(reason, _DETAILS[reason].format(**words))
