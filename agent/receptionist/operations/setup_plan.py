"""From what there is and what is wanted to the steps of `receptionist setup`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .snapshot import Rule, Snapshot, Trunk, is_ours, mark
from .wanted import HEADERS_TO_ATTRIBUTES, MOST_RINGING_SECONDS, RINGING_SECONDS, Wanted

NEW_TRUNK = "(the new trunk)"
"""Stands for the id of a trunk that an earlier step makes."""
ROOM_PREFIX = "call"

Action = Literal["create", "change", "delete"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is to be written.

    Attributes:
        name: A field of `Trunk` or `Rule`, or ``rooms``: a room for each call.
        before: What there is; ``None`` when nothing.
        after: What is to be written.
    """

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is to be made, changed or deleted.

    Attributes:
        id: LiveKit's; ``""`` for what is to be made.
        label: How people find it.
        ours: Whether `setup` has made it, or is going to.
    """

    action: Action
    kind: Literal["trunk", "rule"]
    id: str
    label: str
    ours: bool
    changes: tuple[Change, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """What is to be written, by name."""
        return {change.name: change.after for change in self.changes}


def plan(snapshot: Snapshot, wanted: Wanted, addresses: Sequence[str] = ()) -> list[Step]:
    """The steps that make calls to the wanted numbers reach the agent; none when they do.

    Args:
        snapshot: What there is.
        wanted: What the business needs.
        addresses: Where calls on the trunk may come from (addresses or CIDR); none leaves that
            as it is.
    """
    ours = next((one for one in snapshot.trunks if is_ours(one, wanted.agent)), None)
    others = [one for one in snapshot.trunks if not is_ours(one, wanted.agent)]
    elsewhere = Snapshot(trunks=tuple(others))
    taken = {number: elsewhere.trunks_for(number) for number in wanted.numbers}
    numbers = tuple(number for number, trunks in taken.items() if not trunks)
    covering = list(dict.fromkeys(trunk for trunks in taken.values() for trunk in _keys(trunks)))
    steps = [*_own_trunk(ours, numbers, wanted, addresses)]
    steps += [
        step
        for trunk in others
        if trunk.id in covering
        for step in _changed("trunk", trunk, _timeouts(trunk, wanted), ours=False)
    ]
    own_id = ours.id if ours is not None else NEW_TRUNK
    rules = _rules(snapshot, wanted, taken, own_id if numbers else "")
    own_gone = [step for step in steps if step.action == "delete"]
    # A rule goes before the trunk that it names.
    return [*(step for step in steps if step not in own_gone), *rules, *own_gone]


def unmaking(snapshot: Snapshot, agent: str) -> list[Step]:
    """The steps that take away what `setup` has made for `agent`, and nothing else."""
    rules = [one for one in snapshot.rules if is_ours(one, agent)]
    trunks = [one for one in snapshot.trunks if is_ours(one, agent)]
    return [
        *(Step("delete", "rule", one.id, one.label, ours=True) for one in rules),
        *(Step("delete", "trunk", one.id, one.label, ours=True) for one in trunks),
    ]


def _own_trunk(
    ours: Trunk | None, numbers: tuple[str, ...], wanted: Wanted, addresses: Sequence[str]
) -> Iterator[Step]:
    if ours is None:
        if numbers:
            made = [
                Change("name", None, wanted.agent),
                Change("metadata", None, mark(wanted.agent)),
                Change("numbers", None, numbers),
                *_timeouts(Trunk(""), wanted),
            ]
            if addresses:
                made.append(Change("allowed_addresses", None, tuple(addresses)))
            yield Step("create", "trunk", "", wanted.agent, True, tuple(made))
        return
    if not numbers:
        # Without numbers it would take everybody's calls.
        yield Step("delete", "trunk", ours.id, ours.label, ours=True)
        return
    changes = [*_timeouts(ours, wanted)]
    if set(numbers) != set(ours.numbers):
        changes.insert(0, Change("numbers", ours.numbers, numbers))
    if addresses and set(addresses) != set(ours.allowed_addresses):
        changes.append(Change("allowed_addresses", ours.allowed_addresses, tuple(addresses)))
    yield from _changed("trunk", ours, changes, ours=True)


def _timeouts(trunk: Trunk, wanted: Wanted) -> Iterator[Change]:
    if trunk.ringing_timeout is None or trunk.ringing_timeout > MOST_RINGING_SECONDS:
        yield Change("ringing_timeout", trunk.ringing_timeout, RINGING_SECONDS)
    if (trunk.media_timeout or 0) < wanted.least_media_timeout:
        yield Change("media_timeout", trunk.media_timeout, wanted.media_timeout)
    known = dict(trunk.headers_to_attributes)
    if set(HEADERS_TO_ATTRIBUTES) - set(known):
        after = {**HEADERS_TO_ATTRIBUTES, **known}
        yield Change("headers_to_attributes", known or None, after)


def _rules(
    snapshot: Snapshot, wanted: Wanted, taken: dict[str, tuple[Trunk, ...]], own_trunk: str
) -> Iterator[Step]:
    ours = next((one for one in snapshot.rules if is_ours(one, wanted.agent)), None)
    elsewhere = Snapshot(rules=tuple(one for one in snapshot.rules if one is not ours))
    needed = [own_trunk] if own_trunk else []
    wrong: dict[str, Rule] = {}
    for number, trunks in taken.items():
        for trunk in trunks:
            rule = elsewhere.rule_for(number, trunk)
            if rule is not None and trunk.id in rule.trunk_ids:
                wrong[rule.id] = rule
            elif rule is None or [*_rule_changes(rule, wanted)]:
                # One for this trunk comes before one for all.
                needed.append(trunk.id)
    yield from _own_rule(ours, tuple(dict.fromkeys(needed)), wanted)
    for rule in wrong.values():
        yield from _changed("rule", rule, _rule_changes(rule, wanted), ours=False)


def _own_rule(ours: Rule | None, trunk_ids: tuple[str, ...], wanted: Wanted) -> Iterator[Step]:
    if ours is None:
        if trunk_ids:
            made = (
                Change("name", None, wanted.agent),
                Change("metadata", None, mark(wanted.agent)),
                Change("trunk_ids", None, trunk_ids),
                Change("rooms", None, ROOM_PREFIX),
                Change("agents", None, (wanted.agent,)),
            )
            yield Step("create", "rule", "", wanted.agent, True, made)
        return
    if not trunk_ids:
        yield Step("delete", "rule", ours.id, ours.label, ours=True)
        return
    changes = [*_rule_changes(ours, wanted)]
    if set(trunk_ids) != set(ours.trunk_ids):
        changes.insert(0, Change("trunk_ids", ours.trunk_ids, trunk_ids))
    if ours.numbers:
        changes.append(Change("numbers", ours.numbers, ()))
    yield from _changed("rule", ours, changes, ours=True)


def _rule_changes(rule: Rule, wanted: Wanted) -> Iterator[Change]:
    if not rule.separate or rule.pin:
        yield Change("rooms", rule.kind, ROOM_PREFIX)
    if rule.agents != (wanted.agent,):
        yield Change("agents", rule.agents or None, (wanted.agent,))
    if rule.media_timeout is not None and rule.media_timeout < wanted.least_media_timeout:
        yield Change("media_timeout", rule.media_timeout, wanted.media_timeout)


def _changed(
    kind: Literal["trunk", "rule"],
    one: Trunk | Rule,
    changes: Iterator[Change] | Sequence[Change],
    *,
    ours: bool,
) -> Iterator[Step]:
    if found := tuple(changes):
        yield Step("change", kind, one.id, one.label, ours, found)


def _keys(trunks: Sequence[Trunk]) -> list[str]:
    return [one.id for one in trunks]
