"""Supervision of a call: what a session does, and what is done about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import AgentSession
from livekit.agents.voice.events import AgentStateChangedEvent, UserInputTranscribedEvent

from receptionist.agent import ReceptionistAgent
from receptionist.supervision import Supervisor, supervise
from tests.support.business import loaded
from tests.support.call import CallUnderTest, a_call
from tests.support.llm import ScriptedLLM, call, say
from tests.support.session import ScriptedSession
from transfer_call.business import Line
from transfer_call.keypad.attached import KeypadMenu
from transfer_call.testing import busy, connected
from transfer_call.toolset import TransferCallToolset

ACME = """\
business: {name: Acme Dental, country: US}
limits: {max_call: 60s}
destinations:
  sales: {to: "tel:+12125550123", key: "1", description: orders}
  front-desk: {to: "sip:desk@pbx.example.com", key: "0"}
"""
DESK = "sip:desk@pbx.example.com"
SALES = "tel:+12125550123"


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("receptionist.supervision.supervisor._now", lambda: self.now)
        monkeypatch.setattr("transfer_call.keypad.attached._now", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Supervised:
    def __init__(
        self, under: CallUnderTest, watch: Supervisor, keypad: KeypadMenu, clock: Clock
    ) -> None:
        self.under, self.watch, self.keypad, self._clock = under, watch, keypad, clock
        self.session = under.session
        self.said = under.session.said

    def agent(self, state: Any) -> None:
        event = AgentStateChangedEvent(old_state="listening", new_state=state)
        self.session.emit("agent_state_changed", event)

    def heard(self, text: str, *, final: bool = True, language: str | None = None) -> None:
        event = UserInputTranscribedEvent.model_validate(
            {"transcript": text, "is_final": final, "language": language}
        )
        self.session.emit("user_input_transcribed", event)

    async def after(self, seconds: float) -> None:
        """Let time pass, with the words that are due said in no time."""
        self._clock.now += seconds
        self.watch.tick()
        for _ in range(20):
            await asyncio.sleep(0)

    async def until_said(self, words: str) -> None:
        await self.under.until(lambda: any(words in text for text in self.said))


@asynccontextmanager
async def supervised(
    line: Line, clock: Clock, *replies: Any, llm: Any = True, lead: bool = False
) -> AsyncIterator[Supervised]:
    session = ScriptedSession()
    session.llm = llm or None
    async with a_call(*replies, session=session, who=line.directory) as under:
        room: Any = under.room
        speaking: Any = session
        keypad = KeypadMenu(line.directory, room=room)
        keypad.serve(under.call, speaking)
        if lead:
            keypad.lead([])
        speaking.current_agent = ReceptionistAgent(line, greet=lambda: None)
        watch = supervise(speaking, under.call, line, keypad=keypad)
        yield Supervised(under, watch, keypad, clock)
        watch.close()
        keypad.close()


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return loaded(tmp_path, ACME).lines[0]


async def test_a_caller_who_waits_is_told_so_then_the_keys_then_put_through_to_the_operator(
    line: Line, clock: Clock
) -> None:
    async with supervised(line, clock, connected()) as caller:
        caller.agent("speaking")
        caller.agent("listening")
        caller.heard("I would like to order something")
        caller.agent("thinking")
        await caller.after(5.9)
        assert caller.said == []
        await caller.after(0.1)
        assert caller.said == ["Please bear with me."]
        await caller.after(6)
        assert "For sales, press 1." in caller.said[1]
        assert "press 0" in caller.said[1]
        await caller.after(6)
        await caller.under.until(lambda: caller.under.telephony.addresses == [DESK])


async def test_a_silent_caller_is_asked_twice_and_hung_up_on_with_a_goodbye(
    line: Line, clock: Clock
) -> None:
    async with supervised(line, clock) as caller:
        caller.agent("speaking")
        caller.agent("listening")
        for _ in range(3):
            await caller.after(10)
        assert caller.said[:2] == ["Are you still there?"] * 2
        await caller.until_said("Goodbye")
        await asyncio.wait_for(caller.under.call.wait_ended(), 5)
        assert caller.under.telephony.deleted == ["call-1"]


async def test_keys_are_signs_of_life(line: Line, clock: Clock) -> None:
    async with supervised(line, clock) as caller:
        caller.agent("speaking")
        caller.agent("listening")
        await caller.after(9)
        caller.under.room.press("7")
        await caller.after(9)
        assert caller.said == []
        await caller.after(1)
        assert caller.said == ["Are you still there?"]


async def test_nothing_is_said_into_a_pending_refer_or_over_a_menu(
    line: Line, clock: Clock
) -> None:
    async with supervised(line, clock, busy()) as caller:
        caller.under.telephony.hold()
        caller.under.begin("sales")
        await caller.under.until(lambda: caller.under.telephony.addresses == [SALES])
        said = list(caller.said)
        await caller.after(40)
        assert caller.said == said
        caller.under.telephony.release()
        await caller.until_said("busy")
    async with supervised(line, clock, lead=True) as caller:
        await caller.until_said("press 1")
        menu = list(caller.said)
        await caller.after(5)
        assert caller.said == menu


async def test_standby_has_no_agent_to_watch(line: Line, clock: Clock) -> None:
    async with supervised(line, clock, llm=None) as caller:
        caller.agent("speaking")
        caller.agent("listening")
        await caller.after(40)
        assert caller.said == []


@pytest.mark.parametrize("llm", [True, None])
async def test_a_call_is_ended_when_it_has_lasted_as_long_as_calls_may(
    line: Line, clock: Clock, llm: Any
) -> None:
    async with supervised(line, clock, llm=llm, lead=llm is None) as caller:
        caller.session.emit("user_state_changed", _speaking())
        await caller.after(60)
        await caller.until_said("I have to end this call now. Thank you")
        await asyncio.wait_for(caller.under.call.wait_ended(), 5)


async def test_a_transfer_that_is_under_way_is_not_cut_by_the_clock(
    line: Line, clock: Clock
) -> None:
    async with supervised(line, clock, busy()) as caller:
        caller.under.telephony.hold()
        caller.under.begin("sales")
        await caller.under.until(lambda: caller.under.telephony.addresses == [SALES])
        await caller.after(100)
        assert not any("end this call" in text for text in caller.said)
        caller.under.telephony.release()
        await caller.until_said("busy")
        await caller.under.until(lambda: not caller.under.call.transfer_running)
        await caller.after(0)
        await caller.until_said("end this call")


def _speaking() -> Any:
    from livekit.agents.voice.events import UserStateChangedEvent

    return UserStateChangedEvent(old_state="listening", new_state="speaking")


@pytest.mark.parametrize("llm", [True, None])
@pytest.mark.parametrize(
    ("said", "final", "language"),
    [
        ("Help, there's a fire in the kitchen", True, None),
        ("my husband can't breathe he", False, None),
        ("no puedo respirar", True, "es"),
    ],
)
async def test_a_caller_in_danger_is_told_whom_to_call_at_once(
    line: Line, clock: Clock, said: str, final: bool, language: str | None, llm: Any
) -> None:
    async with supervised(line, clock, llm=llm) as caller:
        caller.session.patient = True
        sentence = caller.session.agent_speaks()
        caller.heard(said, final=final, language=language)
        await caller.until_said("hang up now. Then dial 9 1 1.")
        assert sentence.interrupted
        caller.heard(said, final=final, language=language)
        await caller.after(5)
        assert len(caller.said) == 1, "not over and over"
        caller.session.finish_speech()


async def test_a_transfer_that_is_being_announced_gives_way_to_a_danger(
    line: Line, clock: Clock
) -> None:
    async with supervised(line, clock, connected()) as caller:
        caller.session.patient = True
        caller.under.begin("sales")
        await caller.until_said("put you through to sales")
        caller.heard("he stopped breathing")
        await caller.until_said("dial 9 1 1")
        caller.session.finish_speech()
        await caller.under.until(lambda: not caller.under.call.transfer_running)
        assert caller.under.telephony.requests == []


async def test_a_business_may_leave_emergencies_to_its_people(tmp_path: Path, clock: Clock) -> None:
    line = loaded(tmp_path, ACME + "notices: {emergency: false}\n").lines[0]
    async with supervised(line, clock) as caller:
        caller.heard("there's a fire in the kitchen")
        await caller.after(1)
        assert caller.said == []


async def test_fixed_words_go_on_in_the_language_that_is_heard(line: Line, clock: Clock) -> None:
    async with supervised(line, clock, llm=None) as caller:
        caller.heard("Buenos días, necesito ayuda", language="es-ES")
        assert caller.under.call.language == ""
        caller.heard("Quiero hablar con ventas", language="es-ES")
        assert caller.under.call.language == "es"


class Talk:
    """A real session with a scripted LLM, supervised."""

    def __init__(
        self,
        under: CallUnderTest,
        session: AgentSession[None],
        model: ScriptedLLM,
        watch: Supervisor,
        clock: Clock,
    ) -> None:
        self.under, self.session, self.model = under, session, model
        self._watch, self._clock = watch, clock

    async def hears(self, text: str) -> None:
        event = UserInputTranscribedEvent(transcript=text, is_final=True)
        self.session.emit("user_input_transcribed", event)
        await asyncio.wait_for(self.session.run(user_input=text), 5)

    def after(self, seconds: float) -> None:
        self._clock.now += seconds
        self._watch.tick()

    @property
    def told(self) -> list[str]:
        """Everything the caller has heard, the agent's words and ours."""
        return [
            item.text_content or ""
            for item in self.session.history.items
            if item.type == "message" and item.role == "assistant"
        ]


@asynccontextmanager
async def talk(line: Line, clock: Clock, model: ScriptedLLM, *replies: Any) -> AsyncIterator[Talk]:
    # A session's words end when they are said; without a voice that is at once.
    async with a_call(*replies, who=line.directory) as under:
        room: Any = under.room
        keypad = KeypadMenu(line.directory, room=room)
        tools = TransferCallToolset(line.directory)
        agent = ReceptionistAgent(line, greet=lambda: None, tools=[tools])
        async with AgentSession[None](llm=model) as session:
            await session.start(agent)
            under.call.attach(session)
            keypad.serve(under.call, session)
            watch = supervise(session, under.call, line, keypad=keypad)
            yield Talk(under, session, model, watch, clock)
            watch.close()
            keypad.close()


@pytest.fixture(autouse=True)
def _room_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text session has no room: the toolset finds the call of the test."""
    from transfer_call import call as calls, toolset

    def only_call(session: Any, **parts: Any) -> Any:
        [found] = calls._calls.values()
        return found

    monkeypatch.setattr(toolset, "call_for", only_call)


PROMISE = say("Sure, I'll put you through to sales.")


async def test_a_model_that_promises_and_does_nothing_is_asked_again_with_the_tool(
    line: Line, clock: Clock
) -> None:
    model = ScriptedLLM(PROMISE, call("transfer_call", destination="sales", summary="orders"))
    async with talk(line, clock, model, connected()) as caller:
        await caller.hears("I want to order something")
        assert len(model.asked) == 1
        caller.after(1.0)
        await caller.under.until(lambda: caller.under.telephony.addresses == [SALES])
        assert model.choices[1] == {"type": "function", "function": {"name": "transfer_call"}}
        instructions = "\n".join(
            item.text_content or "" for item in model.asked[1][0].items if item.type == "message"
        )
        assert "you did not call" in instructions


async def test_a_caller_whose_model_cannot_be_moved_is_asked_and_his_yes_is_enough(
    line: Line, clock: Clock
) -> None:
    model = ScriptedLLM(PROMISE, say("One second."), say("Great."))
    async with talk(line, clock, model, connected()) as caller:
        await caller.hears("I want to order something")
        caller.after(1.0)
        await caller.under.until(lambda: len(model.asked) == 2 and "One second." in caller.told)
        caller.after(0.1)
        await caller.under.until(lambda: "Shall I put you through to sales?" in caller.told)
        await caller.hears("Yes, please.")
        await caller.under.until(lambda: caller.under.telephony.addresses == [SALES])


async def test_a_promise_that_is_kept_is_left_alone(line: Line, clock: Clock) -> None:
    model = ScriptedLLM(
        call("transfer_call", "I'll put you through to sales.", destination="sales", summary="")
    )
    async with talk(line, clock, model, connected()) as caller:
        await caller.hears("sales please")
        caller.after(5.0)
        assert len(model.asked) == 1
        assert caller.under.telephony.addresses == [SALES]


async def test_a_caller_who_changes_his_mind_meanwhile_is_listened_to(
    line: Line, clock: Clock
) -> None:
    model = ScriptedLLM(PROMISE, say("Of course. What is it?"))
    async with talk(line, clock, model) as caller:
        await caller.hears("I want to order something")
        await caller.hears("no wait, another thing")
        caller.after(1.0)
        assert len(model.asked) == 2
        assert caller.under.telephony.requests == []
