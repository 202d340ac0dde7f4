"""Which models a line's voice pipelines use, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenAIServices:
    """OpenAI's models, or those of a server that speaks its API.

    Attributes:
        base_url: Where the API begins.
        stt: Speech to text; ``gpt-transcribe`` is told the destinations' names.
        llm: The language model.
        tts: Text to speech.
        realtime: Speech to speech, for ``pipeline: realtime``.
        voice: Of `tts` and `realtime`.
    """

    base_url: str = "https://api.openai.com/v1"
    stt: str = "gpt-transcribe"
    llm: str = "gpt-4.1"
    tts: str = "gpt-4o-mini-tts"
    realtime: str = "gpt-realtime"
    voice: str = "marin"
