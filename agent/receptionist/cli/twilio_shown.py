"""How ``receptionist twilio`` shows trunks, plans and what became different."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..logs import mask_numbers

if TYPE_CHECKING:
    from ..twilio.facts import OriginationUrl, Trunk
    from ..twilio.plan import Plan, Row, Wish

_WIDTH = 19
_COLUMNS = 80
_MODES = {
    "enable-all": "telephone numbers, SIP addresses",
    "sip-only": "SIP addresses",
    "disable-all": "none: every REFER is refused",
}
_CALLER_IDS = {
    "from-transferee": "the caller's number",
    "from-transferor": "the trunk's number",
}


def trunk_lines(trunk: Trunk, *, numbers: bool) -> Iterator[str]:
    """A trunk for people."""
    yield masked(trunk.label, numbers=numbers)
    if trunk.domain:
        yield _line("host", trunk.domain)
    yield _line("transfers", _explained(trunk.transfer_mode, _MODES))
    yield _line("caller ID", _explained(trunk.caller_id, _CALLER_IDS))
    subject = "calls go to"
    for url in trunk.origination:
        yield _line(subject, _origination(url))
        subject = ""
    if not trunk.origination:
        yield _line(subject, "nowhere: there is no origination URL")
    yield _line("disaster recovery", trunk.recovery_url or "none")
    written = ", ".join(masked(number, numbers=numbers) for number in trunk.numbers)
    yield _line("numbers", written or "none")


def transfer_lines(before: Trunk, after: Trunk) -> Iterator[str]:
    """What became of a trunk's transfers."""
    yield _line("transfers", _became(before.transfer_mode, after.transfer_mode, _MODES))
    yield _line("caller ID", _became(before.caller_id, after.caller_id, _CALLER_IDS))


def plan_lines(wish: Wish, made: Plan, *, numbers: bool) -> Iterator[str]:
    """What will be changed, for people."""
    yield masked(f"{wish.number} to {wish.sip_url}", numbers=numbers)
    if made.trunk:
        yield _line("trunk", masked(made.trunk.label, numbers=numbers))
    for change in made.changes:
        for row in change.rows:
            yield from _row(row)
    if not made.changes:
        yield "  All is so already; nothing was changed."
    for note in made.notes:
        yield from textwrap.wrap(
            f"Note: {note}", _COLUMNS, initial_indent="  ", subsequent_indent="  "
        )


def to_json(trunk: Trunk, *, numbers: bool) -> dict[str, Any]:
    """A trunk for programs; numbers masked unless asked."""
    return {
        "sid": trunk.sid,
        "name": masked(trunk.name, numbers=numbers),
        "host": trunk.domain,
        "transfer_mode": trunk.transfer_mode,
        "caller_id": trunk.caller_id,
        "origination": [asdict(url) for url in trunk.origination],
        "disaster_recovery_url": trunk.recovery_url,
        "numbers": [masked(number, numbers=numbers) for number in trunk.numbers],
    }


def masked(text: str, *, numbers: bool) -> str:
    """The text with telephone numbers hidden unless they were asked for."""
    return text if numbers else mask_numbers(text)


def _line(subject: str, value: str) -> str:
    return f"  {subject:<{_WIDTH}}{value}"


def _row(row: Row) -> Iterator[str]:
    whole = _line(row.subject, f"{row.before} → {row.after}")
    if len(whole) <= _COLUMNS:
        yield whole
    else:
        yield _line(row.subject, row.before)
        yield _line("", f"→ {row.after}")


def _explained(value: str, meanings: dict[str, str]) -> str:
    meaning = meanings.get(value)
    return f"{value} ({meaning})" if meaning else value or "not known"


def _became(before: str, after: str, meanings: dict[str, str]) -> str:
    if before == after:
        return f"{_explained(after, meanings)}, as it was"
    return f"{before or 'not known'} → {_explained(after, meanings)}"


def _origination(url: OriginationUrl) -> str:
    state = f"priority {url.priority}, weight {url.weight}" if url.enabled else "disabled"
    return f"{url.sip_url} ({state})"
