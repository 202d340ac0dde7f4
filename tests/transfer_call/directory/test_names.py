from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.directory.index import CLOSE, LEAST_LIKENESS
from transfer_call.directory.names import HOMOPHONE, fold, likeness, sound


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Front-Desk", "front desk"),
        ("  Anna   Smith ", "anna smith"),
        ("O’Brien", "obrien"),
        ("O'Brien", "obrien"),
        ("R&D", "r and d"),
        ("Müller", "muller"),
        ("Straße", "strasse"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Søren Åse", "soren ase"),
        ("İpek Yılmaz", "ipek yilmaz"),
        ("José García-Núñez", "jose garcia nunez"),
        ("ﬁnance", "finance"),
        ("Иван Й.", "иван и"),
        ("山田 花子", "山田 花子"),
        ("Ｓａｌｅｓ", "sales"),
        ("sales_team/2", "sales team 2"),
        ("!?", ""),
    ],
)
def test_written_forms_of_one_name_fold_to_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@settings(max_examples=200)
@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "names",
    [
        "smith smyth smythe",
        "meier mayer meyer maier",
        "muller mueller",
        "schmidt schmitt",
        "schroder schroeder",
        "stephen steven stefen",
        "catherine katherine",
        "philips phillips",
        "jon john",
        "shaun shawn",
        "wright right",
        "knight night",
        "gonzalez gonzales",
        "garcia garzia",
        "macdonald mcdonald",
        "clark clarke",
        "stuart stewart",
        "lawrence laurence",
        "sara sarah",
        "eric erik",
        "michael mikael",
        "nicholas nicolas",
        "moreau moro",
        "reilly riley",
        "lee leigh",
        "anne ann",
    ],
)
def test_spellings_of_one_sound_are_alike(names: str) -> None:
    first, *others = names.split()
    assert {sound(other) for other in others} == {sound(first)}
    assert all(likeness(first, other) == HOMOPHONE for other in others)


@pytest.mark.parametrize(
    ("said", "known"),
    [("tom", "tim"), ("anna", "emma"), ("brown", "bryan"), ("may", "mia"), ("kim", "tim")],
)
def test_different_short_names_are_not_close(said: str, known: str) -> None:
    assert likeness(said, known) < CLOSE


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("bob", "robert"),
        ("robert", "bob"),
        ("liz", "elizabeth"),
        ("lizzy", "elizabeth"),
        ("mike", "michael"),
        ("sean", "shawn"),
        ("steve", "stephen"),
        ("jeff", "geoffrey"),
        ("alex", "alexandra"),
        ("chris", "christopher"),
    ],
)
def test_short_forms_stand_for_the_name(said: str, known: str) -> None:
    assert CLOSE < likeness(said, known) < 1


@pytest.mark.parametrize(("said", "known"), [("201", "202"), ("2", "1"), ("b2", "b3")])
def test_figures_are_equal_or_nothing(said: str, known: str) -> None:
    assert likeness(said, known) == 0
    assert likeness(said, said) == 1


def test_an_initial_stands_for_a_name_that_begins_so() -> None:
    assert likeness("j", "james") > CLOSE
    assert likeness("j", "anna") == 0


WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzéü山й12"), min_size=1, max_size=12)


@settings(max_examples=300)
@given(WORDS, WORDS)
def test_likeness_is_a_share_and_only_equals_are_one(said: str, known: str) -> None:
    like = likeness(said, known)
    assert 0 <= like <= 1
    assert (like == 1) == (said == known)
    assert like == likeness(known, said) or like >= LEAST_LIKENESS


@settings(max_examples=300)
@given(WORDS)
def test_every_word_sounds_like_something(word: str) -> None:
    assert sound(word)
