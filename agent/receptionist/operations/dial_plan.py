"""Which addresses of a business a drill calls, and by which way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transfer_call.business import Line
    from transfer_call.directory import Destination, TransferTarget

    from .snapshot import OutboundTrunk


class NoTrunkError(Exception):
    """No outbound trunk can be chosen; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Dial:
    """One call of a drill.

    Attributes:
        line: Whose address it is.
        destination: The same.
        target: The address.
        call_to: The number or the user that is dialled.
        trunk_id: The outbound trunk; ``""`` when the address's own host is asked directly.
        host: That host, with its port.
        transport: ``tcp`` or ``tls`` where the address says so, else ``""``.
    """

    line: Line
    destination: Destination
    target: TransferTarget
    call_to: str
    trunk_id: str = ""
    host: str = ""
    transport: str = ""


def dials(
    lines: Iterable[Line], outbound: Sequence[OutboundTrunk], names: Sequence[str], trunk: str = ""
) -> tuple[list[Dial], list[str]]:
    """What to call, each address once, and the destinations that cannot be called.

    Args:
        lines: Of the business.
        outbound: The outbound trunks there are.
        names: Only these destinations; empty for all.
        trunk: The id of the outbound trunk for telephone numbers; ``""``: the only one.

    Raises:
        NoTrunkError: Telephone numbers are to be called, and it is not clear by which trunk.
    """
    found: dict[str, Dial] = {}
    left = []
    for line in lines:
        for destination in line.directory.destinations:
            if names and destination.name not in names:
                continue
            if destination.resolver is not None:
                left.append(f"{destination.name}: its address is asked for at the time of a call")
            for target in destination.targets:
                found.setdefault(target.uri, _dial(line, destination, target))
    calls = list(found.values())
    if any(not call.host for call in calls):
        by = _trunk(outbound, trunk)
        calls = [*_by_trunk(calls, by)]
    return calls, left


def _by_trunk(calls: Iterable[Dial], trunk_id: str) -> Iterator[Dial]:
    for call in calls:
        if call.host:
            yield call
        else:
            yield Dial(call.line, call.destination, call.target, call.call_to, trunk_id)


def _dial(line: Line, destination: Destination, target: TransferTarget) -> Dial:
    if target.scheme == "tel":
        return Dial(line, destination, target, target.number or target.uri.removeprefix("tel:"))
    match = re.fullmatch(r"sips?:(?:([^@;]*)@)?([^;?]+)(?:;(.*))?", target.uri)
    assert match is not None, "a target has been read in full"
    transport = re.search(r"transport=(tcp|tls)", match[3] or "")
    way = transport[1] if transport else "tls" if target.scheme == "sips" else ""
    return Dial(line, destination, target, match[1] or "", host=match[2], transport=way)


def _trunk(outbound: Sequence[OutboundTrunk], wanted: str) -> str:
    ids = [one.id for one in outbound]
    if wanted:
        if wanted in ids:
            return wanted
        raise NoTrunkError(f"--trunk: there is no outbound trunk {wanted}; receptionist trunks")
    if len(ids) == 1:
        return ids[0]
    if not ids:
        raise NoTrunkError(
            "telephone numbers are called by an outbound trunk, and there is none: "
            "lk sip outbound create, with your carrier's address, number and password"
        )
    several = ", ".join(ids)
    raise NoTrunkError(f"there are several outbound trunks; name one with --trunk: {several}")
