"""What standby makes of one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from receptionist.standby import setup
from receptionist.words import greeting, invitation, vocabulary
from tests.support.business import SMALL, loaded
from transfer_call.business import Line
from transfer_call.voice.rendering import PhraseAudio


def line_of(folder: Path, language: str = "en") -> Line:
    [line] = loaded(
        folder, SMALL.replace("country: US", f"country: US\n  language: {language}")
    ).lines
    return line


def test_callers_are_told_that_they_may_speak_only_where_they_are_heard(tmp_path: Path) -> None:
    line = line_of(tmp_path)
    assert invitation(line)
    assert vocabulary(line)[0].first[len(greeting(line)) :][:1] == invitation(line)
    assert invitation(line_of(tmp_path, "de")) == []


def test_no_model_is_loaded_for_lines_that_only_read_keys(tmp_path: Path) -> None:
    assert setup.recognizer_for([line_of(tmp_path, "fr")]) is None
    audio = PhraseAudio(tmp_path)
    assert setup.conversation_for(line_of(tmp_path, "fr"), audio, None) is None


async def test_a_line_that_can_be_heard_is_served_also_if_nothing_was_loaded_before(
    tmp_path: Path,
) -> None:
    talk = setup.conversation_for(line_of(tmp_path), PhraseAudio(tmp_path), None)
    assert talk is not None
    assert talk.session.stt is not None


def test_a_python_without_the_recogniser_has_the_keys_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "find_spec", lambda name: None)
    assert "not installed" in setup.why_deaf(line_of(tmp_path))
    assert setup.recognizer_for([line_of(tmp_path)]) is None
