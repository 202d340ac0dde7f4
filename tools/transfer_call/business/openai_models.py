"""What an operator may write about the models of the voice pipelines."""

from __future__ import annotations

from pydantic import Field

from .model import Model
from .services import OpenAIServices
from .values import BaseUrl, Text

_USUAL = OpenAIServices()


class OpenAIModel(Model):
    """The models of cascade and realtime."""

    base_url: BaseUrl = Field(
        default=_USUAL.base_url,
        description="Where the API begins: OpenAI's, or that of a server that speaks it.",
    )
    stt: Text = Field(
        default=_USUAL.stt, description="The model that turns speech into text (cascade)."
    )
    llm: Text = Field(default=_USUAL.llm, description="The language model (cascade).")
    tts: Text = Field(
        default=_USUAL.tts, description="The model that turns text into speech (cascade)."
    )
    realtime: Text = Field(
        default=_USUAL.realtime, description="The speech-to-speech model (realtime)."
    )
    voice: Text = Field(default=_USUAL.voice, description="The voice of tts and realtime.")
