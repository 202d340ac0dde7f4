from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from transfer_call.voice import sound
from transfer_call.voice.sound import (
    HISS,
    LEAD,
    LEVEL,
    PEAK,
    RATE,
    TAIL,
    Pcm,
    SoundError,
    conditioned,
    from_wav,
    read_recording,
    to_wav,
)


def tone(seconds: float, *, rate: int = RATE, level: float = -12.0, hertz: float = 1000.0) -> Pcm:
    """A sine between two equal halves of silence, 0.4 s together; its level in dB."""
    time = np.arange(int(seconds * rate)) / rate
    wave = 10 ** (level / 20) * np.sqrt(2) * np.sin(2 * np.pi * hertz * time)
    quiet = np.zeros(int(0.2 * rate))
    samples = np.clip(np.concatenate([quiet, wave, quiet]), -1, 1)
    return Pcm(rate, (samples * 32767).astype("<i2").tobytes())


def _numbers(pcm: Pcm) -> NDArray[np.float64]:
    return np.frombuffer(pcm.samples, "<i2").astype(np.float64) / 32768


def _pitch(pcm: Pcm) -> float:
    numbers = _numbers(pcm)
    return float(np.argmax(np.abs(np.fft.rfft(numbers))) * pcm.sample_rate / len(numbers))


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100, 48000])
def test_any_rate_becomes_the_one_that_is_played(rate: int) -> None:
    pcm = conditioned(tone(1.0, rate=rate))
    assert pcm.sample_rate == RATE
    assert _pitch(pcm) == pytest.approx(1000, abs=2)
    assert pcm.seconds == pytest.approx(1.0 + LEAD + TAIL, abs=0.02)


@pytest.mark.parametrize("level", [-45.0, -30.0, -20.0, -6.0])
def test_quiet_and_loud_speech_come_out_equally_loud(level: float) -> None:
    numbers = _numbers(conditioned(tone(1.0, level=level)))
    assert 20 * np.log10(np.sqrt(np.mean(numbers[2400:-2400] ** 2))) == pytest.approx(
        LEVEL, abs=0.5
    )


def _level_at(pcm: Pcm, hertz: float) -> float:
    """Level in dB of a steady tone within the audio."""
    numbers = _numbers(pcm)[RATE // 4 : -RATE // 4]
    spectrum = np.abs(np.fft.rfft(numbers * np.hanning(len(numbers)))) / len(numbers) * 4
    return float(20 * np.log10(spectrum[round(hertz * len(numbers) / RATE)] / np.sqrt(2)))


def test_a_booming_voice_is_as_loud_as_any_other_on_a_telephone_and_booms_less() -> None:
    deep = _numbers(tone(1.0, hertz=120.0, level=-20.0)) + _numbers(tone(1.0, level=-30.0))
    pcm = conditioned(Pcm(RATE, (deep * 32767).astype("<i2").tobytes()))
    assert _level_at(pcm, 1000.0) == pytest.approx(LEVEL, abs=0.5)
    assert _level_at(pcm, 120.0) < _level_at(pcm, 1000.0)


def test_a_hiss_no_telephone_carries_does_not_make_the_end_wait() -> None:
    hiss = tone(0.3, hertz=6000.0, level=-25.0).samples[2 * RATE // 5 : -2 * RATE // 5]
    word = tone(0.5).samples[2 * RATE // 5 : -2 * RATE // 5]
    pcm = conditioned(Pcm(RATE, hiss + word + hiss + bytes(RATE)))
    assert pcm.seconds == pytest.approx(HISS + 0.5 + HISS, abs=0.015)
    assert np.abs(_numbers(pcm)[-int(0.04 * RATE) : -int(0.02 * RATE)]).max() > 0.03


def test_no_peak_is_clipped_to_reach_the_level() -> None:
    clicks = np.zeros(RATE)
    clicks[::800] = 0.9
    numbers = _numbers(conditioned(Pcm(RATE, (clicks * 32767).astype("<i2").tobytes())))
    assert np.abs(numbers).max() == pytest.approx(10 ** (PEAK / 20), abs=0.01)


def test_silence_around_is_cut_and_silence_within_is_kept() -> None:
    word = tone(0.5)
    pcm = conditioned(Pcm(RATE, word.samples + word.samples))
    assert pcm.seconds == pytest.approx(0.5 + 0.4 + 0.5 + LEAD + TAIL, abs=0.02)
    audible = np.flatnonzero(np.abs(_numbers(pcm)) > 0.01)
    assert audible[0] / RATE == pytest.approx(LEAD, abs=0.01)
    assert (len(_numbers(pcm)) - audible[-1]) / RATE == pytest.approx(TAIL, abs=0.01)


def test_a_loud_start_does_not_come_round_to_the_end() -> None:
    word = tone(0.5).samples[2 * RATE // 5 : -2 * RATE // 5]
    assert conditioned(Pcm(RATE, word + bytes(RATE))).seconds < 0.5 + TAIL + 0.02


def test_a_sound_that_is_cut_does_not_click() -> None:
    time = np.arange(RATE) / RATE
    hum = (0.3 * np.cos(2 * np.pi * 500 * time) * 32767).astype("<i2").tobytes()
    numbers = _numbers(conditioned(Pcm(RATE, hum)))
    assert abs(numbers[0]) < 0.01
    assert abs(numbers[-1]) < 0.01


@pytest.mark.parametrize(
    "samples", [b"", b"\0", bytes(2), bytes(RATE), b"\1\0" * RATE, b"\0\40\0\300"]
)
@pytest.mark.parametrize("rate", [RATE, 16000])
def test_what_nobody_could_hear_is_refused(samples: bytes, rate: int) -> None:
    with pytest.raises(SoundError, match="audible"):
        conditioned(Pcm(rate, samples))


@settings(max_examples=40)
@given(samples=st.binary(max_size=4000), rate=st.sampled_from([8000, 22050, RATE]))
def test_any_audio_is_conditioned_or_refused(samples: bytes, rate: int) -> None:
    try:
        pcm = conditioned(Pcm(rate, samples))
    except SoundError:
        return
    assert pcm.sample_rate == RATE
    assert len(pcm.samples) % 2 == 0
    assert np.abs(_numbers(pcm)).max() <= 10 ** (PEAK / 20) + 0.001


@given(samples=st.binary(max_size=400).filter(lambda data: len(data) % 2 == 0))
def test_a_wav_file_holds_what_was_put_in_it(samples: bytes) -> None:
    assert from_wav(to_wav(Pcm(16000, samples))) == Pcm(16000, samples)


@given(data=st.binary(max_size=200))
def test_what_is_no_wav_file_is_refused(data: bytes) -> None:
    with pytest.raises(SoundError):
        from_wav(b"RIFF" + data)


def test_a_wav_file_that_is_cut_off_is_refused() -> None:
    whole = to_wav(tone(0.1))
    for length in (20, 60, len(whole) - 2):
        with pytest.raises(SoundError):
            from_wav(whole[:length])


def _recording(path: Path, codec: str, rate: int, layout: str, seconds: float = 1.0) -> Path:
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        channels = len(stream.layout.channels)
        samples = np.frombuffer(tone(seconds, rate=rate).samples, "<i2")
        frame = av.AudioFrame.from_ndarray(
            np.repeat(samples, channels).reshape(1, -1), format="s16", layout=layout
        )
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, stream.layout, rate)
        for converted in resampler.resample(frame):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("codec", "rate", "layout"),
    [
        ("pcm_s16le", 24000, "mono"),
        ("pcm_s16le", 44100, "stereo"),
        ("pcm_u8", 8000, "mono"),
        ("pcm_s24le", 48000, "stereo"),
        ("pcm_f32le", 48000, "mono"),
        ("pcm_mulaw", 8000, "mono"),
        ("pcm_alaw", 8000, "mono"),
    ],
)
def test_an_operators_recording_may_be_any_wav_file(
    tmp_path: Path, codec: str, rate: int, layout: str
) -> None:
    pcm = read_recording(_recording(tmp_path / "own.wav", codec, rate, layout))
    assert pcm.sample_rate == RATE
    assert _pitch(pcm) == pytest.approx(1000, abs=2)
    assert pcm.seconds == pytest.approx(1.0 + LEAD + TAIL, abs=0.1)


def test_a_recording_that_cannot_be_played_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, silent, cut = tmp_path / "a.wav", tmp_path / "b.wav", tmp_path / "c.wav"
    text.write_text("not audio")
    silent.write_bytes(to_wav(Pcm(RATE, bytes(RATE))))
    cut.write_bytes(to_wav(tone(0.5))[:30])
    for path, reason in [
        (tmp_path / "none.wav", "No such file"),
        (tmp_path, "cannot be read as a WAV file"),
        (text, "cannot be read as a WAV file"),
        (cut, "no audio in it|cannot be read|audible"),
        (silent, "nothing in it is audible"),
    ]:
        with pytest.raises(SoundError, match=reason) as caught:
            read_recording(path)
        assert str(caught.value).startswith(f"{path}: ")
    long = _recording(tmp_path / "d.wav", "pcm_s16le", RATE, "mono")
    monkeypatch.setattr(sound, "LONGEST_RECORDING", 0.5)
    with pytest.raises(SoundError, match="longer than"):
        read_recording(long)
    monkeypatch.setattr(sound, "LARGEST_RECORDING", 100)
    with pytest.raises(SoundError, match="larger than"):
        read_recording(long)


def test_no_other_file_format_is_opened_as_a_recording(tmp_path: Path) -> None:
    playlist = tmp_path / "own.wav"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n")
    with pytest.raises(SoundError, match="cannot be read as a WAV file"):
        read_recording(playlist)
