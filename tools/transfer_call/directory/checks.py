"""What must hold between the destinations of one directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

# The policy reads the addresses of this package: names of it are looked up when they are used.
from ..policy import dialling, headers as sip_headers
from .destination import FAILOVER_OUTCOMES, Destination
from .faults import Fault, did_you_mean
from .names import fold

if TYPE_CHECKING:
    from ..policy.dialling import DiallingPolicy

OPERATOR_KEY = "0"


def duplicates(destinations: Sequence[Destination]) -> Iterator[Fault]:
    """Names, aliases, keys and extensions that would mean two destinations.

    Names and aliases count as equal when a caller could not tell them apart by ear or the LLM
    by sight: ``Front Desk`` and ``front-desk``.
    """
    names: dict[str, str] = {}
    exact: set[str] = set()
    for position, one in enumerate(destinations):
        folded = fold(one.name)
        if one.name in exact:
            yield _fault(one, position, f"there are two destinations named {one.name!r}", "name")
        elif folded in names:
            yield _fault(
                one, position, f"it can be mistaken for the destination {names[folded]!r}", "name"
            )
        exact.add(one.name)
        names.setdefault(folded, one.name)
    aliases: dict[str, str] = {}
    for position, one in enumerate(destinations):
        for index, alias in enumerate(one.aliases):
            folded = fold(alias)
            owner = names.get(folded)
            if owner is not None and owner != one.name:
                message = f"{alias!r} is the name of another destination"
                yield _fault(one, position, message, "aliases", index)
            elif (owner := aliases.setdefault(folded, one.name)) != one.name:
                message = f"{alias!r} is an alias of {owner!r} already"
                yield _fault(one, position, message, "aliases", index)
    yield from _dialled_twice(destinations, {**aliases, **names})


def _dialled_twice(
    destinations: Sequence[Destination], called: Mapping[str, str]
) -> Iterator[Fault]:
    keys: dict[str, str] = {}
    extensions: dict[str, str] = {}
    for position, one in enumerate(destinations):
        if one.key is not None and (owner := keys.setdefault(one.key, one.name)) != one.name:
            yield _fault(one, position, f"key {one.key} belongs to {owner!r} already", "key")
    for position, one in enumerate(destinations):
        dialled = one.extension
        if dialled is None:
            continue
        if (owner := extensions.setdefault(dialled, one.name)) != one.name:
            message = f"extension {dialled} belongs to {owner!r} already"
            yield _fault(one, position, message, "extension")
        elif (owner := keys.get(dialled, one.name)) != one.name:
            message = f"{dialled} is the key of {owner!r}; give it another extension"
            yield _fault(one, position, message, "extension")
        elif (owner := called.get(dialled, one.name)) != one.name:
            message = f"{dialled} is what {owner!r} is called; give it another extension"
            yield _fault(one, position, message, "extension")


def links(destinations: Sequence[Destination]) -> Iterator[Fault]:
    """`otherwise` that names nobody or leads back to where it came from."""
    known = {one.name for one in destinations}
    for position, one in enumerate(destinations):
        seen: set[str] = set()
        for outcome in FAILOVER_OUTCOMES:
            for index, name in enumerate(one.next_after(outcome)):
                if name not in known and name not in seen:
                    near = did_you_mean(name, known)
                    message = f"there is no destination {name!r}{near}"
                    yield _fault(one, position, message, "otherwise", outcome.value, index)
                seen.add(name)
    for cycle in _cycles(destinations):
        position = next(i for i, one in enumerate(destinations) if one.name == cycle[0])
        message = f"{' → '.join(cycle)} leads back to itself; take one of them out"
        yield _fault(destinations[position], position, message, "otherwise")


def _cycles(destinations: Sequence[Destination]) -> Iterator[tuple[str, ...]]:
    """Each way round the `otherwise` links of any outcome, once, without recursion."""
    after = {
        one.name: list(dict.fromkeys(n for o in FAILOVER_OUTCOMES for n in one.next_after(o)))
        for one in destinations
    }
    done: set[str] = set()
    for start in after:
        path: list[str] = []
        on_path: set[str] = set()
        todo: list[tuple[str, bool]] = [(start, True)]
        while todo:
            name, enter = todo.pop()
            if not enter:
                path.pop()
                on_path.discard(name)
                done.add(name)
            elif name in on_path:
                yield (*path[path.index(name) :], name)
            elif name not in done and name in after:
                path.append(name)
                on_path.add(name)
                todo.append((name, False))
                todo.extend((other, True) for other in reversed(after[name]))


def roles(
    destinations: Sequence[Destination], operator: str | None, urgent: str | None
) -> Iterator[Fault]:
    """The operator and the urgent destination."""
    known = {one.name for one in destinations}
    for role, name in (("operator", operator), ("urgent", urgent)):
        if name is not None and name not in known:
            near = did_you_mean(name, known)
            yield Fault("", (role,), f"there is no destination {name!r}{near}")
    on_zero = next((one.name for one in destinations if one.key == OPERATOR_KEY), None)
    if operator in known and on_zero is not None and on_zero != operator:
        yield Fault(
            "",
            ("operator",),
            f"0 reaches the operator {operator!r}, but key 0 belongs to {on_zero!r}; "
            "change one of them",
        )


def policy(destinations: Sequence[Destination], allowed: DiallingPolicy) -> Iterator[Fault]:
    """Addresses that could never be dialled."""
    for position, one in enumerate(destinations):
        for index, target in enumerate(one.targets):
            if (blocked := dialling.check(target, allowed)) is not None:
                message = f"it may not be dialled: {blocked.detail}"
                yield _fault(one, position, message, "to", index)


def headers(destinations: Sequence[Destination]) -> Iterator[Fault]:
    """Extra SIP headers that may not be sent."""
    for position, one in enumerate(destinations):
        if not one.headers and not one.summary_header:
            continue
        for name, message in sip_headers.validate_headers(one.headers, one.summary_header).items():
            path = ("headers", name) if name in one.headers else ("summary_header",)
            yield _fault(one, position, message, *path)


def _fault(one: Destination, position: int, message: str, *path: str | int) -> Fault:
    return Fault(one.name, path, message, position)
