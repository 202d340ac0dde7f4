"""A service that is known to be down: what is known of it, and how the record keeps that. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from .services import Service

PREFIX = "ai/"
"""Of keys in the record."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A service that has failed and is not asked for a while.

    Attributes:
        until: When it is asked again, aware.
        failures: How often it has failed in a row.
        reason: For the operator; holds nothing of a call.
    """

    until: datetime
    failures: int
    reason: str

    def to_json(self) -> str:
        """For the record."""
        fields = {"until": self.until.isoformat(), "failures": self.failures}
        return json.dumps({**fields, "reason": self.reason})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Of the record."""
        fields = json.loads(text)
        until = datetime.fromisoformat(fields["until"])
        return cls(until, int(fields["failures"]), str(fields["reason"]))


def provider_of(base_url: str) -> str:
    """What the services of one API are known by."""
    return urlsplit(base_url).netloc


def state_key(provider: str, service: Service) -> str:
    """Where an outage is kept in the record."""
    return f"{PREFIX}{provider}/{service}"


def outages_in(kept: Mapping[str, str], at: datetime) -> list[str]:
    """Which services are left alone at `at`, one line for the operator each.

    Args:
        kept: From the record, by keys that begin with `PREFIX`.
        at: Aware; times are told in its zone.
    """
    lines = []
    for key, text in kept.items():
        provider, _, service = key.removeprefix(PREFIX).rpartition("/")
        outage = Outage.from_json(text)
        if outage.until > at:
            until = outage.until.astimezone(at.tzinfo).strftime("%H:%M:%S")
            lines.append(
                f"{Service(service).spelled} at {provider} is left alone until {until}: "
                f"{outage.reason}"
            )
    return lines
