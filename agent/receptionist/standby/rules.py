"""What standby answers, as rules: a sentence and what was asked before it in, a reply out. Pure.

Nothing that was said leads anywhere before the caller has been asked about it and said yes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from transfer_call.directory import Choices, Match, opening_facts
from transfer_call.directory.names import fold
from transfer_call.directory.speech import digits, without_politeness
from transfer_call.voice.spoken_time import opening

from .words import Vocabulary, vocabulary

if TYPE_CHECKING:
    from transfer_call.directory import Destination, Directory
    from transfer_call.voice.phrases import Phrases

UNCLEAR = "(unclear)"
"""What the ears write for speech that is none of what they know."""
MISUNDERSTOOD_AT_MOST = 2
"""Misunderstandings in a row after which a caller is better served by his keys."""
OFFERED_AT_MOST = 4
"""Destinations that are read out at once; a caller remembers no more."""
LONGEST_NAME = 6
"""Words."""
LONGEST_SUMMARY = 200

_YES_KEY, _NO_KEY = "1", "2"


@dataclass(frozen=True, slots=True)
class Say:
    """Say something and wait for what comes."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask whether `destination` is meant: yes or no, or the keys 1 and 2."""

    destination: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutThrough:
    """Call the tool: the caller has said yes."""

    destination: str
    summary: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Leave the caller to his keys."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Say goodbye; the call is over."""

    sentences: tuple[str, ...]


Reply: TypeAlias = Say | Ask | PutThrough | GiveUp | Goodbye


@dataclass(frozen=True, slots=True)
class State:
    """What a sentence may answer.

    Attributes:
        asked: The destination the caller was just asked about, or ``""``.
        wish: What he had said to be asked.
        offered: The destinations he was just given to choose from.
        misunderstood: Sentences in a row that could not be used.
    """

    asked: str = ""
    wish: str = ""
    offered: tuple[str, ...] = ()
    misunderstood: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """How one line is answered.

    Attributes:
        directory: Who can be reached; today's exceptions applied.
        phrases: The line's words.
        menu: What is read out of the keypad's menu to a caller who could not be understood.
        now: The clock, aware.
    """

    directory: Directory
    phrases: Phrases
    menu: Sequence[str]
    now: Callable[[], datetime]
    _words: Vocabulary = field(init=False)
    _named: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", vocabulary(self.phrases.language))
        named = {
            fold(text)
            for one in self.directory.offered()
            for text in (one.name, one.label, *one.aliases, one.department or "")
        }
        object.__setattr__(self, "_named", frozenset(named - {""}))

    def answer(self, state: State, said: str) -> tuple[Reply, State]:
        """The reply to what a caller said or typed, and what his next sentence may answer."""
        if said == UNCLEAR:
            return self._misunderstood(state)
        words = self._words.stripped(said)
        if not words:
            return self.opening_question(), State()
        if state.asked:
            answered = self._to_question(state, words)
            if answered is not None:
                return answered
        return self._to_wish(state, said, words)

    def opening_question(self) -> Say:
        """What is said where nothing has been: after a failure, or to start."""
        return Say(tuple(self.phrases.what_can_be_done()))

    def offer(self) -> Say:
        """Say who can be reached now."""
        at = self.now()
        open_now = set(self.directory.open_now(at))
        offered = [one for one in self.directory.offered() if one.name in open_now]
        labels = [one.label for one in (offered or self.directory.offered())][:OFFERED_AT_MOST]
        return Say(tuple(self.phrases.offer(labels)))

    def ask_again(self, destination: str) -> tuple[Reply, State]:
        """Ask in so many words: this destination must not be reached by a mistake."""
        label = self.directory[destination].label
        asked = Ask(destination, tuple(self.phrases.confirm(label)))
        return asked, State(asked=destination)

    def _to_question(self, state: State, words: Sequence[str]) -> tuple[Reply, State] | None:
        """The reply when `words` answer the question; ``None`` when they are a new wish."""
        key = digits(words)
        if key == _YES_KEY or self._words.only(self._words.yes, words):
            return self._agreed(state)
        if key == _NO_KEY or self._words.only(self._words.no, words):
            return self.opening_question(), State()
        if self._words.no.opens(words):
            rest = words
            while taken := self._words.no.opens(rest):
                rest = self._words.stripped(" ".join(rest[taken:]))
            return self._to_wish(State(), " ".join(rest), rest, otherwise=self.opening_question())
        if taken := self._words.yes.opens(words):
            rest = self._words.stripped(" ".join(words[taken:]))
            others = {one.name for one in self._mentioned(rest)} - {state.asked}
            return None if others else self._agreed(state)
        return None

    def _agreed(self, state: State) -> tuple[Reply, State]:
        return PutThrough(state.asked, state.wish[:LONGEST_SUMMARY]), State()

    def _to_wish(
        self, state: State, said: str, words: Sequence[str], *, otherwise: Say | None = None
    ) -> tuple[Reply, State]:
        vocabulary = self._words
        if vocabulary.hours.within(words):
            return self._hours(words), State()
        if vocabulary.only(vocabulary.bye, words):
            return Goodbye(tuple(self.phrases.goodbye())), State()
        if vocabulary.only(vocabulary.choices, words):
            return self.offer(), State()
        found = self._wanted(words, state.offered)
        if len(found) == 1:
            (one,) = found
            return (
                Ask(one.name, tuple(self.phrases.sentences("is_that_right", label=one.label))),
                State(asked=one.name, wish=said),
            )
        if found:
            return self._choose(found), State(offered=tuple(one.name for one in found))
        return (otherwise, State()) if otherwise else self._misunderstood(state)

    def _wanted(self, words: Sequence[str], offered: Sequence[str]) -> tuple[Destination, ...]:
        """Who may be meant, likeliest first."""
        bare = without_politeness(" ".join(words)).split()
        if self._words.only(self._words.operator, bare or words):
            operator = self.directory.operator
            return (operator,) if operator is not None else ()
        key = digits(words)
        if len(key) == 1 and (one := self.directory.by_key(key)) is not None:
            return (one,)
        found = self.directory.find(" ".join(words), among=offered)
        if isinstance(found, Match):
            return (found.destination,)
        mentioned = self._mentioned(words)
        if mentioned:
            return mentioned
        return found.candidates if isinstance(found, Choices) else ()

    def _mentioned(self, words: Sequence[str]) -> tuple[Destination, ...]:
        """The destinations that are named to the letter somewhere in a sentence."""
        found: dict[str, Destination] = {}
        for part in _longest_first(words, self._named):
            named = self.directory.find(part)
            if isinstance(named, Match):
                found[named.destination.name] = named.destination
            elif isinstance(named, Choices):
                found |= {one.name: one for one in named.candidates}
        return tuple(found.values())

    def _choose(self, found: Sequence[Destination]) -> Say:
        alike = [one.label for one in found]
        labels = [
            self.phrases.in_department(one.label, one.department or "")
            if alike.count(one.label) > 1
            else one.label
            for one in found
        ]
        return Say(tuple(self.phrases.choose_between(labels)))

    def _hours(self, words: Sequence[str]) -> Say:
        """When somebody is there: those who were named, else the business."""
        named = self._mentioned(words)
        at = self.now()
        label = named[0].label if len(named) == 1 else ""
        name = named[0].name if len(named) == 1 else self._usual().name
        facts = opening_facts(self.directory, name, at)
        if facts.is_open:
            if label:
                said = self.phrases.sentences("open_now", label=label)
            else:
                said = self.phrases.sentences("open_now_unnamed")
        else:
            opens = opening(at, facts.opens_at, self.phrases.language) if facts.opens_at else ""
            said = self.phrases.closed(label, opens, facts.reason)
        return Say((*said, *self.phrases.what_can_be_done()))

    def _usual(self) -> Destination:
        """Whose hours are the business's: the operator's."""
        operator = self.directory.operator
        return operator if operator is not None else self.directory.destinations[0]

    def _misunderstood(self, state: State) -> tuple[Reply, State]:
        times = state.misunderstood + 1
        if times >= MISUNDERSTOOD_AT_MOST:
            return GiveUp((*self.phrases.agent_trouble(), *self.menu)), State()
        sorry = self.phrases.sentences("not_understood")
        again = State(state.asked, state.wish, state.offered, times)
        if state.asked:
            label = self.directory[state.asked].label
            question = self.phrases.sentences("is_that_right", label=label)
            return Ask(state.asked, (*sorry, *question)), again
        if state.offered:
            return Say(
                (*sorry, *self._choose([self.directory[n] for n in state.offered]).sentences)
            ), again
        return Say((*sorry, *self.phrases.sentences("who_is_wanted"))), again


def _longest_first(words: Sequence[str], known: frozenset[str]) -> Iterator[str]:
    """The runs of words that are `known`, each word in one run at most."""
    left = [True] * len(words)
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            part = " ".join(words[start : start + length])
            if part in known and all(left[start : start + length]):
                left[start : start + length] = [False] * length
                yield part
