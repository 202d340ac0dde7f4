"""The transfers of a call as the receptionist's record has them."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.page.facts import Attempt
from transfer_call.adapters.sql_calls import past_calls
from transfer_call.adapters.sql_store import SqlStore

if TYPE_CHECKING:
    from pathlib import Path

_SETTLED_SECONDS = 5.0
_POLL_SECONDS = 0.1


async def attempts_since(state: Path, since: float) -> list[Attempt]:
    """The attempts of the first call that began after ``since``, once it is over.

    Args:
        state: The receptionist's state folder.
        since: Seconds since 1970.

    Returns:
        What is written 5 s after being asked for at the latest.
    """
    deadline = time.monotonic() + _SETTLED_SECONDS
    with SqlStore(f"sqlite:///{state / 'record.db'}") as store:
        while True:
            with store.reading() as connection:
                found = past_calls(connection, since=datetime.fromtimestamp(since, UTC))
            if (found and found[0].ended_at) or time.monotonic() > deadline:
                break
            await asyncio.sleep(_POLL_SECONDS)
    made = found[0].attempts if found else ()
    return [Attempt(one.destination, one.outcome, one.sip_status) for one in made]
