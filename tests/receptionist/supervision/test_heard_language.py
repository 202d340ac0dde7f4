from __future__ import annotations

from receptionist.supervision.heard_language import HeardLanguage


def heard(*said: tuple[str, str], spoken: str = "en") -> list[str]:
    language = HeardLanguage()
    return [language.heard(text, tag, spoken) for text, tag in said]


def test_two_sentences_in_a_row_change_the_language() -> None:
    assert heard(("buenos días señora", "es-MX"), ("con ventas por favor", "es")) == ["", "es"]


def test_one_sentence_or_single_words_do_not() -> None:
    assert heard(("con ventas por favor", "es"), ("yes to sales", "en"), ("muy bien", "es")) == [
        "",
        "",
        "",
    ]
    assert heard(("ja", "de"), ("nein", "de"), ("ja", "de")) == ["", "", ""]


def test_the_same_language_counts_and_no_other() -> None:
    assert heard(("je voudrais", "fr"), ("por favor señor", "es"), ("hola buenas", "es")) == [
        "",
        "",
        "es",
    ]


def test_a_language_without_words_of_ours_changes_nothing() -> None:
    assert heard(("pronto chi parla", "it"), ("vorrei parlare", "it"), ("hello there", "")) == [
        "",
        "",
        "",
    ]
