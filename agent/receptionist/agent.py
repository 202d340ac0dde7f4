"""The receptionist as a LiveKit agent: instructed for one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from livekit.agents import Agent

from receptionist_prompts import load

if TYPE_CHECKING:
    from livekit.agents.llm import Tool, Toolset

    from transfer_call.business import Line

LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "de": "German"}
"""The languages a line can have, as the prompt names them."""


class ReceptionistAgent(Agent):
    """Answers for one line. Greets first, without asking any model for words."""

    def __init__(
        self,
        line: Line,
        *,
        greet: Callable[[], object],
        tools: Sequence[Tool | Toolset] = (),
    ) -> None:
        """Instruct the agent.

        Args:
            line: Whose calls it answers.
            greet: Called when the session is up; begins the greeting and returns.
            tools: What the LLM can do, where there is one.
        """
        super().__init__(
            instructions=load(
                "receptionist", business=line.business, language=LANGUAGES[line.language]
            ),
            tools=list(tools),
        )
        self._greet = greet

    async def on_enter(self) -> None:
        """Greet the caller."""
        self._greet()
