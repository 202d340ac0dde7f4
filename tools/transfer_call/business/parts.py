"""From models to what the plugin works with, one part at a time. Nothing is checked here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..directory.destination import Destination
from ..policy.dialling import DiallingPolicy
from ..record import Rates
from .models import OtherwiseModel, ResolverModel

if TYPE_CHECKING:
    from ..directory.destination import Resolver
    from .models import DestinationModel, PolicyModel
    from .people import Person


def destination(name: str, written: DestinationModel, country: str) -> Destination:
    """A destination of the file."""
    to: Sequence[str] | Resolver
    to = resolver(written.to, country) if isinstance(written.to, ResolverModel) else written.to
    return Destination(
        name=name,
        to=to,
        description=written.description,
        spoken=written.spoken,
        aliases=written.aliases,
        department=written.department,
        key=written.key,
        extension=written.extension,
        hours=written.hours,
        otherwise=otherwise(written),
        rotate=written.rotate,
        announcement=written.announcement,
        language=written.language or "",
        play_dialtone=written.play_dialtone,
        ringing_timeout=written.ringing_timeout,
        headers=written.headers,
        summary_header=written.summary_header,
        confirm=written.confirm,
        hidden=written.hidden,
    )


def otherwise(written: DestinationModel) -> Sequence[str] | dict[str, Sequence[str]]:
    """What comes next: one list, or one by outcome."""
    if not isinstance(written.otherwise, OtherwiseModel):
        return written.otherwise
    return {
        outcome: names
        for outcome in OtherwiseModel.model_fields
        if (names := getattr(written.otherwise, outcome))
    }


def resolver(written: ResolverModel, country: str) -> Resolver:
    """A destination whose address is asked for."""
    # Only a line that asks a server needs an HTTP client.
    from .resolver import HttpResolver

    return HttpResolver(
        written.resolve,
        written.secret,
        country=country,
        allow_private=written.allow_private,
    )


def person(row: Person) -> Destination:
    """A destination of people.csv."""
    return Destination(
        name=row.unique_name,
        to=row.address,
        spoken="" if row.unique_name == row.name else row.name,
        department=row.department,
        extension=row.extension or None,
    )


def policy(written: PolicyModel, country: str, own_numbers: Sequence[str]) -> DiallingPolicy:
    """What may be dialled.

    Raises:
        PolicyError: With every fault there is.
    """
    lists = {
        name: frozenset(values)
        for name in ("countries", "number_types", "sip_hosts", "exceptions")
        if (values := getattr(written, name))
    }
    return DiallingPolicy(
        country=country,
        own_numbers=frozenset(own_numbers),
        rates=Rates(
            per_call=written.rates.per_call,
            per_caller=written.rates.per_caller,
            per_destination=written.rates.per_destination,
            international=written.rates.international,
        ),
        max_attempts=written.max_attempts,
        max_seconds=written.max_duration,
        store_down=written.store_down,
        **lists,
    )
