"""An LLM that says what the test scripted, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from livekit.agents.llm import (
    LLM,
    ChatChunk,
    ChatContext,
    ChoiceDelta,
    FunctionToolCall,
    LLMStream,
    Tool,
    ToolChoice,
)
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)


def say(text: str) -> ChoiceDelta:
    return ChoiceDelta(role="assistant", content=text)


def call(tool: str, text: str | None = None, **arguments: Any) -> ChoiceDelta:
    """A tool call, with words before it if there are any."""
    return calls((tool, arguments), text=text)


def calls(*each: tuple[str, dict[str, Any]], text: str | None = None) -> ChoiceDelta:
    return ChoiceDelta(
        role="assistant",
        content=text,
        tool_calls=[
            FunctionToolCall(name=tool, arguments=json.dumps(arguments), call_id=f"call_{at}")
            for at, (tool, arguments) in enumerate(each)
        ],
    )


class ScriptedLLM(LLM[Any]):
    """Gives one reply after the other; `fallback` answers when the script is over.

    Attributes:
        asked: The conversation and the tools of every request.
        choices: Which tool each request left the choice of, or required.
    """

    def __init__(
        self,
        *replies: ChoiceDelta,
        fallback: Callable[[ChatContext], ChoiceDelta] | None = None,
    ) -> None:
        super().__init__()
        self._replies = list(replies)
        self._fallback = fallback
        self.asked: list[tuple[ChatContext, Sequence[Tool]]] = []
        self.choices: list[object] = []

    def chat(
        self,
        *,
        chat_ctx: ChatContext,
        tools: list[Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        tool_choice: NotGivenOr[ToolChoice] = NOT_GIVEN,
        **_: Any,
    ) -> LLMStream:
        self.choices.append(tool_choice)
        self.asked.append((chat_ctx.copy(), tuple(tools or ())))
        if self._replies:
            reply = self._replies.pop(0)
        elif self._fallback is not None:
            reply = self._fallback(chat_ctx)
        else:
            reply = say("(the script is over)")
        return _Stream(self, reply, chat_ctx, tools or [], conn_options)


class _Stream(LLMStream):
    def __init__(
        self,
        llm: ScriptedLLM,
        reply: ChoiceDelta,
        chat_ctx: ChatContext,
        tools: list[Tool],
        conn_options: APIConnectOptions,
    ) -> None:
        self._reply = reply
        super().__init__(llm, chat_ctx=chat_ctx, tools=tools, conn_options=conn_options)

    async def _run(self) -> None:
        self._event_ch.send_nowait(ChatChunk(id="scripted", delta=self._reply))
