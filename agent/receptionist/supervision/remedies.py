"""What is done about a call that goes astray: words, transfers and questions to the model."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from transfer_call.call import NoCallerError
from transfer_call.transfer.request import Source, TransferRequest
from transfer_call.voice.emergency import emergency_number

from ..agent import ReceptionistAgent
from .promise_watch import Broken, Remedy
from .silence import Help

if TYPE_CHECKING:
    from livekit.agents import AgentSession

    from transfer_call.business import Line
    from transfer_call.call import Call
    from transfer_call.directory import Directory
    from transfer_call.keypad.attached import KeypadMenu
    from transfer_call.voice.phrases import Phrases

logger = logging.getLogger("receptionist")

TOOL = "transfer_call"


class Remedies:
    """Acts on one call; everything begins at once and nothing is waited for.

    Attributes:
        directory: The line's, with today's exceptions once they are known.
        offered: Whom the caller has been asked about, until he says something.
    """

    def __init__(
        self, session: AgentSession[Any], call: Call, line: Line, keypad: KeypadMenu
    ) -> None:
        """Act for a call's supervisor.

        Args:
            session: That serves the call; its agent is a `ReceptionistAgent`.
            call: The caller's.
            line: Whose call it is.
            keypad: That serves the same caller.
        """
        self._session, self._call, self._line, self._keypad = session, call, line, keypad
        self.directory: Directory = line.directory
        self.offered = ""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def spoken(self) -> str:
        """What the caller is spoken to in."""
        return self._call.language or self._line.language

    @property
    def agent(self) -> ReceptionistAgent:
        """That answers now."""
        agent = self._session.current_agent
        assert isinstance(agent, ReceptionistAgent)
        return agent

    def help(self, help_: Help) -> None:
        """Break a silence; a goodbye is `end`."""
        match help_:
            case Help.BEAR_WITH_ME:
                self._say(self._phrases.bear_with_me())
            case Help.KEYS:
                self._say([*self._phrases.agent_trouble(), *self._keypad.read_out()])
            case Help.OPERATOR:
                self.transfer(self.directory.operator.name)
            case Help.STILL_THERE:
                self._say(self._phrases.no_input())

    def mend(self, broken: Broken) -> None:
        """See to a promise that was not kept."""
        logger.warning(
            "the agent promised a transfer and did nothing", extra={"then": broken.remedy.value}
        )
        if broken.remedy is Remedy.ASK_MODEL:
            with contextlib.suppress(RuntimeError):  # The session is closing.
                self._session.generate_reply(
                    instructions=self.agent.prompts.fill("promise"),
                    tool_choice={"type": "function", "function": {"name": TOOL}},
                )
            return
        self.offered = broken.destination
        label = self.directory[broken.destination].label if broken.destination else ""
        self._say(self._phrases.confirm(label))

    def warn(self) -> None:
        """Tell a caller in danger whom to call, whatever else is being said or done."""
        logger.warning("the caller spoke of a danger to life and is told whom to call")
        self._call.cancel()
        self._call.voice.hush()
        self.spawn(self._warn(emergency_number(self._line.directory.country)))

    def transfer(self, destination: str) -> None:
        """Put the caller through."""
        self.spawn(self._transfer(destination))

    def end(self, *, limit: bool) -> None:
        """Say goodbye, and hang up; `limit` because the call has lasted long enough."""
        first = self._phrases.call_limit() if limit else []
        self._call.voice.keep_floor()
        self.spawn(self._end([*first, *self._phrases.goodbye()]))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something beside the call; what fails in it is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    @property
    def _phrases(self) -> Phrases:
        return self._call.phrases(self.spoken)

    def _say(self, sentences: Sequence[str]) -> None:
        self.spawn(self._call.voice.say(sentences, self.spoken))

    async def _warn(self, number: str) -> None:
        await self._call.voice.say(self._phrases.emergency(number), self.spoken)
        if self._session.llm is not None:
            agent = self.agent
            context = agent.chat_ctx.copy()
            told = agent.prompts.fill("emergency", number=number or "the emergency number")
            context.add_message(role="system", content=told)
            await agent.update_chat_ctx(context)

    async def _transfer(self, destination: str) -> None:
        with contextlib.suppress(NoCallerError):
            await self._call.transfer(TransferRequest(destination, self.directory, Source.CODE))

    async def _end(self, words: Sequence[str]) -> None:
        await self._call.voice.say(words, self.spoken)
        await self._call.aclose()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("supervision failed inside", extra={"pii_error": repr(error)})
