"""The whole brain of a caller at the keypad: keys, times and outcomes in, actions out."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from .actions import (
    Action,
    Answered,
    Cancel,
    Goodbye,
    Part,
    Play,
    Prompt,
    Resume,
    Speak,
    StopSpeech,
    Transfer,
)
from .keys import Answer, AnswerKeys
from .levels import Choice, Level, Levels, with_alternatives
from .menu import (
    Back,
    Destinations,
    DialByName,
    DialExtension,
    Goto,
    Language,
    Menus,
    Repeat,
    Submenu,
    default_menu,
)
from .menu_faults import MenuError, menu_faults
from .names import LEAST_LETTERS, PAGE, Found, NextPage
from .reader import (
    BETWEEN_DIGITS,
    DEBOUNCE,
    Chosen,
    Cleared,
    Invalid,
    Reader,
    Result,
    digit_of,
)

if TYPE_CHECKING:
    from ..transfer.outcome import Outcome

PROMPT_LIMIT = 120.0
MOST_PROMPTS = 50


class KeypadSession:
    """One caller's keys, from the first press to a transfer or a goodbye.

    It begins *passive*, beside an agent that does the talking: keys choose, wrong keys are
    ignored, and it says only what a key asked for, such as a submenu. After `start` it leads:
    it says the menu, waits, repeats, and in the end sends the caller on or says goodbye, after
    a bounded number of prompts whatever is pressed.

    Every method takes the time in seconds of one clock that does not run backwards, and
    returns the actions to carry out, in order. Whoever drives it calls `tick` no later than
    `next_deadline`, `prompt_finished` when a prompt has been said, and `transfer_ended`
    when a transfer is over. Between a transfer's start and end only ``*`` is read.

    Args:
        directory: Where keys, extensions and names lead.
        menus: What the keys mean; ``None`` is `default_menu`.
        language: Which of a menu's own words are said, where it has some.
        between_digits: Seconds after a digit until an entry counts as complete.
        debounce: Seconds in which the same key again is the same press, re-sent; 0 is off.
        prompt_limit: Seconds after which a prompt counts as finished even if nobody said so.
        most_prompts: Prompts in one call, after which the caller is sent on.

    Raises:
        MenuError: The menus cannot be carried out; every reason is named.
        ValueError: A time is out of its range.
    """

    def __init__(
        self,
        directory: Destinations,
        menus: Menus | None = None,
        *,
        language: str = "",
        between_digits: float = BETWEEN_DIGITS,
        debounce: float = DEBOUNCE,
        prompt_limit: float = PROMPT_LIMIT,
        most_prompts: int = MOST_PROMPTS,
    ) -> None:
        menus = menus or Menus({"main": default_menu(directory)})
        if faults := menu_faults(menus, directory):
            raise MenuError(faults)
        if not prompt_limit > 0:
            raise ValueError("prompt_limit must be more than 0 seconds")
        self._levels = Levels(directory, menus, language)
        self._root = menus.start
        self._stack = [self._levels.menu(self._root)]
        self._reader: Reader[Choice] = Reader(
            self._level.keys, between_digits=between_digits, debounce=debounce
        )
        self._prompt_limit = prompt_limit
        self._prompts_left = most_prompts
        self._prompt_id = 0
        self._prompt_ends: float | None = None
        self._passive = True
        self._transferring = False
        self._ended = False
        self._default_used = False
        self._silenced = False

    def __repr__(self) -> str:
        state = "ended" if self._ended else "transferring" if self._transferring else "reading"
        talk = "passive" if self._passive else "leading"
        return f"<KeypadSession {talk}, {state}, {self._reader.length} digits typed>"

    @property
    def passive(self) -> bool:
        """Whether somebody else does the talking."""
        return self._passive

    @property
    def transferring(self) -> bool:
        """Whether a transfer is under way, so that only ``*`` is read."""
        return self._transferring

    @property
    def ended(self) -> bool:
        """Whether the caller is gone or has been said goodbye to."""
        return self._ended

    def next_deadline(self) -> float | None:
        """When `tick` is due if nothing else happens; ``None`` is never."""
        due = (self._reader.next_deadline(), self._prompt_ends)
        return min((time for time in due if time is not None), default=None)

    def start(self, time: float) -> tuple[Action, ...]:
        """Take the lead: say the menu, unless the caller is already on his way."""
        if not self._passive or self._ended:
            return ()
        self._passive = False
        busy = self._transferring or self._reader.length or self._prompt_ends is not None
        if busy or len(self._stack) > 1:
            return ()
        return self._done(self._play((Part(Prompt.INTRO), *self._level.parts), time))

    def key(self, code: int, time: float) -> tuple[Action, ...]:
        """A telephone event of the caller: 0–9, 10 for ``*``, 11 for ``#``; others do nothing."""
        digit = digit_of(code)
        if digit is None or self._ended:
            return ()
        actions = self._tick(time)
        typed = self._reader.length
        result = self._reader.feed(digit, time)
        if self._transferring:
            return self._done([*actions, Cancel()] if result is not None else actions)
        if self._stops_speech(result, typed):
            self._prompt_ends = None
            self._silenced = True
            actions.append(StopSpeech())
        return self._done(actions + self._follow(result, time))

    def tick(self, time: float) -> tuple[Action, ...]:
        """Time has passed."""
        return self._done(self._tick(time))

    def prompt_finished(self, prompt_id: int, time: float) -> tuple[Action, ...]:
        """A prompt has been said to its end, or could not be; a stopped one may be reported."""
        if self._prompt_ends is not None and prompt_id == self._prompt_id:
            self._listen(time)
        return self.tick(time)

    def activity(self, time: float) -> None:
        """The caller is speaking: do not take it for no input."""
        self._reader.activity(time)

    def conversing(self, time: float) -> tuple[Action, ...]:
        """The caller speaks, or is being answered: nothing is said, and no key is waited for.

        A prompt that is being said ends here; keys go on working.
        """
        if self._ended or self._transferring:
            return ()
        prompting, self._prompt_ends = self._prompt_ends is not None, None
        self._reader.rest()
        return (StopSpeech(),) if prompting else ()

    def listen(self, time: float, *, question: bool = False) -> None:
        """Nobody speaks any more: wait for keys as after a prompt.

        Args:
            time: When.
            question: Whether the caller was asked something that 1 answers with yes and 2 with
                no, until he presses a key or something else is said.
        """
        if self._ended or self._transferring or self._reader.length:
            return
        keys = self._level.keys
        self._reader.expect(AnswerKeys(keys) if question else keys, time)
        self._listen(time)

    def transfer_started(self, time: float) -> tuple[Action, ...]:
        """Somebody else has asked for a transfer."""
        if not self._ended:
            self._begin_transfer()
        return ()

    def transfer_ended(
        self, outcome: Outcome, time: float, *, alternatives: Collection[str] = ()
    ) -> tuple[Action, ...]:
        """A transfer is over, and the caller has been told; go on if he is still there.

        Args:
            outcome: How it ended.
            time: When.
            alternatives: The destinations that can be reached now, if known: the menu then
                names these.
        """
        if outcome.ends_call:
            self._end()
        if self._ended or not self._transferring:
            return ()
        self._transferring = False
        self._reader.expect(self._level.keys, time)
        if self._passive:
            return ()
        parts = with_alternatives(self._level.parts, alternatives)
        return self._done(self._play(parts, time))

    @property
    def _level(self) -> Level:
        return self._stack[-1]

    @property
    def _quiet(self) -> bool:
        """Whether nothing is said and nothing awaited: passive, and in no submenu."""
        return self._passive and len(self._stack) == 1

    def _stops_speech(self, result: Result[Choice] | None, typed_before: int) -> bool:
        if result is None and self._reader.length <= typed_before:
            return False
        leads_nowhere = self._reader.lost or isinstance(result, Invalid | Cleared)
        return not (self._quiet and leads_nowhere)

    def _tick(self, time: float) -> list[Action]:
        if self._prompt_ends is not None and time >= self._prompt_ends:
            self._listen(time)
        return self._follow(self._reader.tick(time), time)

    def _listen(self, time: float) -> None:
        self._prompt_ends = None
        if not self._quiet:
            self._reader.wait(time, self._level.timeout)

    def _follow(self, result: Result[Choice] | None, time: float) -> list[Action]:
        """Act on a result and on all that was typed ahead of it."""
        actions: list[Action] = []
        while result is not None:
            actions += self._on(result, time)
            if self._ended or self._transferring:
                break
            result = self._reader.expect(self._level.keys, time)
        return actions

    def _on(self, result: Result[Choice], time: float) -> list[Action]:
        if isinstance(result, Chosen):
            self._level.failures = 0
            return self._choose(result.entry, time)
        if isinstance(result, Invalid):
            if self._quiet:
                return self._resume(result.length)
            short = self._level.spelling and result.length < LEAST_LETTERS
            return self._fail(Prompt.NAME_SHORT if short else self._level.wrong, time)
        if isinstance(result, Cleared):
            return self._replay(result.length, time) if result.length else self._back(time)
        unasked = self._level.keys.entry("")
        if unasked is not None:
            return self._choose(unasked, time)
        if self._passive:
            return self._give_up(time)
        return self._fail(Prompt.NO_INPUT, time)

    def _choose(self, entry: Choice, time: float) -> list[Action]:
        match entry:
            case Goto(destination):
                self._begin_transfer()
                return [Transfer(destination)]
            case Answer(yes):
                self._reader.expect(self._level.keys, time)
                return [Answered(yes)]
            case Repeat():
                return self._play(self._level.parts, time)
            case Back():
                return self._back(time)
            case NextPage():
                read = self._stack.pop()
                page = self._levels.listing(self._level, read.names, read.page + 1)
                return self._enter(page, time)
            case Language(language):
                return self._speak(self._levels.other_language(language), time)
            case Submenu(menu):
                return self._enter(self._levels.menu(menu, self._level), time)
            case DialExtension():
                return self._enter(self._levels.extension(self._level), time)
            case DialByName():
                return self._enter(self._levels.spelling(self._level), time)
            case Found(names, narrowed, further):
                if narrowed and len(names) > PAGE:
                    return self._enter(self._levels.spelling(self._level, further), time)
                return self._enter(self._levels.listing(self._level, names), time)

    def speak(self, language: str) -> None:
        """Say menus in `language` from now on; one that is being said goes on as it is."""
        if language == self._levels.language:
            return
        self._levels.language = language
        if len(self._stack) == 1:
            self._stack = [self._levels.menu(self._root)]

    def _speak(self, language: str, time: float) -> list[Action]:
        """Begin again in another language; beside an agent the agent does."""
        self._levels.language = language
        self._stack = [self._levels.menu(self._root)]
        self._silenced = False
        if self._passive:
            self._prompt_ends = None
            return [Speak(language)]
        return [Speak(language), *self._play(self._level.parts, time)]

    def _enter(self, level: Level, time: float) -> list[Action]:
        self._stack.append(level)
        return self._play(level.parts, time)

    def _back(self, time: float) -> list[Action]:
        if len(self._stack) > 1:
            self._stack.pop()
            self._level.failures = 0
        return self._replay(0, time)

    def _replay(self, length: int, time: float) -> list[Action]:
        return self._resume(length) if self._quiet else self._play(self._level.parts, time)

    def _resume(self, length: int) -> list[Action]:
        """Give the agent its turn back, if a key has taken it."""
        if not self._silenced:
            return []
        self._silenced = False
        self._prompt_ends = None
        return [Resume(length)]

    def _fail(self, prompt: Prompt, time: float) -> list[Action]:
        self._level.failures += 1
        if self._level.failures >= self._level.tries:
            return self._give_up(time)
        return self._play((Part(prompt), *self._level.parts), time)

    def _give_up(self, time: float) -> list[Action]:
        default = self._level.default
        if self._passive:
            del self._stack[1:]
            self._silenced = True
            return self._resume(0)
        if default is None or self._default_used:
            self._end()
            return [Goodbye()]
        self._default_used = True
        self._begin_transfer()
        return [Transfer(default.destination, by_default=True)]

    def _play(self, parts: tuple[Part, ...], time: float) -> list[Action]:
        if self._prompts_left <= 0:
            return self._give_up(time)
        self._prompts_left -= 1
        self._prompt_id += 1
        self._prompt_ends = time + self._prompt_limit
        self._silenced = False
        return [Play(self._prompt_id, parts)]

    def _begin_transfer(self) -> None:
        self._transferring = True
        self._silenced = False
        self._stand_by()

    def _end(self) -> None:
        self._ended, self._transferring = True, False
        self._stand_by()

    def _stand_by(self) -> None:
        self._stack = [self._levels.menu(self._root)]
        self._prompt_ends = None
        self._reader.close()

    def _done(self, actions: list[Action]) -> tuple[Action, ...]:
        """Without the prompts that a caller is already ahead of."""
        last = len(actions) - 1
        typing = self._reader.length > 0
        if actions and isinstance(actions[last], Play) and typing:
            self._prompt_ends = None
        return tuple(
            action
            for at, action in enumerate(actions)
            if not isinstance(action, Play) or (at == last and not typing)
        )
