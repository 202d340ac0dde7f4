"""``receptionist voice render``, with a voice that speaks in no time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from receptionist import rendering
from receptionist.cli.app import app
from tests.support.business import write
from transfer_call.voice.local_voice import RenderError
from transfer_call.voice.sound import Pcm

ACME = """\
business: {name: Acme Dental, country: US}
destinations:
  front-desk: {to: "tel:+12125550100", key: "0"}
  sales: {to: "tel:+12125550123", key: "1"}
"""


class Voice:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.name = "first"
        self.cannot = ""

    def voice_id(self, language: str) -> str:
        return self.name

    async def render(self, text: str, language: str) -> Pcm:
        if text == self.cannot:
            raise RenderError("the voice has a cold")
        self.said.append(text)
        return Pcm(8000, b"\x00\x20\x00\xe0" * 800)


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Voice:
    speaker = Voice()

    monkeypatch.setattr(rendering, "speakers_of", lambda line, key: [speaker])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECEPTIONIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("RECEPTIONIST_STATE_DIR", str(tmp_path / "state"))
    write(tmp_path, ACME, "receptionist.yaml")
    return speaker


def render(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["voice", "render", *arguments])
    return done.exit_code, done.output


def kept(folder: Path) -> int:
    return len(list((folder / "cache" / "audio").glob("*.wav")))


def test_all_words_are_rendered_once_and_then_only_what_changed(
    voice: Voice, tmp_path: Path
) -> None:
    code, said = render()
    assert code == 0
    everything = len(voice.said)
    assert f"{everything} rendered, 0 were there, 0 deleted" in said
    assert len(set(voice.said)) == everything == kept(tmp_path)
    assert "Thank you for calling Acme Dental." in voice.said
    assert "I'll put you through to sales." in voice.said

    assert f"0 rendered, {everything} were there, 0 deleted" in render()[1]

    write(tmp_path, ACME + "phrases: {please_wait: Please stay.}\n", "receptionist.yaml")
    assert f"1 rendered, {everything - 1} were there, 0 deleted" in render()[1]
    assert voice.said[everything:] == ["Please stay."]


def test_another_voice_says_everything_anew(voice: Voice, tmp_path: Path) -> None:
    render()
    everything = len(voice.said)
    voice.name = "second"
    assert f"{everything} rendered, 0 were there" in render()[1]


def test_old_words_go_when_they_were_not_used_for_long_or_at_once_if_asked(
    voice: Voice, tmp_path: Path
) -> None:
    render()
    everything = len(voice.said)
    voice.name = "second"
    render()
    assert kept(tmp_path) == 2 * everything
    [oldest, *_] = sorted((tmp_path / "cache" / "audio").iterdir(), key=os.path.getmtime)
    os.utime(oldest, (0, 0))
    assert "1 deleted" in render()[1]
    assert f"{everything - 1} deleted" in render("--remove-unused")[1]
    assert kept(tmp_path) == everything


def test_what_cannot_be_rendered_is_named_and_the_rest_is_there(
    voice: Voice, tmp_path: Path
) -> None:
    voice.cannot = "I'll put you through to sales."
    code, said = render()
    assert code == 1
    assert "I'll put you through to sales.: the voice has a cold" in said
    assert kept(tmp_path) == len(voice.said) > 20


def test_a_file_that_cannot_be_used_is_bad_input(voice: Voice, tmp_path: Path) -> None:
    write(tmp_path, "business: [", "receptionist.yaml")
    code, said = render()
    assert code == 2
    assert "receptionist.yaml:" in said
    assert voice.said == []


async def test_the_worker_deletes_old_words_when_it_starts(voice: Voice, tmp_path: Path) -> None:
    from transfer_call.business import load

    business = load(tmp_path / "receptionist.yaml")
    await rendering.render(business, tmp_path / "cache")
    audio = tmp_path / "cache" / "audio"
    (audio / "forgotten.wav").write_bytes(b"RIFF")
    os.utime(audio / "forgotten.wav", (0, 0))
    before = kept(tmp_path)

    await rendering.render(business, tmp_path / "cache")

    assert kept(tmp_path) == before - 1
    assert not (audio / "forgotten.wav").exists()
