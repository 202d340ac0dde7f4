"""How words sound that no dictionary has."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pocketsphinx
import pytest
from hypothesis import given, strategies as st
from rapidfuzz.distance import Levenshtein

from receptionist.standby.pronunciation import pronounced

MODEL = Path(pocketsphinx.get_model_path()) / "en-us"

NAMES = [
    ("schmidt", "SH M IH T"),
    ("tremblay", "T R EH M B L EY"),
    ("fitzgerald", "F IH T S G ER AE L D"),
    ("knight", "N AY T"),
    ("shaw", "SH AO"),
    ("hr", "EY CH AA R"),
    ("it", "IH T"),
]


@pytest.mark.parametrize(("word", "phones"), NAMES)
def test_names_sound_as_english_spelling_has_it(word: str, phones: str) -> None:
    assert pronounced(word) == phones


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_anything_of_letters_has_a_sound_in_the_phones_of_the_model(word: str) -> None:
    phones = pronounced(word).split()
    assert phones or set(word) <= set("ghw")
    assert set(phones) <= _phones_of_the_model()


@pytest.mark.parametrize("word", ["", "o'neill", "zoë", "line2"])
def test_what_is_no_folded_word_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="a to z"):
        pronounced(word)


def test_four_phones_in_five_are_those_of_the_dictionary() -> None:
    words = sorted(_dictionary().items())
    sample = random.Random(1).sample(words, 1000)
    wrong = sum(Levenshtein.distance(pronounced(w).split(), phones) for w, phones in sample)
    assert wrong / sum(len(phones) for _, phones in sample) < 0.23


@cache
def _dictionary() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (MODEL / "cmudict-en-us.dict").read_text("utf-8").splitlines():
        word, *phones = line.split()
        if word.isalpha() and word.isascii():
            found.setdefault(word, phones)
    return found


@cache
def _phones_of_the_model() -> set[str]:
    return {phone for phones in _dictionary().values() for phone in phones}
