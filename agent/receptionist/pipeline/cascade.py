"""Speech to text, language model, text to speech: three services, each replaced when it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livekit.agents import AgentSession, llm, stt, tts
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.plugins import openai

from . import hints
from .guard import AGAIN, Guard
from .guarded import GuardedLLM, GuardedSTT, GuardedTTS
from .hearing import EarlyHearing
from .local_voice import LocalTTS
from .services import Service
from .turns import turn_handling, voice_activity

if TYPE_CHECKING:
    from collections.abc import Callable

    from livekit.agents.vad import VAD

    from transfer_call.business import Line

    from .provider import Provider

NEVER_CLOSES = SessionConnectOptions(
    stt_conn_options=AGAIN,
    llm_conn_options=AGAIN,
    tts_conn_options=AGAIN,
    max_unrecoverable_errors=10**9,
)
"""A session does not close itself over errors of its models: the caller is still there."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """Who hears, thinks and speaks on one call."""

    vad: VAD
    stt: stt.STT[Any]
    llm: llm.LLM[Any]
    tts: tts.TTS[Any]


def cascade(
    line: Line,
    *,
    provider: Provider,
    language: Callable[[], str],
    ears: stt.STT[Any] | None = None,
    mind: llm.LLM[Any] | None = None,
) -> Cascade:
    """The line's services, each with what replaces it.

    Args:
        line: Whose calls they serve.
        provider: Of the services.
        language: What the caller is spoken to in.
        ears: Hear for speech to text that fails. Default: the menu takes over.
        mind: Answers for a language model that fails. Default: the menu takes over.
    """
    vad = voice_activity()
    return Cascade(
        vad,
        _hearing(line, provider, vad, ears),
        _thinking(line, provider, mind),
        _speaking(line, provider, language),
    )


def cascade_session(services: Cascade) -> AgentSession[None]:
    """A session that hears, thinks and speaks through `services`."""
    return AgentSession(
        vad=services.vad,
        stt=services.stt,
        llm=services.llm,
        tts=services.tts,
        turn_handling=turn_handling(),
        conn_options=NEVER_CLOSES,
        # Echo is the telephone network's business; the default would feed silence to speech to
        # text for the first three seconds.
        aec_warmup_duration=None,
        user_away_timeout=None,
        # Nobody waits for the last words of a caller who has left.
        session_close_transcript_timeout=0.0,
    )


def _hearing(line: Line, provider: Provider, vad: VAD, ears: stt.STT[Any] | None) -> stt.STT[Any]:
    model = line.openai.stt
    knows: dict[str, Any]
    if hints.takes_keywords(model):
        knows = {"language": hints.languages(line), "keywords": hints.terms(line)}
    else:
        knows = {"language": line.language, "prompt": hints.prompt(line)}
    service = openai.STT(model=model, client=provider.client, use_realtime=False, **knows)
    guarded = GuardedSTT(service, Guard(Service.STT, provider.breaker))
    if ears is None:
        return EarlyHearing(stt=guarded, vad=vad)
    # Outside of the choice: each of them gets the whole of what the caller has said.
    either = stt.FallbackAdapter([guarded, ears], vad=vad, max_retry_per_stt=0)
    return EarlyHearing(stt=either, vad=vad)


def _thinking(line: Line, provider: Provider, mind: llm.LLM[Any] | None) -> llm.LLM[Any]:
    service = openai.LLM(model=line.openai.llm, client=provider.client)
    guarded = GuardedLLM(service, Guard(Service.LLM, provider.breaker))
    if mind is None:
        return guarded
    # What a model had begun to say is better followed by a whole answer than by silence.
    return llm.FallbackAdapter([guarded, mind], retry_on_chunk_sent=True)


def _speaking(line: Line, provider: Provider, language: Callable[[], str]) -> tts.TTS[Any]:
    service = openai.TTS(
        model=line.openai.tts,
        voice=line.openai.voice,
        client=provider.client,
        # Nothing to decode, so the first sound comes with the first packet.
        response_format="pcm",
    )
    guarded = GuardedTTS(service, Guard(Service.TTS, provider.breaker))
    return tts.FallbackAdapter([guarded, LocalTTS(language)], max_retry_per_tts=0)
