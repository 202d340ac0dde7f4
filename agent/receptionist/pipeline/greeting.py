"""The first words of a call that an agent then goes on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livekit.agents.types import NOT_GIVEN

from ..words import greeting

if TYPE_CHECKING:
    from collections.abc import Callable

    from livekit.agents import AgentSession

    from transfer_call.business import Line
    from transfer_call.voice.session_voice import Audio


async def greet_in_passing(
    session: AgentSession[None], line: Line, audio: Audio, on_spoken: Callable[[str], None]
) -> None:
    """Greet without asking any service; a caller who speaks at once is listened to instead.

    Args:
        session: Started.
        line: Whose greeting it is.
        audio: Where its sound comes from.
        on_spoken: Told the words as their playing begins.
    """
    sentences = greeting(line)
    if not sentences:
        return
    frames = await audio.frames(sentences, line.language)
    text = " ".join(sentences)
    session.say(text, audio=frames if frames is not None else NOT_GIVEN)
    on_spoken(text)
