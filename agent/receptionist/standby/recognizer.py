"""pocketsphinx with the grammar of one line; blocks, a few milliseconds at a time.

What the grammar makes of a sound is compared with what a loop over all phones makes of it: a
sentence that fits badly by itself and much worse than free phones do was not said.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pocketsphinx

from .cleaning import cleaned
from .pronunciation import pronounced

if TYPE_CHECKING:
    from .grammar import Grammar

RATE = 16000
LEAST_LIKENESS = -9.2
"""What most rightly recognised sentences of the voices used for tuning reach, and few that were
none of the grammar; `bench.standby` measures with other voices."""
_PHONES_WEIGHT, _WORST_WEIGHT = 0.5, 0.4
_STEP = RATE // 4
"""Samples that are searched at once: about 10 ms of a processor's time."""
_SMALLEST = 1e-320
_SCORE_UNIT = 1024
"""pocketsphinx gives scores of words without a lattice divided by this."""
_SEARCH = {"beam": 1e-64, "pbeam": 1e-64, "wbeam": 7e-29, "topn": 8, "bestpath": False}
_MODEL = Path(pocketsphinx.get_model_path()) / "en-us"
_NO_WORD = ("", " ", "<", "[", "+", "(")
_PHONES = "all phones"
_MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Heard:
    """What an utterance was.

    Attributes:
        text: The sentence of the grammar that fits best; ``""`` when none does.
        likeness: How well it fits its sounds; 0 would be perfectly.
    """

    text: str
    likeness: float = -math.inf

    @property
    def trusted(self) -> bool:
        """Whether it was said rather than something that the grammar does not know."""
        return bool(self.text) and self.likeness >= LEAST_LIKENESS


@dataclass(frozen=True, slots=True)
class _Piece:
    word: str
    start: int
    end: int
    score: float


class Recognizer:
    """One acoustic model with the grammars of several lines.

    Made in the fork server, so that all calls share its memory.
    """

    def __init__(self, grammars: Mapping[str, Grammar]) -> None:
        """Load the model; takes a fifth of a second.

        Args:
            grammars: By line.
        """
        self._known: set[str] = set()
        words = {word for grammar in grammars.values() for word in grammar.words}
        with tempfile.NamedTemporaryFile("w", suffix=".dict", encoding="utf-8") as dictionary:
            for word, phones in _entries(words):
                dictionary.write(f"{word} {phones}\n")
            dictionary.flush()
            self._decoder = pocketsphinx.Decoder(
                hmm=str(_MODEL / "en-us"),
                dict=dictionary.name,
                lm=None,
                samprate=RATE,
                loglevel="FATAL",
                **_SEARCH,
            )
        self._known |= words
        self._decoder.add_allphone_file(_PHONES, str(_MODEL / "en-us-phone.lm.bin"))
        first = min(words)
        self._decoder.add_jsgf_string(_MEAN, f"#JSGF V1.0; grammar mean; public <one> = {first};")
        self._lines: dict[str, Grammar] = {}
        for line, grammar in grammars.items():
            self.add(line, grammar)

    def add(self, line: str, grammar: Grammar) -> None:
        """Hear `grammar` on `line` from now on."""
        if self._lines.get(line) == grammar:
            return
        missing = grammar.words - self._known
        for word, phones in _entries(missing):
            self._decoder.add_word(word, phones, update=True)
        self._known |= missing
        self._decoder.add_jsgf_string(f"line {line}", grammar.jsgf)
        self._lines[line] = grammar

    def recognize(self, line: str, samples: np.ndarray) -> Iterator[Heard | None]:
        """Recognise one utterance of `line`, a little at each step.

        Args:
            line: Whose grammar is spoken.
            samples: Mono at `RATE`, 16 bits, with a little silence around the words.

        Yields:
            ``None`` until it is known, then what was heard.
        """
        clean = cleaned(samples)
        yield None
        self._set_mean(clean)
        yield None
        pieces: list[_Piece] = []
        for found in self._search(f"line {line}", clean):
            yield None
            pieces = found
        words = [piece for piece in pieces if piece.word[:1] not in _NO_WORD]
        if not words:
            yield Heard("")
            return
        phones: list[_Piece] = []
        for found in self._search(_PHONES, clean):
            yield None
            phones = found
        text = " ".join(piece.word.partition("(")[0] for piece in words)
        yield Heard(text, _likeness(pieces, words, phones))

    def _set_mean(self, samples: np.ndarray) -> None:
        """Take the whole utterance's average spectrum as the telephone line's own."""
        decoder = self._decoder
        decoder.activate_search(_MEAN)
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), full_utt=True)
        decoder.end_utt()

    def _search(self, search: str, samples: np.ndarray) -> Iterator[list[_Piece]]:
        decoder = self._decoder
        decoder.activate_search(search)
        decoder.start_utt()
        for start in range(0, len(samples), _STEP):
            decoder.process_raw(samples[start : start + _STEP].tobytes())
            yield []
        decoder.end_utt()
        if decoder.hyp() is None:
            yield []
            return
        yield [
            _Piece(
                piece.word.strip(),
                piece.start_frame,
                piece.end_frame,
                _SCORE_UNIT * math.log(max(piece.ascore, _SMALLEST)),
            )
            for piece in decoder.seg() or ()
        ]


def _likeness(pieces: Sequence[_Piece], words: Sequence[_Piece], phones: Iterable[_Piece]) -> float:
    """How well the sentence fits its sounds: by itself, beside free phones, at its worst word."""
    start, end = words[0].start, words[-1].end
    length = end - start + 1
    said = sum(piece.score for piece in pieces if start <= piece.start and piece.end <= end)
    free = 0.0
    for phone in phones:
        shared = min(end, phone.end) - max(start, phone.start) + 1
        if shared > 0:
            free += phone.score * shared / (phone.end - phone.start + 1)
    worst = min(word.score / (word.end - word.start + 1) for word in words)
    return said / length + _PHONES_WEIGHT * (said - free) / length + _WORST_WEIGHT * worst


def _entries(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """How words are said, by the dictionary of the model and otherwise by their spelling."""
    wanted = set(words)
    found: set[str] = set()
    if not wanted:
        return
    with (_MODEL / "cmudict-en-us.dict").open(encoding="utf-8") as dictionary:
        for line in dictionary:
            entry, _, phones = line.rstrip("\n").partition(" ")
            word = entry.partition("(")[0]
            if word in wanted:
                # A second way to say it counts only after the first.
                found.add(word)
                yield entry, phones.strip()
    for word in sorted(wanted - found):
        yield word, pronounced(word)
