"""Fixed words in an AI service's voice: the real plugin over a socket to a scripted server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from livekit.plugins import openai  # noqa: F401  # plugins want the main thread
from typer.testing import CliRunner

from lab.openai.script import Manner, Model, Service
from lab.openai.server import ScriptedOpenAI
from receptionist import rendering
from receptionist.cli.app import app
from receptionist.rendering import Rendering, line_audio, loaded_audio
from receptionist.speech import EitherVoice, OpenAIVoice
from receptionist.words import greeting, vocabulary
from tests.support.business import write
from tests.support.openai import in_a_job, line_of, scripted
from transfer_call.business import Business, load
from transfer_call.voice.local_voice import RenderError
from transfer_call.voice.rendering import PhraseAudio
from transfer_call.voice.sound import RATE, Pcm

SOUND = b"\x00\x20\x00\xe0" * (RATE // 8)
"""A quarter of a second."""


class Local:
    """A local voice that takes no time."""

    def voice_id(self, language: str) -> str:
        return f"local {language}"

    async def render(self, text: str, language: str) -> Pcm:
        return Pcm(RATE, SOUND)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "LocalVoice", Local)


async def speaks(text: str) -> bytes:
    return SOUND


def failing(status: int) -> Model:
    return Model(speaks=speaks, manner=lambda service, number: Manner(status=status))


WELL = Model(speaks=speaks)


@asynccontextmanager
async def served(model: Model, folder: Path) -> AsyncIterator[tuple[ScriptedOpenAI, OpenAIVoice]]:
    async with in_a_job(), scripted(model) as server:
        voice = OpenAIVoice(line_of(folder, server).openai, "a key")
        try:
            yield server, voice
        finally:
            await voice.aclose()


def spoken(server: ScriptedOpenAI) -> list[str]:
    return [one.body["input"] for one in server.requests if one.service is Service.TTS]


async def test_a_sentence_is_spoken_by_the_lines_model_and_voice(tmp_path: Path) -> None:
    async with served(WELL, tmp_path) as (server, voice):
        pcm = await voice.render("Thank you for calling.", "en")
        assert pcm.sample_rate == RATE
        assert pcm.samples.startswith(SOUND)
        [asked] = server.requests
        assert asked.body["input"] == "Thank you for calling."
        assert asked.body["model"] in voice.voice_id("en")
        assert asked.body["voice"] in voice.voice_id("en")


async def test_a_key_that_is_refused_is_not_tried_with_every_sentence(tmp_path: Path) -> None:
    async with served(failing(401), tmp_path) as (server, voice):
        for text in ("Secret words.", "More of them."):
            with pytest.raises(RenderError, match="HTTP 401") as caught:
                await voice.render(text, "en")
            assert "Secret" not in str(caught.value)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "manner", [Manner(status=500), Manner(status=429, retry_after=0), Manner(cut_after=0)], ids=str
)
async def test_a_service_that_is_not_well_is_asked_again_with_the_next_sentence(
    tmp_path: Path, manner: Manner
) -> None:
    model = Model(speaks=speaks, manner=lambda service, number: manner)
    async with served(model, tmp_path) as (server, voice):
        with pytest.raises(RenderError):
            await voice.render("One.", "en")
        asked = len(server.requests)
        with pytest.raises(RenderError):
            await voice.render("Two.", "en")
        assert len(server.requests) > asked


async def test_the_first_words_of_a_call_need_no_request(tmp_path: Path) -> None:
    async with in_a_job(), scripted(WELL) as server:
        line = line_of(tmp_path, server)
        business = Business((line,), (), {})  # type: ignore[arg-type]  # nobody dials here
        whole = Rendering(business, tmp_path / "cache", "a key")
        assert await whole.render(whole.missing()) == {}
        await whole.aclose()
        asked = spoken(server)
        assert len(asked) == len(set(asked))
        assert set(asked) == {
            text for said in vocabulary(line) for text in (*said.first, *said.later)
        }

        audio = loaded_audio(line, tmp_path / "cache", "a key")
        assert isinstance(audio, EitherVoice)
        assert await audio.frames(greeting(line), "en") is not None
        assert len(server.requests) == len(asked)


async def test_words_that_the_service_could_not_say_are_said_by_the_local_voice(
    tmp_path: Path,
) -> None:
    async with served(failing(401), tmp_path) as (_, voice):
        theirs, ours = PhraseAudio(tmp_path, voice), PhraseAudio(tmp_path, Local())
        assert await theirs.frames(["Hello."], "en") is None
        assert await EitherVoice(theirs, ours).frames(["Hello."], "en") is not None


async def test_a_service_that_hangs_keeps_no_caller_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transfer_call.voice.rendering.PATIENCE", 60.0)
    hanging = Model(manner=lambda service, number: Manner(hangs=True))
    async with served(hanging, tmp_path) as (_, voice):
        theirs, ours = PhraseAudio(tmp_path, voice), PhraseAudio(tmp_path, Local())
        saying = EitherVoice(theirs, ours).frames(["Hello."], "en")
        assert await asyncio.wait_for(saying, 10) is not None


def test_without_a_key_or_on_standby_the_local_voice_speaks_alone(tmp_path: Path) -> None:
    auto = "business: {name: A, country: US}\ndestinations: {a: {to: '+12125550123'}}\n"
    line = load(write(tmp_path, auto)).lines[0]
    standby = load(write(tmp_path, auto + "pipeline: standby\n", "standby.yaml")).lines[0]
    assert isinstance(line_audio(line, tmp_path, ""), PhraseAudio)
    assert isinstance(line_audio(standby, tmp_path, "a key"), PhraseAudio)
    assert isinstance(line_audio(line, tmp_path, "a key"), EitherVoice)


async def test_the_local_voices_words_are_kept_apart_from_the_services(tmp_path: Path) -> None:
    async with served(WELL, tmp_path) as (_, voice):
        ours, theirs = PhraseAudio(tmp_path, Local()), PhraseAudio(tmp_path, voice)
        assert ours.key("Hello.", "en") != theirs.key("Hello.", "en")
        assert await theirs.prerender(["Hello."], "en") == {}
        assert ours.load(["Hello."], "en") == ["Hello."]
        assert EitherVoice(theirs, ours).load(["Hello.", "Bye."], "en") == ["Bye."]


async def test_the_command_says_once_why_a_whole_voice_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scripted(failing(401)) as server:
        text = {
            "business": {"name": "Acme", "country": "US"},
            "openai": {"base_url": server.base_url},
            "destinations": {"sales": {"to": "+12125550123", "key": "1"}},
        }
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("OPENAI_API_KEY", "a key")
        monkeypatch.setenv("RECEPTIONIST_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("RECEPTIONIST_STATE_DIR", str(tmp_path / "state"))
        write(tmp_path, json.dumps(text), "receptionist.yaml")
        done = await asyncio.to_thread(CliRunner().invoke, app, ["voice", "render"])
    assert done.exit_code == 1
    assert done.output.count("HTTP 401") == 1
    assert "more): text to speech refuses: HTTP 401" in done.output
