"""The businesses that are called, as their operators would write them."""

from __future__ import annotations

from textwrap import dedent

SALES = "tel:+12125550123"
DESK = "sip:desk@pbx.example.com"
ANNOUNCED = "You are being connected to our sales team."
"""What callers of ``acme`` hear before they are put through to sales."""

SECRET = "a secret that signs"
HASTY_SECONDS = 3
"""How long the transfers of ``hasty`` wait for an outcome."""


def _sales(more: str = "") -> str:
    """A business with sales on key 1, announced, and a front desk on key 0, not announced."""
    return dedent(f"""\
        business: {{name: Acme, country: US}}
        greeting: Welcome to Acme.
        notices: {{automated: false}}
        destinations:
          sales: {{to: "{SALES}", key: "1", announcement: "{ANNOUNCED}"{more}}}
          front-desk: {{to: "{DESK}", key: "0", announcement: ""}}
        policy: {{rates: {{per_destination: unlimited}}}}
        """)


_FAILOVER = dedent(f"""\
    business: {{name: Acme, country: US}}
    greeting: Welcome to Acme.
    notices: {{automated: false}}
    destinations:
      sales: {{to: "{SALES}", key: "1", announcement: "", otherwise: front-desk}}
      billing: {{to: "tel:+12125550124", key: "2", announcement: ""}}
      support: {{to: ["tel:+12125550125", "tel:+12125550126"], key: "3", announcement: ""}}
      hurried:
        to: "tel:+12125550127"
        key: "4"
        announcement: ""
        ringing_timeout: {HASTY_SECONDS}s
        otherwise: front-desk
      front-desk: {{to: "{DESK}", key: "0", announcement: ""}}
    policy: {{rates: {{per_destination: unlimited}}}}
    """)

_HOURS = dedent(f"""\
    business: {{name: Acme, country: US, timezone: America/New_York}}
    greeting: Welcome to Acme.
    notices: {{automated: false}}
    destinations:
      sales: {{to: "{SALES}", key: "1", hours: "off", otherwise: front-desk}}
      billing: {{to: "tel:+12125550124", key: "2", hours: "off"}}
      front-desk: {{to: "{DESK}", key: "0", announcement: ""}}
    """)

_ROTATION = dedent("""\
    business: {name: Acme, country: US}
    greeting: Welcome to Acme.
    notices: {automated: false}
    destinations:
      sales:
        to: ["tel:+12125550131", "tel:+12125550132", "tel:+12125550133"]
        rotate: true
        key: "1"
        announcement: ""
    """)

_RETURNS = dedent(f"""\
    business: {{name: Acme, country: US}}
    greeting: Welcome to Acme.
    notices: {{automated: false}}
    destinations:
      sales: {{to: "{SALES}", key: "1", announcement: "", otherwise: front-desk}}
      front-desk: {{to: "{DESK}", key: "0", announcement: ""}}
    """)

_NORTH = dedent("""\
    business: {name: Acme North, country: US}
    greeting: Welcome to Acme in the north.
    notices: {automated: false}
    destinations:
      sales: {to: "tel:+12125550141", key: "1", announcement: ""}
    """)

_SOUTH = dedent("""\
    business: {name: Acme South, country: US}
    greeting: Welcome to Acme in the south.
    notices: {automated: false}
    destinations:
      sales: {to: "tel:+12125550142", key: "1", announcement: ""}
    """)


def files(resolver: str) -> dict[str, str]:
    """The file of each line, by its name.

    Args:
        resolver: Address of the server that is asked where people are.
    """
    rota = dedent(f"""\
        business: {{name: Acme, country: US}}
        greeting: Welcome to Acme.
        notices: {{automated: false}}
        destinations:
          on-call:
            to: {{resolve: "{resolver}/on-call", secret: {SECRET}}}
            key: "1"
          premium:
            to: {{resolve: "{resolver}/premium", secret: {SECRET}}}
            key: "2"
            announcement: ""
          broken:
            to: {{resolve: "{resolver}/broken", secret: {SECRET}}}
            key: "3"
            announcement: ""
            otherwise: front-desk
          front-desk: {{to: "{DESK}", key: "0", announcement: ""}}
        policy: {{rates: {{per_destination: unlimited}}}}
        """)
    return {
        "acme": _sales(),
        "hasty": _sales(f", ringing_timeout: {HASTY_SECONDS}s"),
        "quiet": _sales(f", ringing_timeout: {HASTY_SECONDS}s, play_dialtone: false"),
        "failover": _FAILOVER,
        "hours": _HOURS,
        "rotation": _ROTATION,
        "rota": rota,
        "returns": _RETURNS,
        "north": _NORTH,
        "south": _SOUTH,
    }


PREMIUM = dedent("""\
    business: {name: Acme, country: US}
    destinations:
      sales: {to: "tel:+19005550123", key: "1"}
    """)
"""The file of an operator who sends callers to a number that costs them money."""
