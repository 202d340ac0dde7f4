"""The receptionist as a LiveKit agent: instructed for one line and one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from livekit.agents import NOT_GIVEN, Agent

from .instructions import instructions, prompts_of

if TYPE_CHECKING:
    from livekit.agents.llm import ChatContext, Tool, Toolset

    from receptionist_prompts import Prompts
    from transfer_call.business import Line
    from transfer_call.directory import Directory

    from .pipeline.cascade import Cascade


class ReceptionistAgent(Agent):
    """Answers for one line. Greets first, without asking any model for words.

    Attributes:
        prompts: How its LLM is instructed.
    """

    def __init__(
        self,
        line: Line,
        *,
        greet: Callable[[], object],
        tools: Sequence[Tool | Toolset] = (),
        caller: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        directory: Directory | None = None,
        language: str = "",
        services: Cascade | None = None,
        chat_ctx: ChatContext | None = None,
    ) -> None:
        """Instruct the agent.

        Args:
            line: Whose calls it answers.
            greet: Called when the session is up; begins the greeting and returns.
            tools: What the LLM can do, where there is one.
            caller: The caller's number, E.164, or ``""``.
            now: The clock, aware.
            directory: Default: the line's, without today's exceptions.
            language: What the caller is spoken to in. Default: the line's.
            services: Default: the session's.
            chat_ctx: What has been said before.
        """
        self.prompts: Prompts = prompts_of(line)
        self._line = line
        self._directory = directory or line.directory
        self._language = language or line.language
        self._caller = caller
        self._now = now
        self._greet = greet
        super().__init__(
            instructions=instructions(
                self.prompts,
                line,
                self._directory,
                caller=caller,
                language=self._language,
                at=now(),
            ),
            tools=list(tools),
            stt=services.stt if services is not None else NOT_GIVEN,
            llm=services.llm if services is not None else NOT_GIVEN,
            tts=services.tts if services is not None else NOT_GIVEN,
            chat_ctx=chat_ctx or NOT_GIVEN,
        )

    def successor(
        self,
        services: Cascade,
        *,
        greet: Callable[[], object],
        tools: Sequence[Tool | Toolset],
    ) -> ReceptionistAgent:
        """The same agent with other services, in the middle of the same conversation.

        Args:
            services: What it hears, thinks and speaks with.
            greet: Called when it is there, in place of a greeting.
            tools: Its own.
        """
        return ReceptionistAgent(
            self._line,
            greet=greet,
            tools=tools,
            caller=self._caller,
            now=self._now,
            directory=self._directory,
            language=self._language,
            services=services,
            chat_ctx=self.chat_ctx.copy(exclude_instructions=True),
        )

    async def on_enter(self) -> None:
        """Greet the caller."""
        self._greet()

    async def brief(self, *, directory: Directory | None = None, language: str = "") -> None:
        """Tell the LLM what has changed about the call.

        Args:
            directory: The line's, with today's exceptions.
            language: What the caller is spoken to in from now on.
        """
        self._directory = directory or self._directory
        self._language = language or self._language
        told = instructions(
            self.prompts,
            self._line,
            self._directory,
            caller=self._caller,
            language=self._language,
            at=self._now(),
        )
        # Rendered: the framework keeps the parts of `Instructions` apart only at the start.
        await self.update_instructions(told.render(modality="audio"))
