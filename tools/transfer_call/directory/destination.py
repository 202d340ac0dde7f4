"""A named place to send callers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..transfer.outcome import Outcome

if TYPE_CHECKING:
    from .hours import Schedule
    from .target import TransferTarget

FAILOVER_OUTCOMES = (
    Outcome.CLOSED,
    Outcome.BUSY,
    Outcome.NO_ANSWER,
    Outcome.DECLINED,
    Outcome.UNREACHABLE,
)
"""The outcomes for which `Destination.otherwise` may name what comes next."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known about the call when a destination is chosen.

    Numbers are E.164 or ``""``: a caller's number is a claim, never a key to anything.
    """

    call_id: str = ""
    line: str = ""
    caller: str = ""
    called: str = ""
    language: str = ""
    summary: str = ""
    diversion: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A run-time destination's answer, already parsed but not yet checked by the policy."""

    target: TransferTarget
    announcement: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Resolver = Callable[[str, CallFacts], Awaitable[Resolved]]
"""Asked with the destination's name and the call's facts when it is about to be tried; raises
`ResolveError` when it has no answer."""


class ResolveError(Exception):
    """A run-time destination gave no usable answer; the text is for the operator."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A named place to send callers: a person, a department, the operator.

    Attributes:
        name: What the LLM, the keypad and `otherwise` call it; unique in its directory.
        to: Where it is reached, tried in order; or one resolver.
        description: For the LLM: when to choose it.
        spoken: What the caller hears as its name; default: the name with ``-`` as spaces.
        aliases: Other names a caller may say.
        department: Tells people of the same name apart.
        key: The single digit that reaches it.
        extension: The digits that reach it when dialled.
        hours: When it is open; ``None`` is the business's own hours.
        always: Reachable at any hour (`urgent`).
        otherwise: Per outcome, the names to try next.
        rotate: Whether `to` starts at another address for each call.
        announcement: Spoken before the REFER; ``None`` is the default phrase, ``""`` none.
        language: Of the announcement, where it is not the line's.
        play_dialtone: Whether the caller hears ringing while the REFER is pending.
        ringing_timeout: Whole seconds to wait for the outcome, at least 1.
        headers: Templates of extra REFER headers.
        summary_header: The header that carries the LLM's summary; ``""`` is none.
        confirm: Whether the caller is asked before being sent.
        hidden: Reached by key or route only, never offered to the LLM.
    """

    name: str
    to: tuple[TransferTarget, ...] | Resolver
    description: str = ""
    spoken: str = ""
    aliases: tuple[str, ...] = ()
    department: str = ""
    key: str | None = None
    extension: str | None = None
    hours: Schedule | None = None
    always: bool = False
    otherwise: Mapping[Outcome, tuple[str, ...]] = field(default_factory=dict)
    rotate: bool = False
    announcement: str | None = None
    language: str = ""
    play_dialtone: bool = True
    ringing_timeout: int = 60
    headers: Mapping[str, str] = field(default_factory=dict)
    summary_header: str = ""
    confirm: bool = False
    hidden: bool = False

    @property
    def label(self) -> str:
        """The name as it is said to a caller."""
        return self.spoken or self.name.replace("-", " ").replace("_", " ")
