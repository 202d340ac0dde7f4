from __future__ import annotations

import pytest

from tests.support.keypad import Places, place
from transfer_call.keypad import (
    Back,
    DialByName,
    DialExtension,
    Entry,
    Goto,
    ItemKind,
    Menu,
    MenuError,
    Menus,
    PromptItem,
    Repeat,
    Submenu,
    default_menu,
    menu_faults,
    prompt_items,
)
from transfer_call.keypad.menu import in_language, reachable_now

DENTIST = Places(
    place("front-desk", key="0"),
    place("sales", key="2", extension="201"),
    place("support", key="1"),
    place("boss", key="7", hidden=True),
    place("anna", spoken="Anna Smith", extension="202"),
    operator="front-desk",
)


def one(**menus: Menu) -> Menus:
    return Menus(menus)


def faults_of(entries: dict[str, Entry], directory: Places = DENTIST) -> list[str]:
    return [str(fault) for fault in menu_faults(one(main=Menu(entries)), directory)]


def test_without_configuration_the_keys_come_in_order_and_the_operator_last() -> None:
    menu = default_menu(DENTIST)
    assert list(menu.entries) == ["1", "2", "7", "0"]
    assert menu.entries["0"] == Goto("front-desk")
    assert menu.default == Goto("front-desk")
    assert menu.direct_dial
    assert menu_faults(one(main=menu), DENTIST) == ()


def test_a_hidden_destination_has_its_key_but_is_not_read_out() -> None:
    items = prompt_items(default_menu(DENTIST), DENTIST)
    assert [(item.label, item.key, item.kind) for item in items] == [
        ("support", "1", ItemKind.DESTINATION),
        ("sales", "2", ItemKind.DESTINATION),
        ("front desk", "0", ItemKind.DESTINATION),
        ("", "", ItemKind.DIRECT_DIAL),
    ]
    assert default_menu(DENTIST).entries["7"] == Goto("boss", announced=False)


def test_an_operator_with_a_key_of_its_own_is_read_out_once() -> None:
    directory = Places(place("desk", key="3"), operator="desk")
    assert [item.key for item in prompt_items(default_menu(directory), directory)] == ["3"]
    assert default_menu(directory).entries["0"] == Goto("desk", announced=False)


def test_without_extensions_and_operator_nothing_is_made_up() -> None:
    menu = default_menu(Places(place("sales", key="1")))
    assert menu == Menu({"1": Goto("sales")})


@pytest.mark.parametrize("hidden", [True, False])
def test_extensions_are_offered_only_if_one_is_not_hidden(hidden: bool) -> None:
    directory = Places(place("anna", extension="201", hidden=hidden), operator="anna")
    kinds = [item.kind for item in prompt_items(default_menu(directory), directory)]
    assert (ItemKind.DIRECT_DIAL in kinds) is not hidden


def test_a_configured_menu_is_read_out_as_it_is_written() -> None:
    menu = Menu(
        {
            "3": Goto("anna"),
            "1": Goto("sales", label="prices and quotes"),
            "4": Submenu("opening-hours"),
            "5": Submenu("x", label="the shops"),
            "6": DialExtension(),
            "7": DialByName(),
            "8": Repeat(),
            "9": Back(),
        }
    )
    assert prompt_items(menu, DENTIST) == [
        PromptItem("Anna Smith", "3", ItemKind.DESTINATION, "anna"),
        PromptItem("prices and quotes", "1", ItemKind.DESTINATION, "sales"),
        PromptItem("opening hours", "4", ItemKind.SUBMENU),
        PromptItem("the shops", "5", ItemKind.SUBMENU),
        PromptItem("", "6", ItemKind.EXTENSION),
        PromptItem("", "7", ItemKind.NAME),
        PromptItem("", "8", ItemKind.REPEAT),
        PromptItem("", "9", ItemKind.BACK),
    ]


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        (["sales"], ["2", ""]),
        (["sales", "front-desk"], ["2", "0", ""]),
        ([], ["1", "2", "0", ""]),
        (["anna"], ["1", "2", "0", ""]),
    ],
)
def test_what_can_be_reached_now_is_named_and_never_nothing(
    now: list[str], keys: list[str]
) -> None:
    items = prompt_items(default_menu(DENTIST), DENTIST)
    assert [item.key for item in reachable_now(items, now)] == keys


@pytest.mark.parametrize(
    ("words", "said"),
    [(None, ""), ("Hello", "Hello"), ({"en": "Hello", "de": "Hallo"}, "Hallo"), ({"en": "Hi"}, "")],
)
def test_own_words_are_for_all_languages_or_for_their_own(
    words: str | dict[str, str] | None, said: str
) -> None:
    assert in_language(words, "de") == said


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ({"1": Goto("salse")}, "menu 'main', key 1: there is no destination 'salse'"),
        ({"1": Submenu("more")}, "menu 'main', key 1: there is no menu 'more'"),
        ({"1": Back()}, "menu 'main', key 1: the first menu has nothing to go back to"),
        ({"*": Repeat()}, "menu 'main', key *: a key is made of the digits 0 to 9; * and # mean"),
        ({"A": Repeat()}, "menu 'main', key A: a key is made of the digits 0 to 9"),
        ({"²": Repeat()}, "menu 'main', key ²: a key is made of the digits 0 to 9"),
        ({"": Repeat()}, "menu 'main': a key is made of the digits 0 to 9"),
        ({"0": Goto("sales")}, "menu 'main', key 0: 0 reaches the operator 'front-desk' everywh"),
        ({"0": Repeat()}, "menu 'main', key 0: 0 reaches the operator 'front-desk' everywhere"),
        ({}, "menu 'main': no key does anything; add an entry"),
    ],
)
def test_each_fault_of_an_entry_is_named_with_its_place(
    entries: dict[str, Entry], fault: str
) -> None:
    found = faults_of(entries)
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_all_faults_are_found_in_one_run() -> None:
    entries: dict[str, Entry] = {"1": Goto("a"), "2": Submenu("b"), "#": Repeat(), "0": Repeat()}
    menu = Menu(entries, tries=0, timeout=0, default=Goto("c"))
    found = menu_faults(one(main=menu, lost=Menu({"1": Back()})), DENTIST)
    assert [(fault.menu, fault.key, fault.value) for fault in found] == [
        ("main", "", "0"),
        ("main", "", "0"),
        ("main", "", "c"),
        ("main", "1", "a"),
        ("main", "2", "b"),
        ("main", "#", "#"),
        ("main", "0", "0"),
        ("lost", "", "lost"),
    ]


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_a_wait_without_end_or_length_is_a_fault(timeout: float) -> None:
    faults = menu_faults(one(main=Menu({"1": Goto("sales")}, timeout=timeout)), DENTIST)
    assert [fault.reason for fault in faults] == ["timeout must be more than 0 seconds"]


def test_dialling_what_nobody_has_is_a_fault() -> None:
    nobody = Places(place("вера"), place("24"), place("anna", hidden=True))
    assert faults_of({"1": DialExtension(), "2": DialByName()}, nobody) == [
        "menu 'main', key 1: no destination has an extension to dial",
        "menu 'main', key 2: no destination has a name that can be spelled with keys",
    ]


def test_the_same_digits_with_two_meanings_are_a_fault() -> None:
    directory = Places(
        place("sales", key="5", extension="1"),
        place("anna", extension="5"),
        place("desk"),
        place("night", extension="0"),
        operator="desk",
    )
    faults = menu_faults(one(main=default_menu(directory)), directory)
    assert {fault.key: fault.reason for fault in faults} == {
        "5": "it is also the extension of 'anna'; change one of them",
        "0": "it is also the extension of 'night'; change one of them",
    }
    silent = Menu({"5": Goto("sales")})
    assert menu_faults(one(main=silent), directory) == (), "extensions are not dialled there"


def test_submenus_that_lead_round_in_a_circle_are_a_fault_and_back_is_none() -> None:
    def tree(last: Entry) -> Menus:
        return one(
            main=Menu({"1": Submenu("a"), "2": Submenu("b")}),
            a=Menu({"1": Submenu("b")}),
            b=Menu({"1": last, "2": Goto("sales")}),
        )

    assert menu_faults(tree(Back()), DENTIST) == ()
    for target in ("main", "a", "b"):
        faults = menu_faults(tree(Submenu(target)), DENTIST)
        assert [fault.reason for fault in faults] == [f"leads round to '{target}' again; use back"]


def test_a_menu_to_start_with_must_exist() -> None:
    (fault,) = menu_faults(Menus({"main": Menu({"1": Goto("sales")})}, start="mian"), DENTIST)
    assert fault.value == "mian"


def test_the_error_has_every_fault() -> None:
    faults = menu_faults(one(main=Menu({"1": Goto("a"), "2": Goto("b")})), DENTIST)
    error = MenuError(faults)
    assert error.faults == faults
    assert "'a'" in str(error)
    assert "'b'" in str(error)
