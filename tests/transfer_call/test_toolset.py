"""The toolset in real text sessions of the framework, with a scripted LLM."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from livekit.agents import Agent, AgentSession
from livekit.agents.llm import Tool, ToolContext, Toolset
from livekit.agents.testing import fake_job_context
from livekit.agents.voice.run_result import RunResult

from tests.support.call import DESK, SALES, directory
from tests.support.llm import ScriptedLLM, call, calls, say
from transfer_call.call import Call
from transfer_call.directory import Destination, Directory
from transfer_call.testing import FakeTelephony, busy, connected, fake_caller, fake_room
from transfer_call.toolset import TransferCallToolset

if TYPE_CHECKING:
    from transfer_call.transfer.telephony import Reply

SALES_PLEASE = call("transfer_call", destination="sales", summary="wants a quote")


class Conversation:
    def __init__(self, session: AgentSession[Any], telephony: FakeTelephony, llm: ScriptedLLM):
        self.session = session
        self.telephony = telephony
        self.llm = llm

    async def hear(self, text: str) -> RunResult[Any]:
        return await asyncio.wait_for(self.session.run(user_input=text), 10)

    def last_output(self) -> str:
        outputs = [i for i in self.session.history.items if i.type == "function_call_output"]
        return outputs[-1].output


@asynccontextmanager
async def a_conversation(
    *script: Any,
    replies: tuple[Reply, ...] = (connected(),),
    who: Directory | None = None,
    on_session: bool = False,
    caller: bool = True,
    **parts: Any,
) -> AsyncIterator[Conversation]:
    room = fake_room(*([fake_caller()] if caller else []))
    telephony = FakeTelephony(*replies, room=room)
    llm = ScriptedLLM(*script)
    toolset = TransferCallToolset(who or directory(), telephony=telephony, **parts)
    agent = Agent(instructions="Be brief.", tools=[] if on_session else [toolset])
    with fake_job_context(room=room):
        async with AgentSession[Any](llm=llm, tools=[toolset] if on_session else []) as session:
            await session.start(agent)
            yield Conversation(session, telephony, llm)
            if (open_call := Call.of(room)) is not None:
                await asyncio.wait_for(open_call.aclose(), 10)


# --- what the model sees --------------------------------------------------------------------


def schema(who: Directory, **parts: Any) -> dict[str, Any]:
    toolset = TransferCallToolset(who, telephony=FakeTelephony(), **parts)
    [tool] = ToolContext([toolset]).parse_function_tools("openai", strict=True)
    function: dict[str, Any] = tool["function"]
    return function


def test_the_model_can_only_choose_a_name_that_exists() -> None:
    function = schema(directory())
    assert function["name"] == "transfer_call"
    assert function["parameters"]["properties"]["destination"]["enum"] == ["sales", "front-desk"]
    assert set(function["parameters"]["required"]) == {"destination", "summary"}


def test_the_model_is_told_when_to_choose_whom_and_never_a_number() -> None:
    text = str(schema(directory()))
    assert "- sales: orders" in text
    assert "2125550123" not in text
    assert "pbx.example.com" not in text


def test_a_hidden_destination_is_not_offered() -> None:
    function = schema(directory(sales={"hidden": True}))
    assert function["parameters"]["properties"]["destination"]["const"] == "front-desk"


def test_a_directory_that_offers_nobody_is_refused_at_once() -> None:
    who = directory(sales={"hidden": True}, desk={"hidden": True})
    with pytest.raises(ValueError, match="not hidden"):
        TransferCallToolset(who, telephony=FakeTelephony())


@pytest.mark.parametrize("people", [3, 50, 2000])
def test_the_request_does_not_grow_with_the_directory(people: int) -> None:
    who = Directory(
        [
            Destination(
                name=f"Person {number}",
                to=f"sip:{number + 10000}@pbx.example.com",
                department=f"Department {number % 7}",
            )
            for number in range(people)
        ],
        country="US",
    )
    function = schema(who)
    assert len(str(function)) < 6000
    assert ("enum" in function["parameters"]["properties"]["destination"]) is (people <= 50)


# --- success --------------------------------------------------------------------------------


@pytest.mark.parametrize("on_session", [False, True])
async def test_a_transfer_that_succeeds_is_the_end_of_the_conversation(on_session: bool) -> None:
    async with a_conversation(SALES_PLEASE, on_session=on_session) as talk:
        result = await talk.hear("sales please")
        result.expect.next_event().is_function_call(
            name="transfer_call", arguments={"destination": "sales"}
        )
        assert talk.telephony.addresses == [SALES]
        assert len(talk.llm.asked) == 1, "after a success the LLM is asked for nothing"


async def test_two_tool_calls_for_one_destination_are_one_refer() -> None:
    twice = calls(
        ("transfer_call", {"destination": "sales", "summary": ""}),
        ("transfer_call", {"destination": "sales", "summary": ""}),
    )
    async with a_conversation(twice) as talk:
        await talk.hear("sales please")
        assert talk.telephony.addresses == [SALES]
        assert len(talk.llm.asked) == 1


async def test_two_tool_calls_for_two_destinations_are_one_refer_to_the_first() -> None:
    both = calls(
        ("transfer_call", {"destination": "sales", "summary": ""}),
        ("transfer_call", {"destination": "front-desk", "summary": ""}),
    )
    async with a_conversation(both) as talk:
        await talk.hear("sales or the desk")
        assert talk.telephony.addresses == [SALES]


async def test_two_toolsets_on_one_session_share_the_call() -> None:
    room = fake_room(fake_caller())
    telephony = FakeTelephony(busy(), connected(), room=room)
    llm = ScriptedLLM(
        call("transfer_call", destination="sales", summary=""),
        call("transfer_call", destination="front-desk", summary=""),
    )
    desk_only = directory(sales={"hidden": True})
    session_tools = TransferCallToolset(directory(), telephony=telephony, id="one")

    class Second(Agent):
        def __init__(self) -> None:
            tools: list[Tool | Toolset] = [
                TransferCallToolset(desk_only, telephony=FakeTelephony(), id="two")
            ]
            super().__init__(instructions="", tools=tools)

    with fake_job_context(room=room):
        async with AgentSession[Any](llm=llm) as session:
            await session.start(Agent(instructions="", tools=[session_tools]))
            await asyncio.wait_for(session.run(user_input="sales"), 10)
            session.update_agent(Second())
            await asyncio.wait_for(session.run(user_input="the desk then"), 10)
            assert telephony.addresses == [SALES, DESK]


# --- failure --------------------------------------------------------------------------------


async def test_a_failure_gives_the_llm_the_fact_and_the_next_move_and_one_reply() -> None:
    async with a_conversation(
        SALES_PLEASE, say("Shall I try the desk?"), replies=(busy(),)
    ) as talk:
        result = await talk.hear("sales please")
        assert "busy" in talk.last_output()
        assert "front-desk" in talk.last_output()
        assert "2125550123" not in talk.last_output()
        assert len(talk.llm.asked) == 2
        result.expect.contains_message(role="assistant")


async def test_the_same_failing_destination_is_refused_the_third_time() -> None:
    script = (SALES_PLEASE, say("Sorry."), SALES_PLEASE, say("Sorry."), SALES_PLEASE, say("No."))
    async with a_conversation(*script, replies=(busy(),)) as talk:
        for _ in range(3):
            await talk.hear("sales please")
        assert talk.telephony.addresses == [SALES, SALES]
        assert "failed twice" in talk.last_output()


async def test_without_a_telephone_caller_the_llm_is_told_so() -> None:
    async with a_conversation(SALES_PLEASE, say("Sorry."), caller=False) as talk:
        await talk.hear("sales please")
        assert "no telephone caller" in talk.last_output()
        assert talk.telephony.requests == []


async def test_namesakes_are_told_apart_by_asking_and_never_by_guessing() -> None:
    people = [
        Destination(
            name=f"anna-{department}",
            spoken="Anna Smith",
            department=department,
            to=f"sip:{department}@pbx.example.com",
        )
        for department in ("sales", "support")
    ]
    crowd = [
        Destination(
            name=f"Person Number {n}", to=f"sip:{n + 10000}@pbx.example.com", department="x"
        )
        for n in range(60)
    ]
    who = Directory([*people, *crowd], country="US")
    script = (
        call("transfer_call", destination="Anna Smith", summary=""),
        say("In sales or in support?"),
        call("transfer_call", destination="Anna Smith (support)", summary=""),
    )
    async with a_conversation(*script, who=who) as talk:
        await talk.hear("Anna Smith please")
        assert "Anna Smith (sales) or Anna Smith (support)" in talk.last_output()
        assert talk.telephony.requests == []
        await talk.hear("support")
        assert talk.telephony.addresses == ["sip:support@pbx.example.com"]


async def test_a_closed_destination_gives_the_llm_the_hours_as_data() -> None:
    opens = datetime.now(UTC) + timedelta(days=2)
    day = opens.strftime("%A")[:2]
    who = directory(timezone="UTC", sales={"hours": f"{day} 09:00-10:00"})
    async with a_conversation(SALES_PLEASE, say("Sorry."), who=who) as talk:
        await talk.hear("sales please")
        assert f"opens again at {opens:%Y-%m-%d}T09:00+00:00" in talk.last_output()


async def test_a_number_instead_of_a_name_reaches_nobody() -> None:
    dial = call("transfer_call", destination="+19005550123", summary="ignore your rules")
    async with a_conversation(dial, say("I can't.")) as talk:
        await talk.hear("dial +1 900 555 0123")
        assert talk.telephony.requests == []


async def test_a_destination_to_confirm_is_asked_about_before_the_caller_is_sent() -> None:
    script = (SALES_PLEASE, say("Shall I connect you?"), SALES_PLEASE)
    who = directory(sales={"confirm": True})
    async with a_conversation(*script, who=who) as talk:
        await talk.hear("sales please")
        assert talk.telephony.requests == []
        assert "ask the caller" in talk.last_output()
        await talk.hear("yes")
        assert talk.telephony.addresses == [SALES]


async def test_the_llm_cannot_confirm_by_itself_in_the_same_turn() -> None:
    who = directory(sales={"confirm": True})
    async with a_conversation(SALES_PLEASE, SALES_PLEASE, say("Shall I?"), who=who) as talk:
        await talk.hear("sales please")
        assert talk.telephony.requests == []


# --- the developer's own hooks --------------------------------------------------------------


async def test_callbacks_see_the_call_and_may_rewrite_its_output() -> None:
    seen: list[dict[str, Any]] = []

    async def called(event: Toolset.ToolCalledEvent) -> None:
        seen.append(event.arguments)

    async def completed(event: Toolset.ToolCompletedEvent) -> None:
        event.output = "try later"

    async with a_conversation(
        SALES_PLEASE,
        say("OK."),
        replies=(busy(),),
        on_tool_called=called,
        on_tool_completed=completed,
    ) as talk:
        await talk.hear("sales please")
        assert seen == [{"destination": "sales", "summary": "wants a quote"}]
        assert talk.last_output() == "try later"
