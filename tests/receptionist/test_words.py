from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from receptionist import rendering
from receptionist.words import emergency, greeting, vocabulary
from tests.support.business import loaded
from transfer_call.business import Line
from transfer_call.voice.local_voice import RenderError
from transfer_call.voice.sound import Pcm

ACME = """\
business: {name: Acme Dental, country: US, language: en}
destinations:
  front-desk: {to: "tel:+12125550100", key: "0"}
  sales: {to: "tel:+12125550123", key: "1", announcement: Sales is next.}
  paris: {to: "tel:+12125550124", key: "2", language: fr}
  billing: {to: "tel:+12125550125", announcement: ""}
"""


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return loaded(tmp_path, ACME).lines[0]


def test_a_line_greets_in_its_own_words_or_in_ours(tmp_path: Path, line: Line) -> None:
    own = loaded(tmp_path, ACME + "greeting: Acme here.\n").lines[0]
    silent = loaded(tmp_path, ACME + 'greeting: ""\n').lines[0]

    assert greeting(own)[0] == "Acme here."
    assert greeting(silent) == ["This is our automated assistant."]
    assert "Acme Dental" in greeting(line)[0]


def test_callers_are_told_with_the_greeting_that_a_machine_answers_and_what_it_records(
    tmp_path: Path,
) -> None:
    said = {}
    for automated in ("true", "false"):
        for recorded in ("true", "false"):
            notices = f"notices: {{automated: {automated}, recorded: {recorded}}}\n"
            line = loaded(tmp_path, ACME + "greeting: Acme here.\n" + notices).lines[0]
            said[automated, recorded] = greeting(line)

    machine, recording = "This is our automated assistant.", "This call is being recorded."
    assert said["true", "true"] == ["Acme here.", machine, recording]
    assert said["true", "false"] == ["Acme here.", machine]
    assert said["false", "true"] == ["Acme here.", recording]
    assert said["false", "false"] == ["Acme here."]


def test_a_language_that_can_be_chosen_by_key_is_ready_too(tmp_path: Path) -> None:
    menus = """\
keypad:
  menus:
    main: {keys: {"1": sales, "2": {language: es}}}
"""
    line = loaded(tmp_path, ACME + menus).lines[0]

    english, spanish, french = vocabulary(line)

    assert line.languages == ("en", "es")
    assert (spanish.language, french.language) == ("es", "fr")
    assert "Para español, marque 2." in english.first
    assert "Para hablar con sales, marque 1." in spanish.first
    assert "For English, press 2." in spanish.first
    assert line.phrases("es").announce("sales")[0] in spanish.first
    assert "Sales is next." not in spanish.first
    assert spanish.later


def test_whom_to_call_in_danger_is_ready_before_anybody_is(line: Line) -> None:
    assert emergency(line, "en")[-1] == "Then dial 9 1 1."
    assert set(emergency(line, "en")) <= set(vocabulary(line)[0].later)


def test_the_first_words_are_greeting_menu_and_announcements_by_key(line: Line) -> None:
    english, french = vocabulary(line)

    assert english.first[: len(greeting(line))] == greeting(line)
    assert "For sales, press 1." in english.first
    assert "Sales is next." in english.first
    assert (english.language, french.language) == ("en", "fr")
    assert french.first == line.phrases("fr").announce("paris")
    assert not any("billing" in said for said in english.first)


def test_every_word_of_a_menu_of_the_operators_own_is_ready(tmp_path: Path) -> None:
    menus = """\
keypad:
  menus:
    main: {prompt: One for sales., keys: {"1": {menu: more, label: more}}}
    more: {keys: {"1": sales, "2": back}}
"""

    [english, *_] = vocabulary(loaded(tmp_path, ACME + menus).lines[0])

    assert "One for sales." in english.first
    assert "For sales, press 1." in english.first
    assert "To go back, press 2." in english.first


class Voice:
    """Speaks in no time; does not know some of the words."""

    def __init__(self, *unknown: str) -> None:
        self.said: list[str] = []
        self._unknown = unknown

    def voice_id(self, language: str) -> str:
        return "voice"

    async def render(self, text: str, language: str) -> Pcm:
        if text in self._unknown:
            raise RenderError("cannot be said")
        self.said.append(text)
        return Pcm(8000, b"\x00\x20\x00\xe0" * 800)


def _speak_with(voice: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "speakers_of", lambda line, key: [voice])


async def test_a_call_finds_its_first_words_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    business = loaded(tmp_path, ACME)
    voice = Voice()
    _speak_with(voice, monkeypatch)
    await rendering.render(business, tmp_path / "cache")
    rendered = len(voice.said)

    audio = rendering.loaded_audio(business.lines[0], tmp_path / "cache")

    assert await audio.frames(greeting(business.lines[0]), "en") is not None
    assert len(voice.said) == rendered == len(set(voice.said))


async def test_a_sentence_that_cannot_be_rendered_keeps_no_other_from_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    business = loaded(tmp_path, ACME)
    voice = Voice("Sales is next.")
    _speak_with(voice, monkeypatch)

    await rendering.render(business, tmp_path / "cache")

    assert "For sales, press 1." in voice.said
    assert [record.message for record in caplog.records] == ["words cannot be rendered"]
    assert "Sales is next" not in caplog.records[0].getMessage()


async def test_a_worker_with_much_to_render_takes_calls_meanwhile(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    business = loaded(tmp_path, ACME)
    allowed = asyncio.Event()

    class SlowVoice(Voice):
        async def render(self, text: str, language: str) -> Pcm:
            await allowed.wait()
            return await super().render(text, language)

    voice = SlowVoice()
    _speak_with(voice, monkeypatch)
    monkeypatch.setattr(rendering, "RENDER_SECONDS", 0.0)

    await rendering.render(business, tmp_path / "cache")

    assert "still being rendered" in caplog.text
    assert voice.said == []
    [going_on] = rendering._background
    allowed.set()
    await asyncio.wait_for(going_on, 30)
    assert "For sales, press 1." in voice.said
