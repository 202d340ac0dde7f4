"""Which fixed words go with which step of a transfer. No I/O; the texts are the phrases'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..directory import opening_facts
from ..voice.spoken_time import opening
from .outcome import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from ..directory import Destination, Directory, OpeningFacts
    from .request import TransferResult
    from .scene import Scene


def before_refer(
    scene: Scene,
    directory: Directory,
    destination: Destination,
    announcement: str | None,
    before: tuple[Outcome, str] | None,
) -> list[str]:
    """What the caller hears before a REFER.

    Args:
        scene: The call.
        directory: Where `destination` comes from.
        destination: Where he is sent now.
        announcement: The destination's own words; ``None`` is the default phrase, ``""`` none.
        before: What came of the destination before this one and its name; ``None`` for the
            first. A caller is always told when he is sent somewhere else than he asked.
    """
    phrases = scene.phrases(destination.language or directory.language)
    if before is None:
        if announcement is not None:
            return [announcement] if announcement else []
        return phrases.announce(destination.label)
    outcome, name = before
    if name == destination.name:
        return phrases.still_trying()
    return phrases.trying_next(outcome, directory[name].label, destination.label)


def after(scene: Scene, directory: Directory, result: TransferResult) -> list[str]:
    """What the caller hears about the end of a transfer; nothing when he is gone.

    A caller who stopped it by speaking gets his answer from the agent, and one whose wish was
    replaced hears about the new one.
    """
    outcome = result.outcome
    if outcome.ends_call:
        return []
    phrases = scene.phrases(directory.language)
    if outcome is Outcome.CANCELLED:
        told = phrases.failed(outcome, "") if result.stopped == "key" else []
    elif outcome is Outcome.CLOSED:
        facts = opening_facts(directory, result.destination, scene.now())
        opens = opening(scene.now(), facts.opens_at, phrases.language) if facts.opens_at else ""
        told = phrases.closed(directory[result.destination].label, opens, facts.reason)
    elif scene.circles and result.destination in scene.skip:
        told = phrases.no_longer_reachable(directory[result.destination].label)
    else:
        told = phrases.failed(outcome, directory[result.destination].label)
    if not told:
        return []
    return [*told, *scene.next_moves(result)]


def for_llm(directory: Directory, result: TransferResult, at: datetime) -> str:
    """The fact and the next move, for the model's eyes only.

    Args:
        directory: Where the result's names come from.
        result: Of a transfer.
        at: Now, aware.
    """
    facts = [_FACTS[result.outcome].format(label=directory[result.destination].label)]
    if result.outcome is Outcome.CLOSED:
        facts += _hours(opening_facts(directory, result.destination, at))
    if result.spoken:
        facts.append(f"The caller has just been told: “{result.spoken}” Do not repeat it.")
    if result.alternatives:
        names = ", ".join(result.alternatives[:MOST_ALTERNATIVES])
        facts.append(f"Open now: {names}. Offer what fits, in one short sentence.")
    else:
        facts.append("Nobody else can be reached now. Ask what else you can do.")
    facts.append("The caller is still with you. Do not say that he has been put through.")
    return " ".join(facts)


def _hours(facts: OpeningFacts) -> list[str]:
    said = []
    if facts.reason:
        said.append(f"The reason: {facts.reason}.")
    if facts.opens_at is not None:
        said.append(f"It opens again at {facts.opens_at.isoformat(timespec='minutes')}.")
    return said


MOST_ALTERNATIVES = 8
"""Names an LLM is told of after a failure; a caller remembers fewer."""
_FACTS: dict[Outcome, str] = {
    Outcome.CONNECTED: "The caller has been put through to {label}.",
    Outcome.HANDED_OFF: "The caller has left the call while being put through to {label}.",
    Outcome.BUSY: "{label} is busy.",
    Outcome.NO_ANSWER: "{label} did not answer.",
    Outcome.DECLINED: "{label} declined the call.",
    Outcome.UNREACHABLE: "{label} cannot be reached; the number or the line has a fault.",
    Outcome.NOT_PERMITTED: "Calls cannot be transferred to {label}; trying again will not help.",
    Outcome.MISCONFIGURED: "Transfers do not work at the moment; trying again will not help.",
    Outcome.UNKNOWN: (
        "It is not known whether {label} was reached; it may still be ringing there. "
        "Do not try another destination unless the caller asks for it."
    ),
    Outcome.CALLER_LEFT: "The caller has hung up.",
    Outcome.CANCELLED: "The caller stopped the transfer before it was made.",
    Outcome.CLOSED: "{label} is closed now.",
    Outcome.BLOCKED: "{label} must not be called from here; trying again will not help.",
}
