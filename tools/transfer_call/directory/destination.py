"""A named place to send callers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

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


Names: TypeAlias = str | Sequence[str]
"""One name of a destination, or several in order."""

Address: TypeAlias = "str | TransferTarget"
"""A number, a ``tel:``, ``sip:`` or ``sips:`` URI, or one already parsed."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A named place to send callers: a person, a department, the operator.

    It may be written with plain strings; a `Directory` holds it with every address, schedule and
    list parsed, and `targets`, `resolver` and `next_after` read that form.

    Attributes:
        name: What the LLM, the keypad and `otherwise` call it; unique in its directory.
        to: Where it is reached: one address, several tried in order, or one resolver.
        description: For the LLM: when to choose it.
        spoken: What the caller hears as its name; default: the name with ``-`` as spaces.
        aliases: Other names a caller may say.
        department: Tells people of the same name apart.
        key: The single digit that reaches it.
        extension: The digits that reach it when dialled.
        hours: When it is open, as a schedule or as its expression in the directory's time zone;
            ``None`` is the business's own hours.
        always: Reachable at any hour (`urgent`).
        otherwise: The names to try next: for each of `FAILOVER_OUTCOMES`, or for all of them.
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
    to: Address | Sequence[Address] | Resolver
    description: str = ""
    spoken: str = ""
    aliases: Sequence[str] = ()
    department: str = ""
    key: str | None = None
    extension: str | None = None
    hours: Schedule | str | None = None
    always: bool = False
    otherwise: Names | Mapping[Outcome, Names] | Mapping[str, Names] = field(default_factory=dict)
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

    @property
    def resolver(self) -> Resolver | None:
        """What to ask for the address, where it is not known before the call."""
        return self.to if callable(self.to) else None

    @property
    def targets(self) -> tuple[TransferTarget, ...]:
        """The parsed addresses in order; empty with a resolver.

        Raises:
            ValueError: It has not been read by a `Directory`.
        """
        if callable(self.to):
            return ()
        addresses = self.to if isinstance(self.to, tuple) else ("",)
        parsed = tuple(address for address in addresses if not isinstance(address, str))
        if len(parsed) != len(addresses):
            raise ValueError("the addresses are not parsed; take the destination from a Directory")
        return parsed

    @property
    def schedule(self) -> Schedule | None:
        """Its own parsed opening hours.

        Raises:
            ValueError: It has not been read by a `Directory`.
        """
        if isinstance(self.hours, str):
            raise ValueError("the hours are not parsed; take the destination from a Directory")
        return self.hours

    def next_after(self, outcome: Outcome) -> tuple[str, ...]:
        """The names that `otherwise` gives for `outcome`, in order.

        ``not_permitted`` and ``blocked`` count as ``unreachable``: an address we may not reach.
        """
        if outcome in (Outcome.NOT_PERMITTED, Outcome.BLOCKED):
            outcome = Outcome.UNREACHABLE
        if not isinstance(self.otherwise, Mapping):
            return as_names(self.otherwise) if outcome in FAILOVER_OUTCOMES else ()
        return as_names(self.otherwise.get(outcome, ()))


def as_names(names: Names) -> tuple[str, ...]:
    """One name or several as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)
