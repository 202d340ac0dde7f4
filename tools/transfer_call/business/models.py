"""What an operator may write, key by key. Each key here acts; there is no other.

Values arrive as text, as they stand in the file; the types of `values` say what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from ..policy.dialling import DiallingPolicy
from ..record import Rates
from .conversation_models import LimitsModel, NoticesModel
from .keypad_models import KeypadModel
from .model import Model, shape
from .openai_models import OpenAIModel
from .values import (
    AnyText,
    AnyTextOrNone,
    Count,
    Country,
    Day,
    ExtensionOrNone,
    Flag,
    Hosts,
    KeyOrNone,
    Language,
    LanguageOrNone,
    Limit,
    Pipeline,
    RateLimit,
    Seconds,
    StoreDown,
    Text,
    TextOrNone,
    Texts,
    Url,
    ZoneOrNone,
    rate_words,
)

_RATES = Rates()
_POLICY = DiallingPolicy()


class BusinessModel(Model):
    """Who answers the phone."""

    stand_ins = {"name": "business", "country": "US"}

    name: Text = Field(description="The name of the business, as callers hear it.")
    country: Country = Field(
        description="ISO 3166 code, such as US: the region of numbers written without +, the "
        "public holidays, and the only country that may be dialled unless policy says more."
    )
    timezone: ZoneOrNone = Field(
        default=None,
        description="IANA time zone, such as America/New_York; required once hours or closed "
        "is written.",
    )
    language: Language = Field(
        default="en", description="The language of all phrases: en, es, fr or de."
    )
    numbers: Texts = Field(
        default=(),
        description="The business's own numbers. Callers are never transferred to them.",
    )
    hours: TextOrNone = Field(
        default=None,
        description="When the business is open, in the opening_hours syntax of OpenStreetMap; "
        "always, when missing.",
    )
    closed: Mapping[Day, AnyText] = Field(
        default={},
        description="Single dates (2026-12-24) on which the business is closed, each with the "
        "reason.",
    )


class ResolverModel(Model):
    """An address that is asked for when it is needed."""

    stand_ins = {"resolve": "https://resolver.invalid", "secret": "secret"}

    resolve: Url = Field(
        description="https:// address that is sent the facts of the call and answers with the "
        "address to dial."
    )
    secret: Text = Field(
        description="The secret that signs the requests, best as ${NAME} from the environment."
    )
    allow_private: Hosts = Field(
        default=(),
        description="Host names that may lead to a private or local network address.",
    )


class OtherwiseModel(Model):
    """What comes next, outcome by outcome."""

    closed: Texts = Field(default=(), description="Destinations to try when it is closed.")
    busy: Texts = Field(default=(), description="Destinations to try when it is busy.")
    no_answer: Texts = Field(default=(), description="Destinations to try when nobody answers.")
    declined: Texts = Field(default=(), description="Destinations to try when it declines.")
    unreachable: Texts = Field(
        default=(), description="Destinations to try when the number or the carrier fails."
    )


_List = Annotated[Texts, Tag("list")]


class DestinationModel(Model):
    """A person, a department, a place to send callers."""

    stand_ins = {"to": "sip:stand-in@stand-in.invalid"}

    to: Annotated[_List | Annotated[ResolverModel, Tag("mapping")], Discriminator(shape)] = Field(
        description="Where it is reached: tel:+12125550123, sip:name@host, a number; a list "
        "of these, tried in order; or resolve, for an address that is asked for."
    )
    rotate: Flag = Field(
        default=False, description="Begin at the next address of to with each call."
    )
    description: AnyText = Field(
        default="", description="When a caller belongs here; the language model chooses by it."
    )
    spoken: AnyText = Field(
        default="", description="The name as callers hear it, where it differs from the key."
    )
    aliases: Texts = Field(default=(), description="Other names that callers use for it.")
    department: AnyText = Field(
        default="", description="Tells people of the same name apart, and groups many."
    )
    key: KeyOrNone = Field(default=None, description="The key that reaches it.")
    extension: ExtensionOrNone = Field(
        default=None, description="The digits that reach it when they are dialled."
    )
    hours: TextOrNone = Field(
        default=None,
        description="When it is open, in the opening_hours syntax of OpenStreetMap; when "
        "missing, the hours of the business.",
    )
    otherwise: Annotated[
        _List | Annotated[OtherwiseModel, Tag("mapping")], Discriminator(shape)
    ] = Field(
        default=(),
        description="The destinations to try next, in order: for every outcome, or by outcome.",
    )
    announcement: AnyTextOrNone = Field(
        default=None,
        description="What the caller hears before being put through; when missing, the usual "
        'phrase; "" for nothing.',
    )
    language: LanguageOrNone = Field(
        default=None, description="The language of its announcement, where it differs."
    )
    play_dialtone: Flag = Field(
        default=True, description="Whether the caller hears ringing while the transfer runs."
    )
    ringing_timeout: Seconds = Field(
        default=60,
        description="How long to wait for an answer, such as 60s. Keep it above the time after "
        "which the carrier itself gives up.",
    )
    headers: Mapping[str, AnyText] = Field(
        default={},
        description="Extra SIP headers of the transfer. Values may hold {caller} {called} {line} "
        "{call_id} {summary}.",
    )
    summary_header: AnyText = Field(
        default="",
        description="The SIP header that carries the language model's summary of the call; "
        "none when missing.",
    )
    confirm: Flag = Field(default=False, description="Ask the caller before sending.")
    hidden: Flag = Field(
        default=False,
        description="Reached by key, extension or otherwise only; never offered by voice.",
    )


class RatesModel(Model):
    """How often transfers may be tried."""

    per_call: Limit = Field(
        default=_RATES.per_call,
        description=f"Attempts in one call, such as 10, or unlimited; when missing, "
        f"{rate_words(_RATES.per_call)}.",
    )
    per_caller: RateLimit = Field(
        default=_RATES.per_caller,
        description="Attempts from one caller's number, such as 5/hour, or unlimited; when "
        f"missing, {rate_words(_RATES.per_caller)}.",
    )
    per_destination: RateLimit = Field(
        default=_RATES.per_destination,
        description=f"Attempts to one destination, such as 10/minute, or unlimited; when missing, "
        f"{rate_words(_RATES.per_destination)}.",
    )
    international: RateLimit = Field(
        default=_RATES.international,
        description=f"Attempts to other countries, such as 20/day, or unlimited; when missing, "
        f"{rate_words(_RATES.international)}.",
    )


class PolicyModel(Model):
    """What may be dialled, and how often."""

    countries: Texts = Field(
        default=(),
        description="The countries that may be dialled, as ISO 3166 codes, or calling codes such "
        "as +800 that belong to no country; when missing, business.country.",
    )
    number_types: Texts = Field(
        default=(),
        description="The types of number that may be dialled; when missing, those of ordinary "
        "lines: fixed_line, mobile, fixed_line_or_mobile, voip, toll_free.",
    )
    sip_hosts: Texts = Field(
        default=(),
        description="SIP hosts that may be dialled, besides those that destinations name.",
    )
    exceptions: Texts = Field(
        default=(),
        description="Addresses that may be dialled although the rest of the policy forbids it.",
    )
    rates: RatesModel = Field(default=RatesModel(), description="Limits on transfers.")
    max_attempts: Count = Field(
        default=_POLICY.max_attempts, description="Attempts for one wish of a caller."
    )
    max_duration: Seconds = Field(
        default=_POLICY.max_seconds,
        description="After this long, no further attempt for one wish of a caller.",
    )
    store_down: StoreDown = Field(
        default=_POLICY.store_down,
        description="What may be dialled while attempts cannot be counted because the record "
        "is down.",
    )


class BusinessFile(Model):
    """One business on one line."""

    stand_ins = {"business": BusinessModel.stand_ins, "destinations": {}}

    business: BusinessModel = Field(description="Who answers the phone.")
    greeting: AnyTextOrNone = Field(
        default=None, description="The first sentence; when missing, the usual phrase."
    )
    operator: TextOrNone = Field(
        default=None,
        description="The destination that 0 reaches; when missing, the one with key 0, else the "
        "first.",
    )
    urgent: TextOrNone = Field(
        default=None, description="The destination that is reachable at any hour."
    )
    destinations: Mapping[Text, DestinationModel] = Field(
        default={}, description="Who can be reached, by name."
    )
    people: TextOrNone = Field(
        default=None,
        description="A CSV file of people, beside this file, with the columns name, extension, "
        "address and department.",
    )
    policy: PolicyModel = Field(default=PolicyModel(), description="What may be dialled.")
    keypad: KeypadModel = Field(default=KeypadModel(), description="What the keys do.")
    phrases: Mapping[
        Text,
        Annotated[
            Annotated[Texts, Tag("list")] | Annotated[Mapping[Text, Texts], Tag("mapping")],
            Discriminator(shape),
        ],
    ] = Field(
        default={},
        description="Own words for fixed phrases: by the phrase's name, for business.language; "
        "under a language, for that language. A list is said sentence by sentence.",
    )
    recordings: Mapping[Text, Text] = Field(
        default={},
        description="Own WAV files, beside this file, each by the exact sentence it is played for.",
    )
    notices: NoticesModel = Field(
        default=NoticesModel(), description="What callers are told whoever answers them."
    )
    limits: LimitsModel = Field(
        default=LimitsModel(), description="When a call that leads nowhere is taken in hand."
    )
    prompts: TextOrNone = Field(
        default=None,
        description="A folder of own prompts for the language model, beside this file; the "
        "usual ones where it has none.",
    )
    pipeline: Pipeline = Field(
        default="auto",
        description="How callers are heard and answered: cascade (speech to text, language "
        "model, text to speech) and realtime (one speech-to-speech model) need OPENAI_API_KEY, "
        "standby needs no AI service; auto is cascade with a key and standby without.",
    )
    openai: OpenAIModel = Field(
        default=OpenAIModel(), description="The models of cascade and realtime."
    )


class LinesFile(Model):
    """Many lines, each with a file of its own."""

    stand_ins = {"lines": {}, "unknown_number": "refuse"}

    lines: Mapping[Text, Text] = Field(
        description="The dialled numbers, each with the file of its line, beside this file."
    )
    unknown_number: Text = Field(
        description="What happens with a call to a number that is not in lines: refuse, or the "
        "file of the line that answers it."
    )
