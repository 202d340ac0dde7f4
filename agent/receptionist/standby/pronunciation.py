"""How words sound that no dictionary has: English spelling to the phones of the model. Pure.

The phones are those of the CMU dictionary without stress. The rules know what is common in names
of people and businesses; a name that is said unlike it is spelled is better given an alias that
is spelled as it is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LETTER_NAMES = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY",
    "h": "EY CH", "i": "AY", "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N",
    "o": "OW", "p": "P IY", "q": "K Y UW", "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW",
    "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S", "y": "W AY", "z": "Z IY",
}  # fmt: skip

# The first rule that fits at a place counts; `^` is the beginning and `$` the end of the word.
# V stands for a vowel letter, C for a consonant.
_RULES = (
    (r"^x", "Z"), (r"^kn", "N"), (r"^gn", "N"), (r"^wr", "R"), (r"^ps", "S"),
    (r"^mc(?=C)", "M AH K"), (r"^mac(?=C)", "M AH K"), (r"^sch", "SH"), (r"^ng", "N"),
    (r"^tz", "T S"), (r"^zh", "ZH"), (r"szcz", "SH CH"), (r"sz", "SH"), (r"cz", "CH"),
    (r"tsch", "CH"), (r"tch", "CH"), (r"sch", "SH"), (r"(?<=[iy])ght", "T"), (r"eigh", "EY"),
    (r"igh", "AY"), (r"augh", "AO"), (r"ough$", "OW"), (r"ough", "AO"), (r"gh(?=V)", "G"),
    (r"gh", ""), (r"ph", "F"), (r"ch(?=[lr])", "K"), (r"ch", "CH"), (r"sh", "SH"), (r"th", "TH"),
    (r"wh", "W"), (r"ck", "K"), (r"dge", "JH"), (r"dg", "JH"), (r"qu", "K W"), (r"q", "K"),
    (r"tion", "SH AH N"), (r"sion", "ZH AH N"), (r"cious", "SH AH S"), (r"ture$", "CH ER"),
    (r"ssion", "SH AH N"), (r"ings$", "IH NG Z"), (r"ing$", "IH NG"), (r"ng$", "NG"),
    (r"ng(?=C)", "NG"), (r"nk", "NG K"), (r"eaux?$", "OW"), (r"eau", "OW"), (r"ay", "EY"),
    (r"ai", "EY"), (r"ey$", "IY"), (r"ei", "AY"), (r"ey", "EY"), (r"ee", "IY"), (r"ear", "IH R"),
    (r"ea", "IY"), (r"eu", "OY"), (r"ew", "UW"), (r"oo", "UW"), (r"ough", "AO"), (r"oul", "UH L"),
    (r"ou", "AW"), (r"ow$", "OW"), (r"ow", "AW"), (r"oy", "OY"), (r"oi", "OY"), (r"oa", "OW"),
    (r"oe", "OW"), (r"au", "AO"), (r"aw", "AO"), (r"ie$", "IY"), (r"ie", "IY"), (r"ue$", "UW"),
    (r"ui", "UW"), (r"aa", "AA"), (r"uu", "UW"), (r"arr(?=V)", "EH R"), (r"ar", "AA R"),
    (r"er", "ER"), (r"ir", "ER"), (r"ur", "ER"), (r"or", "AO R"), (r"all$", "AO L"),
    (r"al(?=[kt])", "AO L"), (r"igne?$", "AY N"), (r"a(?=Ce$)", "EY"), (r"e(?=Ce$)", "IY"),
    (r"i(?=Ce$)", "AY"), (r"o(?=Ce$)", "OW"), (r"u(?=Ce$)", "UW"), (r"(?<=.C)le$", "AH L"),
    (r"(?<=..)es$", "Z"), (r"(?<=V.)e$", ""), (r"(?<=.C)e$", ""), (r"a$", "AH"), (r"e$", "IY"),
    (r"i$", "IY"), (r"o$", "OW"), (r"u$", "UW"), (r"^y(?=V)", "Y"), (r"y(?=V)", "Y"),
    (r"y$", "IY"), (r"^y", "IH"), (r"y", "IH"), (r"bb", "B"), (r"b", "B"), (r"cc(?=[eiy])", "K S"),
    (r"cc", "K"), (r"c(?=[eiy])", "S"), (r"c", "K"), (r"dt", "T"), (r"dd", "D"), (r"d", "D"),
    (r"ff", "F"), (r"f", "F"), (r"gg", "G"), (r"g(?=[ei]V|[ey]$)", "JH"), (r"g", "G"),
    (r"^h", "HH"), (r"(?<=V)h(?=V)", "HH"), (r"(?<=C)h(?=V)", "HH"), (r"h", ""), (r"j", "JH"),
    (r"kk", "K"), (r"k", "K"), (r"ll", "L"), (r"l", "L"), (r"mm", "M"), (r"m", "M"), (r"nn", "N"),
    (r"n", "N"), (r"pp", "P"), (r"p", "P"), (r"rr", "R"), (r"r", "R"), (r"ss", "S"),
    (r"(?<=V)s(?=V)", "Z"), (r"(?<=[bdglmnrvw])s$", "Z"), (r"s", "S"), (r"tt", "T"),
    (r"tz", "T S"), (r"t", "T"), (r"vv", "V"), (r"v", "V"), (r"w(?=V)", "W"), (r"w", ""),
    (r"x", "K S"), (r"zz", "Z"), (r"z", "Z"), (r"a(?=V)", "EY"), (r"a", "AE"), (r"e", "EH"),
    (r"i(?=V)", "IY"), (r"i", "IH"), (r"o(?=V)", "OW"), (r"o", "AA"), (r"u", "AH"),
)  # fmt: skip
_VOWELS, _CONSONANTS = "[aeiouy]", "[bcdfghjklmnpqrstvwxz]"


def pronounced(word: str) -> str:
    """The phones of a folded word, separated by spaces.

    Args:
        word: Letters a to z; without a vowel it is spelled out, as ``hr`` is.

    Raises:
        ValueError: It holds anything else, or nothing.
    """
    if not re.fullmatch("[a-z]+", word):
        raise ValueError("only the letters a to z can be pronounced")
    if not re.search(_VOWELS, word):
        return " ".join(LETTER_NAMES[letter] for letter in word)
    return " ".join(phones for phones in _phones(word) if phones)


def _phones(word: str) -> Iterator[str]:
    place = 0
    while place < len(word):
        for rule, phones in _COMPILED:
            if (found := rule.match(word, place)) is not None:
                yield phones
                place = found.end()
                break


def _compiled(rule: str) -> re.Pattern[str]:
    rule = re.sub(r"^\^", r"\\A", rule)
    return re.compile(re.sub(r"\$$", r"\\Z", rule).replace("V", _VOWELS).replace("C", _CONSONANTS))


_COMPILED = tuple((_compiled(rule), phones) for rule, phones in _RULES)
