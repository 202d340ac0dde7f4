"""Names as they are compared: written forms made equal, and how close two of them are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from rapidfuzz.distance import OSA

from .nicknames import NICKNAMES

HOMOPHONE = 0.97
"""Likeness of two words that sound the same; speech recognition writes either."""
NICKNAME = 0.95
ABBREVIATED = 0.88
INITIAL = 0.85

_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "ð": "d",
        "ø": "o",
        "þ": "th",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "ł": "l",
        "œ": "oe",
        "&": " and ",
    }
    | dict.fromkeys("'`´ʼ‘’‛")
)
_ASCII_GAP = re.compile(r"[^a-z0-9]+")
_ACCENTS = range(0x0300, 0x0370)

# One table for English, German, French and Spanish names: the algorithms of the libraries
# (Metaphone, Soundex) know English only and drop the vowels that tell short names apart.
# The first rule that fits at a place counts.
_SOUNDS = (
    (r"\A[kg]n", "n"),
    (r"\Awr", "r"),
    (r"\Aps", "s"),
    (r"\Ama?c(?=[^aeiouy])", "mk"),
    (r"t?sch|tch|sh", "x"),
    (r"ch(?=[lmnrw]|ol|ael)", "k"),
    (r"ch", "x"),
    (r"ph|v", "f"),
    (r"eigh|igh", "i"),
    (r"gh(?=[^aeiouy]|\Z)", ""),
    (r"gh", "g"),
    (r"dg(?=e)", "j"),
    (r"th|dt", "t"),
    (r"ck|cq|q|c(?=[^eiy]|\Z)", "k"),
    (r"tz|z|c", "s"),
    (r"x", "ks"),
    (r"eau", "o"),
    (r"ei|ey|ai|ay|ie|ee|ea|y", "i"),
    (r"oo|ue|ew", "u"),
    (r"ou|ow|au|aw|oa|oe", "o"),
    (r"ae", "a"),
    (r"(?<=.)h", ""),
    (r"(?<=..)(?<![aeiouy])e\Z", ""),
)
_SOUND = re.compile("|".join(f"({pattern})" for pattern, _ in _SOUNDS))
_REPEATED = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """`text` in lower case without accents, apostrophes and punctuation, words one space apart."""
    text = text.casefold().translate(_LETTERS)
    if text.isascii():
        return _ASCII_GAP.sub(" ", text).strip()
    kept = (char for char in unicodedata.normalize("NFKD", text) if ord(char) not in _ACCENTS)
    letters = (char if unicodedata.category(char)[0] in "LMN" else " " for char in kept)
    return " ".join("".join(letters).casefold().split())


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """How a folded word sounds, roughly: equal for ``meier`` and ``mayer``.

    Words outside the Latin alphabet sound as they are written.
    """
    if not word.isascii() or not word.isalpha():
        return word
    said = _SOUND.sub(lambda found: _SOUNDS[(found.lastindex or 1) - 1][1], word)
    return _REPEATED.sub(r"\1", said) or word


def sounds(name: str) -> str:
    """How a name sounds, word by word; equal for names that only writing tells apart."""
    return " ".join(map(sound, fold(name).split()))


def stand_ins(word: str) -> Collection[str]:
    """The given names for which the folded `word` may be short, or long."""
    return NICKNAMES.get(word, _NICKNAMES_BY_SOUND.get(sound(word), frozenset()))


def likeness(said: str, known: str) -> float:
    """How likely the folded word `said` means the folded word `known`, from 0 to 1."""
    if said == known:
        return 1.0
    if not said.isalpha() or not known.isalpha():
        return 0.0
    if len(said) == 1 or len(known) == 1:
        return INITIAL if said[0] == known[0] else 0.0
    if sound(said) == sound(known):
        return HOMOPHONE
    if known in stand_ins(said):
        return NICKNAME
    written = OSA.normalized_similarity(said, known)
    heard = HOMOPHONE * OSA.normalized_similarity(sound(said), sound(known))
    shortened = ABBREVIATED if len(said) >= 3 and known.startswith(said) else 0.0
    return max(written, heard, shortened)


_NICKNAMES_BY_SOUND = {sound(name): others for name, others in NICKNAMES.items()}
