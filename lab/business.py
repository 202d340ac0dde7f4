"""A business for the lab: its file, and the worker that answers for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab.stack import Stack
    from lab.worker import Worker

_FILE = """\
business:
  name: Acme Dental
  country: US
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
policy:
  sip_hosts: ["{host}"]
"""


def business_file(number: str, host: str, *, front_desk: str, sales: str) -> str:
    """The file of a business with a front desk (key 0) and a sales department (key 1)."""
    return _FILE.format(number=number, host=host, front_desk=front_desk, sales=sales)


def receptionist(stack: Stack, file: str, *, env: Mapping[str, str] | None = None) -> Worker:
    """The receptionist for this file, to be used in ``with``; it logs what it says.

    Args:
        stack: The lab; its first line must be of the agent ``receptionist``.
        file: What `business_file` returns.
        env: More environment.
    """
    config = stack.folder / "receptionist.yaml"
    config.write_text(file, encoding="utf-8")
    return stack.worker(
        [Path(sys.executable).with_name("receptionist"), "start"],
        env={
            "RECEPTIONIST_CONFIG": str(config),
            "RECEPTIONIST_STATE_DIR": str(stack.folder / "state"),
            "RECEPTIONIST_HEALTH_HOST": "127.0.0.1",
            "RECEPTIONIST_HEALTH_PORT": "0",
            "RECEPTIONIST_LOG_PII": "1",
            **(env or {}),
        },
        name="receptionist",
        timeout=180,  # the first time it renders everything it will ever say
    )
