"""What an agent is told of keys, on a session that has one and on one that has none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from livekit.agents import NOT_GIVEN
from livekit.agents.llm import ChatContext

from tests.support.session import ScriptedSession
from transfer_call.keypad.beside_agent import BesideAgent

SECONDS = 2.0
KINDS = ("stt", "llm", "tts")


class Agent:
    """Has a conversation, and says when it is changed."""

    def __init__(self, **models: Any) -> None:
        self.stt, self.llm, self.tts = (models.get(kind, NOT_GIVEN) for kind in KINDS)
        self.chat_ctx = ChatContext.empty()
        self.changed = asyncio.Event()

    async def update_chat_ctx(self, context: ChatContext) -> None:
        self.chat_ctx = context
        self.changed.set()


class Talking(ScriptedSession):
    """A session with an LLM; with `agent` None it has ended."""

    def __init__(self, agent: Agent | None) -> None:
        super().__init__()
        self.llm: Any = object()
        self.agent = agent
        self.asked: list[str] = []
        self.cleared = asyncio.Event()

    @property
    def current_agent(self) -> Agent:
        if self.agent is None:
            raise RuntimeError("the session has ended")
        return self.agent

    def generate_reply(self, *, instructions: str) -> None:
        self.asked.append(instructions)

    def clear_user_turn(self) -> None:
        if self.agent is None:
            raise RuntimeError("the session has ended")
        self.cleared.set()


def beside(session: Any) -> BesideAgent:
    tasks: set[asyncio.Task[None]] = set()

    def spawn(work: Coroutine[Any, Any, None]) -> None:
        tasks.add(asyncio.create_task(work))

    return BesideAgent(session, spawn)


async def test_the_conversation_names_who_was_chosen_and_no_key() -> None:
    agent = Agent()
    beside(Talking(agent)).note("Sales")
    await asyncio.wait_for(agent.changed.wait(), SECONDS)
    (message,) = agent.chat_ctx.messages()
    said = message.text_content or ""
    assert "Sales" in said
    assert not any(sign.isdigit() for sign in said)


async def test_half_a_sentence_of_who_presses_a_key_is_dropped() -> None:
    session = Talking(Agent())
    beside(session).forget_words()
    await asyncio.wait_for(session.cleared.wait(), SECONDS)


async def test_an_agent_that_was_cut_off_goes_on_in_the_language_that_was_chosen() -> None:
    session = Talking(Agent())
    agent = beside(session)
    agent.resume()
    agent.speak("es")
    assert [" es." in asked for asked in session.asked] == [False, True]


async def test_a_session_that_has_ended_is_told_nothing() -> None:
    session = Talking(None)
    agent = beside(session)
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, problem: told.append(problem))
    agent.note("Sales")
    agent.forget_words()
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, done.set)
    await asyncio.wait_for(done.wait(), SECONDS)
    assert told == []


async def test_a_session_without_an_llm_has_no_conversation() -> None:
    session = ScriptedSession()
    agent = beside(session)
    agent.note("Sales")
    agent.resume()
    agent.speak("es")
    assert session.said == []


async def test_an_agent_that_brings_its_own_models_is_told_as_well() -> None:
    agent = Agent(stt=object(), llm=object())
    session = Talking(agent)
    session.stt = session.llm = None
    told = beside(session)
    told.forget_words()
    told.note("Sales")
    await asyncio.wait_for(asyncio.gather(session.cleared.wait(), agent.changed.wait()), SECONDS)


async def test_an_agent_that_uses_none_of_the_session_s_models_has_no_conversation() -> None:
    session = Talking(Agent(llm=None))
    beside(session).resume()
    assert session.asked == []
