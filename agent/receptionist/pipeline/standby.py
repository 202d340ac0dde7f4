"""What works with no network AI: fixed words in a local voice, and the keypad."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, assert_never

from livekit.agents import AgentSession

from transfer_call.call import NoCallerError
from transfer_call.keypad import actions
from transfer_call.keypad.session import KeypadSession
from transfer_call.transfer.engine import StopReason
from transfer_call.transfer.outcome import Outcome
from transfer_call.transfer.request import Source, TransferRequest

from ..words import Words

if TYPE_CHECKING:
    from transfer_call.business import Line
    from transfer_call.call import Call
    from transfer_call.directory import Directory

logger = logging.getLogger("receptionist")


def standby_session() -> AgentSession[None]:
    """A session that only speaks: no model is loaded, and nothing listens but the keypad."""
    return AgentSession(
        vad=None,
        turn_handling={"turn_detection": None},
        # Echo is the telephone network's business; the default would feed silence to whoever
        # listens for the first three seconds.
        aec_warmup_duration=None,
        user_away_timeout=None,
    )


class Standby:
    """Carries out what the keypad's brain decides, and tells it what came of it.

    The brain is pure: it is given keys, times and outcomes, and answers with actions. One of
    its prompts is said at a time; a new action that speaks replaces it.
    """

    def __init__(
        self,
        call: Call,
        line: Line,
        *,
        directory: Awaitable[Directory],
        hang_up: Callable[[], None],
    ) -> None:
        """Prepare to serve one caller.

        Args:
            call: Speaks and transfers.
            line: Whose words and destinations they are.
            directory: The line's, with what is different today; waited for by the first
                transfer, not by the greeting.
            hang_up: Ends the call, after the goodbye has been said.
        """
        self._call = call
        self._line = line
        self._directory = asyncio.ensure_future(directory)
        self._hang_up = hang_up
        self._words = Words(line, call.phrases(line.language))
        self._brain = KeypadSession(line.directory, language=line.language)
        self._saying: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Greet, say the menu, and lead from here on."""
        self._do(self._brain.start(time.monotonic()))

    def key(self, code: int, at: float) -> None:
        """A key of the caller; see `RoomKeys.serve`."""
        self._do(self._brain.key(code, at))

    def close(self) -> None:
        """Say and do nothing more."""
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()

    def _do(self, todo: Collection[actions.Action]) -> None:
        for action in todo:
            match action:
                case actions.Play(prompt_id, parts):
                    self._say(self._prompt(prompt_id, parts))
                case actions.StopSpeech():
                    self._stop_saying()
                    self._call.voice.hush()
                case actions.Transfer(destination, by_default):
                    self._stop_saying()
                    self._spawn(self._transfer(destination, by_default))
                case actions.Cancel():
                    self._call.cancel(StopReason.KEY)
                case actions.Goodbye():
                    self._say(self._goodbye())
                case actions.Resume():
                    # Only somebody who talks beside the keypad has a turn to resume.
                    pass
                case _:
                    assert_never(action)
        self._set_timer()

    async def _prompt(self, prompt_id: int, parts: Sequence[actions.Part]) -> None:
        # Words about a transfer that failed come first, and are said by the transfer.
        await self._call.words_ended()
        await self._call.voice.say(self._words.of(parts), self._line.language)
        self._do(self._brain.prompt_finished(prompt_id, time.monotonic()))

    async def _goodbye(self) -> None:
        await self._call.words_ended()
        await self._call.voice.say(self._words.goodbye(), self._line.language)
        logger.info("the caller chose nothing; hanging up")
        self._hang_up()

    async def _transfer(self, destination: str, by_default: bool) -> None:
        if by_default:
            logger.info("the caller chose nothing; transferring to the default destination")
        alternatives: tuple[str, ...] = ()
        request = TransferRequest(destination, await self._directory, Source.KEY)
        try:
            result = await self._call.transfer(request)
            outcome, alternatives = result.outcome, result.alternatives
        except NoCallerError:
            outcome = Outcome.CALLER_LEFT
        self._do(self._brain.transfer_ended(outcome, time.monotonic(), alternatives=alternatives))

    def _say(self, work: Any) -> None:
        self._stop_saying()
        self._saying = self._spawn(work)

    def _stop_saying(self) -> None:
        if self._saying is not None and self._saying is not asyncio.current_task():
            self._saying.cancel()
        self._saying = None

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("the menu failed inside", extra={"pii_error": repr(error)})

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (due := self._brain.next_deadline()) is not None:
            delay = max(0.0, due - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._do(self._brain.tick(time.monotonic()))
