"""What standby answers, dialogue by dialogue."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from receptionist.standby.rules import (
    UNCLEAR,
    Ask,
    GiveUp,
    Goodbye,
    PutThrough,
    Reply,
    Rules,
    Say,
    State,
)
from transfer_call.directory import Destination, Directory
from transfer_call.voice.phrases import LANGUAGES, Phrases

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
MENU = ["For sales, press 1."]

DIRECTORY = Directory(
    [
        Destination("front-desk", to="tel:+12125550100", key="0"),
        Destination("sales", to="tel:+12125550123", key="1", aliases=("new orders",)),
        Destination("billing", to="tel:+12125550124", key="2", hours="Mo 13:00-17:00"),
        Destination("anna-smith", to="tel:+12125550125", department="Sales", extension="201"),
        Destination("anna-schmidt", to="tel:+12125550126", department="Support"),
        Destination("cellar", to="tel:+12125550127", hidden=True),
    ],
    country="US",
    timezone="UTC",
    hours="Mo-Fr 09:00-17:00",
)


def rules(at: datetime = MONDAY_NOON, language: str = "en") -> Rules:
    return Rules(DIRECTORY, Phrases(language), MENU, lambda: at)


def replies(*said: str, at: datetime = MONDAY_NOON) -> list[Reply]:
    state, given = State(), []
    for sentence in said:
        reply, state = rules(at).answer(state, sentence)
        given.append(reply)
    return given


def text(reply: Reply) -> str:
    assert not isinstance(reply, PutThrough)
    return " ".join(reply.sentences)


WISHES = [
    ("sales", "sales"),
    ("Sales please.", "sales"),
    ("Could you put me through to sales please?", "sales"),
    ("hello, I'd like to speak to somebody in billing", "billing"),
    ("it's about new orders, thanks", "sales"),
    ("extension two oh one", "anna-smith"),
    ("one", "sales"),
    ("2", "billing"),
    ("can I talk to a real person please", "front-desk"),
    ("operator", "front-desk"),
]


@pytest.mark.parametrize(("said", "destination"), WISHES)
def test_a_wish_is_asked_about_and_only_a_yes_puts_through(said: str, destination: str) -> None:
    asked, done = replies(said, "yes")
    assert isinstance(asked, Ask)
    assert asked.destination == destination
    assert text(asked).endswith("is that right?")
    assert done == PutThrough(destination, said)


YES = ["yes", "Yeah, that's right.", "yes please", "1", "one", "uh, yes, thank you", "ok go ahead"]
NO = ["no", "Nope.", "no thanks", "2", "two", "that's wrong", "wait", "no thank you"]


@pytest.mark.parametrize("said", YES)
def test_a_yes_in_any_words_or_the_key_1_puts_through(said: str) -> None:
    assert replies("sales", said)[-1] == PutThrough("sales", "sales")


@pytest.mark.parametrize("said", NO)
def test_a_no_in_any_words_or_the_key_2_asks_for_another_wish(said: str) -> None:
    _, answer, late = replies("sales", said, "yes")
    assert answer == rules().opening_question()
    assert not isinstance(late, PutThrough)


@pytest.mark.parametrize(
    "said", ["no, billing", "no I said billing", "billing", "yes billing", "no not that, billing"]
)
def test_another_name_in_place_of_an_answer_is_the_new_wish(said: str) -> None:
    answer = replies("sales", said)[-1]
    assert isinstance(answer, Ask)
    assert answer.destination == "billing"


def test_a_yes_that_answers_nothing_puts_nobody_through() -> None:
    assert not isinstance(replies("yes")[0], PutThrough | Ask)


def test_two_who_sound_alike_are_asked_apart_and_the_answer_is_asked_about_again() -> None:
    which, asked, done = replies("anna", "the one in support", "yes")
    assert text(which) == "Did you mean anna smith? Or anna schmidt?"
    assert isinstance(asked, Ask)
    assert done == PutThrough("anna-schmidt", "the one in support")


def test_two_names_in_one_sentence_are_a_question() -> None:
    (which,) = replies("not sales but billing I think")
    assert text(which) == "Did you mean sales? Or billing?"


def test_somebody_hidden_is_never_found() -> None:
    assert isinstance(replies("cellar")[0], Say)
    assert "cellar" not in text(replies("what are my options")[0])


def test_who_can_be_reached_now_is_read_out_when_asked_for() -> None:
    said = text(replies("help")[0])
    assert "sales" in said
    assert "billing" not in said, "it is closed at noon"


def test_two_misunderstandings_in_a_row_leave_the_caller_to_his_keys() -> None:
    once, twice, fresh = replies(UNCLEAR, "the weather is nice", UNCLEAR)
    assert text(once).startswith("Sorry, I didn't understand that.")
    assert isinstance(twice, GiveUp)
    assert twice.sentences[-1] == MENU[-1]
    assert isinstance(fresh, Say)


def test_an_unclear_answer_has_the_question_asked_again_and_can_be_answered_then() -> None:
    _, again, done = replies("sales", UNCLEAR, "yes")
    assert isinstance(again, Ask)
    assert text(again).endswith("Sales, is that right?")
    assert done == PutThrough("sales", "sales")


def test_what_was_understood_in_between_makes_the_next_one_the_first_again() -> None:
    assert isinstance(replies(UNCLEAR, "sales", "no", UNCLEAR)[-1], Say)


@pytest.mark.parametrize("said", ["bye", "Goodbye.", "that's all thank you bye"])
def test_a_goodbye_is_answered_by_one(said: str) -> None:
    assert isinstance(replies(said)[0], Goodbye)


HOURS = [
    ("are you open?", MONDAY_NOON, "We're open now."),
    ("what are your opening hours", SUNDAY, "We open again tomorrow at nine"),
    ("is billing open now", MONDAY_NOON, "They're back today at one"),
]


@pytest.mark.parametrize(("said", "at", "expected"), HOURS)
def test_hours_are_told_by_the_clock_of_the_business(
    said: str, at: datetime, expected: str
) -> None:
    (reply,) = replies(said, at=at)
    assert isinstance(reply, Say)
    assert expected in text(reply)


def test_nothing_but_politeness_is_no_misunderstanding() -> None:
    assert replies("hello", UNCLEAR)[1] == replies(UNCLEAR)[0]


@pytest.mark.parametrize(
    ("language", "yes", "no", "operator"),
    [
        ("en", "yes", "no", "a person"),
        ("es", "sí, por favor", "no, gracias", "una persona"),
        ("fr", "oui", "non merci", "une personne"),
        ("de", "ja, bitte", "nein danke", "jemand"),
    ],
)
def test_every_language_asks_and_takes_a_yes_and_a_no(
    language: str, yes: str, no: str, operator: str
) -> None:
    spoken = rules(language=language)
    asked, state = spoken.answer(State(), operator)
    assert isinstance(asked, Ask)
    assert isinstance(spoken.answer(state, yes)[0], PutThrough)
    assert spoken.answer(state, no)[0] == spoken.opening_question()


def test_there_are_words_for_every_language_that_has_phrases() -> None:
    for language in LANGUAGES:
        rules(language=language)


def test_an_urgent_or_confirmed_destination_is_asked_about_in_so_many_words() -> None:
    asked, state = rules().ask_again("sales")
    assert text(asked) == "Shall I put you through to sales?"
    assert isinstance(rules().answer(state, "yes")[0], PutThrough)
