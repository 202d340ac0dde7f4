"""The local voice as a TTS."""

from __future__ import annotations

from pathlib import Path

import pytest
from livekit.agents import APIConnectionError

from receptionist.standby.voice import StandbyVoice
from transfer_call.voice.local_voice import RenderError
from transfer_call.voice.rendering import PhraseAudio
from transfer_call.voice.sound import RATE, Pcm


class Tone:
    """A renderer that counts."""

    def __init__(self, *, mute: bool = False) -> None:
        self.mute = mute
        self.rendered: list[str] = []

    def voice_id(self, language: str) -> str:
        return f"tone {language}"

    async def render(self, text: str, language: str) -> Pcm:
        if self.mute:
            raise RenderError("mute")
        self.rendered.append(text)
        return Pcm(RATE, b"\x00\x20" * (RATE // 10))


def voice(folder: Path, renderer: Tone) -> StandbyVoice:
    return StandbyVoice(PhraseAudio(folder, renderer), "en")


async def _seconds(tts: StandbyVoice, text: str) -> float:
    async with tts.synthesize(text) as stream:
        return sum([event.frame.duration async for event in stream])


async def test_each_line_is_a_sentence_that_is_rendered_once_and_kept(tmp_path: Path) -> None:
    renderer = Tone()
    tts = voice(tmp_path, renderer)
    first = await _seconds(tts, "Sorry.\nSales, is that right?")
    assert await _seconds(tts, "Sales, is that right?\n") < first
    assert sorted(renderer.rendered) == ["Sales, is that right?", "Sorry."]


async def test_words_that_cannot_be_rendered_are_an_error_that_is_not_tried_again(
    tmp_path: Path,
) -> None:
    with pytest.raises(APIConnectionError, match="cannot speak"):
        await _seconds(voice(tmp_path, Tone(mute=True)), "Sales, is that right?")
