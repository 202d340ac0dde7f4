"""From a stop of the route to an address that may be dialled now, or why it may not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..directory import CallFacts, Resolved
from ..policy import check, render_headers
from .outcome import Outcome
from .outcomes import address_kind
from .request import Skipped, TransferRequest

if TYPE_CHECKING:
    from ..directory import Destination, Stop, TransferTarget
    from .halt import Halt
    from .scene import Scene

logger = logging.getLogger("transfer_call")

RESOLVE_SECONDS = 3.0
"""A bound on resolvers in code; those over HTTP keep a shorter one of their own."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An address that may be dialled, with what goes with it."""

    destination: Destination
    target: TransferTarget
    announcement: str | None
    headers: Mapping[str, str]


async def prepare(
    scene: Scene, request: TransferRequest, stop: Stop, halt: Halt
) -> Ready | Skipped:
    """Find out the address of `stop` and check it; every address passes the same policy."""
    destination, directory = stop.destination, request.directory
    facts = CallFacts(
        call_id=scene.call_id,
        line=scene.line,
        caller=scene.caller.number,
        called=scene.caller.called,
        language=directory.language,
        summary=request.summary,
        diversion=scene.caller.diversion,
    )
    if stop.target is not None:
        found = Resolved(stop.target)
    else:
        asked = await _resolve(destination, facts, halt)
        if isinstance(asked, Skipped):
            return asked
        found = asked
    target, learned = found.target, scene.learned
    if learned.no_more_refers or address_kind(target) in learned.refused_kinds:
        return Skipped(destination.name, Outcome.NOT_PERMITTED, "refused_before")
    blocked = check(
        target, directory.policy, caller=scene.caller.number, called=scene.caller.called
    )
    if blocked is not None:
        logger.warning("an address may not be dialled: %s", blocked.detail)
        return Skipped(destination.name, Outcome.BLOCKED, blocked.reason)
    return Ready(
        destination,
        target,
        destination.announcement if found.announcement is None else found.announcement,
        render_headers(destination, facts, extra=found.headers),
    )


async def _resolve(destination: Destination, facts: CallFacts, halt: Halt) -> Resolved | Skipped:
    resolver = destination.resolver
    assert resolver is not None, "the route gives no address only where one must be asked"
    try:
        resolved = await halt.unless(
            asyncio.wait_for(resolver(destination.name, facts), RESOLVE_SECONDS)
        )
    except Exception as error:
        # Somebody else's code or server: whatever it does wrong, the route goes on.
        logger.warning("a destination gave no address", extra={"pii_error": repr(error)})
        return Skipped(destination.name, Outcome.UNREACHABLE, "resolver")
    return resolved or Skipped(destination.name, Outcome.CANCELLED)
