from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from livekit import rtc

from transfer_call.voice import rendering
from transfer_call.voice.in_language import InLanguage
from transfer_call.voice.local_voice import LocalVoice, RenderError
from transfer_call.voice.phrases import Phrases
from transfer_call.voice.rendering import PAUSE, PhraseAudio, silence
from transfer_call.voice.sound import RATE, Pcm, to_wav


class Tones:
    """A voice that hums one second for every sentence, except for those it cannot say."""

    def __init__(self, *, cannot: str = "unsayable", name: str = "tones") -> None:
        self.rendered: list[str] = []
        self.hold: asyncio.Event | None = None
        self._cannot = cannot
        self._name = name

    def voice_id(self, language: str) -> str:
        if language == "xx":
            raise RenderError("no voice for it")
        return f"{self._name} {language}"

    async def render(self, text: str, language: str) -> Pcm:
        self.rendered.append(text)
        if self.hold is not None:
            await self.hold.wait()
        if text == self._cannot:
            raise RenderError("it cannot be said")
        return hum(1.0)


def hum(seconds: float) -> Pcm:
    time = np.arange(int(seconds * RATE)) / RATE
    return Pcm(RATE, (np.sin(2 * np.pi * 700 * time) * 9000).astype("<i2").tobytes())


async def seconds(frames: AsyncIterator[rtc.AudioFrame] | None) -> float:
    assert frames is not None
    played = [frame async for frame in frames]
    assert {(frame.sample_rate, frame.num_channels) for frame in played} == {(RATE, 1)}
    assert all(frame.samples_per_channel * 2 == len(frame.data) * 2 for frame in played)
    return sum(frame.duration for frame in played)


async def test_a_sentence_may_have_a_language_of_its_own(tmp_path: Path) -> None:
    spoken: list[tuple[str, str]] = []

    class Polyglot(Tones):
        async def render(self, text: str, language: str) -> Pcm:
            spoken.append((text, language))
            return await super().render(text, language)

    menu = ["For sales, press 1.", InLanguage("Para español, marque 2.", "es")]
    await PhraseAudio(tmp_path, Polyglot()).prerender(menu, "en")

    assert sorted(spoken) == [("For sales, press 1.", "en"), ("Para español, marque 2.", "es")]
    assert PhraseAudio(tmp_path, Polyglot()).load(menu, "en") == []


async def test_a_sentence_is_rendered_once_and_then_kept(tmp_path: Path) -> None:
    tones = Tones()
    audio = PhraseAudio(tmp_path, tones)
    first = await seconds(await audio.frames("Hello.", "en"))
    assert first == pytest.approx(1.0, abs=0.05)
    assert await seconds(await audio.frames("Hello.", "en")) == first
    assert await seconds(await PhraseAudio(tmp_path, tones).frames(["Hello."], "en")) == first
    assert tones.rendered == ["Hello."]


async def test_another_voice_or_language_is_another_rendering(tmp_path: Path) -> None:
    one, other = Tones(), Tones(name="other")
    await PhraseAudio(tmp_path, one).frames("Hello.", "en")
    await PhraseAudio(tmp_path, one).frames("Hello.", "de")
    await PhraseAudio(tmp_path, other).frames("Hello.", "en")
    assert (len(one.rendered), len(other.rendered)) == (2, 1)


async def test_sentences_follow_each_other_with_a_pause_and_end_without_one(
    tmp_path: Path,
) -> None:
    audio = PhraseAudio(tmp_path, Tones())
    one = await seconds(await audio.frames("One.", "en"))
    three = await seconds(await audio.frames(["One.", "", "Two.", "Three."], "en"))
    assert three == pytest.approx(3 * one + 2 * PAUSE, abs=0.001)
    assert await seconds(await audio.frames(["One.", "Two."], "en", pause=0)) == pytest.approx(
        2 * one
    )


async def test_words_in_memory_are_there_without_a_turn_of_the_loop(tmp_path: Path) -> None:
    audio = PhraseAudio(tmp_path, Tones())
    await audio.frames(["One.", "Two."], "en")
    with pytest.raises(StopIteration):
        audio.frames(["One.", "Two."], "en").send(None)


async def test_words_that_cannot_all_be_had_are_left_to_another_voice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    audio = PhraseAudio(tmp_path, Tones())
    with caplog.at_level(logging.WARNING, "transfer_call"):
        assert await audio.frames(["One.", "unsayable"], "en") is None
    [record] = caplog.records
    assert "unsayable" not in record.getMessage()
    assert record.__dict__["pii_text"] == "unsayable"
    assert await seconds(await audio.frames(["One.", "unsayable"], "en", partial=True)) < 1.1
    assert await audio.frames("unsayable", "en", partial=True) is None
    assert await audio.frames("One.", "xx") is None
    assert await audio.frames([], "en") is None
    assert await audio.frames([" "], "en") is None


async def test_words_wanted_twice_at_once_are_rendered_once(tmp_path: Path) -> None:
    tones = Tones()
    audio = PhraseAudio(tmp_path, tones)
    await asyncio.gather(*(audio.frames(["One.", "Two."], "en") for _ in range(5)))
    assert sorted(tones.rendered) == ["One.", "Two."]


async def test_a_call_does_not_wait_for_a_slow_voice_but_has_the_words_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "PATIENCE", 0.05)
    tones = Tones()
    tones.hold = asyncio.Event()
    audio = PhraseAudio(tmp_path, tones)
    assert await audio.frames("One.", "en") is None
    tones.hold.set()
    monkeypatch.setattr(rendering, "PATIENCE", 5.0)
    assert await audio.frames("One.", "en") is not None
    assert tones.rendered == ["One."]


async def test_a_disk_that_is_full_does_not_silence_a_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "audio"
    folder.write_text("in the way")
    audio = PhraseAudio(folder, Tones())
    with caplog.at_level(logging.WARNING, "transfer_call"):
        assert await audio.frames("One.", "en") is not None
        assert await audio.frames("Two.", "en") is not None
    assert len(caplog.records) == 1
    failures = await audio.prerender(["Three."], "en")
    assert failures["Three."].startswith("it cannot be kept")


async def test_rendering_before_calls_does_only_what_is_missing(tmp_path: Path) -> None:
    tones = Tones()
    progress: list[tuple[int, int]] = []
    audio = PhraseAudio(tmp_path, tones)
    assert await audio.prerender(["One.", "Two.", "One."], "en") == {}
    tones.rendered.clear()
    failures = await audio.prerender(
        ["One.", "unsayable", "Two.", "Three.", ""],
        "en",
        lambda done, of: progress.append((done, of)),
    )
    assert failures == {"unsayable": "it cannot be said"}
    assert sorted(tones.rendered) == ["Three.", "unsayable"]
    assert progress == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert await audio.prerender(["One."], "xx") == {"One.": "no voice for it"}


async def test_rendering_before_calls_leaves_the_machine_room(tmp_path: Path) -> None:
    class Pairs(Tones):
        """Lets a sentence go on when another one is being rendered beside it."""

        pair = asyncio.Barrier(2)
        at_once = most_at_once = 0

        async def render(self, text: str, language: str) -> Pcm:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await self.pair.wait()
            self.at_once -= 1
            return hum(0.1)

    tones = Pairs()
    sentences = [f"Number {n}." for n in range(20)]
    async with asyncio.timeout(20):
        assert await PhraseAudio(tmp_path, tones).prerender(sentences, "en") == {}
    assert tones.most_at_once == 2


async def test_what_is_loaded_needs_neither_disk_nor_voice(tmp_path: Path) -> None:
    await PhraseAudio(tmp_path / "audio", Tones()).prerender(["One.", "Two."], "en")
    audio = PhraseAudio(tmp_path / "audio", Tones())
    assert audio.load(["One.", "Two.", "Three."], "en") == ["Three."]
    assert audio.load(["One."], "xx") == ["One."]
    for file in (tmp_path / "audio").iterdir():
        file.unlink()
    with pytest.raises(StopIteration):
        audio.frames(["One.", "Two."], "en").send(None)


async def test_loading_stops_at_the_memory_it_may_use_and_keeps_what_came_first(
    tmp_path: Path,
) -> None:
    names = [f"Number {n}." for n in range(6)]
    await PhraseAudio(tmp_path, Tones()).prerender(names, "en")
    audio = PhraseAudio(tmp_path, Tones(), memory=3 * 2 * RATE)
    assert audio.load(names, "en") == []
    with pytest.raises(StopIteration):
        audio.frames(names[:2], "en").send(None)


async def test_an_operators_recording_is_played_in_place_of_the_voice(tmp_path: Path) -> None:
    own = tmp_path / "own.wav"
    own.write_bytes(to_wav(hum(2.0)))
    tones = Tones()
    audio = PhraseAudio(tmp_path / "audio", tones, recordings={"Welcome.": own})
    assert await audio.prerender(["Welcome."], "en") == {}
    assert await seconds(await audio.frames("Welcome.", "en")) == pytest.approx(2.0, abs=0.05)
    own.write_bytes(to_wav(hum(3.0)))
    again = PhraseAudio(tmp_path / "audio", tones, recordings={"Welcome.": own})
    assert await seconds(await again.frames("Welcome.", "de")) == pytest.approx(3.0, abs=0.05)
    assert tones.rendered == []


async def test_a_recording_that_is_gone_is_not_replaced_by_its_name_read_aloud(
    tmp_path: Path,
) -> None:
    tones = Tones()
    own = tmp_path / "own.wav"
    audio = PhraseAudio(tmp_path / "audio", tones, recordings={str(own): own})
    assert await audio.frames(str(own), "en") is None
    assert list(await audio.prerender([str(own)], "en")) == [str(own)]
    assert tones.rendered == []


async def test_silence_lasts_as_long_as_it_was_asked_to() -> None:
    assert await seconds(silence(0.25)) == pytest.approx(0.25)
    assert [frame async for frame in silence(0)] == []


async def test_the_local_voice_speaks_a_failed_transfer_from_end_to_end(tmp_path: Path) -> None:
    phrases = Phrases("de")
    audio = PhraseAudio(tmp_path)
    sentences = phrases.announce("Vertrieb") + phrases.menu_entry("Empfang", "0")
    assert 3.0 < await seconds(await audio.frames(sentences, "de")) < 8.0
    assert await PhraseAudio(tmp_path, LocalVoice(path="/nowhere")).frames(sentences, "de")
