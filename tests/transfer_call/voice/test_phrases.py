from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.transfer.outcome import Outcome
from transfer_call.voice.emergency import emergency_number
from transfer_call.voice.in_language import language_of
from transfer_call.voice.phrases import LANGUAGES, Phrases, phrase_keys
from transfer_call.voice.vocabulary import all_sentences

LABELS = {
    "en": ["sales", "front desk", "the front desk", "Anna Meyer", "new orders and price questions"],
    "es": ["ventas", "departamento técnico", "el departamento técnico", "Ana García", "recepción"],
    "fr": ["accueil", "service commercial", "Anne Martin", "ressources humaines", "ventes"],
    "de": ["Vertrieb", "Buchhaltung", "Sekretariat", "Frau Meyer", "Technischer Kundendienst"],
}
VALUES = {
    "business": "Acme Dental",
    "key": "1",
    "when": "tomorrow at nine",
    "reason": "Christmas Eve",
    "department": "sales",
    "number": "1 1 2",
}


def _data(language: str) -> dict[str, Any]:
    path = files("transfer_call.voice").joinpath("phrases", f"{language}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def _values(phrases: Phrases, key: str, label: str) -> dict[str, str]:
    return {name: {**VALUES, "label": label}[name] for name in phrases.placeholders[key]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_phrase_or_says_it_with_other_placeholders(language: str) -> None:
    assert Phrases(language).placeholders == phrase_keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_phrase_is_a_short_sentence_for_every_kind_of_name(language: str) -> None:
    phrases = Phrases(language)
    for key in phrases.placeholders:
        if key == "in_department":
            continue
        for label in LABELS[language]:
            for sentence in phrases.sentences(key, **_values(phrases, key, label)):
                assert len(sentence) <= 160, sentence
                assert re.fullmatch(r"[A-ZÀ-ÖØ-Þ¿].*[.?]", sentence), sentence
                assert not re.search(r"[{}]|\s\s|\.\.", sentence), sentence
                assert sentence.isprintable()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_has_words_unless_the_caller_is_gone(outcome: Outcome, language: str) -> None:
    phrases = Phrases(language)
    for label in ("", "Anna Meyer"):
        assert bool(phrases.failed(outcome, label)) != outcome.ends_call
        assert phrases.trying_next(outcome, label, "Ana")


@pytest.mark.parametrize("language", LANGUAGES)
def test_outcomes_are_not_told_in_the_same_words(language: str) -> None:
    phrases = Phrases(language)
    told = [tuple(phrases.failed(outcome, "Anna Meyer")) for outcome in Outcome]
    spoken = [words for words in told if words]
    assert len(spoken) == len(set(spoken))


SAID = [
    ("en", lambda p: p.announce("sales"), ["I'll put you through to sales."]),
    ("en", lambda p: p.announce("front desk"), ["I'll put you through to the front desk."]),
    ("en", lambda p: p.announce(), ["I'll put you through now."]),
    (
        "en",
        lambda p: p.trying_next(Outcome.BUSY, "sales", "front desk"),
        ["Sales is busy right now.", "I'll try the front desk."],
    ),
    (
        "en",
        lambda p: p.failed(Outcome.NO_ANSWER, "front desk"),
        ["I'm sorry.", "There's no answer from the front desk."],
    ),
    (
        "en",
        lambda p: p.failed(Outcome.UNKNOWN, "sales"),
        ["I can't tell whether your call went through.", "You're still connected to me."],
    ),
    ("en", lambda p: p.menu_entry("sales", "1"), ["For sales, press 1."]),
    ("en", lambda p: p.repeat_entry("#"), ["To hear this again, press pound."]),
    (
        "en",
        lambda p: p.closed(opens="tomorrow at nine"),
        ["We're closed right now.", "We open again tomorrow at nine."],
    ),
    (
        "en",
        lambda p: p.closed("front desk", "tomorrow at nine", "Christmas Eve"),
        ["The front desk isn't available right now.", "They're back tomorrow at nine."],
    ),
    ("en", lambda p: p.closed(reason="Christmas Eve"), ["We're closed today: Christmas Eve."]),
    (
        "en",
        lambda p: p.offer(["sales", "front desk"]),
        [
            "I can put you through to sales.",
            "Or to the front desk.",
            "What would you like to do?",
        ],
    ),
    ("en", lambda p: p.offer([]), []),
    (
        "en",
        lambda p: p.choose_between(
            [p.in_department("Anna Meyer", "front desk"), p.in_department("Anna Maier", "")]
        ),
        ["Did you mean Anna Meyer from the front desk?", "Or Anna Maier?"],
    ),
    ("es", lambda p: p.announce("ventas"), ["Le paso con ventas."]),
    ("es", lambda p: p.announce("departamento técnico"), ["Le paso con el departamento técnico."]),
    (
        "es",
        lambda p: p.trying_next(Outcome.BUSY, "el taller", "recepción"),
        ["La línea del taller está ocupada.", "Voy a intentarlo con recepción."],
    ),
    ("es", lambda p: p.choose_between(["el taller"]), ["¿Se refiere al taller?"]),
    (
        "es",
        lambda p: p.in_department("Ana", "departamento técnico"),
        "Ana, del departamento técnico",
    ),
    ("fr", lambda p: p.announce("accueil"), ["Je vous mets en relation avec l'accueil."]),
    ("fr", lambda p: p.announce("Anne Martin"), ["Je vous mets en relation avec Anne Martin."]),
    ("fr", lambda p: p.menu_entry("ventes", "2"), ["Pour joindre les ventes, tapez 2."]),
    ("fr", lambda p: p.back_entry("*"), ["Pour revenir en arrière, tapez étoile."]),
    ("fr", lambda p: p.in_department("Anne", "accueil"), "Anne, accueil"),
    ("de", lambda p: p.announce("Vertrieb"), ["Ich verbinde Sie mit dem Vertrieb."]),
    ("de", lambda p: p.announce("Frau Meyer"), ["Ich verbinde Sie mit Frau Meyer."]),
    ("de", lambda p: p.announce("IT"), ["Ich verbinde Sie mit der IT."]),
    ("de", lambda p: p.announce("Schmidt"), ["Ich verbinde Sie mit Schmidt."]),
    (
        "de",
        lambda p: p.trying_next(Outcome.BUSY, "Empfang", "Personalabteilung"),
        ["Beim Empfang ist gerade besetzt.", "Ich versuche es bei der Personalabteilung."],
    ),
    (
        "de",
        lambda p: p.failed(Outcome.UNREACHABLE, "Empfang"),
        ["Es tut mir leid.", "Ich kann den Empfang gerade nicht erreichen."],
    ),
    ("de", lambda p: p.menu_entry("Vertrieb", "1"), ["Für den Vertrieb drücken Sie die Eins."]),
    ("de", lambda p: p.back_entry("*"), ["Um zurückzugehen, drücken Sie die Sterntaste."]),
    ("de", lambda p: p.closed("Zentrale"), ["Zurzeit ist die Zentrale nicht zu sprechen."]),
    ("de", lambda p: p.in_department("Anna Meyer", "Vertrieb"), "Anna Meyer, Vertrieb"),
]


@pytest.mark.parametrize(("language", "say", "expected"), SAID)
def test_names_are_said_as_a_native_speaker_would(language: str, say: Any, expected: Any) -> None:
    assert say(Phrases(language)) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_has_words(language: str) -> None:
    phrases = Phrases(language)
    methods: list[list[str]] = [
        phrases.greeting(),
        phrases.greeting("Acme Dental"),
        phrases.automated(),
        phrases.recorded(),
        phrases.emergency("112"),
        phrases.emergency(),
        phrases.bear_with_me(),
        phrases.call_limit(),
        phrases.language_entry("2"),
        phrases.confirm("Ana"),
        phrases.already_transferring(),
        phrases.please_wait(),
        phrases.still_trying(),
        phrases.holding_on(),
        phrases.no_longer_reachable("Ana"),
        phrases.operator_entry("0"),
        phrases.urgent_entry("9"),
        phrases.more_entry("9"),
        phrases.try_again_entry("0"),
        phrases.extension_entry("8"),
        phrases.extension_prompt(),
        phrases.extension_unknown(),
        phrases.name_entry("9"),
        phrases.name_prompt(),
        phrases.name_many(),
        phrases.name_unknown(),
        phrases.invalid(),
        phrases.no_input(),
        phrases.goodbye(),
        phrases.agent_trouble(),
    ]
    assert all(methods)


def test_a_region_has_its_languages_words_and_an_unknown_language_none() -> None:
    assert Phrases("en-US").language == "en"
    assert Phrases("es_419").announce("ventas") == Phrases("es").announce("ventas")
    with pytest.raises(ValueError, match=r"'it'.*en, es, fr, de"):
        Phrases("it")


def test_an_operators_sentence_takes_the_place_of_ours() -> None:
    own = {"announce": "Connecting you with {label}.", "goodbye": ["Bye.", "Take care."]}
    phrases = Phrases("en", own)
    assert phrases.announce("front desk") == ["Connecting you with the front desk."]
    assert phrases.goodbye() == ["Bye.", "Take care."]
    assert phrases.invalid() == Phrases("en").invalid()


def test_an_operators_german_sentence_may_ask_for_a_case() -> None:
    assert Phrases("de", {"announce": "Weiter zu {label:dative}."}).announce("Empfang") == [
        "Weiter zu dem Empfang."
    ]


@pytest.mark.parametrize(
    ("key", "own", "says"),
    [
        ("anounce", "Hello {label}.", "'anounce'"),
        ("announce", "One moment.", r"must say \{label\}"),
        ("announce", "To {label} by {key}.", r"no \{key\}; its placeholders: \{label\}"),
        ("goodbye", "Bye {label}.", r"no \{label\}; its placeholders: none"),
        ("goodbye", "", "empty"),
        ("goodbye", [], "empty"),
        ("goodbye", ["Bye.", " "], "empty"),
        ("goodbye", "Bye {", "cannot be read"),
        ("goodbye", "Bye {}.", "cannot be read"),
        ("announce", "To {label.upper}.", "cannot be read"),
        ("announce", "To {label!r}.", "cannot be read"),
        ("announce", "To {label:>30}.", "cannot be read"),
        ("announce", "To {label:genitive}.", "cannot be read"),
        ("menu_entry", "For {label} {key:dative}.", "cannot be read"),
        ("goodbye", "Bye.\nBye.", "line break"),
        ("goodbye", "B" * 301, "300"),
    ],
)
def test_an_operators_fault_is_named(key: str, own: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Phrases("en", {key: own})


@settings(max_examples=100)
@given(label=st.text(min_size=1, max_size=30), language=st.sampled_from(LANGUAGES))
def test_a_name_is_said_as_it_is_whatever_it_holds(label: str, language: str) -> None:
    [sentence] = Phrases(language).announce(label)
    assert label in sentence or label.startswith("el ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_the_articles_of_its_departments(language: str) -> None:
    words = [word for noun in _data(language)["names"]["nouns"] for word in noun["words"]]
    assert len(words) == len(set(words))
    assert all(word == word.casefold() for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_on_a_line_is_among_the_sentences_to_render(language: str) -> None:
    phrases = Phrases(language)
    to_render = all_sentences(
        phrases,
        business="Acme Dental",
        labels=[("Ana García", "1"), ("front desk", "0"), ("Eva", "")],
        own=["Welcome."],
        emergency="112",
    )
    said = [
        *phrases.emergency("112"),
        *phrases.emergency(),
        *phrases.automated(),
        "Welcome.",
        *phrases.greeting("Acme Dental"),
        *phrases.announce("Ana García"),
        *phrases.announce("Eva"),
        *phrases.menu_entry("front desk", "0"),
        *phrases.offer(["front desk", "Eva"]),
        *phrases.choose_between(["Eva", "front desk"]),
        *phrases.no_longer_reachable("Eva"),
        *phrases.already_transferring("Eva"),
        *phrases.operator_entry("0"),
        *phrases.repeat_entry("#"),
        *phrases.back_entry("*"),
        *phrases.closed("Eva"),
        *phrases.closed(),
        *phrases.agent_trouble(),
    ]
    for outcome in Outcome:
        for label in ("", "Ana García", "Eva"):
            said += phrases.failed(outcome, label)
            said += phrases.trying_next(outcome, label, "front desk")
    assert set(said) <= set(to_render)
    assert len(to_render) == len(set(to_render))


def test_a_large_directory_does_not_grow_what_is_rendered() -> None:
    people = [(f"Person {number}", "") for number in range(2000)]
    small = all_sentences(Phrases("en"), labels=[("sales", "1")])
    large = all_sentences(Phrases("en"), labels=[("sales", "1"), *people])
    assert large == small
    assert "That line is busy right now." in large


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_offered_in_itself(language: str) -> None:
    [offer] = Phrases(language).language_entry("2")
    assert language_of(offer, "xx") == language
    assert language_of(str(offer), "xx") == "xx"


def test_the_digits_of_an_emergency_number_are_said_one_by_one() -> None:
    assert Phrases("en").emergency("911")[-1] == "Then dial 9 1 1."


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("US", "911"),
        ("CA", "911"),
        ("DO", "911"),
        ("MX", "911"),
        ("DE", "112"),
        ("FR", "112"),
        ("ES", "112"),
        ("IN", "112"),
        ("GB", "999"),
        ("AU", "000"),
        ("NZ", "111"),
        ("JP", "119"),
        ("PE", ""),
        ("", ""),
    ],
)
def test_the_emergency_number_is_that_of_the_country(country: str, number: str) -> None:
    assert emergency_number(country) == number
