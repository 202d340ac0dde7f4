"""The business that the demo calls: its file, and who works there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from lab.phones import Human
    from lab.stack import Stack

TIMEZONE = "America/New_York"
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_FILE = """\
business:
  name: Acme Dental
  country: US
  timezone: {timezone}
  numbers: ["{number}"]
greeting: >-
  Thanks for calling Acme Dental, where every tooth counts.
  Our practice is on Main Street, right across from the station.
destinations:
  front-desk:
    to: {front_desk}
    description: anything else, or when the caller just wants a person
    key: "0"
  sales:
    to: {sales}
    description: prices, quotes, new orders
    key: "1"
  billing:
    to: sip:billing@{host}
    description: invoices and payments
    key: "2"
    hours: "{hours}"
policy:
  sip_hosts: ["{host}"]
"""


def demo_file(stack: Stack, front_desk: Human, sales: Human) -> str:
    """The file of a business whose billing department is closed until tomorrow."""
    return _FILE.format(
        number=stack.line.number,
        host=stack.host,
        front_desk=front_desk.uri,
        sales=sales.uri,
        timezone=TIMEZONE,
        hours=closed_until_tomorrow(datetime.now(ZoneInfo(TIMEZONE))),
    )


def closed_until_tomorrow(now: datetime) -> str:
    """Opening hours that begin with the next day's morning, whatever time it is."""
    return f"{_DAYS[(now + timedelta(days=1)).weekday()]} 09:00-17:00"
