"""These run flite and espeak-ng themselves: apt-get install flite espeak-ng."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from transfer_call.voice import local_voice
from transfer_call.voice.local_voice import LocalVoice, RenderError, speakable
from transfer_call.voice.phrases import LANGUAGES, Phrases
from transfer_call.voice.sound import RATE, Pcm, conditioned


def _program(folder: Path, name: str, script: str) -> LocalVoice:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return LocalVoice(path=str(folder))


def test_the_programs_are_installed() -> None:
    assert LocalVoice().missing(LANGUAGES) == []


@pytest.mark.parametrize("language", [*LANGUAGES, "en-US", "es-ES", "es-MX", "fr-BE", "fr-CH"])
async def test_every_language_speaks_and_ends_when_it_has_spoken(language: str) -> None:
    phrases = Phrases(language)
    # "sales" ends in a sound that is longer than any silence and that no telephone carries.
    for text in [*phrases.announce("Anna Meyer"), *phrases.announce("sales")]:
        pcm = conditioned(await LocalVoice().render(text, language))
        audible = np.flatnonzero(_telephone_levels(pcm) > -45) * 0.01
        assert audible[0] <= 0.1
        assert pcm.seconds - audible[-1] <= 0.1
        assert 0.04 <= pcm.seconds / len(text) <= 0.12


def _telephone_levels(pcm: Pcm) -> NDArray[np.float64]:
    """Levels in dB of every 10 ms as a telephone plays them: 8,000 samples a second."""
    samples = np.frombuffer(pcm.samples, "<i2").reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = RATE
    resampler = av.AudioResampler("s16", "mono", 8000)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    numbers = np.concatenate([part.to_ndarray()[0] for part in parts]) / 32768
    windows = numbers[: len(numbers) // 80 * 80].reshape(-1, 80)
    levels: NDArray[np.float64] = 10 * np.log10((windows**2).mean(axis=1) + 1e-12)
    return levels


async def test_a_name_is_neither_an_option_nor_markup(tmp_path: Path) -> None:
    stray = tmp_path / "stray.wav"
    for language in LANGUAGES:
        plain = await LocalVoice().render("Anna Meyer", language)
        dressed = await LocalVoice().render("<b>Anna</b>\x07 [[Meyer]]\n", language)
        await LocalVoice().render(f"-o {stray} -w {stray}", language)
        assert dressed.seconds > plain.seconds * 0.8
    assert not stray.exists()


async def test_the_text_is_in_no_argument_and_no_file_that_stays(tmp_path: Path) -> None:
    voice = _program(
        tmp_path,
        "flite",
        f'echo "$@" > {tmp_path}/arguments; cat "$6" > {tmp_path}/text; ls -ld "$(dirname "$6")" '
        f"> {tmp_path}/folder; exit 3",
    )
    with pytest.raises(RenderError, match="flite ended with code 3"):
        await voice.render("Anna Meyer", "en")
    arguments = (tmp_path / "arguments").read_text()
    assert "Anna" not in arguments
    assert (tmp_path / "text").read_text() == "Anna Meyer\n"
    assert (tmp_path / "folder").read_text().startswith("drwx------")
    assert not Path(arguments.split()[5]).parent.exists()


async def test_a_missing_program_is_named_with_the_way_to_install_it(tmp_path: Path) -> None:
    voice = LocalVoice(path=str(tmp_path))
    with pytest.raises(RenderError, match=r"flite is not installed.*apt-get install flite"):
        await voice.render("Hello.", "en")
    with pytest.raises(RenderError, match="apt-get install espeak-ng"):
        await voice.render("Hallo.", "de")
    assert len(voice.missing(["en", "de", "fr"])) == 2
    assert voice.missing([]) == []


async def test_a_program_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def watched(*arguments: Any, **options: Any) -> asyncio.subprocess.Process:
        started.append(await start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    monkeypatch.setattr(local_voice, "RENDER_SECONDS", 0.1)
    with pytest.raises(RenderError, match=r"flite took more than 0\.1 s"):
        await _program(tmp_path, "flite", "exec sleep 60").render("Hello.", "en")
    assert [process.returncode for process in started] == [-signal.SIGKILL]


@pytest.mark.parametrize("script", ["exit 0", 'echo hello > "$8"'])
async def test_a_program_that_writes_no_audio_is_reported(tmp_path: Path, script: str) -> None:
    with pytest.raises(RenderError, match="flite wrote no audio"):
        await _program(tmp_path, "flite", script).render("Hello.", "en")


async def test_a_program_that_cannot_be_run_is_reported(tmp_path: Path) -> None:
    (tmp_path / "flite").write_bytes(b"\x7fELF no program")
    (tmp_path / "flite").chmod(0o755)
    with pytest.raises(RenderError, match="flite cannot be run"):
        await LocalVoice(path=str(tmp_path)).render("Hello.", "en")


async def test_a_language_without_a_voice_is_refused() -> None:
    with pytest.raises(RenderError, match="'ja'"):
        await LocalVoice().render("もしもし", "ja")


def test_a_voice_has_one_id_for_all_tags_it_serves() -> None:
    voice = LocalVoice()
    assert voice.voice_id("en") == voice.voice_id("en-US") == voice.voice_id("EN_gb")
    assert voice.voice_id("es") != voice.voice_id("es-ES")
    assert len({voice.voice_id(language) for language in LANGUAGES}) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  Two\n words\t", "Two words"),
        ("José & Müller’s", "José & Müller's"),
        ("[[h@'loU]] <break/>", "h@'loU break/"),
        ("a\x00b\x01v5", "a b v5"),
        ("｢１２｣", "「12」"),
    ],
)
def test_only_what_is_said_is_left(text: str, said: str) -> None:
    assert speakable(text) == said


def test_a_voice_that_knows_only_ascii_gets_the_nearest_letters() -> None:
    assert speakable("José & Söhne, Straße 5", ascii_only=True) == "Jose and Sohne, Strasse 5"


@pytest.mark.parametrize("text", ["", " ", "...", "[[]]", "\x00"])
def test_nothing_to_say_is_reported(text: str) -> None:
    with pytest.raises(RenderError, match="nothing"):
        speakable(text)


def test_letters_the_voice_does_not_know_are_reported() -> None:
    with pytest.raises(RenderError, match="nothing"):
        speakable("佐藤", ascii_only=True)


def test_an_endless_text_is_refused() -> None:
    with pytest.raises(RenderError, match="1000"):
        speakable("a" * 1001)


@settings(max_examples=100)
@given(text=st.text(max_size=50), ascii_only=st.booleans())
def test_no_text_smuggles_in_markup_or_control_characters(text: str, ascii_only: bool) -> None:
    try:
        said = speakable(text, ascii_only=ascii_only)
    except RenderError:
        return
    assert said.isprintable()
    assert not set(said) & set("[]<>\\")
    assert said.isascii() or not ascii_only
