"""What may be dialled: one check for every address, wherever it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import phonenumbers

from ..directory.number_like import claimed_number
from ..directory.phone_number import NumberType, country_code
from ..directory.sip_uri import read_host
from ..directory.target import TargetError, TransferTarget
from ..record import Rates
from .blocked import Blocked, Reason, blocked

ALLOWED_TYPES = frozenset(
    {
        NumberType.FIXED_LINE,
        NumberType.MOBILE,
        NumberType.FIXED_LINE_OR_MOBILE,
        # Ordinary lines that happen to be reached over the internet, at ordinary prices; cloud
        # telephone systems have little else.
        NumberType.VOIP,
        # Paid by who is called. What is left, calls made for the fee of the carrier in between,
        # the rates limit.
        NumberType.TOLL_FREE,
    }
)
"""The number types that may be dialled when a policy names none."""

STORE_DOWN = ("allow", "block_international", "block")


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """What is wrong with one value of a policy, for who wrote it."""

    field: str
    message: str


class PolicyError(ValueError):
    """A policy cannot be used.

    Attributes:
        faults: All of them, in the order of the fields.
    """

    def __init__(self, faults: Iterable[PolicyFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{each.field}: {each.message}" for each in self.faults))


@dataclass(frozen=True, slots=True)
class DiallingPolicy:
    """What a line may dial. With nothing given but `country`, it is safe.

    Attributes:
        country: ISO 3166 country of the line.
        countries: What may be dialled instead of `country` alone: ISO 3166 countries, or calling
            codes such as ``+800`` or ``+881`` for what belongs to no country.
        number_types: The `NumberType` values that may be dialled.
        sip_hosts: Hosts of SIP addresses, compared exactly.
        exceptions: Addresses that may be dialled although their country, type or host may not.
        own_numbers: E.164 numbers of the line; never dialled.
        rates: Limits that the record keeps.
        max_attempts: REFERs for one wish of a caller.
        max_seconds: Seconds after which no further REFER for one wish begins.
        store_down: What may be dialled while rates cannot be counted.

    Raises:
        PolicyError: A value is not one of those, with all faults.
    """

    country: str = ""
    countries: frozenset[str] = frozenset()
    number_types: frozenset[str] = ALLOWED_TYPES
    sip_hosts: frozenset[str] = frozenset()
    exceptions: frozenset[str] = frozenset()
    own_numbers: frozenset[str] = frozenset()
    rates: Rates = field(default_factory=Rates)
    max_attempts: int = 4
    max_seconds: int = 180
    store_down: str = "block_international"

    def __post_init__(self) -> None:
        faults: list[PolicyFault] = []
        country = _read_all("country", filter(None, [self.country]), _iso_country, faults)
        object.__setattr__(self, "country", next(iter(country), ""))
        readers: dict[str, Callable[[str], str]] = {
            "countries": _country,
            "number_types": _number_type,
            "sip_hosts": read_host,
            "exceptions": lambda text: TransferTarget.parse(text, country=self.country).uri,
            "own_numbers": self._own_number,
        }
        for name, read in readers.items():
            object.__setattr__(self, name, _read_all(name, getattr(self, name), read, faults))
        faults.extend(
            PolicyFault(name, "must be at least 1")
            for name in ("max_attempts", "max_seconds")
            if getattr(self, name) < 1
        )
        if self.store_down not in STORE_DOWN:
            faults.append(PolicyFault("store_down", f"must be one of {', '.join(STORE_DOWN)}"))
        if faults:
            raise PolicyError(faults)

    def _own_number(self, text: str) -> str:
        number = TransferTarget.parse(text, country=self.country).number
        if not number:
            raise TargetError("the line's own number must be a full number, not a short code")
        return number

    @property
    def allowed_countries(self) -> frozenset[str]:
        """`countries`, or else the line's own."""
        return self.countries or frozenset(filter(None, (self.country,)))

    def for_line(self, country: str, targets: Iterable[TransferTarget]) -> DiallingPolicy:
        """The policy of a line in `country` whose destinations name `targets`.

        A host that a destination names may be dialled: who wrote it there said so.
        """
        return replace(
            self,
            country=self.country or country,
            sip_hosts=self.sip_hosts.union(each.host for each in targets if each.host),
        )


_REASON_OF_TYPE = {
    NumberType.EMERGENCY: Reason.EMERGENCY,
    NumberType.SHORT_CODE: Reason.SHORT_CODE,
    NumberType.FEATURE_CODE: Reason.FEATURE_CODE,
    NumberType.UNKNOWN: Reason.UNASSIGNED,
}


def check(
    target: TransferTarget, policy: DiallingPolicy, *, caller: str = "", called: str = ""
) -> Blocked | None:
    """Whether `target` may be dialled in this call.

    Args:
        target: From the file, a resolver, or code: all alike.
        policy: Of the line.
        caller: The caller's number, as claimed; in any form, or ``""``.
        called: The number that was dialled (`sip.trunkPhoneNumber`); in any form, or ``""``.

    Returns:
        ``None`` when it may be dialled.
    """
    if target.number:
        if target.number in (*policy.own_numbers, called, claimed_number(called, policy.country)):
            return blocked(Reason.OWN_NUMBER)
        if target.number in (caller, claimed_number(caller, policy.country)):
            return blocked(Reason.CALLER)
    if target.uri in policy.exceptions:
        return None
    if target.host and target.host not in policy.sip_hosts:
        return blocked(Reason.SIP_HOST, host=target.host)
    kind = target.number_type
    if not kind:
        return None
    if kind in _REASON_OF_TYPE and kind not in policy.number_types:
        return blocked(_REASON_OF_TYPE[NumberType(kind)])
    if target.number and not _in_countries(target, policy.allowed_countries):
        return blocked(Reason.COUNTRY, country=target.region or "no country")
    if kind not in policy.number_types:
        return blocked(Reason.NUMBER_TYPE, type=kind)
    return None


def is_international(target: TransferTarget, country: str) -> bool:
    """Whether a call to `target` leaves `country`; a SIP name or extension never does."""
    return bool(target.number) and not _in_countries(target, frozenset({country}))


def check_store_down(policy: DiallingPolicy, *, international: bool) -> Blocked | None:
    """Whether an attempt may be made while the record cannot count it."""
    if policy.store_down == "block" or (
        policy.store_down == "block_international" and international
    ):
        return blocked(Reason.STORE_DOWN)
    return None


def _in_countries(target: TransferTarget, countries: frozenset[str]) -> bool:
    if target.region in countries:
        return True
    # A number can belong to several countries that share a calling code, as toll-free numbers
    # of +1 do, although its region names one. Whole codes are for what belongs to none.
    number: phonenumbers.PhoneNumber | None = None
    for country in countries:
        if country.startswith("+"):
            if target.number.startswith(country):
                return True
            continue
        code = phonenumbers.country_code_for_region(country)
        if not target.number.startswith(f"+{code}"):
            continue
        number = number or phonenumbers.parse(target.number)
        if number.country_code == code and phonenumbers.is_valid_number_for_region(number, country):
            return True
    return False


def _read_all(
    name: str, values: Iterable[str], read: Callable[[str], str], faults: list[PolicyFault]
) -> frozenset[str]:
    found = set()
    for value in values:
        try:
            found.add(read(value))
        except TargetError as error:
            faults.append(PolicyFault(name, str(error)))
    return frozenset(found)


def _iso_country(text: str) -> str:
    country_code(text.upper())
    return text.upper()


def _country(text: str) -> str:
    if not text.startswith("+"):
        return _iso_country(text)
    if not text[1:].isdecimal() or int(text[1:]) not in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        raise TargetError("a calling code is written as + and its digits, such as +800")
    return text


def _number_type(text: str) -> str:
    try:
        return NumberType(text)
    except ValueError:
        raise TargetError(f"a number type is one of {', '.join(NumberType)}") from None
