from __future__ import annotations

import pytest

import receptionist_prompts
from receptionist_prompts import PromptError, load


def test_every_placeholder_of_the_receptionist_is_filled() -> None:
    text = load("receptionist", business="Acme Dental", language="English")

    assert "receptionist of Acme Dental" in text
    assert "Speak English" in text
    assert "{" not in text


def test_a_missing_value_is_named() -> None:
    with pytest.raises(PromptError, match="needs a value for: language"):
        load("receptionist", business="Acme Dental")


def test_a_value_without_a_placeholder_is_named() -> None:
    with pytest.raises(PromptError, match="has no placeholder for: buisness"):
        load("receptionist", business="Acme", language="English", buisness="Acme")


def test_an_unknown_prompt_names_those_there_are() -> None:
    with pytest.raises(PromptError, match="there are: .*receptionist"):
        load("recepcionist")


def test_a_value_is_not_read_as_a_template() -> None:
    text = load("receptionist", business="{language} & Sons", language="English")

    assert "receptionist of {language} & Sons" in text


def test_the_prompts_are_part_of_the_package() -> None:
    assert "receptionist" in receptionist_prompts.names()
