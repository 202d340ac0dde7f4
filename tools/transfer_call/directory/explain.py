"""Who would get a call now, who would not, and why: for the operator, before the call."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..transfer.outcome import Outcome
from .destination import FAILOVER_OUTCOMES
from .opening import OpeningFacts, opening_facts
from .route import Route, in_turn

if TYPE_CHECKING:
    from ..transfer.request import Skipped
    from .destination import Destination
    from .directory import Directory
    from .target import TransferTarget


@dataclass(frozen=True, slots=True)
class Hop:
    """One destination that a request may come to.

    Attributes:
        destination: Who it is.
        after: The destination whose `otherwise` leads here, ``""`` for the one asked for.
        on: The outcomes of `after` that do; ``closed`` also where an override does.
        skipped: Why it would not be tried; ``None`` when it would.
        targets: Its addresses in the order they would be tried; empty when a resolver is asked.
        facts: Its hours.
        leads_to: Whom the route goes to next, by outcome: of one that is skipped its only
            one, of one that is tried those it may have.
    """

    destination: Destination
    after: str
    on: tuple[Outcome, ...]
    skipped: Skipped | None
    targets: tuple[TransferTarget, ...]
    facts: OpeningFacts
    leads_to: dict[Outcome, tuple[str, ...]]


def explain(
    directory: Directory,
    name: str,
    at: datetime,
    *,
    skip: frozenset[str] = frozenset(),
    rotation: int = 0,
) -> tuple[Hop, ...]:
    """Every destination that a request for `name` may come to, nearest first.

    The first one that is not skipped is tried first.

    Args:
        directory: Where the names come from.
        name: Who is asked for.
        at: An aware instant.
        skip: As for `Route.to`.
        rotation: As for `Route.to`.

    Raises:
        KeyError: There is no such destination.
        ValueError: `at` is naive.
    """
    route = Route.to(directory, name, at=at, skip=skip)
    tried = tuple(outcome for outcome in FAILOVER_OUTCOMES if outcome is not Outcome.CLOSED)
    hops: list[Hop] = []
    waiting: deque[tuple[str, str, tuple[Outcome, ...]]] = deque([(name, "", ())])
    visited: set[str] = set()
    while waiting:
        here, after, on = waiting.popleft()
        if here in visited:
            continue
        visited.add(here)
        one = directory[here]
        skipped = route.passes_over(one)
        outcomes = tried if skipped is None else (skipped.outcome,)
        leads_to = {outcome: names for outcome in outcomes if (names := route.after(one, outcome))}
        for other in dict.fromkeys(other for names in leads_to.values() for other in names):
            by = tuple(outcome for outcome, names in leads_to.items() if other in names)
            waiting.append((other, here, by))
        hops.append(
            Hop(
                destination=one,
                after=after,
                on=on,
                skipped=skipped,
                targets=tuple(target for _, target in in_turn(one, rotation)),
                facts=opening_facts(directory, here, at),
                leads_to=leads_to,
            )
        )
    return tuple(hops)
