"""What works with no network AI: fixed words in a local voice, the keypad, and local ears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livekit.agents import NOT_GIVEN, AgentSession

if TYPE_CHECKING:
    from livekit.agents import llm, stt, tts


def standby_session(
    *,
    stt: stt.STT[Any] | None = None,
    llm: llm.LLM[Any] | None = None,
    tts: tts.TTS[Any] | None = None,
) -> AgentSession[None]:
    """A session without a network.

    Args:
        stt: Ears that find the ends of sentences themselves; without them nothing listens but
            the keypad, and no model is loaded.
        llm: What answers what was heard.
        tts: What says the answers.
    """
    return AgentSession(
        stt=stt or NOT_GIVEN,
        llm=llm or NOT_GIVEN,
        tts=tts or NOT_GIVEN,
        vad=None,
        turn_handling={
            "turn_detection": "stt" if stt is not None else None,
            # The ears have waited already, and rules need no head start.
            "endpointing": {"min_delay": 0.0, "max_delay": 0.0},
            "preemptive_generation": {"enabled": False},
        },
        # Echo is the telephone network's business; the default would feed silence to whoever
        # listens for the first three seconds.
        aec_warmup_duration=None,
        user_away_timeout=None,
        # The ears work here: what they have not said when the call is over they never will.
        session_close_transcript_timeout=0.0,
    )
