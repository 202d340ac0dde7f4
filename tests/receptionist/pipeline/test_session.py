"""Which session a call gets, and what the worker says about it before."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from livekit.agents import AgentSession, APIConnectionError
from livekit.agents.llm import RealtimeModel
from pydantic import SecretStr

from receptionist import entrypoint, startup
from receptionist.entrypoint import JobOptions
from receptionist.pipeline.choose import Pipeline
from receptionist.pipeline.provider import Provider
from receptionist.pipeline.room import listen_to, room_options
from receptionist.pipeline.services import Service
from receptionist.pipeline.session import pipeline_for, services_for, session_for
from receptionist.settings import Settings
from tests.support.business import loaded, write
from tests.support.openai import KeptState
from transfer_call.business import Line
from transfer_call.testing import FakeRoom, fake_caller


def file_of(pipeline: str) -> str:
    return (
        "business: {name: Acme, country: US}\n"
        f"pipeline: {pipeline}\n"
        'destinations: {sales: {to: "tel:+12125550123"}}\n'
    )


def line_of(folder: Path, pipeline: str = "auto") -> Line:
    [line] = loaded(folder, file_of(pipeline)).lines
    return line


def made(line: Line, pipeline: Pipeline, provider: Provider) -> AgentSession[None]:
    services = partial(
        services_for,
        line,
        provider,
        directory=line.directory,
        language=lambda: line.language,
        recognizer=None,
        on_rule=lambda reply: None,
    )
    return session_for(line, pipeline, provider, language=lambda: line.language, services=services)


async def test_a_call_gets_what_the_last_one_has_found_to_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    line, state = line_of(tmp_path), KeptState()
    earlier = Provider(line.openai, "a key", state)
    assert await pipeline_for(line, earlier) is Pipeline.CASCADE
    earlier.breaker.failed(Service.STT, APIConnectionError())
    await earlier.aclose()

    later = Provider(line.openai, "a key", state)

    with caplog.at_level(logging.WARNING):
        assert await pipeline_for(line, later) is Pipeline.STANDBY
    assert "speech to text at api.openai.com left alone; standby" in caplog.text
    await later.aclose()


async def test_standby_asks_nobody(tmp_path: Path) -> None:
    class Nobody:
        async def state(self, *_: Any) -> str | None:
            raise AssertionError("asked")

        set_state = state

    line = line_of(tmp_path)
    provider = Provider(line.openai, "", Nobody())  # type: ignore[arg-type]
    assert await pipeline_for(line, provider) is Pipeline.STANDBY
    session = made(line, Pipeline.STANDBY, provider)
    assert (session.llm, session.stt, session.tts) == (None, None, None)
    await provider.aclose()
    assert "client" not in vars(provider)


async def test_each_pipeline_has_a_session_of_its_own(tmp_path: Path) -> None:
    line = line_of(tmp_path)
    provider = Provider(line.openai, "a key", KeptState())
    cascade = made(line, Pipeline.CASCADE, provider)
    assert cascade.stt is not None and cascade.tts is not None
    assert cascade.llm is not None and cascade.llm.model == "gpt-4.1"
    realtime = made(line, Pipeline.REALTIME, provider)
    assert isinstance(realtime.llm, RealtimeModel)
    assert not realtime.llm.capabilities.turn_detection
    await provider.aclose()


def test_only_who_listens_takes_sound_from_the_room() -> None:
    caller: Any = fake_caller()
    assert room_options(Pipeline.STANDBY, caller).audio_input is False
    for pipeline, rate in ((Pipeline.CASCADE, 16_000), (Pipeline.REALTIME, 24_000)):
        hearing: Any = room_options(pipeline, caller).audio_input
        assert hearing.sample_rate == rate


def test_the_caller_is_subscribed_to_and_nobody_else() -> None:
    class Publication:
        subscribed = False

        def set_subscribed(self, subscribed: bool) -> None:
            self.subscribed = subscribed

    first, later, other = Publication(), Publication(), Publication()
    caller: Any = SimpleNamespace(identity="sip_1", track_publications={"first": first})
    room: Any = FakeRoom("call-1", [])
    listen_to(caller, room)
    room.emit("track_published", later, caller)
    room.emit("track_published", other, SimpleNamespace(identity="sip_2"))
    assert (first.subscribed, later.subscribed, other.subscribed) == (True, True, False)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    yield Settings(
        receptionist_config=tmp_path / "acme.yaml",
        receptionist_state_dir=tmp_path / "state",
        receptionist_cache_dir=tmp_path / "cache",
        openai_api_key=SecretStr(""),
    )


@pytest.mark.parametrize("pipeline", ["cascade", "realtime"])
def test_a_pipeline_that_needs_a_key_does_not_start_without_one(
    tmp_path: Path, settings: Settings, pipeline: str
) -> None:
    write(tmp_path, file_of(pipeline))
    [fault] = startup.check(settings).faults
    assert fault.startswith("OPENAI_API_KEY: is not set")
    assert f"pipeline: {pipeline} of the line 'acme'" in fault
    with_key = settings.model_copy(update={"openai_api_key": SecretStr("a key")})
    assert startup.check(with_key).faults == ()


@pytest.mark.parametrize(
    ("pipeline", "key", "words"),
    [
        ("auto", "", "standby: a local voice"),
        ("auto", "a key", "cascade: speech to text, language model and text to speech at api."),
        ("realtime", "a key", "realtime: a speech-to-speech model at api.openai.com"),
    ],
)
def test_the_operator_reads_how_calls_will_be_served(
    tmp_path: Path, settings: Settings, pipeline: str, key: str, words: str
) -> None:
    with_key = settings.model_copy(update={"openai_api_key": SecretStr(key)})
    [said] = startup.pipelines(loaded(tmp_path, file_of(pipeline)), with_key)
    assert said.startswith(words)


def test_lines_that_are_served_differently_are_named(tmp_path: Path, settings: Settings) -> None:
    for name in ("auto", "standby"):
        write(tmp_path, file_of(name), f"{name}.yaml")
    business = loaded(
        tmp_path,
        'lines: {"+14155550100": auto.yaml, "+14155550101": standby.yaml}\n'
        "unknown_number: refuse\n",
    )
    with_key = settings.model_copy(update={"openai_api_key": SecretStr("a key")})
    cascade, standby = startup.pipelines(business, with_key)
    assert cascade.endswith("(auto)") and standby.endswith("(standby)")


def test_what_is_loaded_before_calls_is_what_they_will_use(
    tmp_path: Path, settings: Settings
) -> None:
    write(tmp_path, file_of("auto"))
    for key, pipeline in (("", Pipeline.STANDBY), ("a key", Pipeline.CASCADE)):
        with_key = settings.model_copy(update={"openai_api_key": SecretStr(key)})
        options = JobOptions.of(with_key)
        entrypoint.load(options)
        assert entrypoint.pipelines(options) == {pipeline}
        assert "a key" not in repr(options)


def test_the_operator_reads_which_callers_can_only_press_keys_and_why(
    tmp_path: Path, settings: Settings
) -> None:
    spanish = file_of("auto").replace("country: US", "country: US, language: es")
    said = startup.pipelines(loaded(tmp_path, spanish), settings)
    assert said[-1].endswith("only press keys: speech is recognised in English only")
