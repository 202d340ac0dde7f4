"""What the standby ears can hear."""

from __future__ import annotations

import re

import pytest

from receptionist.danger import Danger, danger_in
from receptionist.standby.grammar import MOST_PHRASES, grammar, names, why_not
from transfer_call.directory import Destination, Directory


def directory(*destinations: Destination, language: str = "en") -> Directory:
    return Directory(destinations, country="US", language=language)


SMALL = directory(
    Destination("front-desk", to="tel:+12125550100", aliases=("reception", "line 2")),
    Destination("anna-o-neill", to="tel:+12125550101", spoken="Anna O'Neill", department="Sales"),
    Destination("zoe", to="tel:+12125550102", spoken="Zoë"),
    Destination("cellar", to="tel:+12125550103", hidden=True),
)


def test_names_aliases_departments_and_parts_of_a_persons_name_can_be_said() -> None:
    assert set(names(SMALL)) == {
        "front desk",
        "reception",
        "line two",
        "anna oneill",
        "anna",
        "oneill",
        "sales",
        "zoe",
    }


def test_nobody_hidden_can_be_asked_for() -> None:
    assert "cellar" not in grammar(SMALL).words


def test_a_name_in_letters_that_have_no_english_sound_is_left_to_the_keys() -> None:
    assert names(directory(Destination("x", to="tel:+12125550100", spoken="Анна"))) == ()


def test_every_rule_that_is_used_is_there_and_every_word_is_listed() -> None:
    made = grammar(SMALL)
    body = made.jsgf.split(";", 2)[2]
    used = set(re.findall(r"<(\w+)>", body))
    defined = set(re.findall(r"<(\w+)> =", body)) | {"sentence"}
    assert used == defined
    words = set(re.findall(r"[a-z']+", re.sub(r"<\w+>|public", " ", body)))
    assert words == made.words


def test_every_emergency_that_can_be_heard_is_known_for_one() -> None:
    rules = dict(re.findall(r"<(\w+)> = ([^;]+);", grammar(SMALL).jsgf))
    patients = rules["patient"].split(" | ")
    emergencies = rules["emergency"].split(" | ")
    said = {one.replace("<patient>", patient) for one in emergencies for patient in patients}
    assert len(said) > 100
    assert [one for one in said if danger_in(one, ["en"]) is not Danger.CERTAIN] == []


def test_extensions_can_be_dialled_by_voice_only_where_there_are_any() -> None:
    without = directory(Destination("sales", to="tel:+12125550100"))
    dialled = directory(Destination("sales", to="tel:+12125550100", extension="201"))
    assert "extension <digit>" not in grammar(without).jsgf
    assert "extension <digit>" in grammar(dialled).jsgf


def test_english_lines_with_few_names_are_heard() -> None:
    assert why_not(SMALL, "en-GB") == ""


@pytest.mark.parametrize("language", ["es", "fr-CH", "de"])
def test_other_languages_are_not_heard_and_it_is_said_why(language: str) -> None:
    assert "English only" in why_not(SMALL, language)


def test_more_names_than_can_be_told_apart_are_not_heard_and_it_is_said_why() -> None:
    words = [f"{a}{b}" for a in "abcdefghijklmnopqrst" for b in "abcdefghijk"]
    many = [Destination(word, to="tel:+12125550100") for word in words[: MOST_PHRASES + 1]]
    assert why_not(directory(*many[:-1]), "en") == ""
    assert str(MOST_PHRASES + 1) in why_not(directory(*many), "en")
