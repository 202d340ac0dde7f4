"""What has to be changed at Twilio so that a number's calls reach LiveKit and can leave it again.

Nothing that is already as wished is changed, so a plan of what a plan has done is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .facts import CallerId, Number, OriginationUrl, TransferMode, Trunk
from .sip_url import same_place, transport_of

NAME_LENGTH = 64
"""Characters a friendly name has at most."""
PRIORITY = 10
WEIGHT = 10
"""Twilio's own defaults."""


class PlanError(Exception):
    """What is wished is not done without another word of the operator; the text asks for it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What there is to be.

    Attributes:
        number: E.164, of the account.
        sip_url: The origination URL of LiveKit's SIP service.
        trunk_sid: The trunk to use; ``""``: the number's own, or the one called `trunk_name`.
        trunk_name: How a trunk that has to be made is called, and found again.
        mode: Where REFER may lead.
        caller_id: What the new callee sees; ``None`` leaves it, and is from-transferee for a
            trunk that has to be made.
        recovery_url: For TwiML when LiveKit does not answer; ``""`` leaves it.
    """

    number: str
    sip_url: str
    trunk_sid: str = ""
    trunk_name: str = "livekit-receptionist"
    mode: TransferMode = "enable-all"
    caller_id: CallerId | None = None
    recovery_url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that becomes different, for people."""

    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CreateTrunk:
    """Make the trunk; `settings` are named as the library does."""

    rows: tuple[Row, ...]
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UpdateTrunk:
    """Change settings of the trunk."""

    rows: tuple[Row, ...]
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AddOrigination:
    """Send its calls to LiveKit."""

    rows: tuple[Row, ...]
    settings: Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class UpdateOrigination:
    """Change an origination URL that leads to LiveKit already."""

    rows: tuple[Row, ...]
    sid: str
    settings: Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class AttachNumber:
    """Give the number to the trunk."""

    rows: tuple[Row, ...]
    number_sid: str


Change = CreateTrunk | UpdateTrunk | AddOrigination | UpdateOrigination | AttachNumber


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done, in this order: the number comes last, when all behind it is ready.

    Attributes:
        trunk: As it is, ``None`` when it has to be made.
        changes: None when all is as wished.
        notes: What is not changed and should be known.
    """

    trunk: Trunk | None
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = field(default=())


def choose_trunk(wish: Wish, number: Number, trunks: Sequence[Trunk]) -> Trunk | None:
    """The trunk that is to take the number's calls, ``None`` when it has to be made.

    Raises:
        PlanError: There is no such trunk, several could be meant, or the number is on another.
    """
    by_sid = {trunk.sid: trunk for trunk in trunks}
    if wish.trunk_sid and wish.trunk_sid not in by_sid:
        raise PlanError(f"--trunk: the account has no trunk {wish.trunk_sid}")
    if wish.trunk_sid and number.trunk_sid not in ("", wish.trunk_sid):
        other = by_sid.get(number.trunk_sid, Trunk(number.trunk_sid))
        raise PlanError(
            f"--number: its calls go to trunk {other.label}; take it off there first, or name"
            " that trunk"
        )
    if sid := wish.trunk_sid or number.trunk_sid:
        return by_sid.get(sid, Trunk(sid))
    named = [trunk for trunk in trunks if trunk.name == wish.trunk_name]
    if len(named) > 1:
        several = ", ".join(trunk.sid for trunk in named)
        raise PlanError(
            f"several trunks are called {wish.trunk_name}; name one with --trunk: {several}"
        )
    return named[0] if named else None


def plan(wish: Wish, number: Number, trunk: Trunk | None) -> Plan:
    """What to change.

    Args:
        wish: What there is to be.
        number: As it is.
        trunk: The one of `choose_trunk`, in full.

    Raises:
        PlanError: The trunk serves something else already, and was not named.
    """
    if trunk is None:
        changes: list[Change] = [_create(wish)]
        others: list[OriginationUrl] = []
    else:
        others = [
            url
            for url in trunk.origination
            if url.enabled and not same_place(url.sip_url, wish.sip_url)
        ]
        if others and not wish.trunk_sid:
            raise PlanError(
                f"trunk {trunk.label} sends its calls to {others[0].sip_url} already; name it with"
                f" --trunk {trunk.sid} to have them go to LiveKit, too"
            )
        changes = _settings(wish, trunk)
    origination = _origination(wish, trunk)
    if origination is not None:
        changes.append(origination)
    if not number.trunk_sid:
        changes.append(AttachNumber((Row("number", "on no trunk", "on this trunk"),), number.sid))
    return Plan(trunk, tuple(changes), tuple(_notes(wish, number, trunk, others)))


def _create(wish: Wish) -> CreateTrunk:
    caller_id = wish.caller_id or "from-transferee"
    settings = {
        "friendly_name": wish.trunk_name,
        "transfer_mode": wish.mode,
        "transfer_caller_id": caller_id,
    }
    rows = [
        Row("trunk", "none", wish.trunk_name),
        Row("transfers", "none", wish.mode),
        Row("caller ID", "none", caller_id),
    ]
    if wish.recovery_url:
        settings |= _recovery(wish.recovery_url)
        rows.append(Row("disaster recovery", "none", wish.recovery_url))
    return CreateTrunk(tuple(rows), settings)


def _settings(wish: Wish, trunk: Trunk) -> list[Change]:
    settings: dict[str, str] = {}
    rows = []
    if trunk.transfer_mode != wish.mode:
        settings["transfer_mode"] = wish.mode
        rows.append(Row("transfers", trunk.transfer_mode or "not known", wish.mode))
    if wish.caller_id and trunk.caller_id != wish.caller_id:
        settings["transfer_caller_id"] = wish.caller_id
        rows.append(Row("caller ID", trunk.caller_id or "not known", wish.caller_id))
    if wish.recovery_url and trunk.recovery_url != wish.recovery_url:
        settings |= _recovery(wish.recovery_url)
        rows.append(Row("disaster recovery", trunk.recovery_url or "none", wish.recovery_url))
    return [UpdateTrunk(tuple(rows), settings)] if rows else []


def _recovery(url: str) -> dict[str, str]:
    return {"disaster_recovery_url": url, "disaster_recovery_method": "POST"}


def _origination(wish: Wish, trunk: Trunk | None) -> AddOrigination | UpdateOrigination | None:
    ours = [
        url for url in (trunk.origination if trunk else ()) if same_place(url.sip_url, wish.sip_url)
    ]
    if not ours:
        return AddOrigination(
            (Row("origination URL", "none", f"{wish.sip_url} (priority {PRIORITY})"),),
            {
                "sip_url": wish.sip_url,
                "friendly_name": wish.trunk_name[:NAME_LENGTH],
                "priority": PRIORITY,
                "weight": WEIGHT,
                "enabled": True,
            },
        )
    # One that is in use is taken before one that is switched off.
    best = max(ours, key=lambda url: (url.enabled, _same_transport(url, wish)))
    settings: dict[str, str | bool] = {}
    rows = []
    if not best.enabled:
        settings["enabled"] = True
        rows.append(Row("origination URL", f"{best.sip_url}, disabled", "enabled"))
    if not _same_transport(best, wish):
        settings["sip_url"] = wish.sip_url
        rows.append(Row("origination URL", best.sip_url, wish.sip_url))
    return UpdateOrigination(tuple(rows), best.sid, settings) if rows else None


def _same_transport(url: OriginationUrl, wish: Wish) -> bool:
    return transport_of(url.sip_url) == transport_of(wish.sip_url)


def _notes(
    wish: Wish, number: Number, trunk: Trunk | None, others: Sequence[OriginationUrl]
) -> list[str]:
    notes = []
    ours = [u for u in (trunk.origination if trunk else ()) if same_place(u.sip_url, wish.sip_url)]
    mine = min((url.priority for url in ours), default=PRIORITY)
    for url in others:
        if url.priority < mine:
            notes.append(f"{url.sip_url} (priority {url.priority}) is asked before LiveKit.")
        elif url.priority == mine:
            notes.append(f"Calls are shared out between {url.sip_url} and LiveKit.")
        else:
            notes.append(f"{url.sip_url} is asked when LiveKit does not take a call.")
    if number.answered_by and not number.trunk_sid:
        notes.append(
            f"The number is answered by {number.answered_by} today; on a trunk Twilio no longer"
            " asks it."
        )
    if not wish.recovery_url and not (trunk and trunk.recovery_url):
        notes.append(
            "There is no disaster recovery URL: callers hear a failure while LiveKit cannot be"
            " reached."
        )
    return notes
