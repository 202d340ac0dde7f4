"""Which models a session uses at this moment: those of its agent come before its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from livekit.agents.utils import is_given

if TYPE_CHECKING:
    from livekit.agents import AgentSession


def uses(session: AgentSession[Any], model: Literal["stt", "llm", "tts"]) -> bool:
    """Whether `session` has such a model now; ``False`` once it has ended.

    An agent may bring models of its own, or turn one of the session's off with ``None``.
    """
    try:
        agent = session.current_agent
    except RuntimeError:
        return False
    own = getattr(agent, model)
    return (own if is_given(own) else getattr(session, model)) is not None
