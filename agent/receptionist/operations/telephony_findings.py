"""What is wrong with the trunks and dispatch rules that a business's calls would take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches

from .finding import Finding, Fix, Level
from .snapshot import Rule, Snapshot, Trunk, is_ours, normalized
from .wanted import HEADERS_TO_ATTRIBUTES, MOST_RINGING_SECONDS, Wanted

BRIDGE_MEDIA_SECONDS = 15
"""What livekit-sip's `media_timeout` is unless its configuration says otherwise."""

_SETUP = "receptionist setup"
_ADOPT = "receptionist setup --adopt"

Shown = Callable[[str], str]
"""How a number is shown: masked, unless it was asked for."""


def trunk_findings(snapshot: Snapshot, wanted: Wanted, shown: Shown) -> list[Finding]:
    """What is wrong with the inbound trunks."""
    return list(dict.fromkeys(_trunk_findings(snapshot, wanted, shown)))


def rule_findings(snapshot: Snapshot, wanted: Wanted, shown: Shown) -> list[Finding]:
    """What is wrong with the dispatch rules."""
    return list(dict.fromkeys(_rule_findings(snapshot, wanted, shown)))


def _trunk_findings(snapshot: Snapshot, wanted: Wanted, shown: Shown) -> Iterator[Finding]:
    if not wanted.numbers:
        yield Finding(
            "no_numbers",
            Level.WARNING,
            "The business file names no number of its own.",
            "Nothing now; but nobody can check, or set up, what happens to a call before it "
            "reaches the worker, and a transfer to the business itself is not noticed.",
            'write business.numbers, such as ["+14155550100"]',
        )
    for number in wanted.numbers:
        trunks = snapshot.trunks_for(number)
        if not trunks:
            yield _uncovered(snapshot, number, wanted, shown)
        for trunk in trunks:
            yield from _of_trunk(trunk, wanted)


def _uncovered(snapshot: Snapshot, number: str, wanted: Wanted, shown: Shown) -> Finding:
    rule = snapshot.rule_for(number, None)
    if rule is not None and wanted.agent in rule.agents:
        return Finding(
            "number_without_trunk",
            Level.WARNING,
            f"No inbound trunk has the number {shown(number)}, but rule {rule.label} would take "
            "a call that needs none.",
            "If the number was bought from LiveKit, he is answered, but cannot be put through: "
            "LiveKit transfers no calls to such numbers (501). Else he hears that there is no "
            "such number.",
            f"for transfers, use a number of a SIP carrier, then {_SETUP}",
        )
    return Finding(
        "number_without_trunk",
        Level.FAULT,
        f"No inbound trunk has the number {shown(number)}.",
        "He hears that the number is not in service.",
        _SETUP,
        Fix.SETUP,
    )


def _of_trunk(trunk: Trunk, wanted: Wanted) -> Iterator[Finding]:
    ours = is_ours(trunk, wanted.agent)
    mend, fix = (_SETUP, Fix.SETUP) if ours else (_ADOPT, None)
    ringing = trunk.ringing_timeout
    if ringing is None or ringing > MOST_RINGING_SECONDS:
        lasts = "three minutes" if ringing is None else f"{ringing:g} seconds"
        yield Finding(
            "trunk_ringing_timeout",
            Level.WARNING,
            f"Trunk {trunk.label} rings for {lasts} when no worker answers.",
            f"Whenever no worker is up he hears {lasts} of ringing, then that the line is busy.",
            f"{mend}, and a fallback number at the carrier",
            fix,
        )
    media = trunk.media_timeout
    if (media or BRIDGE_MEDIA_SECONDS) < wanted.least_media_timeout:
        lasts = f"{media:g}" if media else f"{BRIDGE_MEDIA_SECONDS} (the bridge's own setting)"
        yield Finding(
            "trunk_media_timeout",
            Level.WARNING,
            f"Trunk {trunk.label} ends calls after {lasts} seconds without sound, but a "
            f"transfer may ring for {wanted.longest_transfer}.",
            "Where the carrier sends no sound while the destination rings, he is cut off in the "
            "middle of the transfer, and it is reported as done.",
            mend,
            fix,
        )
    if missing := [
        header for header in HEADERS_TO_ATTRIBUTES if header not in trunk.headers_to_attributes
    ]:
        yield Finding(
            "trunk_headers",
            Level.WARNING,
            f"Trunk {trunk.label} does not hand on the headers {' and '.join(missing)}.",
            "A call that the business's own telephones forward to it can go round in circles.",
            mend,
            fix,
        )
    if trunk.allowed_numbers:
        yield Finding(
            "trunk_allowed_numbers",
            Level.WARNING,
            f"Trunk {trunk.label} takes calls of {len(trunk.allowed_numbers)} numbers only.",
            "Everybody else hears that the number is not in service.",
            f"if that is not meant: lk sip inbound update --id {trunk.id}",
        )


def _rule_findings(snapshot: Snapshot, wanted: Wanted, shown: Shown) -> Iterator[Finding]:
    for number in wanted.numbers:
        for trunk in snapshot.trunks_for(number):
            rule = snapshot.rule_for(number, trunk)
            if rule is None:
                yield _unruled(snapshot, number, trunk, wanted, shown)
            else:
                yield from _of_rule(rule, trunk, wanted)


def _unruled(
    snapshot: Snapshot, number: str, trunk: Trunk, wanted: Wanted, shown: Shown
) -> Finding:
    nearly = next(
        (
            rule
            for rule in snapshot.rules
            if trunk.id in rule.trunk_ids and normalized(number) in map(normalized, rule.numbers)
        ),
        None,
    )
    why = f"No dispatch rule takes calls to {shown(number)} on trunk {trunk.label}."
    if nearly is not None:
        why += (
            f" Rule {nearly.label} names the number, but not to the letter: rules are compared "
            "character by character."
        )
    return Finding(
        "number_without_rule",
        Level.FAULT,
        why,
        "He hears that the number is not in service.",
        _SETUP,
        Fix.SETUP,
    )


def _of_rule(rule: Rule, trunk: Trunk, wanted: Wanted) -> Iterator[Finding]:
    ours = is_ours(rule, wanted.agent)
    mend, fix = (_SETUP, Fix.SETUP) if ours else (_ADOPT, None)
    if wanted.agent not in rule.agents:
        yield _wrong_agent(rule, wanted, mend, fix)
    elif len(rule.agents) > 1:
        yield Finding(
            "rule_agents",
            Level.FAULT,
            f"Rule {rule.label} sends {len(rule.agents)} agents to each call: "
            f"{', '.join(repr(name) for name in rule.agents)}.",
            "He hears them at the same time.",
            mend,
            fix,
        )
    if not rule.separate:
        kinds = {"direct": "the same room", "callee": "one room for each dialled number"}
        yield Finding(
            "rule_rooms",
            Level.FAULT,
            f"Rule {rule.label} puts all calls into {kinds.get(rule.kind, 'rooms they share')}.",
            "He hears other callers, or nobody: the agent is sent only to the first of them.",
            mend,
            fix,
        )
    if rule.pin:
        yield Finding(
            "rule_pin",
            Level.FAULT,
            f"Rule {rule.label} asks for a PIN.",
            "He is asked for a PIN before anybody answers.",
            mend,
            fix,
        )
    media = rule.media_timeout
    if media is not None and media < wanted.least_media_timeout:
        yield Finding(
            "rule_media_timeout",
            Level.WARNING,
            f"Rule {rule.label} ends calls after {media:g} seconds without sound, but a transfer "
            f"may ring for {wanted.longest_transfer}. It is stronger than its trunk.",
            "Where the carrier sends no sound while the destination rings, he is cut off in the "
            "middle of the transfer, and it is reported as done.",
            mend,
            fix,
        )


def _wrong_agent(rule: Rule, wanted: Wanted, mend: str, fix: Fix | None) -> Finding:
    if not rule.agents:
        what = f"Rule {rule.label} names no agent, and the worker {wanted.agent!r} must be named."
    else:
        named = ", ".join(repr(name) for name in rule.agents)
        what = f"Rule {rule.label} sends {named} to its calls, not {wanted.agent!r}."
        if get_close_matches(wanted.agent.lower(), map(str.lower, rule.agents), n=1):
            what += " The two must be the same to the letter."
            mend += ", or RECEPTIONIST_AGENT_NAME as in the rule"
    return Finding(
        "rule_agent",
        Level.FAULT,
        what,
        "He hears ringing until LiveKit gives up: nobody answers.",
        mend,
        fix,
    )
