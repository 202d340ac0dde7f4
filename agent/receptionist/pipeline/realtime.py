"""One speech-to-speech model; turns are still told here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livekit.agents import AgentSession, APIConnectOptions
from openai.types.realtime import AudioTranscription

from . import hints
from .cascade import NEVER_CLOSES
from .local_voice import LocalTTS
from .realtime_model import WatchedModel
from .turns import turn_handling, voice_activity

if TYPE_CHECKING:
    from collections.abc import Callable

    from transfer_call.business import Line

    from .provider import Provider

CONNECTION = APIConnectOptions(max_retry=1, retry_interval=0.1, timeout=1.5)
"""A connection that breaks is made again at once, and given up while the caller still waits."""


def realtime_session(
    line: Line, *, provider: Provider, language: Callable[[], str]
) -> AgentSession[None]:
    """A session that hears, thinks and speaks through the line's realtime model.

    Args:
        line: Whose calls it serves.
        provider: Of the model.
        language: What the caller is spoken to in.
    """
    services = line.openai
    knows: dict[str, Any]
    if hints.takes_keywords(services.stt):
        knows = {"languages": hints.languages(line), "keywords": hints.terms(line)}
    else:
        knows = {"language": line.language, "prompt": hints.prompt(line)}
    model = WatchedModel(
        model=services.realtime,
        voice=services.voice,
        # The whole path: the plugin completes only those that it knows.
        base_url=f"{services.base_url}/realtime",
        api_key=provider.key,
        # The model's own would let a cough cancel a transfer.
        turn_detection=None,
        # Stop phrases are words, so the caller's are wanted beside the model's answer.
        input_audio_transcription=AudioTranscription(model=services.stt, **knows),
        conn_options=CONNECTION,
    )
    return AgentSession(
        vad=voice_activity(),
        llm=model,
        # For fixed words that are not rendered yet; the model speaks its own.
        tts=LocalTTS(language),
        turn_handling=turn_handling(),
        conn_options=NEVER_CLOSES,
        aec_warmup_duration=None,
        user_away_timeout=None,
        # Nobody waits for the last words of a caller who has left.
        session_close_transcript_timeout=0.0,
    )
