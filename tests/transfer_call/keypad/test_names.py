from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from tests.support.keypad import Places, place
from transfer_call.keypad.menu import Goto, ItemKind, PromptItem
from transfer_call.keypad.names import (
    Found,
    NameIndex,
    NameKeys,
    NextPage,
    choices,
    spellable,
    spellings,
)

OFFICE = Places(
    place("desk", spoken="Front desk"),
    place("anna-smith", spoken="Anna Smith", department="sales"),
    place("anna-smith-2", spoken="Anna Smith", department="support"),
    place("jan", spoken="Jan Müller"),
    place("bob", spoken="Robert Smithers", aliases=("Bob",)),
    place("ghost", spoken="Ghost Smith", hidden=True),
    operator="desk",
)


def letters(word: str) -> str:
    """Keys as printed on a telephone."""
    groups = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
    return "".join(str(n) for c in word for n, group in enumerate(groups, 2) if c in group)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Anna Smith", {"annasmith", "smithanna"}),
        ("Núñez", {"nunez"}),
        ("Müller", {"muller", "mueller"}),
        ("Mu\u0308ller", {"muller", "mueller"}),
        ("Weiß", {"weiss"}),
        ("Sørensen", {"sorensen", "soerensen"}),
        ("Łukasz", {"lukasz"}),
        ("O'Brien", {"obrien"}),
        ("O’Brien", {"obrien"}),
        ("Jean-Luc Picard", {"jeanlucpicard", "lucpicardjean", "picardjeanluc"}),
        ("Вера", set()),
        ("…", set()),
        ("", set()),
    ],
)
def test_a_name_is_spelled_from_each_of_its_words_without_accents(
    name: str, words: set[str]
) -> None:
    assert spellings(name) == {letters(word) for word in words}


@given(st.text())
def test_every_spelling_is_digits_whatever_the_name(name: str) -> None:
    assert all(spelled.isascii() and spelled.isdigit() for spelled in spellings(name))


def test_all_letters_are_on_the_keys_of_a_telephone() -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    assert spellings(alphabet) == {"22233344455566677778889999"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("smi", ["anna-smith", "anna-smith-2", "bob"]),
        ("ann", ["anna-smith", "anna-smith-2"]),
        ("mul", ["jan"]),
        ("mue", ["jan"]),
        ("bob", ["bob"]),
        ("smithe", ["bob"]),
        ("smithan", ["anna-smith", "anna-smith-2"]),
        ("gho", []),
        ("xyz", []),
    ],
)
def test_family_first_and_other_names_are_found_by_their_beginning(
    typed: str, found: list[str]
) -> None:
    assert list(NameIndex(OFFICE).beginning(letters(typed))) == found


def keys_of(directory: Places = OFFICE) -> NameKeys:
    return NameKeys(NameIndex(directory))


@pytest.mark.parametrize("typed", ["", "s", "sm"])
def test_fewer_than_three_letters_find_nobody_and_wait_for_more(typed: str) -> None:
    assert keys_of().entry(letters(typed)) is None
    assert keys_of().longer(letters(typed))


@pytest.mark.parametrize("typed", ["jan", "muller", "bob", "smithers", "mullerjan"])
def test_a_whole_name_that_no_other_shares_is_taken_at_once(typed: str) -> None:
    keys = keys_of()
    assert isinstance(keys.entry(letters(typed)), Goto)
    assert not keys.longer(letters(typed))


@pytest.mark.parametrize("typed", ["rob", "smithe", "mul", "smith", "anna", "fro"])
def test_part_of_a_name_or_a_shared_one_is_asked_about(typed: str) -> None:
    keys = keys_of()
    assert isinstance(keys.entry(letters(typed)), Found)
    assert keys.longer(letters(typed))


def test_two_people_of_one_name_are_asked_about_at_once_when_it_is_all_spelled() -> None:
    keys = keys_of()
    assert not keys.longer(letters("smithanna"))
    found = keys.entry(letters("smithanna"))
    assert isinstance(found, Found)
    assert found.names == ("anna-smith", "anna-smith-2")


def test_letters_that_fit_nobody_are_no_entry_and_no_beginning_of_one() -> None:
    keys = keys_of()
    assert keys.entry(letters("smix")) is None
    assert not keys.longer(letters("smix"))


def test_zero_is_the_operator_and_one_is_passed_over() -> None:
    keys = keys_of()
    assert keys.entry("0") == Goto("desk")
    assert not keys.longer("0")
    assert keys.entry(f"{letters('jan')[:1]}1{letters('jan')[1:]}") == Goto("jan")


def test_without_an_operator_zero_is_nothing() -> None:
    keys = keys_of(Places(place("jan")))
    assert keys.entry("0") is None


def test_letters_go_on_after_those_already_typed() -> None:
    found = keys_of().entry(letters("smi"))
    assert isinstance(found, Found)
    assert found.narrowed
    again = found.further.entry("")
    assert isinstance(again, Found)
    assert not again.narrowed
    more = found.further.entry(letters("thers"))
    assert more == Goto("bob")


def test_no_repr_tells_which_letters_were_typed() -> None:
    found = keys_of().entry(letters("smi"))
    assert isinstance(found, Found)
    assert letters("smi") not in repr(found)
    assert repr(found.further) == "<NameKeys after 3 letters>"


def test_choices_are_numbered_told_apart_by_department_and_paged_by_eight() -> None:
    people = Places(
        *(place(f"kim-{n}", spoken="Kim", department=f"team {n}") for n in range(10)),
        place("lee", spoken="Lee", department="sales"),
    )
    names = list(people.names)
    entries, items = choices(names, 0, people)
    assert entries == {str(n): Goto(f"kim-{n - 1}") for n in range(1, 9)} | {"9": NextPage()}
    assert items[0] == PromptItem("Kim, team 0", "1", ItemKind.DESTINATION, "kim-0")
    assert items[-1] == PromptItem("", "9", ItemKind.MORE)
    entries, items = choices(names, 1, people)
    assert entries == {"1": Goto("kim-8"), "2": Goto("kim-9"), "3": Goto("lee")}
    assert [item.label for item in items] == ["Kim, team 8", "Kim, team 9", "Lee"]


@pytest.mark.parametrize(("count", "more"), [(7, False), (8, False), (9, True)])
def test_a_ninth_name_is_on_the_next_page(count: int, more: bool) -> None:
    people = Places(*(place(f"p{n}") for n in range(count)))
    assert ("9" in choices(list(people.names), 0, people)[0]) is more


@pytest.mark.parametrize(
    ("name", "hidden", "can"),
    [("anna", False, True), ("jo", False, False), ("anna", True, False), ("вера", False, False)],
)
def test_only_names_of_three_latin_letters_can_be_spelled(
    name: str, hidden: bool, can: bool
) -> None:
    assert spellable(place(name, hidden=hidden)) is can


WORDS = st.text("abcdefmnoüé", min_size=1, max_size=6)
PEOPLE = st.lists(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=12)


@given(PEOPLE, st.data())
@settings(max_examples=80, deadline=None)
def test_whoever_spells_a_name_from_any_word_finds_it(
    people: list[str], data: st.DataObject
) -> None:
    directory = Places(*(place(f"p{n}", spoken=name) for n, name in enumerate(people)))
    wanted = data.draw(st.integers(0, len(people) - 1))
    spelled = data.draw(st.sampled_from(sorted(spellings(people[wanted]))))
    typed = spelled[: data.draw(st.integers(1, len(spelled)))]
    index = NameIndex(directory)
    assert f"p{wanted}" in index.beginning(typed)
    longer = any(s.startswith(typed) and s != typed for name in people for s in spellings(name))
    assert index.goes_on(typed) is longer
