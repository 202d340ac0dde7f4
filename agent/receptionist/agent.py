"""The receptionist as a LiveKit agent: instructed for one line and one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from livekit.agents import Agent

from .instructions import instructions, prompts_of

if TYPE_CHECKING:
    from livekit.agents.llm import Tool, Toolset

    from receptionist_prompts import Prompts
    from transfer_call.business import Line
    from transfer_call.directory import Directory


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
    ) -> None:
        """Instruct the agent.

        Args:
            line: Whose calls it answers.
            greet: Called when the session is up; begins the greeting and returns.
            tools: What the LLM can do, where there is one.
            caller: The caller's number, E.164, or ``""``.
            now: The clock, aware.
        """
        self.prompts: Prompts = prompts_of(line)
        self._line = line
        self._directory = line.directory
        self._language = line.language
        self._caller = caller
        self._now = now
        self._greet = greet
        super().__init__(
            instructions=instructions(
                self.prompts,
                line,
                line.directory,
                caller=caller,
                language=line.language,
                at=now(),
            ),
            tools=list(tools),
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
