"""A realtime model that fails over a real socket, and the cascade that goes on with the call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import AgentSession, APIConnectionError, ErrorEvent
from livekit.agents.llm import RealtimeModelError
from livekit.agents.testing import fake_job_context
from livekit.agents.voice.events import UserInputTranscribedEvent

from lab.openai.script import Asked, Manner, Model, Reply, Service, ToolCall
from lab.openai.server import ScriptedOpenAI
from receptionist.agent import ReceptionistAgent
from receptionist.pipeline import patience, realtime, succession
from receptionist.pipeline.choose import Pipeline
from receptionist.pipeline.realtime_model import WatchedModel
from receptionist.pipeline.services import Service as Asking
from receptionist.pipeline.session import services_for, session_for, watch_realtime
from receptionist.pipeline.succession import Succession
from tests.support.openai import in_a_job, line_of, provider_of, scripted
from transfer_call.call import Call
from transfer_call.testing import FakeTelephony, busy, connected, fake_caller, fake_room
from transfer_call.toolset import TransferCallToolset

SALES = ToolCall("transfer_call", {"destination": "sales", "summary": "wants a quote"})
WISH = "Put me through to sales"
BEAR_WITH_ME = "Please bear with me."
HANGS, FAILS = Manner(hangs=True), Manner(status=500)
SOUND = rtc.AudioFrame(bytes(24_000), 24_000, 1, 12_000)


@dataclass
class Conversation:
    server: ScriptedOpenAI
    session: AgentSession[Any]
    telephony: FakeTelephony
    succession: Succession
    transcripts: list[str] = field(default_factory=list)
    left: asyncio.Queue[ErrorEvent] = field(default_factory=asyncio.Queue)
    """Errors that the keypad's menu has to see to."""

    @property
    def model(self) -> WatchedModel:
        model = self.session.llm
        assert isinstance(model, WatchedModel)
        return model

    def say(self, *, transcribed: str | None = None) -> None:
        """What the caller says, in the way in which turns reach a realtime model."""
        self.model.words.begin()
        self.model.words.push(SOUND)
        self.model.words.commit()
        if transcribed is not None:
            event = UserInputTranscribedEvent(transcript=transcribed, is_final=True)
            self.session.emit("user_input_transcribed", event)
        self.session.generate_reply()

    def on_error(self, event: ErrorEvent) -> None:
        if not event.error.recoverable:
            self.left.put_nowait(event)

    def on_transcript(self, event: UserInputTranscribedEvent) -> None:
        self.transcripts.append(event.transcript)

    def said(self) -> list[str]:
        return [
            item.text_content or ""
            for item in self.session.history.items
            if item.type == "message" and item.role == "assistant"
        ]


@asynccontextmanager
async def a_conversation(
    folder: Path,
    broken: dict[Service, Manner],
    *replies: Any,
    answers: Any = lambda asked: Reply(calls=(SALES,)),
    down: tuple[Asking, ...] = (),
) -> AsyncIterator[Conversation]:
    room = fake_room(fake_caller())
    telephony = FakeTelephony(*(replies or (connected(),)), room=room)
    model = Model(
        hears=lambda samples, rate: WISH,
        answers=answers,
        manner=lambda service, number: broken.get(service, Manner()),
    )
    async with scripted(model) as server:
        line = line_of(folder, server)
        with fake_job_context(room=room):
            async with in_a_job(), provider_of(line) as provider:
                for service in down:
                    provider.breaker.failed(service, APIConnectionError())
                services = partial(
                    services_for,
                    line,
                    provider,
                    directory=line.directory,
                    language=lambda: "en",
                    recognizer=None,
                    on_rule=lambda _: None,
                )
                async with session_for(
                    line,
                    Pipeline.REALTIME,
                    provider,
                    language=lambda: "en",
                    services=services,
                ) as session:
                    call = Call.start(room, session=session, telephony=telephony)
                    tools = partial(TransferCallToolset, line.directory, telephony=telephony)
                    agent = ReceptionistAgent(line, greet=lambda: None, tools=[tools()])
                    watch = watch_realtime(
                        session,
                        call,
                        agent,
                        provider.breaker,
                        language=lambda: "en",
                        services=services,
                        tools=lambda: [tools()],
                    )
                    talk = Conversation(server, session, telephony, watch)
                    session.on("error", talk.on_error)
                    session.on("user_input_transcribed", talk.on_transcript)
                    await session.start(agent)
                    yield talk
                    await asyncio.wait_for(call.aclose(), 10)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "REPLY_SECONDS", 0.5)
    monkeypatch.setattr(succession, "GREETING_SECONDS", 0.1)
    monkeypatch.setattr(realtime, "CONNECTION", replace(realtime.CONNECTION, timeout=0.5))


@pytest.mark.parametrize("broken", [{Service.RESPONSE: HANGS}, {Service.RESPONSE: FAILS}], ids=str)
async def test_words_that_nobody_answered_are_heard_again_and_answered(
    tmp_path: Path, broken: dict[Service, Manner]
) -> None:
    async with a_conversation(tmp_path, broken) as talk:
        talk.say()
        refer = await asyncio.wait_for(talk.telephony.next_request(), 10)
        assert refer.to == "tel:+12125550123"
        assert talk.said()[0] == BEAR_WITH_ME
        assert talk.transcripts == [WISH]
        [asked] = talk.server.asked(Service.LLM)
        assert asked.body["messages"][-1]["content"] == WISH
        assert talk.left.empty()


async def test_words_that_the_model_has_written_down_are_not_heard_again(tmp_path: Path) -> None:
    async with a_conversation(tmp_path, {Service.RESPONSE: HANGS}) as talk:
        talk.say(transcribed=WISH)
        await asyncio.wait_for(talk.telephony.next_request(), 10)
        assert talk.server.asked(Service.STT) == []


@pytest.mark.parametrize("manner", [FAILS, Manner(status=401), HANGS], ids=str)
async def test_a_model_that_cannot_be_reached_is_replaced_before_the_caller_has_spoken(
    tmp_path: Path, manner: Manner
) -> None:
    async with a_conversation(tmp_path, {Service.REALTIME: manner}) as talk:
        await asyncio.wait_for(talk.succession.replaced.wait(), 10)
        talk.session.generate_reply(user_input=WISH)
        await asyncio.wait_for(talk.telephony.next_request(), 10)
        assert BEAR_WITH_ME not in talk.said()
        assert talk.left.empty()


async def test_what_has_been_said_before_is_known_to_the_successor(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply("Whom would you like?") if asked.said == "Hello." else Reply(calls=(SALES,))

    broken: dict[Service, Manner] = {}
    async with a_conversation(tmp_path, broken, answers=answer) as talk:
        await asyncio.wait_for(talk.session.run(user_input="Hello."), 10)
        broken[Service.RESPONSE] = HANGS
        talk.say()
        await asyncio.wait_for(talk.telephony.next_request(), 10)
        [asked] = talk.server.asked(Service.LLM)
    said = [(one["role"], one["content"]) for one in asked.body["messages"]]
    assert said[1:3] == [("user", "Hello."), ("assistant", "Whom would you like?")]
    assert said[0][0] == "system" and "transfer_call" in said[0][1]


async def test_where_speech_to_text_is_known_to_be_down_the_menu_takes_over(
    tmp_path: Path,
) -> None:
    async with a_conversation(tmp_path, {Service.RESPONSE: HANGS}, down=(Asking.STT,)) as talk:
        talk.say()
        await asyncio.wait_for(talk.left.get(), 10)
        assert talk.server.asked(Service.LLM) == []


async def test_where_speech_to_text_turns_out_to_be_down_too_the_menu_takes_over(
    tmp_path: Path,
) -> None:
    broken = {Service.RESPONSE: HANGS, Service.STT: FAILS}
    async with a_conversation(tmp_path, broken) as talk:
        talk.say()
        await asyncio.wait_for(talk.left.get(), 10)
        assert talk.said() == [BEAR_WITH_ME]


async def test_a_transfer_is_waited_for_and_what_came_of_it_is_known_to_the_successor(
    tmp_path: Path,
) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply("The front desk, then?") if asked.output else Reply(calls=(SALES,))

    answered = asyncio.Event()
    async with a_conversation(tmp_path, {}, busy(), answers=answer) as talk:
        talk.session.on(
            "conversation_item_added",
            lambda event: answered.set() if "then?" in (event.item.text_content or "") else None,
        )
        talk.telephony.hold()
        talk.say()
        await asyncio.wait_for(talk.telephony.next_request(), 10)
        error = RealtimeModelError(
            timestamp=0.0, label="model", error=APIConnectionError(), recoverable=False
        )
        talk.session.emit("error", ErrorEvent(error=error, source=talk.model))
        assert not talk.succession.replaced.is_set()
        talk.telephony.release()
        await asyncio.wait_for(answered.wait(), 10)
        [asked] = talk.server.asked(Service.LLM)
        assert any("busy" in one.get("content", "") for one in asked.body["messages"][1:])
        assert talk.left.empty()
