"""The standby ears, given speech of the local voices as a telephone brings it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import stt

from lab.audio import RATE, Samples, silence
from lab.sounds import spoken
from receptionist.standby.cleaning import cleaned
from receptionist.standby.ears import StandbyEars, believed
from receptionist.standby.endpointing import Change, Endpointer, Utterance
from receptionist.standby.grammar import grammar
from receptionist.standby.recognizer import Heard, Recognizer
from receptionist.standby.rules import UNCLEAR
from transfer_call.directory import Destination, Directory

DIRECTORY = Directory(
    [
        Destination("front-desk", to="tel:+12125550100", key="0"),
        Destination("sales", to="tel:+12125550123", key="1"),
    ],
    country="US",
)
TYPES = stt.SpeechEventType


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer({"acme": grammar(DIRECTORY)})


def wide(samples: Samples) -> bytes:
    """16000 samples per second."""
    resampler = rtc.AudioResampler(RATE, 16000)
    frames = resampler.push(rtc.AudioFrame(samples.tobytes(), RATE, 1, len(samples)))
    frames += resampler.flush()
    return b"".join(bytes(frame.data) for frame in frames)


def call(*parts: Samples) -> bytes:
    between = silence(1.0)
    return wide(np.concatenate([between, *(np.concatenate([part, between]) for part in parts)]))


def cough() -> Samples:
    noise = np.random.default_rng(1).normal(0, 6000, RATE // 5)
    return (noise * np.hanning(len(noise))).astype(np.int16)


async def heard(recognizer: Recognizer, *parts: Samples) -> list[tuple[TYPES, str]]:
    """What a session is told of a call in which `parts` are heard one after the other."""
    audio = call(*parts)
    ears = StandbyEars(recognizer, "acme")
    async with ears.stream() as stream:
        for start in range(0, len(audio), 1600):
            piece = audio[start : start + 1600]
            stream.push_frame(rtc.AudioFrame(piece, 16000, 1, len(piece) // 2))
        stream.end_input()
        events = [event async for event in stream]
    return [(one.type, one.alternatives[0].text if one.alternatives else "") for one in events]


def texts(events: Sequence[tuple[TYPES, str]]) -> list[str]:
    return [text for kind, text in events if kind is TYPES.FINAL_TRANSCRIPT]


async def test_a_wish_is_heard_between_the_beginning_and_the_end_of_speech(
    recognizer: Recognizer,
) -> None:
    wish = spoken("could you put me through to sales please", voice="rms")
    events = await heard(recognizer, wish)
    assert [kind for kind, _ in events] == [
        TYPES.START_OF_SPEECH,
        TYPES.FINAL_TRANSCRIPT,
        TYPES.END_OF_SPEECH,
    ]
    assert texts(events)[0].endswith("put me through to sales please")


async def test_one_sentence_after_the_other_is_heard(recognizer: Recognizer) -> None:
    said = [spoken("the front desk please", voice="awb"), spoken("no", voice="awb")]
    assert texts(await heard(recognizer, *said)) == ["the front desk please", "no"]


async def test_what_names_nobody_is_unclear(recognizer: Recognizer) -> None:
    chatter = spoken("what a lovely day it is in the garden", voice="rms")
    assert texts(await heard(recognizer, chatter)) == [UNCLEAR]


async def test_a_cough_is_no_sentence(recognizer: Recognizer) -> None:
    assert texts(await heard(recognizer, cough())) == []


async def test_silence_is_nothing(recognizer: Recognizer) -> None:
    assert await heard(recognizer) == []


async def test_a_whole_recording_is_recognised_at_once(recognizer: Recognizer) -> None:
    audio = call(spoken("the front desk please", voice="awb"))
    frame = rtc.AudioFrame(audio, 16000, 1, len(audio) // 2)
    event = await StandbyEars(recognizer, "acme").recognize(frame)
    assert "the front desk" in event.alternatives[0].text


async def test_others_go_on_working_while_a_sentence_is_recognised(
    recognizer: Recognizer,
) -> None:
    audio = call(spoken("could you put me through to sales please", voice="rms"))
    hearing = asyncio.create_task(
        StandbyEars(recognizer, "acme").hear(np.frombuffer(audio, np.int16))
    )
    turns = 0
    while not hearing.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10


def test_a_line_whose_file_has_changed_is_heard_by_its_new_names(recognizer: Recognizer) -> None:
    changed = Directory(
        [Destination("plzk", to="tel:+12125550100", spoken="Melinkamp")], country="US"
    )
    made = grammar(changed)
    assert "melinkamp" in made.words
    recognizer.add("other", made)
    audio = np.frombuffer(call(spoken("melinkamp please", voice="awb")), np.int16)
    (found,) = [one for one in recognizer.recognize("other", audio) if one is not None]
    assert "melinkamp" in found.text


def test_speech_that_does_not_end_is_cut() -> None:
    endless = np.tile(spoken("what a lovely day it is", voice="rms")[2000:-4000], 8)
    found = Endpointer().feed(wide(endless))
    utterances = [one for one in found if isinstance(one, Utterance)]
    assert found[0] is Change.BEGAN
    assert utterances[0].cut


def test_steady_noise_is_taken_out_and_speech_stays() -> None:
    speech = np.frombuffer(call(spoken("sales", voice="rms")), np.int16)
    noise = np.random.default_rng(2).normal(0, 300, len(speech))
    noisy = (speech + noise).astype(np.int16)
    clean = cleaned(noisy).astype(float)
    pause = slice(0, 8000)
    assert np.std(clean[pause]) < 0.9 * np.std(noisy[pause])
    assert np.corrcoef(clean, speech)[0, 1] > 0.95


def test_what_is_too_short_to_have_noise_is_left_as_it_is() -> None:
    assert len(cleaned(np.zeros(100, np.int16))) == 100


@pytest.mark.parametrize(
    ("text", "likeness", "expected"),
    [
        ("sales please", -9.0, True),
        ("sales please", -9.5, False),
        ("my father can't breathe", -7.0, True),
        ("my father can't breathe", -8.0, False),
        ("", -1.0, False),
    ],
)
def test_an_emergency_has_to_fit_better_than_a_name(
    text: str, likeness: float, expected: bool
) -> None:
    assert believed(Heard(text, likeness)) is expected
