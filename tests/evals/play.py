"""Plays a scenario: the real agent and toolset, a telephone system that is not there, any LLM."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from livekit.agents import AgentSession
from livekit.agents.llm import LLM, ChatContext, function_tool
from livekit.agents.testing import fake_job_context

from receptionist.agent import ReceptionistAgent
from tests.evals.scenario import Scenario, line
from transfer_call.call import Call
from transfer_call.testing import (
    FakeTelephony,
    busy,
    connected,
    declined,
    fake_caller,
    fake_room,
    no_answer,
)
from transfer_call.toolset import TransferCallToolset

TURN_SECONDS = 60.0
_REPLIES = {"busy": busy, "no_answer": no_answer, "declined": declined}
_JUDGE = """\
You judge the telephone receptionist of a business by what it said. The transcript holds words of
the caller and of the assistant, its tool calls and their outputs. Words marked as system are said
by fixed recordings, not by the assistant. Decide only whether this is true: {tone}
If the assistant said nothing at all, it is true unless it demands words."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario.

    Attributes:
        scenario: What was played.
        calls: The destinations that the tool was called with, in order.
        words: Everything the agent said, turn by turn.
        transcript: The whole conversation, for the judge and for people.
    """

    scenario: Scenario
    calls: list[str]
    words: list[str]
    transcript: str

    @property
    def faults(self) -> list[str]:
        """What is wrong, strictly: tool calls and forbidden words."""
        found = []
        if self.calls not in self.scenario.wanted:
            wanted = " or ".join(map(str, self.scenario.wanted))
            found.append(f"called {self.calls}, not {wanted}")
        for pattern in self.scenario.never:
            said = [words for words in self.words if pattern.search(words.casefold())]
            found += [f"said what it must never say: {words}" for words in said]
        return found


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge found."""

    passed: bool
    why: str


async def play(scenario: Scenario, llm: LLM[Any]) -> Played:
    """Hold the conversation until the caller has said everything or is gone."""
    business = line(scenario.line)
    room = fake_room(fake_caller())
    telephony = FakeTelephony(connected(), room=room)
    for name, reply in scenario.replies.items():
        telephony.answer(business.directory[name], _REPLIES[reply]())
    fixed: list[str] = []
    call = Call.start(
        room,
        telephony=telephony,
        phrases=business.phrases,
        line=business.name,
        country=business.directory.country,
        on_spoken=fixed.append,
        now=lambda: scenario.instant,
    )
    agent = ReceptionistAgent(
        business,
        greet=lambda: None,
        tools=[TransferCallToolset(business.directory)],
        caller="+14155550123",
        now=lambda: scenario.instant,
    )
    with fake_job_context(room=room):
        async with AgentSession[Any](llm=llm) as session:
            await session.start(agent)
            call.attach(session)
            for said in scenario.says:
                await asyncio.wait_for(session.run(user_input=said), TURN_SECONDS)
                if call.caller_left:
                    break
            history = session.history.copy()
    await asyncio.wait_for(call.aclose(), 10)
    return Played(scenario, _calls(history), _words(history, fixed), _transcript(history, fixed))


async def judge(played: Played, llm: LLM[Any]) -> Judgement:
    """Ask an LLM whether the tone is right."""

    @function_tool
    async def submit_verdict(true: bool, why: str) -> None:
        """Submit your verdict.

        Args:
            true: Whether the statement is true of the whole transcript.
            why: In one sentence.
        """

    context = ChatContext.empty()
    context.add_message(role="system", content=_JUDGE.format(tone=played.scenario.tone))
    context.add_message(role="user", content=played.transcript)
    async with llm.chat(chat_ctx=context, tools=[submit_verdict], tool_choice="required") as stream:
        answer = await stream.collect()
    if not answer.tool_calls:
        return Judgement(False, "the judge gave no verdict")
    verdict = json.loads(answer.tool_calls[0].arguments)
    return Judgement(bool(verdict["true"]), str(verdict["why"]))


def _calls(history: ChatContext) -> list[str]:
    return [
        str(json.loads(item.arguments or "{}").get("destination", ""))
        for item in history.items
        if item.type == "function_call" and item.name == "transfer_call"
    ]


def _words(history: ChatContext, fixed: Collection[str]) -> list[str]:
    return [
        item.text_content or ""
        for item in history.items
        if item.type == "message" and item.role == "assistant" and item.text_content not in fixed
    ]


def _transcript(history: ChatContext, fixed: Collection[str]) -> str:
    lines = []
    for item in history.items:
        if item.type == "message" and item.role in ("user", "assistant"):
            who = "caller" if item.role == "user" else "assistant"
            who = "system" if item.text_content in fixed else who
            lines.append(f"{who}: {item.text_content or ''}")
        elif item.type == "function_call":
            lines.append(f"[tool call: {item.name}({item.arguments})]")
        elif item.type == "function_call_output":
            lines.append(f"[tool output: {item.output}]")
    return "\n".join(lines)
