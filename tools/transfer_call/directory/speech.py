"""What a transcript makes of a name: politeness around it, spelled letters, spoken digits.

Everything here is in folded form (`names.fold`), in English, German, French and Spanish at once:
callers of one line do not all speak its language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_BEFORE = """
can i | could i | may i | could you | please | id like to | i would like to | i want to | i need to
i want | i need | put me through to | put me through | connect me to | connect me with | get me
transfer me to | speak to | speak with | talk to | talk with | someone in | someone from | someone
somebody in | somebody from | somebody | anyone in | anybody in | somebody who does | the | to | in
extension of | mr | mrs | ms | miss | dr | doctor | prof | professor | department of | head of
ich mochte | ich hatte gern | ich muss | bitte | verbinden sie mich mit | jemand aus | jemanden aus
jemand von | jemanden von | jemand in der | mit | zu | zur | zum | den | die | der | das | herr
herrn | frau | abteilung | sprechen mit
je voudrais | je souhaite | parler a | parler avec | passez moi | quelquun du | quelquun de | le
la | les | au | aux | monsieur | madame | mademoiselle | mme | service | le service
quiero | quisiera | necesito | hablar con | paseme con | pongame con | alguien de | el | los | las
senor | senora | senorita | departamento de | con
"""
_AFTER = """
please | department | dept | team | office | thanks | thank you | bitte | abteilung | sprechen
sil vous plait | por favor | departamento
"""
_BETWEEN = frozenset(
    "in from at of and the for with one person spelled spelt thats that is its "
    "im in der aus von mit und du de la des au del en el y con".split()
)
_EXTENSION = frozenset(
    "extension ext number dial durchwahl nebenstelle nummer poste numero anexo interno".split()
)

_LETTER_NAMES = {
    "ay": "a",
    "bee": "b",
    "be": "b",
    "cee": "c",
    "see": "c",
    "sea": "c",
    "dee": "d",
    "ef": "f",
    "eff": "f",
    "gee": "g",
    "aitch": "h",
    "eye": "i",
    "jay": "j",
    "kay": "k",
    "el": "l",
    "ell": "l",
    "em": "m",
    "en": "n",
    "oh": "o",
    "pee": "p",
    "pea": "p",
    "cue": "q",
    "queue": "q",
    "are": "r",
    "ar": "r",
    "ess": "s",
    "es": "s",
    "tee": "t",
    "tea": "t",
    "you": "u",
    "vee": "v",
    "ex": "x",
    "why": "y",
    "zee": "z",
    "zed": "z",
}
# ITU radiotelephony alphabet.
_LETTER_WORDS = {
    word[0]: word
    for word in (
        "alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november "
        "oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu"
    ).split()
}
_LETTERS = (
    {word: letter for letter, word in _LETTER_WORDS.items()}
    | {"alpha": "a", "juliet": "j", "whisky": "w"}
    | _LETTER_NAMES
)
_AS_IN = (("as", "in"), ("like",), ("for",), ("wie",), ("comme",), ("como",), ("de",))
_DOUBLE = {"double": 2, "doppel": 2, "doppelt": 2, "doble": 2, "triple": 3}

_UNITS = {
    word: str(value)
    for words in (
        "zero one two three four five six seven eight nine",
        "null eins zwei drei vier funf sechs sieben acht neun",
        "zero un deux trois quatre cinq six sept huit neuf",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
    )
    for value, word in enumerate(words.split())
} | {"oh": "0", "o": "0", "nought": "0", "naught": "0", "zwo": "2", "fuenf": "5", "une": "1"}
_TEENS = {
    word: value
    for value, word in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
        start=10,
    )
}
_TENS = {
    word: value * 10
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}


def _phrases(table: str) -> str:
    phrases = {p.strip() for line in table.strip().splitlines() for p in line.split("|")}
    return "|".join(sorted(phrases, key=len, reverse=True))


_LEADING = re.compile(rf"(?:(?:{_phrases(_BEFORE)}) )+")
_TRAILING = re.compile(rf"(?: (?:{_phrases(_AFTER)}))+\Z")


def without_politeness(said: str) -> str:
    """`said` without "I'd like to speak to", titles, "please" and "department" around it."""
    lead = _LEADING.match(said)
    said = said[lead.end() :] if lead else said
    return _TRAILING.sub("", said)


def without_connectives(words: Iterable[str]) -> list[str]:
    """`words` without what only joins a name to a department or a spelling."""
    return [word for word in words if word not in _BETWEEN]


def spelled(words: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Put spelled letters together: ``s m i t h``, ``s as in sugar``, ``double t``.

    Returns:
        The words, and those of them that were spelled.
    """
    letters = [_LETTERS.get(word, word) for word in words]
    if len(words) >= 3 and all(len(letter) == 1 and letter.isalpha() for letter in letters):
        whole = "".join(letters)
        return [whole], frozenset({whole})
    result: list[str] = []
    made: set[str] = set()
    run: list[str] = []
    place = 0

    def end_run() -> None:
        # Two letters beside a name are initials.
        if len(run) >= 3 or (len(run) == 2 and len(words) == 2):
            result.append("".join(run))
            made.add("".join(run))
        else:
            result.extend(run)
        run.clear()

    while place < len(words):
        count = _DOUBLE.get(words[place], 1)
        at = place + 1 if count > 1 else place
        if count == 2 and at < len(words) and words[at] in ("u", "you"):
            run.append("w")
            place = at + 1
        elif at < len(words) and len(words[at]) == 1 and words[at].isalpha():
            run.extend(words[at] * count)
            place = at + 1 + _example(words, at)
        else:
            end_run()
            result.append(words[place])
            place += 1
    end_run()
    return result, frozenset(made)


def _example(words: Sequence[str], at: int) -> int:
    """How many words after the letter at `at` only explain it: "as in sugar"."""
    for lead in _AS_IN:
        end = at + 1 + len(lead)
        if tuple(words[at + 1 : end]) == lead and end < len(words):
            word = words[end]
            if len(word) > 1 and word[0] == words[at]:
                return len(lead) + 1
    return 0


def digits(words: Sequence[str]) -> str:
    """The digits that were said, if there is nothing else: ``two oh one``, ``twenty one``.

    ``""`` when there is anything else. Words such as "extension" do not count.
    """
    left = [word for word in words if word not in _EXTENSION]
    found = ""
    while left:
        if left[0].isascii() and left[0].isdigit():
            found += left.pop(0)
        elif left[0] in _DOUBLE and len(left) > 1 and _digit(left[1]):
            count = _DOUBLE[left.pop(0)]
            found += _digit(left.pop(0)) * count
        elif (number := _number(left)) is not None:
            found += str(number)
        elif left[0] in _UNITS:
            found += _UNITS[left.pop(0)]
        else:
            return ""
    return found


def with_figures(words: Sequence[str]) -> list[str]:
    """`words` with spoken digits as figures: ``line two`` is ``line 2``."""
    return [_UNITS.get(word, word) if len(word) > 1 else word for word in words]


def _digit(word: str) -> str:
    return word if len(word) == 1 and word in "0123456789" else _UNITS.get(word, "")


def _number(left: list[str]) -> int | None:
    """Take an English number above nine off the front: ``two hundred and one``, ``twenty one``."""
    number = 0
    for word, factor in (("thousand", 1000), ("hundred", 100)):
        if len(left) > 1 and left[1] == word and _digit(left[0]) not in ("", "0"):
            number += int(_digit(left[0])) * factor
            del left[:2]
    if number and len(left) > 1 and left[0] == "and":
        del left[0]
    if left and left[0] in _TENS:
        number += _TENS[left.pop(0)]
        if left and _digit(left[0]) not in ("", "0"):
            number += int(_digit(left.pop(0)))
    elif left and left[0] in _TEENS:
        number += _TEENS[left.pop(0)]
    elif number and left and _digit(left[0]) not in ("", "0"):
        number += int(_digit(left.pop(0)))
    return number or None
