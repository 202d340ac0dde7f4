"""Rows for the record's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from transfer_call.record import AttemptRow, CallRow, Rates

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
NO_RATES = Rates(None, None, None, None)
_ids = count()

CALL = CallRow(
    call_id="call",
    line="main",
    room="call-_+14155550123_x",
    caller="+14155550123",
    called="+14155550100",
    started_at=NOW,
)
ATTEMPT = AttemptRow(
    attempt_id="",
    call_id="call",
    line="main",
    caller="+14155550123",
    destination="sales",
    address="tel:+12125550123",
    number="+12125550123",
    international=False,
    source="key",
    announcement="played",
    started_at=NOW,
)


def at(seconds: float) -> datetime:
    """`seconds` after now."""
    return NOW + timedelta(seconds=seconds)


def attempt(**fields: Any) -> AttemptRow:
    """An attempt with an id of its own."""
    return replace(ATTEMPT, **{"attempt_id": f"a{next(_ids)}", **fields})


def call(**fields: Any) -> CallRow:
    """A call with an id of its own."""
    return replace(CALL, **{"call_id": f"c{next(_ids)}", **fields})
