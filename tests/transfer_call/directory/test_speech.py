from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.directory.names import fold
from transfer_call.directory.speech import (
    digits,
    spelled,
    with_figures,
    without_connectives,
    without_politeness,
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("S M I T H", "smith"),
        ("S-M-I-T-H", "smith"),
        ("S. M. I. T. H.", "smith"),
        ("s as in sugar, m as in mary, i t h", "smith"),
        ("S for sugar M I T H", "smith"),
        ("P E double T Y", "petty"),
        ("B O double U I E", "bowie"),
        ("sierra mike india tango hotel", "smith"),
        ("ess em eye tee aitch", "smith"),
        ("S wie Siegfried C H M I doppel T", "schmitt"),
        ("S comme Sophie M I T H", "smith"),
        ("G A R C I A", "garcia"),
        ("Smith, S M I T H", "smith smith"),
        ("Anna S M I T H", "anna smith"),
        ("J R", "jr"),
    ],
)
def test_spelled_letters_become_a_word(said: str, words: str) -> None:
    joined, made = spelled(fold(said).split())
    assert " ".join(joined) == words
    assert len(made) == 1


@pytest.mark.parametrize("said", ["J R Smith", "Anna Smith", "Mike Oscar", "Jay Kay", "a", ""])
def test_initials_and_names_are_no_spelling(said: str) -> None:
    words = fold(said).split()
    assert spelled(words) == (words, frozenset())


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("201", "201"),
        ("2 0 1", "201"),
        ("two oh one", "201"),
        ("two zero one", "201"),
        ("2 oh 1", "201"),
        ("extension two oh one", "201"),
        ("ext. 201", "201"),
        ("two hundred", "200"),
        ("two hundred one", "201"),
        ("two hundred and one", "201"),
        ("two hundred and twenty-one", "221"),
        ("twenty one", "21"),
        ("twenty oh one", "2001"),
        ("two twenty", "220"),
        ("two nineteen", "219"),
        ("one thousand two hundred and thirty four", "1234"),
        ("double five one", "551"),
        ("triple 7", "777"),
        ("Durchwahl zwei null eins", "201"),
        ("zwo drei fünf", "235"),
        ("poste deux zéro un", "201"),
        ("extensión dos cero uno", "201"),
        ("001", "001"),
    ],
)
def test_spoken_digits_are_an_extension(said: str, number: str) -> None:
    assert digits(fold(said).split()) == number


@pytest.mark.parametrize(
    "said", ["anna", "line two", "two anna", "hundred", "double", "", "extension"]
)
def test_anything_else_beside_digits_is_no_extension(said: str) -> None:
    assert digits(fold(said).split()) == ""


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("I'd like to speak to Anna Smith, please", "anna smith"),
        ("Can I talk to someone in billing", "billing"),
        ("the sales department", "sales"),
        ("Dr. May", "may"),
        ("put me through to the front desk", "front desk"),
        ("Ich möchte bitte mit Frau Müller sprechen", "muller"),
        ("Verbinden Sie mich mit der Abteilung Einkauf", "einkauf"),
        ("Je voudrais parler à Monsieur Dupont, s'il vous plaît", "dupont"),
        ("Quisiera hablar con el señor Pérez, por favor", "perez"),
        ("Theodore", "theodore"),
        ("Teamster", "teamster"),
        ("please", "please"),
    ],
)
def test_politeness_is_no_part_of_a_name(said: str, left: str) -> None:
    assert without_politeness(fold(said)) == left


def test_connectives_and_spoken_figures() -> None:
    assert without_connectives("anna in der billing".split()) == ["anna", "billing"]
    assert with_figures("line two o".split()) == ["line", "2", "o"]


SAID = st.lists(
    st.sampled_from(
        "a b two oh hundred thousand twenty double triple as in like for wie de u you 0 12 anna "
        "extension and sierra ess please the mit de la please".split()
    ),
    max_size=9,
)


@settings(max_examples=300)
@given(SAID)
def test_no_transcript_breaks_the_reading(words: list[str]) -> None:
    joined, made = spelled(words)
    assert made <= set(joined)
    assert digits(words) == "" or digits(words).isdigit()
    assert len(without_politeness(" ".join(words))) <= len(" ".join(words))
