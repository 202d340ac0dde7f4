"""How well standby understands callers: local voices, telephone, noise, and chatter.

Run with ``python -m bench.standby``. Every destination of the example businesses that is heard in
English is asked for in six ways; emergencies and chatter are said beside that. Voices that were
listened to while the ears were tuned are counted apart from those that were not. "After" is what
a spoken yes or no comes to.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from livekit import rtc

from bench.table import table
from receptionist.danger import Danger, danger_in
from receptionist.standby.ears import SHORTEST_SENTENCE, SHORTEST_WORD, believed
from receptionist.standby.endpointing import RATE, Endpointer, Utterance
from receptionist.standby.grammar import LANGUAGE, grammar
from receptionist.standby.recognizer import Recognizer
from receptionist.standby.rules import UNCLEAR, Ask, PutThrough, Rules, State
from receptionist.standby.setup import why_deaf
from transfer_call.business import Line, load
from transfer_call.voice.sound import from_wav

Sound: TypeAlias = npt.NDArray[np.float64]

ROOT = Path(__file__).parents[1]
FILES = (
    ROOT / "receptionist.example.yaml",
    ROOT / "examples" / "businesses" / "dentist" / "dentist.yaml",
    ROOT / "examples" / "businesses" / "clinic-group" / "clinic-group.yaml",
)
ENVIRONMENT = {"ROTA_SECRET": "none is used here"}

FLITE, ESPEAK = ("flite", "-voice"), ("espeak-ng", "-s", "150", "-v")
TUNED = {
    "slt": (*FLITE, "slt"),
    "kal16": (*FLITE, "kal16"),
    "en-us+f3": (*ESPEAK, "en-us+f3"),
}
UNHEARD = {
    "rms": (*FLITE, "rms"),
    "awb": (*FLITE, "awb"),
    "en-gb": (*ESPEAK, "en-gb"),
    "en-us+m3": (*ESPEAK, "en-us+m3"),
}
PHRASINGS = (
    "{}",
    "{} please",
    "Could you put me through to {} please?",
    "I'd like to speak to {}.",
    "Hello, can I talk to somebody in {}?",
    "Hi there, I was hoping to reach {} today.",
)
"""The last is in no grammar."""
CHATTER = (
    "What a lovely day it is in the garden.",
    "No, I told you to turn left at the church.",
    "My cat ran away yesterday, and I am very sad.",
    "The train was late again this morning.",
    "He said that he would come on Sunday.",
    "Are you going to eat the rest of that?",
    "One hundred and twenty dollars is too much.",
    "I think it is going to rain all week.",
)
EMERGENCIES = (
    "My father can't breathe.",
    "Please help, there's a fire!",
    "I need an ambulance.",
    "My wife is having a heart attack.",
    "Somebody collapsed.",
    "He is not breathing.",
    "Help, the house is on fire!",
    "My son is choking.",
)
EMERGENCY = "(emergency)"
CONDITIONS = ("clean", "telephone", "noise")
NOISE_DB = 15.0
TELEPHONE = 8000
LEAD_SECONDS = 0.6

RIGHT, ASKED, REJECTED, WRONG, AFTER = COLUMNS = (
    "right",
    "asked back",
    "rejected",
    "wrong before",
    "wrong after",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that a caller says; `meant` is ``""`` for chatter, `EMERGENCY` for one."""

    line: Line
    text: str
    meant: str


def lines() -> Iterator[Line]:
    for file in FILES:
        yield from (line for line in load(file, ENVIRONMENT).lines if not why_deaf(line))


def wishes(line: Line) -> Iterator[Case]:
    for one in line.directory.offered():
        for phrasing in PHRASINGS:
            yield Case(line, phrasing.format(one.label), one.name)


@cache
def spoken(command: tuple[str, ...], text: str) -> Sound:
    """16000 samples per second, as loud as speech on the telephone is."""
    text_option, output = ("-t", "-o") if command[0] == "flite" else ("--", "-w")
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "speech.wav"
        said = [text_option, text]
        words = [*command, output, str(wav), *said]
        subprocess.run(words, check=True, capture_output=True)
        pcm = from_wav(wav.read_bytes())
    samples = resampled(np.frombuffer(pcm.samples, np.int16), pcm.sample_rate, RATE)
    loud = samples[np.abs(samples) > 200]
    louder: Sound = samples * (2000 / np.sqrt(np.mean(loud**2)))
    return louder


def resampled(samples: Sound, rate: int, to: int) -> Sound:
    if rate == to:
        return samples.astype(np.float64)
    resampler = rtc.AudioResampler(rate, to)
    data = np.clip(samples, -32768, 32767).astype(np.int16)
    frames = resampler.push(rtc.AudioFrame(data.tobytes(), rate, 1, len(data)))
    frames += resampler.flush()
    return np.frombuffer(b"".join(bytes(f.data) for f in frames), np.int16).astype(np.float64)


def heard_as(samples: Sound, condition: str, seed: int) -> npt.NDArray[np.int16]:
    """What arrives of `samples`: 16 bits at 16000 per second, silence or noise around it."""
    quiet = np.zeros(round(LEAD_SECONDS * RATE))
    whole = np.concatenate([quiet, samples, quiet, quiet])
    if condition == "noise":
        loud = samples[np.abs(samples) > 200]
        power = np.mean(loud**2) / 10 ** (NOISE_DB / 10)
        whole = whole + np.random.default_rng(seed).normal(0, np.sqrt(power), len(whole))
    if condition != "clean":
        narrow = resampled(whole, RATE, TELEPHONE)
        whole = resampled(_companded(narrow), TELEPHONE, RATE)
    arrived: npt.NDArray[np.int16] = np.clip(whole, -32768, 32767).astype(np.int16)
    return arrived


def _companded(samples: Sound) -> Sound:
    """There and back through the mu-law of ITU-T G.711, as a curve."""
    part = np.clip(samples / 32768, -1, 1)
    code = np.round(127 * np.sign(part) * np.log1p(255 * np.abs(part)) / np.log(256)) / 127
    heard: Sound = 32768 * np.sign(code) * (256 ** np.abs(code) - 1) / 255
    return heard


class Listener:
    """The ears and the rules of all lines, as a call has them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._recognizer = Recognizer({line.name: grammar(line.directory) for line in lines})
        self.seconds = self.cpu = 0.0

    def text(self, line: Line, samples: npt.NDArray[np.int16]) -> str:
        """What the rules are told; ``""`` where nothing was said."""
        self.seconds += len(samples) / RATE
        began = time.process_time()
        said = []
        for found in Endpointer().feed(samples.tobytes()):
            if isinstance(found, Utterance) and found.voiced >= SHORTEST_WORD:
                (heard,) = filter(None, self._recognizer.recognize(line.name, found.samples))
                if believed(heard) and not found.cut:
                    said.append(heard.text)
                elif found.voiced >= SHORTEST_SENTENCE:
                    said.append(UNCLEAR)
        self.cpu += time.process_time() - began
        return " ".join(dict.fromkeys(said))


def outcomes(
    listener: Listener, case: Case, command: tuple[str, ...], condition: str
) -> Iterator[str]:
    """What comes of a case, and of the answer to the question that it led to."""

    def text(words: str) -> str:
        seed = zlib.crc32(f"{command}{condition}{words}".encode())
        return listener.text(case.line, heard_as(spoken(command, words), condition, seed))

    rules = Rules(case.line.directory, case.line.phrases("en"), (), lambda: datetime.now(UTC))
    said = text(case.text)
    if not said or said == UNCLEAR:
        yield REJECTED
        return
    if danger_in(said, [LANGUAGE]) is Danger.CERTAIN:
        yield RIGHT if case.meant == EMERGENCY else WRONG
        return
    reply, state = rules.answer(State(), said)
    if not isinstance(reply, Ask):
        yield ASKED
        return
    right = reply.destination == case.meant
    yield RIGHT if right else WRONG
    if not right and isinstance(rules.answer(state, text("no") or UNCLEAR)[0], PutThrough):
        yield AFTER


def measure(
    share: float, command: tuple[str, ...], condition: str
) -> tuple[dict[str, Counter[str]], float, float]:
    """What came of each kind of case in one voice; seconds of sound and of a processor."""
    heard, corpora = corpus(share)
    listener = Listener(heard)
    counted = {
        kind: Counter(
            what for case in cases for what in outcomes(listener, case, command, condition)
        )
        for kind, cases in corpora.items()
    }
    return counted, listener.seconds, listener.cpu


def corpus(share: float) -> tuple[list[Line], dict[str, list[Case]]]:
    """The lines that are called, and what is said on them, by kind."""
    heard = list(lines())
    every = [case for line in heard for case in wishes(line)]
    asked = random.Random(1).sample(every, round(share * len(every)))
    chatter = [Case(line, text, "") for line in heard[:2] for text in CHATTER]
    emergencies = [Case(line, text, EMERGENCY) for line in heard[:2] for text in EMERGENCIES]
    return heard, {"wish": asked, "emergency": emergencies, "chatter": chatter}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of all wishes; default all")
    arguments = parser.parse_args()
    heard, corpora = corpus(arguments.share)
    print(
        f"{sum(1 for line in heard for _ in line.directory.offered())} destinations on "
        f"{len(heard)} lines, {len(PHRASINGS)} phrasings, {len(UNHEARD)} voices unknown and "
        f"{len(TUNED)} known to whoever tuned the ears",
        flush=True,
    )
    sound = cpu = 0.0
    with ProcessPoolExecutor() as pool:
        for title, voices in (("voices unknown", UNHEARD), ("voices known", TUNED)):
            rows = []
            for condition in CONDITIONS:
                of = [
                    pool.submit(measure, arguments.share, command, condition)
                    for command in voices.values()
                ]
                done = [future.result() for future in of]
                sound += sum(one[1] for one in done)
                cpu += sum(one[2] for one in done)
                for what, cases in corpora.items():
                    counted = sum((one[0][what] for one in done), Counter[str]())
                    total = len(cases) * len(voices)
                    shares = [f"{100 * counted[column] / total:.1f} %" for column in COLUMNS]
                    rows.append([f"{what}, {condition}", str(total), *shares])
            rows.sort(key=lambda row: list(corpora).index(row[0].partition(",")[0]))
            print(f"\n{table([title, 'said', *COLUMNS], rows)}", flush=True)
    print(f"\n{cpu / sound:.3f} s of a processor for a second of sound")


if __name__ == "__main__":
    main()
