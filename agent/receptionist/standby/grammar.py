"""What the standby ears can hear on one line: its names, and the sentences around them. Pure.

A small vocabulary is what makes recognition possible at all: whatever is not in it has to be
rejected, and whatever is in it is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from transfer_call.directory.names import fold
from transfer_call.voice.phrases import base_language

if TYPE_CHECKING:
    from transfer_call.directory import Directory

LANGUAGE = "en"
"""The only language there is a model for."""
MOST_PHRASES = 200
"""Names that can still be told apart over a telephone."""

_DIGITS = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_FIGURES = dict(enumerate("zero one two three four five six seven eight nine".split()))
_RULES = {
    "greet": "hello | hi | good morning | good afternoon | yes hello | hi there",
    "could": "can you | could you | would you | can i | could i | may i | please",
    "want": "i'd like to | i would like to | i want to | i need to | i'd love to",
    "put": "put me through to | connect me to | connect me with | transfer me to | give me"
    " | get me",
    "speak": "speak to | speak with | talk to | talk with | reach | get",
    "about": "i'm calling about | i'm calling for | it's about | i have a question about",
    "who": "the | your | someone in | somebody in | someone from | somebody from | someone at",
    "after": "please | department | department please | team | team please | office | thanks"
    " | thank you",
    "yes": "yes | yeah | yep | yes please | sure | correct | right | that's right | okay"
    " | yes that's right | yes that is right | that is correct",
    "no": "no | nope | no thanks | no thank you | wrong | that's wrong | no that's wrong",
    "stop": "wait | stop | hold on | hang on | never mind | wait a moment | one moment",
    "bye": "goodbye | bye | bye bye | that's all",
    "hours": "when are you open | when do you open | what are your hours"
    " | what are your opening hours | opening hours | are you open | what time do you open"
    " | what time do you close | when do you close",
    "choices": "help | what are my options | who can i speak to | repeat that | options",
    "operator": "operator | the operator | a person | a human | a real person | somebody"
    " | someone | representative | receptionist",
    "patient": "i | he | she | somebody | someone | my wife | my husband | my mother | my father"
    " | my mom | my dad | my son | my daughter | my child | my baby | the baby",
    "emergency": "there's a fire | there is a fire | we have a fire | the house is on fire"
    " | i smell gas | i smell smoke | <patient> can't breathe | <patient> cannot breathe"
    " | <patient> is not breathing | <patient> isn't breathing | <patient> stopped breathing"
    " | <patient> is choking | <patient> collapsed | <patient> is unconscious"
    " | <patient> is having a heart attack | <patient> won't wake up | <patient> is bleeding badly"
    " | i need an ambulance | we need an ambulance | call an ambulance | send an ambulance"
    " | call nine one one | somebody is breaking in | somebody has a gun",
    "digit": _DIGITS.replace("|", " | "),
}
_SENTENCE = """\
public <sentence> = <wish> | <yes> | <no> [<wish>] | <stop> | <bye> | <hours> | <choices>
 | <digit> | <number> | <danger>;
<danger> = [help] [please] [help] <emergency>;
<wish> = [<greet>] [<lead>] [<who>] <name> [<after>];
<lead> = [<could>] [<want>] <put> | [<could>] [<want>] <speak> | <about>;
"""
_NUMBERS = "<number> = extension <digit> [<digit>] [<digit>] [<digit>] | <digit> <digit> [<digit>]"
_NO_NUMBERS = "<number> = <digit>"


@dataclass(frozen=True, slots=True)
class Grammar:
    """The sentences of one line.

    Attributes:
        jsgf: In the Java Speech Grammar Format.
        words: Every word in it.
        phrases: How many names it holds.
    """

    jsgf: str
    words: frozenset[str]
    phrases: int


def why_not(directory: Directory, language: str) -> str:
    """Why nobody can be understood here, for the operator; ``""`` when callers can speak."""
    if base_language(language) != LANGUAGE:
        return "speech is recognised in English only"
    count = len(names(directory))
    if count > MOST_PHRASES:
        return f"there are {count} names and aliases to be told apart, and {MOST_PHRASES} is most"
    return ""


def names(directory: Directory) -> tuple[str, ...]:
    """What destinations are called, in words that can be said; each once."""
    said: dict[str, None] = {}
    for one in directory.offered():
        texts = [one.label, *one.aliases]
        if one.department:
            # A person: callers say one of the names, or only the department.
            texts += [one.department, *one.label.split()]
        said |= dict.fromkeys(filter(None, map(_sayable, texts)))
    return tuple(said)


def grammar(directory: Directory) -> Grammar:
    """The sentences that callers of `directory` may say."""
    called = names(directory)
    numbers = any(one.extension for one in directory.offered())
    rules = dict(_RULES, name=" | ".join([*called, _RULES["operator"]]))
    lines = [f"<{rule}> = {text};" for rule, text in rules.items() if rule != "operator"]
    body = "\n".join([_SENTENCE, *lines, f"{_NUMBERS if numbers else _NO_NUMBERS};"])
    return Grammar(
        jsgf=f"#JSGF V1.0;\ngrammar line;\n{body}\n",
        words=frozenset([*_words(rules.values()), *(["extension"] if numbers else [])]),
        phrases=len(called),
    )


def _sayable(text: str) -> str:
    """A name in the words of the grammar: letters only, figures as words."""
    words = []
    for word in fold(text).split():
        words += (
            [_FIGURES[int(figure)] for figure in word]
            if word.isdigit() and word.isascii()
            else [word]
        )
    return " ".join(words) if all(re.fullmatch("[a-z]+", word) for word in words) else ""


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (word for word in text.split() if word != "|" and not word.startswith("<"))
