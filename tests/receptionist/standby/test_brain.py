"""The rules as an LLM, in real text sessions with the real toolset."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from livekit.agents import Agent, AgentSession, APIConnectionError
from livekit.agents.llm import LLM, FallbackAdapter
from livekit.agents.testing import fake_job_context
from livekit.agents.voice.run_result import RunResult

from receptionist.standby.brain import StandbyBrain
from receptionist.standby.rules import Ask, PutThrough, Reply, Rules
from tests.support.llm import ScriptedLLM
from transfer_call import Destination, Directory, TransferCallToolset
from transfer_call.call import Call
from transfer_call.testing import FakeTelephony, busy, connected, fake_caller, fake_room
from transfer_call.voice.phrases import Phrases

SALES, NURSE = "tel:+12125550123", "tel:+12125550130"
DIRECTORY = Directory(
    [
        Destination("front-desk", to="tel:+12125550100", key="0"),
        Destination("sales", to=SALES, key="1"),
        Destination("nurse", to=NURSE, confirm=True),
    ],
    country="US",
)


class Talk:
    def __init__(self, session: AgentSession[Any], telephony: FakeTelephony, told: list[Reply]):
        self.session, self.telephony, self.told = session, telephony, told

    async def hear(self, text: str) -> RunResult[Any]:
        return await asyncio.wait_for(self.session.run(user_input=text), 10)

    async def says(self, text: str) -> str:
        """What the agent says last to `text`."""
        await self.hear(text)
        said = [
            item.text_content or ""
            for item in self.session.history.items
            if item.type == "message" and item.role == "assistant"
        ]
        return said[-1]


@asynccontextmanager
async def a_talk(
    *replies: Any,
    llm: Callable[[StandbyBrain], LLM[Any]] = lambda brain: brain,
    menu_follows: bool = False,
    silent_in_danger: bool = False,
) -> AsyncIterator[Talk]:
    room = fake_room(fake_caller())
    telephony = FakeTelephony(*(replies or (connected(),)), room=room)
    told: list[Reply] = []
    rules = Rules(DIRECTORY, Phrases("en"), ["Press 1."], lambda: datetime.now(UTC))
    brain = StandbyBrain(
        rules,
        menu_follows=menu_follows,
        silent_in_danger=silent_in_danger,
        on_reply=told.append,
    )
    agent = Agent(instructions="", tools=[TransferCallToolset(DIRECTORY, telephony=telephony)])
    with fake_job_context(room=room):
        async with AgentSession[Any](llm=llm(brain)) as session:
            await session.start(agent)
            yield Talk(session, telephony, told)
        if (call := Call.of(room)) is not None:
            await call.aclose()


async def test_the_tool_is_called_after_the_yes_and_not_before() -> None:
    async with a_talk() as talk:
        asked = await talk.hear("could you put me through to sales please")
        asked.expect.next_event().is_message(role="assistant")
        asked.expect.no_more_events()
        assert talk.telephony.requests == []
        done = await talk.hear("yes")
        done.expect.contains_function_call(
            name="transfer_call",
            arguments={
                "destination": "sales",
                "summary": "could you put me through to sales please",
            },
        )
        assert talk.telephony.addresses == [SALES]
        assert [type(reply) for reply in talk.told] == [Ask, PutThrough]


async def test_after_a_failure_it_asks_what_else_can_be_done() -> None:
    async with a_talk(busy()) as talk:
        await talk.hear("sales")
        assert await talk.says("yes") == "What would you like to do?"


async def test_it_says_nothing_after_a_failure_where_a_menu_follows() -> None:
    async with a_talk(busy(), menu_follows=True) as talk:
        await talk.hear("sales")
        assert "busy right now" in await talk.says("yes")
        assert len(talk.told) == 2


async def test_it_says_nothing_to_a_caller_in_danger_whom_somebody_else_tells_whom_to_call() -> (
    None
):
    async with a_talk(silent_in_danger=True) as talk:
        await talk.hear("sales")
        await talk.hear("my father can't breathe")
        assert len(talk.told) == 1
        await talk.hear("yes")
        assert talk.telephony.requests == []


async def test_a_destination_that_must_be_confirmed_is_reached_by_a_yes_to_its_own_question() -> (
    None
):
    async with a_talk() as talk:
        await talk.hear("the nurse")
        assert await talk.says("yes") == "Shall I put you through to the nurse?"
        assert talk.telephony.requests == []
        await talk.hear("yes")
        assert talk.telephony.addresses == [NURSE]


async def test_a_yes_after_something_else_was_said_puts_nobody_through() -> None:
    async with a_talk() as talk:
        await talk.hear("sales")
        await talk.hear("no")
        await talk.hear("yes")
        assert talk.telephony.requests == []


async def test_asked_twice_for_the_same_turn_it_gives_the_same_reply() -> None:
    async with a_talk() as talk:
        await talk.hear("sales")
        brain = talk.session.llm
        assert isinstance(brain, StandbyBrain)
        context = talk.session.history.copy()
        context.add_message(role="user", content="yes")
        calls = []
        for _ in range(2):
            async with brain.chat(chat_ctx=context) as stream:
                calls += [chunk.delta.tool_calls async for chunk in stream if chunk.delta]
        assert [call[0].name for call in calls] == ["transfer_call"] * 2


async def test_what_was_asked_is_forgotten_when_somebody_else_has_taken_over() -> None:
    async with a_talk() as talk:
        await talk.hear("sales")
        brain = talk.session.llm
        assert isinstance(brain, StandbyBrain)
        brain.forget()
        await talk.hear("yes")
        assert talk.telephony.requests == []


class _Dead(ScriptedLLM):
    def chat(self, **_: Any) -> Any:
        raise APIConnectionError("nobody answers")


async def test_it_answers_as_the_last_member_of_a_fallback() -> None:
    def with_a_dead_first(brain: StandbyBrain) -> LLM[Any]:
        return FallbackAdapter([_Dead(), brain])

    async with a_talk(llm=with_a_dead_first) as talk:
        assert await talk.says("sales please") == "Sales, is that right?"
        await talk.hear("yes")
        assert talk.telephony.addresses == [SALES]
