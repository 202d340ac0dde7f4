"""What an agent is told of its caller's keys: never which, only what they mean for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..voice.models_in_use import uses

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from livekit.agents import AgentSession

AFTER_KEY_SECONDS = 0.05
"""After so long a key is told: a REFER that it asked for is out by then."""


class BesideAgent:
    """The conversation of one session, as far as keys change it.

    Where the session has no LLM there is no conversation, and nothing is done.
    """

    def __init__(
        self, session: AgentSession[Any], spawn: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        """Take the session.

        Args:
            session: The call's.
            spawn: Runs what cannot be waited for.
        """
        self._session = session
        self._spawn = spawn

    def active(self) -> None:
        """A key is a sign of life, like a word."""
        self._session.reset_away_timer()

    def forget_words(self) -> None:
        """Who presses a key has stopped speaking: half a sentence is no wish."""
        if uses(self._session, "stt"):
            asyncio.get_running_loop().call_later(AFTER_KEY_SECONDS, self._forget_words)

    def note(self, label: str) -> None:
        """Leave in the conversation that a key was pressed.

        Args:
            label: For whom; as the agent knows him.
        """
        if uses(self._session, "llm"):
            asyncio.get_running_loop().call_later(AFTER_KEY_SECONDS, self._note, label)

    def resume(self) -> None:
        """Wrong keys have cut the agent off: it goes on by itself."""
        self._reply(
            "The caller pressed a key that has no meaning here. Go on from where you were "
            "interrupted, in one short sentence."
        )

    def speak(self, language: str) -> None:
        """The caller has chosen another language, a BCP 47 tag."""
        self._reply(
            "The caller pressed a key for another language: from now on speak the language with "
            f"the BCP 47 tag {language}. Ask in one short sentence what you can do."
        )

    def _reply(self, instructions: str) -> None:
        if uses(self._session, "llm"):
            self._session.generate_reply(instructions=instructions)

    def _forget_words(self) -> None:
        with suppress(RuntimeError):  # The session has ended.
            self._session.clear_user_turn()

    def _note(self, label: str) -> None:
        try:
            agent = self._session.current_agent
        except RuntimeError:  # The session has ended.
            return
        context = agent.chat_ctx.copy()
        context.add_message(
            role="system", content=f"The caller pressed a key to be put through to {label}."
        )
        self._spawn(agent.update_chat_ctx(context))
