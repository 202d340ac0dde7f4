"""The rules as an LLM: the same tool calls, no model, no network, the same answer every time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from livekit.agents import utils
from livekit.agents.llm import (
    LLM,
    ChatChunk,
    ChatContext,
    ChoiceDelta,
    FunctionToolCall,
    LLMStream,
    Tool,
)
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from ..danger import Danger, danger_in
from .rules import PutThrough, Reply, Rules, State

if TYPE_CHECKING:
    from livekit.agents.llm import ChatMessage, FunctionCall, FunctionCallOutput

    from transfer_call.directory import Directory

TOOL = "transfer_call"


class StandbyBrain(LLM[Any]):
    """Answers by `Rules`, alone or as the last member of an `llm.FallbackAdapter`.

    What was asked is remembered by the number of the caller's turns, so that the same
    conversation gets the same reply however often it is asked for, and a "yes" counts only as
    the very next thing a caller says.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        menu_follows: bool = False,
        silent_in_danger: bool = False,
        on_reply: Callable[[Reply], None] | None = None,
    ) -> None:
        """Answer by `rules`.

        Args:
            rules: How the line is answered.
            menu_follows: Whether somebody else tells the caller what he can do after a transfer
                has failed: a keypad that leads.
            silent_in_danger: Whether somebody else tells a caller in danger whom to call.
            on_reply: Told each reply before it is said.
        """
        super().__init__()
        self._rules = rules
        self._menu_follows = menu_follows
        self._silent_in_danger = silent_in_danger
        self._on_reply = on_reply
        self._states: dict[int, State] = {}

    @property
    def model(self) -> str:
        """For metrics."""
        return "rules"

    @property
    def provider(self) -> str:
        """For metrics."""
        return "standby"

    def use(self, directory: Directory) -> None:
        """Answer from `directory` from now on: the line's with today's exceptions."""
        self._rules = replace(self._rules, directory=directory)

    def forget(self) -> None:
        """Take nothing that follows for an answer to what was asked."""
        self._states.clear()

    def chat(
        self,
        *,
        chat_ctx: ChatContext,
        tools: list[Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        **_: Any,
    ) -> LLMStream:
        """Answer the last thing in `chat_ctx`: what the caller said, or what a tool returned."""
        delta = self._answer(chat_ctx)
        return _Stream(self, delta, chat_ctx, tools or [], conn_options)

    def _answer(self, chat_ctx: ChatContext) -> ChoiceDelta | None:
        turns = sum(item.type == "message" and item.role == "user" for item in chat_ctx.items)
        last = _last(chat_ctx)
        reply: Reply | None
        if last is None:
            reply, state = self._rules.opening_question(), State()
        elif last.type == "message":
            before = self._states.get(turns - 1, State())
            said = last.text_content or ""
            if self._silent_in_danger and self._in_danger(said):
                reply, state = None, State()
            else:
                reply, state = self._rules.answer(before, said)
        else:
            reply, state = self._after_tool(chat_ctx, last)
        self._states[turns] = state
        if reply is None:
            return None
        if self._on_reply is not None:
            self._on_reply(reply)
        return _delta(reply)

    def _in_danger(self, said: str) -> bool:
        return danger_in(said, [self._rules.phrases.language]) is Danger.CERTAIN

    def _after_tool(
        self, chat_ctx: ChatContext, output: FunctionCallOutput
    ) -> tuple[Reply | None, State]:
        """The caller has heard what came of a transfer, but nothing of a tool that refused."""
        if output.is_error:
            asked = _destination(chat_ctx, output)
            if asked in self._rules.directory and self._rules.directory[asked].confirm:
                return self._rules.ask_again(asked)
            return self._rules.offer(), State()
        return (None if self._menu_follows else self._rules.opening_question()), State()


def _last(chat_ctx: ChatContext) -> ChatMessage | FunctionCallOutput | None:
    """What is to be answered: what the caller said, or what a tool returned, if nobody has."""
    for item in reversed(chat_ctx.items):
        if item.type == "function_call_output":
            return item
        if item.type == "message" and item.role in ("user", "assistant"):
            return item if item.role == "user" else None
    return None


def _destination(chat_ctx: ChatContext, output: FunctionCallOutput) -> str:
    for item in reversed(chat_ctx.items):
        if item.type == "function_call" and item.call_id == output.call_id:
            return _argument(item)
    return ""


def _argument(call: FunctionCall) -> str:
    try:
        return str(json.loads(call.arguments)["destination"])
    except (ValueError, KeyError, TypeError):
        return ""


def _delta(reply: Reply) -> ChoiceDelta:
    if isinstance(reply, PutThrough):
        arguments = {"destination": reply.destination, "summary": reply.summary}
        call = FunctionToolCall(
            name=TOOL, arguments=json.dumps(arguments), call_id=utils.shortuuid("call_")
        )
        return ChoiceDelta(role="assistant", tool_calls=[call])
    # One line for each sentence: a voice that keeps them can find them again.
    return ChoiceDelta(role="assistant", content="\n".join(reply.sentences))


class _Stream(LLMStream):
    def __init__(
        self,
        brain: StandbyBrain,
        delta: ChoiceDelta | None,
        chat_ctx: ChatContext,
        tools: list[Tool],
        conn_options: APIConnectOptions,
    ) -> None:
        self._delta = delta
        super().__init__(brain, chat_ctx=chat_ctx, tools=tools, conn_options=conn_options)

    async def _run(self) -> None:
        if self._delta is not None:
            chunk = ChatChunk(id=utils.shortuuid("standby_"), delta=self._delta)
            self._event_ch.send_nowait(chunk)
