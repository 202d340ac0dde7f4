"""The scripted server says what OpenAI's document allows, and notices what it does not."""

from __future__ import annotations

import json

import aiohttp
import pytest

from lab.openai import excerpt
from lab.openai.contract import contract
from lab.openai.script import Asked, Manner, Model, Reply, Service, ToolCall, asked_in
from lab.openai.server import ScriptedOpenAI

CHAT = {"model": "m", "messages": [{"role": "user", "content": "Hello"}], "stream": True}


@pytest.mark.parametrize("schema", excerpt.SCHEMAS)
def test_every_schema_is_there_with_all_it_refers_to(schema: str) -> None:
    assert contract().fault(schema, object()) or schema.startswith("Realtime")


def test_an_excerpt_of_the_excerpt_is_the_excerpt() -> None:
    document = json.loads(excerpt.TARGET.read_text())
    assert excerpt.excerpt(document) == document


async def test_a_request_the_document_does_not_allow_is_noticed() -> None:
    async with ScriptedOpenAI({"*": Model()}) as server, aiohttp.ClientSession() as client:
        await client.post(f"{server.base_url}/chat/completions", json={**CHAT, "messages": []})
        speech = {"model": "m", "input": "Hello", "voice": "marin", "sped": 2}
        await client.post(f"{server.base_url}/audio/speech", json=speech)
        assert len(server.faults) == 2
        assert "messages" in server.faults[0]
        assert "sped" in server.faults[1]


async def test_an_event_the_document_does_not_allow_is_noticed() -> None:
    async with ScriptedOpenAI({"*": Model()}) as server, aiohttp.ClientSession() as client:
        url = f"{server.base_url}/realtime?model=m"
        async with client.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "session.created"
            for event in ("input_audio_buffer.clean", "conversation.item.delete"):
                await socket.send_json({"type": event})
                assert (await socket.receive_json())["type"] == "error"
            await socket.send_json({"type": "input_audio_buffer.clear"})
            assert (await socket.receive_json())["type"] == "input_audio_buffer.cleared"
        unknown, incomplete = server.faults
        assert "there is no event 'input_audio_buffer.clean'" in unknown
        assert "item_id" in incomplete


async def test_a_model_that_is_not_there_is_not_found() -> None:
    async with ScriptedOpenAI({"n": Model()}) as server, aiohttp.ClientSession() as client:
        answer = await client.post(f"{server.base_url}/chat/completions", json=CHAT)
        assert answer.status == 404
        assert "'m'" in (await answer.json())["error"]["message"]


async def test_what_cannot_be_spoken_is_refused() -> None:
    async with ScriptedOpenAI({"*": Model()}) as server, aiohttp.ClientSession() as client:
        speech = {"model": "m", "input": "Hello", "voice": "marin", "response_format": "mp3"}
        answer = await client.post(f"{server.base_url}/audio/speech", json=speech)
        assert answer.status == 400
        assert "pcm" in (await answer.json())["error"]["message"]


async def test_each_request_is_served_in_its_manner() -> None:
    model = Model(manner=lambda service, number: Manner(status=429, retry_after=number))
    async with ScriptedOpenAI({"*": model}) as server, aiohttp.ClientSession() as client:
        for number in range(2):
            answer = await client.post(f"{server.base_url}/chat/completions", json=CHAT)
            assert (answer.status, answer.headers["Retry-After"]) == (429, str(number))
        assert [request.service for request in server.requests] == [Service.LLM] * 2
        assert server.faults == []


async def test_a_reply_streams_its_words_and_calls() -> None:
    reply = Reply("One two three four five.", (ToolCall("f", {"a": 1}), ToolCall("g", "{")))
    async with (
        ScriptedOpenAI({"*": Model(answers=lambda asked: reply)}) as server,
        aiohttp.ClientSession() as client,
    ):
        answer = await client.post(f"{server.base_url}/chat/completions", json=CHAT)
        lines = (await answer.text()).split("\n\n")
        assert server.faults == []
    assert lines[-2] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"]]
    assert "".join(delta.get("content") or "" for delta in deltas) == reply.text
    calls = [call for delta in deltas for call in delta.get("tool_calls", ())]
    assert [call["function"]["name"] for call in calls if "id" in call] == ["f", "g"]


@pytest.mark.parametrize(
    ("turns", "asked"),
    [
        ([("user", "Hello")], Asked("Hello")),
        ([("user", "Sales"), ("call", ""), ("tool", "busy")], Asked("Sales", "busy")),
        ([("user", "Sales"), ("call", ""), ("user", "No"), ("tool", "busy")], Asked("No")),
        ([("system", "Be"), ("system", "brief"), ("user", "a")], Asked("a", "", "Be\nbrief")),
    ],
)
def test_what_the_model_is_asked_is_the_last_turn(
    turns: list[tuple[str, str]], asked: Asked
) -> None:
    assert asked_in([{"role": role, "text": text} for role, text in turns]) == asked
