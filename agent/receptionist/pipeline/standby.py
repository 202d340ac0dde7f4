"""What works with no network AI: fixed words in a local voice, and the keypad."""

from __future__ import annotations

from livekit.agents import AgentSession


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
