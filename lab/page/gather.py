"""The facts of a call that was made: from the wire, and from what is known of the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.page.facts import CallFacts, Key, Phone, Strip, Words
from lab.page.sound import clip, ringing_alone, strip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lab.audio import Audio
    from lab.dialog import Dialog
    from lab.ladder import Step
    from lab.page.facts import Attempt
    from lab.pcap import Address

RINGING = "ringing tone"
_PAUSE = 0.7
"""Seconds of silence that a sentence may have inside."""
_EARLY = 0.3
"""Seconds by which a sentence may be logged after it is first heard."""


@dataclass(frozen=True)
class _Leg:
    """One phone's part in a dialog."""

    who: str
    other: str
    says: Audio
    hears: Audio
    start: float
    end: float


def gather(
    title: str,
    lanes: Sequence[str],
    steps: Sequence[Step],
    dialogs: Sequence[Dialog],
    name: Callable[[Address], str],
    *,
    attempts: Sequence[Attempt],
    notes: Sequence[str],
    succeeded: bool | None,
) -> CallFacts:
    """Put together what is known of one call.

    Args:
        title: What happens in it.
        lanes: Who takes part, the caller first, who he dials second.
        steps: Of its ladder.
        dialogs: The caller's, and those that came of it; the first was answered.
        name: Whose an address is.
        attempts: From the record.
        notes: What was measured.
        succeeded: Whether all went as it was meant to; None where nothing was meant.

    Raises:
        ValueError: The first dialog was never answered.
    """
    answer = dialogs[0].answer if dialogs else None
    if answer is None:
        raise ValueError("the call was not answered")
    zero = answer.at
    legs = [leg for dialog in dialogs for leg in _legs(dialog, name)]
    words = [_words(step, steps, legs) for step in steps if step.kind == "words"]
    phones = [who for who in lanes if who != lanes[1] and any(leg.who == who for leg in legs)]
    last = max([step.at for step in steps] + [leg.end for leg in legs])
    return CallFacts(
        title=title,
        began=datetime.fromtimestamp(dialogs[0].invite.at, UTC),
        lanes=tuple(lanes),
        start=dialogs[0].invite.at - zero,
        end=last - zero,
        steps=tuple(replace(step, at=step.at - zero) for step in steps),
        phones=tuple(
            _phone(who, [leg for leg in legs if leg.who == who], words, steps, zero, lanes[1])
            for who in phones
        ),
        attempts=tuple(attempts),
        notes=tuple(notes),
        succeeded=succeeded,
    )


def _legs(dialog: Dialog, name: Callable[[Address], str]) -> list[_Leg]:
    """Either side of a dialog that was answered; none of one with a stranger."""
    source, target = name(dialog.invite.source), name(dialog.invite.destination)
    if dialog.answer is None or not source or not target:
        return []
    heard, said = dialog.heard(), dialog.said()
    start = dialog.answer.at
    end = dialog.end.at if dialog.end else max(heard.end, said.end, start)
    return [
        _Leg(source, target, said, heard, start, end),
        _Leg(target, source, heard, said, start, end),
    ]


def _words(step: Step, steps: Sequence[Step], legs: Sequence[_Leg]) -> Words:
    """The sentence of a step, with its end as it was on the wire."""
    later = [
        one.at
        for one in steps
        if one.source == step.source and one.kind == "words" and one.at > step.at
    ]
    end = step.at
    for leg in legs:
        if leg.who == step.source and leg.start - 1 <= step.at <= leg.end:
            voice = leg.says.without_tone().between(step.at - _EARLY, min([leg.end, *later]))
            spans = [s for s in voice.audible(pause=_PAUSE) if s.end > step.at + _EARLY]
            end = spans[0].end if spans else end
    return Words(step.source, step.at, end, step.label)


def _phone(
    who: str,
    legs: Sequence[_Leg],
    words: Sequence[Words],
    steps: Sequence[Step],
    zero: float,
    bridge: str,
) -> Phone:
    hears: list[Strip] = []
    for leg in legs:
        if leg.other == bridge:
            hears.append(strip(leg.other, leg.hears.without_tone(), zero))
            hears.append(strip(RINGING, ringing_alone(leg.hears), zero))
        else:
            hears.append(strip(leg.other, leg.hears, zero))
    heard = [
        one
        for one in words
        if any(leg.other == one.who and leg.start - 1 <= one.start <= leg.end for leg in legs)
    ]
    return Phone(
        who=who,
        says=tuple(strip(who, leg.says, zero) for leg in legs),
        hears=tuple(hears),
        said=tuple(_from(zero, one) for one in words if one.who == who),
        heard=tuple(_from(zero, one) for one in heard),
        keys=tuple(
            Key(step.at - zero, step.label.removeprefix("key "))
            for step in steps
            if step.kind == "key" and step.source == who
        ),
        clip=clip([sound for leg in legs for sound in (leg.says, leg.hears)], zero),
    )


def _from(zero: float, words: Words) -> Words:
    return replace(words, start=words.start - zero, end=words.end - zero)
