"""The business lines whose menus are used, as their operators would write them."""

from __future__ import annotations

from textwrap import dedent

SALES = "tel:+12125550123"
BILLING = "tel:+12125550124"
SUPPORT = "tel:+12125550125"
ANN = "tel:+12125550126"
DESK = "sip:desk@pbx.example.com"

GREETING = "Welcome to Acme, where every single tooth has counted for more than thirty years."

_DESTINATIONS = dedent(f"""\
    business: {{name: Acme, country: US}}
    greeting: {GREETING}
    notices: {{automated: false}}
    destinations:
      sales: {{to: "{SALES}", key: "1", announcement: ""}}
      billing: {{to: "{BILLING}", announcement: ""}}
      support: {{to: "{SUPPORT}", announcement: ""}}
      ann-lee: {{to: "{ANN}", extension: "204", announcement: ""}}
      front-desk: {{to: "{DESK}", key: "0", announcement: ""}}
    policy: {{rates: {{per_destination: unlimited}}}}
    """)

_NESTED = dedent("""\
    keypad:
      menus:
        main:
          keys:
            "1": {menu: invoices, label: invoices}
            "2": dial extension
            "3": dial name
          tries: 3
        invoices:
          keys:
            "1": billing
            "2": {menu: more, label: anything else}
        more:
          keys:
            "3": support
            "4": back
    """)


def _hurried(otherwise: str) -> str:
    return dedent(f"""\
        keypad:
          menus:
            main:
              keys: {{"1": sales}}
              tries: 2
              timeout: 1s
              {otherwise}
        """)


_TONGUES = dedent("""\
    keypad:
      menus:
        main:
          keys:
            "1": {to: sales, label: ventas}
            "2": {language: es}
    """)

FILES = {
    "plain": _DESTINATIONS,
    "nested": _DESTINATIONS + _NESTED,
    "tongues": _DESTINATIONS.replace(', key: "1", announcement: ""', "") + _TONGUES,
    "goodbye": _DESTINATIONS + _hurried(""),
    "default": _DESTINATIONS + _hurried("otherwise: front-desk"),
}
"""The file of each line."""
