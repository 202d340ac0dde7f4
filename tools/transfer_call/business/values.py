"""The single values of the file: what each may look like, and the words when it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from ..keypad.reader import LONGEST_DEBOUNCE
from ..policy.dialling import STORE_DOWN
from ..voice.phrases import LANGUAGES
from .faults import did_you_mean

PIPELINES = ("auto", "cascade", "realtime", "standby")
MAX_SECONDS = 3600

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_SECONDS = re.compile(r"([0-9]{1,6}) *(s|m)?")
_RATE = re.compile(r"([0-9]{1,6}) */ *([a-z]+)")
_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MISTAKEN_COUNTRIES = {"UK": "GB", "EN": "GB", "USA": "US"}


def any_text(value: object) -> str:
    """One text, perhaps empty; white space and line ends become single spaces."""
    if value is None:
        raise ValueError("has no value; write one, or remove the key")
    if not isinstance(value, str):
        raise ValueError(f"must be one text, not a {_shape(value)}")
    return " ".join(value.split())


def text(value: object) -> str:
    """One text that says something."""
    said = any_text(value)
    if not said:
        raise ValueError("must not be empty; write a text, or remove the key")
    return said


def as_list(value: object) -> object:
    """One text for a list of one; an empty list is refused."""
    if isinstance(value, str):
        return [value]
    if value is None:
        raise ValueError("has no value; write one, or remove the key")
    if isinstance(value, dict):
        raise ValueError("must be a text or a list of texts, not a mapping (key: value)")
    if not value:
        raise ValueError("must not be an empty list; write something, or remove the key")
    return value


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    said = text(value).lower()
    if said not in _FLAGS:
        raise ValueError("must be true or false")
    return _FLAGS[said]


def _count(value: object) -> int:
    said = str(value) if isinstance(value, int) else text(value)
    if not re.fullmatch("[0-9]{1,6}", said) or int(said) < 1:
        raise ValueError("must be a whole number, at least 1")
    return int(said)


def _seconds(value: object) -> int:
    said = str(value) if isinstance(value, int) else text(value)
    match = _SECONDS.fullmatch(said)
    seconds = int(match[1]) * (60 if match[2] == "m" else 1) if match else 0
    if not 1 <= seconds <= MAX_SECONDS:
        raise ValueError(
            f"must be whole seconds or minutes, such as 60s or 2m, from 1s to {MAX_SECONDS // 60}m"
        )
    return seconds


def _rate(value: object) -> tuple[int, int] | None:
    if isinstance(value, tuple):
        return value
    said = text(value).lower()
    if said == "unlimited":
        return None
    match = _RATE.fullmatch(said)
    unit = _UNITS.get(match[2].removesuffix("s")) if match else None
    if match is None or unit is None or int(match[1]) < 1:
        raise ValueError(
            "must be a number per second, minute, hour or day, such as 5/hour, or unlimited"
        )
    return int(match[1]), unit


def _limit(value: object) -> int | None:
    if isinstance(value, str) and value.strip().lower() == "unlimited":
        return None
    try:
        return _count(value)
    except ValueError:
        raise ValueError("must be a whole number, at least 1, or unlimited") from None


def rate_words(rate: tuple[int, int] | int | None) -> str:
    """A rate as it is written: ``5/hour``."""
    if not isinstance(rate, tuple):
        return "unlimited" if rate is None else str(rate)
    unit = next(name for name, seconds in _UNITS.items() if seconds == rate[1])
    return f"{rate[0]}/{unit}"


def _country(value: object) -> str:
    code = text(value).upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        meant = _MISTAKEN_COUNTRIES.get(code)
        hint = f' - did you mean "{meant}"?' if meant else ""
        raise ValueError(f"must be an ISO 3166 country code, such as US or DE{hint}")
    return code


def _zone(value: object) -> str:
    name = text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = did_you_mean(name, available_timezones())
        raise ValueError(
            f"must be an IANA time zone, such as America/New_York or Europe/Berlin{hint}"
        ) from None
    return name


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text(value)):
            raise ValueError
        return date.fromisoformat(text(value))
    except ValueError:
        raise ValueError("must be a date such as 2026-12-24") from None


def _digits(value: object, pattern: str, words: str) -> str:
    said = str(value) if isinstance(value, int) else text(value)
    if not re.fullmatch(pattern, said):
        raise ValueError(words)
    return said


def _key(value: object) -> str:
    return _digits(
        value, "[0-9]", 'must be one digit, such as "1"; * and # have meanings of their own'
    )


def _extension(value: object) -> str:
    return _digits(value, "[0-9]{1,12}", 'must be digits only, such as "201"')


def _key_digits(value: object) -> str:
    return _digits(
        value, "[0-9]{1,12}", 'must be digits, such as "1"; * goes back and # ends an entry'
    )


def _milliseconds(value: object) -> float:
    if isinstance(value, float):
        return value
    match = re.fullmatch("([0-9]{1,4}) *ms", text(value))
    if match is None or int(match[1]) > LONGEST_DEBOUNCE * 1000:
        raise ValueError(
            f"must be milliseconds, such as 80ms, up to {round(LONGEST_DEBOUNCE * 1000)}ms; a "
            "longer time would swallow real presses"
        )
    return int(match[1]) / 1000


def _host(value: object) -> str:
    name = text(value).lower().rstrip(".")
    try:
        return str(ip_address(name.strip("[]")))
    except ValueError:
        pass
    if not _HOST.fullmatch(name):
        raise ValueError("must be a host name alone, such as pbx.example.com, without sip: or port")
    return name


def _url(value: object) -> str:
    said = text(value)
    try:
        parts = urlsplit(said)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("must be an address such as https://example.com/route") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must be an address such as https://example.com/route")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must not hold a user name, a password or a #fragment; secret signs it")
    if not said.isascii() or not said.isprintable() or " " in said:
        raise ValueError("must be written in ASCII, with %-escapes and without spaces")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must begin with https://; http:// is for this machine only")
    return said


def _base_url(value: object) -> str:
    """Where an API begins; one in the same private network may go without TLS."""
    said = text(value)
    try:
        parts = urlsplit(said)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must be an address such as https://api.openai.com/v1")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user name or a password; OPENAI_API_KEY is the key")
    if parts.query or parts.fragment:
        raise ValueError("must end with its path, without ? or #")
    if not parts.path.rstrip("/").endswith("/v1"):
        raise ValueError("must end with /v1, where OpenAI-compatible servers have their API")
    return said.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine and cannot name another."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _one_of(words: tuple[str, ...], later: str = "") -> Callable[[object], str]:
    def choose(value: object) -> str:
        said = text(value)
        if said not in words:
            raise ValueError(
                f"must be {', '.join(words[:-1])} or {words[-1]}{did_you_mean(said, words)}{later}"
            )
        return said

    return choose


def _shape(value: object) -> str:
    return "mapping (key: value)" if isinstance(value, dict) else "list"


_STRING: dict[str, Any] = {"type": "string"}
_FILLED: dict[str, Any] = {"type": "string", "pattern": r"\S"}


def _schema(**more: Any) -> WithJsonSchema:
    return WithJsonSchema(more)


def _list_schema(item: dict[str, Any]) -> WithJsonSchema:
    return _schema(anyOf=[item, {"type": "array", "items": item, "minItems": 1}])


AnyText = Annotated[str, PlainValidator(any_text), WithJsonSchema(_STRING)]
Text = Annotated[str, PlainValidator(text), WithJsonSchema(_FILLED)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(as_list), _list_schema(_FILLED)]
Host = Annotated[str, PlainValidator(_host), WithJsonSchema(_FILLED)]
Hosts = Annotated[tuple[Host, ...], BeforeValidator(as_list), _list_schema(_FILLED)]
Flag = Annotated[bool, PlainValidator(_flag), _schema(type="boolean")]
Count = Annotated[int, PlainValidator(_count), _schema(type="integer", minimum=1)]
Seconds = Annotated[
    int,
    PlainValidator(_seconds),
    _schema(
        anyOf=[
            {"type": "integer", "minimum": 1, "maximum": MAX_SECONDS},
            {"type": "string", "pattern": "^[0-9]{1,6} *[sm]?$"},
        ]
    ),
]
RateLimit = Annotated[
    tuple[int, int] | None,
    PlainValidator(_rate),
    _schema(type="string", pattern="^(unlimited|[0-9]{1,6} */ *(second|minute|hour|day)s?)$"),
]
Limit = Annotated[
    int | None,
    PlainValidator(_limit),
    _schema(anyOf=[{"type": "integer", "minimum": 1}, {"const": "unlimited"}]),
]
Country = Annotated[str, PlainValidator(_country), _schema(type="string", pattern="^[A-Za-z]{2}$")]
Day = Annotated[date, PlainValidator(_day), _schema(type="string", format="date")]
Digits = Annotated[
    str, PlainValidator(_key_digits), _schema(type="string", pattern="^[0-9]{1,12}$")
]
Milliseconds = Annotated[
    float, PlainValidator(_milliseconds), _schema(type="string", pattern="^[0-9]{1,4} *ms$")
]
Url = Annotated[str, PlainValidator(_url), _schema(type="string", format="uri")]
BaseUrl = Annotated[
    str, PlainValidator(_base_url), _schema(type="string", pattern="^https?://.+/v1/?$")
]
Language = Annotated[str, PlainValidator(_one_of(LANGUAGES)), _schema(enum=list(LANGUAGES))]
StoreDown = Annotated[str, PlainValidator(_one_of(STORE_DOWN)), _schema(enum=list(STORE_DOWN))]
Pipeline = Annotated[str, PlainValidator(_one_of(PIPELINES)), _schema(enum=list(PIPELINES))]

# A key may be left out, but one that is there has a value: None is a default, never read.
TextOrNone = Annotated[str | None, PlainValidator(text), WithJsonSchema(_FILLED)]
AnyTextOrNone = Annotated[str | None, PlainValidator(any_text), WithJsonSchema(_STRING)]
LanguageOrNone = Annotated[
    str | None, PlainValidator(_one_of(LANGUAGES)), _schema(enum=list(LANGUAGES))
]
ZoneOrNone = Annotated[str | None, PlainValidator(_zone), WithJsonSchema(_FILLED)]
KeyOrNone = Annotated[
    str | None, PlainValidator(_key), _schema(type=["string", "integer"], pattern="^[0-9]$")
]
ExtensionOrNone = Annotated[
    str | None,
    PlainValidator(_extension),
    _schema(type=["string", "integer"], pattern="^[0-9]{1,12}$"),
]
