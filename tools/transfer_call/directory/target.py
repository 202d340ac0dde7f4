"""Where a destination is reached: the one way from a text to an address that is dialled."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from .number_like import SEPARATORS, read_sip_user
from .phone_number import (
    EXAMPLE,
    Number,
    TargetError,
    country_code,
    read_number,
    region_of_code,
)
from .sip_uri import EXAMPLE as SIP_EXAMPLE, read_sip

__all__ = ["TargetError", "TransferTarget"]

MOST_CHARACTERS = 255

_SCHEME = re.compile("([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE = re.compile(r"(?:tel|sips?):[!#-;=?-~]+")
_NUMBER = re.compile(r"[+]?[0-9 ().\-/]+")
_TEL = re.compile(r"[+]?[0-9().\-]+")
_EXTENSION = re.compile(r"(?i:x|ext|extension)[. ]*[0-9]+$")
_PAUSE = re.compile("[0-9][,;]|[0-9)][pPwW][0-9,pPwW]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, repr=False)
class TransferTarget:
    """An address that has been read in full; `parse` is the way to make one.

    Its text form is masked, and so fit for a log.

    Attributes:
        uri: As sent in Refer-To: ``tel:+…``, ``sip:…`` or ``sips:…``.
        scheme: ``tel``, ``sip`` or ``sips``.
        number: E.164, also of a SIP address whose user part is a number, else ``""``.
        region: ISO 3166 country of the number, else ``""``.
        number_type: A `NumberType`; ``""`` for a SIP name or extension.
        host: Domain or IP address of a SIP address, as compared; ``""`` for ``tel:``.
    """

    uri: str
    scheme: str
    number: str = ""
    region: str = ""
    number_type: str = ""
    host: str = ""

    def __post_init__(self) -> None:
        # The bridge copies the URI into a header unseen, so nobody may bring one past `parse`.
        if not _SAFE.fullmatch(self.uri) or not self.uri.startswith(f"{self.scheme}:"):
            raise TargetError("an address is made by TransferTarget.parse()")

    def __str__(self) -> str:
        """The address with all but its last digits hidden."""
        shown = self.number[-4:] if len(self.number) > 9 else self.number[-2:]
        return f"{self.scheme}:…{shown}{'@' if self.host else ''}{self.host}"

    def __repr__(self) -> str:
        return f"<TransferTarget {self}>"

    @classmethod
    def parse(cls, text: str, *, country: str = "") -> TransferTarget:
        """Read an address in full or refuse it.

        Args:
            text: ``tel:`` (RFC 3966), ``sip:`` or ``sips:`` (RFC 3261 §19.1), or a number; one
                without ``+`` is read as dialled from `country`.
            country: ISO 3166 country of the line, or ``""``.

        Raises:
            TargetError: It is no address, or holds what an address must not hold. Emergency
                numbers and short codes are addresses; the policy refuses them.
        """
        country = country.upper()
        if country:
            country_code(country)
        _refuse_characters(text)
        match = _SCHEME.match(text)
        if match is None:
            return _bare(text, country)
        scheme, rest = match[1].lower(), text[match.end() :]
        if scheme not in ("tel", "sip", "sips"):
            raise TargetError(
                f"only tel:, sip: and sips: can be dialled; write {EXAMPLE} or {SIP_EXAMPLE}"
            )
        if " " in text:
            raise TargetError("the address holds white space; remove it")
        if scheme == "tel":
            return _tel(rest, country)
        sip = read_sip(rest, scheme)
        number = read_sip_user(sip.name, country, phone=sip.phone)
        if number is None:
            return cls(f"{scheme}:{sip.rest}", scheme, host=sip.host)
        if number.e164:
            # Sent as it was read: a (0) or a dash may mean something else to the host.
            digits = number.e164 if sip.user.startswith("+") else sip.user.translate(SEPARATORS)
            sip = replace(sip, user=digits)
        uri = f"{scheme}:{sip.rest}"
        return cls(uri, scheme, number.e164, number.region, number.type, sip.host)


def _refuse_characters(text: str) -> None:
    if not text or text.isspace():
        raise TargetError(f"the address is empty; write {EXAMPLE} or {SIP_EXAMPLE}")
    if len(text) > MOST_CHARACTERS:
        raise TargetError(f"the address is longer than {MOST_CHARACTERS} characters")
    for each in "" if text.isascii() and text.isprintable() else text:
        if each != " " and each.isspace():
            raise TargetError("the address holds a line end, a tab or a special space; remove it")
        if unicodedata.category(each) in _INVISIBLE:
            raise TargetError(
                f"the address holds the invisible character U+{ord(each):04X}; type it anew"
            )
    if text != text.strip():
        raise TargetError("the address begins or ends with a space; remove it")
    if "<" in text or ">" in text or '"' in text:
        raise TargetError("write the address alone, without a display name, quotes or < >")
    if not text.isascii():
        raise TargetError(
            "the address holds a character that is not ASCII; write digits as 0-9, host names as "
            "xn--… and other letters before the @ as %-escapes"
        )


def _bare(text: str, country: str) -> TransferTarget:
    if "@" in text:
        raise TargetError(f"write sip: in front of the address, such as {SIP_EXAMPLE}")
    _refuse_dialling(text)
    if not _NUMBER.fullmatch(text):
        raise TargetError(f"this is no number; write one such as {EXAMPLE}, or {SIP_EXAMPLE}")
    return _dialled(read_number(text, country))


def _tel(rest: str, country: str) -> TransferTarget:
    subscriber, *parameters = rest.split(";")
    if not subscriber:
        raise TargetError(f"the number after tel: is missing; write tel:{EXAMPLE}")
    if "%" in subscriber:
        raise TargetError("a number is written without %-escapes")
    _refuse_dialling(subscriber)
    if not _TEL.fullmatch(subscriber):
        raise TargetError(f"what follows tel: is no number; write tel:{EXAMPLE}")
    extension, context = _tel_parameters(parameters)
    if context:
        return _short(subscriber, extension, context, country)
    return _dialled(read_number(subscriber, country), extension)


def _tel_parameters(parameters: list[str]) -> tuple[str, str]:
    found: dict[str, str] = {}
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        name = name.lower()
        if name in found:
            raise TargetError(f"{name}= stands twice in the address; write it once")
        if name == "ext":
            # RFC 3966 §5.3; the PBX behind the number dials it. One that is used by a carrier
            # to choose another number or network (rn, cic, postd …) could pass by the policy.
            if not re.fullmatch("[0-9]{1,12}", value):
                raise TargetError("ext= must be digits, such as ;ext=201")
        elif name == "phone-context":
            if not re.fullmatch(r"\+[1-9][0-9]{0,2}", value):
                raise TargetError(
                    f"phone-context= must be a country code; better write tel:{EXAMPLE}"
                )
        else:
            raise TargetError("a number can have no parameter but ;ext=; remove it")
        found[name] = value
    return found.get("ext", ""), found.get("phone-context", "")


def _short(subscriber: str, extension: str, context: str, country: str) -> TransferTarget:
    """A short number of the country whose calling code is `context` (RFC 3966 §5.1.5)."""
    number = None
    if not extension and not subscriber.startswith("+"):
        number = read_number(subscriber, region_of_code(context, country))
    if number is None or not number.digits:
        raise TargetError(
            "phone-context= is for short numbers; write others with their country code, such as "
            f"tel:{EXAMPLE}"
        )
    return _dialled(number)


def _dialled(number: Number, extension: str = "") -> TransferTarget:
    if number.digits:
        if extension:
            raise TargetError("a short number has no extension; remove ;ext=")
        uri = f"tel:{number.digits};phone-context=+{country_code(number.region)}"
    else:
        uri = f"tel:{number.e164}{f';ext={extension}' if extension else ''}"
    return TransferTarget(uri, "tel", number.e164, number.region, number.type)


def _refuse_dialling(text: str) -> None:
    """Refuse what a telephone would dial beyond a number, each by its name."""
    if _EXTENSION.search(text):
        raise TargetError(f"write an extension as tel:{EXAMPLE};ext=201")
    if _PAUSE.search(text):
        raise TargetError(
            "pauses and digits after the number cannot be dialled in a transfer; remove them"
        )
    if "*" in text or "#" in text:
        raise TargetError("codes with * or # cannot be dialled in a transfer; write a number")
    if re.search("[0-9]", text) and re.search("[A-Za-z]", text):
        raise TargetError("the number holds letters; write the digits they stand for")
