"""The services of a provider, each behind its guard."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any, Generic, TypeVar

from livekit.agents import llm, stt, tts, utils
from livekit.agents.llm import ChatContext, Tool, ToolChoice
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

from .guard import AGAIN, Guard

S = TypeVar("S", stt.STT[Any], tts.TTS[Any], llm.LLM[Any])


class _Guarded(Generic[S]):
    """A service that is known by its own names, and closed with what watches it."""

    _inner: S
    _guard: Guard
    _label: str

    def _watch(self, inner: S, guard: Guard) -> None:
        self._inner, self._guard, self._label = inner, guard, inner.label

    @property
    def model(self) -> str:
        """Of the service."""
        return self._inner.model

    @property
    def provider(self) -> str:
        """Of the service."""
        return self._inner.provider

    async def aclose(self) -> None:
        """Close the service's client."""
        await self._inner.aclose()


class GuardedSTT(_Guarded[stt.STT[Any]], stt.STT[Any]):
    """Speech to text with a deadline."""

    def __init__(self, inner: stt.STT[Any], guard: Guard) -> None:
        """Watch `inner`, which hears whole utterances."""
        super().__init__(capabilities=inner.capabilities)
        self._watch(inner, guard)

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        with self._guard.watch():
            async with asyncio.timeout(self._guard.seconds):
                return await self._inner.recognize(buffer, language=language, conn_options=AGAIN)


class GuardedTTS(_Guarded[tts.TTS[Any]], tts.TTS[Any]):
    """Text to speech with a deadline for its first sound, and for each that follows."""

    def __init__(self, inner: tts.TTS[Any], guard: Guard) -> None:
        """Watch `inner`, which speaks a sentence at a time."""
        super().__init__(
            capabilities=inner.capabilities,
            sample_rate=inner.sample_rate,
            num_channels=inner.num_channels,
        )
        self._watch(inner, guard)

    def prewarm(self) -> None:
        """Connect to the service."""
        self._inner.prewarm()

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Speak one sentence."""
        return _Spoken(self, text, conn_options, self._inner, self._guard)


class _Spoken(tts.ChunkedStream):
    def __init__(
        self,
        outer: GuardedTTS,
        text: str,
        conn_options: APIConnectOptions,
        inner: tts.TTS[Any],
        guard: Guard,
    ) -> None:
        self._service = inner
        self._guard = guard
        super().__init__(tts=outer, input_text=text, conn_options=conn_options)

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=self._service.sample_rate,
            num_channels=self._service.num_channels,
            mime_type="audio/pcm",
        )
        with self._guard.watch():
            async with self._service.synthesize(self._input_text, conn_options=AGAIN) as stream:
                async for audio in self._guard.paced(aiter(stream)):
                    output_emitter.push_frame(audio.frame)
        output_emitter.flush()


class GuardedLLM(_Guarded[llm.LLM[Any]], llm.LLM[Any]):
    """A language model with a deadline for its first words, and for each that follow."""

    def __init__(self, inner: llm.LLM[Any], guard: Guard) -> None:
        """Watch `inner`."""
        super().__init__()
        self._watch(inner, guard)

    async def aclose(self) -> None:
        """Close the service's client."""
        await llm.LLM.aclose(self)
        await super().aclose()

    async def _prewarm_impl(self) -> None:
        await self._inner._prewarm_impl()

    def chat(
        self,
        *,
        chat_ctx: ChatContext,
        tools: list[Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[ToolChoice] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> llm.LLMStream:
        """Answer the conversation."""
        request = {
            "parallel_tool_calls": parallel_tool_calls,
            "tool_choice": tool_choice,
            "extra_kwargs": extra_kwargs,
        }
        return _Answer(self, chat_ctx, tools or [], conn_options, self._inner, self._guard, request)


class _Answer(llm.LLMStream):
    def __init__(
        self,
        outer: GuardedLLM,
        chat_ctx: ChatContext,
        tools: list[Tool],
        conn_options: APIConnectOptions,
        inner: llm.LLM[Any],
        guard: Guard,
        request: dict[str, Any],
    ) -> None:
        self._service = inner
        self._guard = guard
        self._request = request
        super().__init__(outer, chat_ctx=chat_ctx, tools=tools, conn_options=conn_options)

    async def _run(self) -> None:
        with self._guard.watch():
            async with self._service.chat(
                chat_ctx=self._chat_ctx,
                tools=self._tools,
                conn_options=dataclasses.replace(AGAIN, timeout=self._guard.seconds),
                **self._request,
            ) as stream:
                async for chunk in self._guard.paced(aiter(stream)):
                    self._event_ch.send_nowait(chunk)
