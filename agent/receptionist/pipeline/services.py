"""The AI services that a call may need."""

from __future__ import annotations

from enum import StrEnum


class Service(StrEnum):
    """What is asked of an AI provider; each fails and recovers by itself."""

    STT = "stt"
    LLM = "llm"
    TTS = "tts"
    REALTIME = "realtime"

    @property
    def spelled(self) -> str:
        """For operators."""
        return _TITLES[self]


_TITLES = {
    Service.STT: "speech to text",
    Service.LLM: "the language model",
    Service.TTS: "text to speech",
    Service.REALTIME: "the realtime model",
}
