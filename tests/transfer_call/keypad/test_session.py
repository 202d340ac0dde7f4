from __future__ import annotations

from typing import Any

import pytest

from tests.support.keypad import Caller, Places, place
from transfer_call.keypad import (
    Action,
    Answered,
    Back,
    Cancel,
    DialByName,
    DialExtension,
    Goodbye,
    Goto,
    KeypadSession,
    Menu,
    MenuError,
    Menus,
    Play,
    Prompt,
    Repeat,
    Resume,
    StopSpeech,
    Submenu,
    Transfer,
)
from transfer_call.transfer.outcome import Outcome

OFFICE = Places(
    place("desk", key="0", spoken="Front desk"),
    place("sales", key="1"),
    place("support", key="2"),
    place("anna", spoken="Anna Smith", extension="201"),
    place("jan", spoken="Jan Müller", extension="305"),
    operator="desk",
)
TREE = Menus(
    {
        "main": Menu(
            {
                "1": Goto("sales"),
                "2": Submenu("service"),
                "3": DialExtension(),
                "4": DialByName(),
                "9": Repeat(),
            },
            default=Goto("desk"),
            direct_dial=True,
        ),
        "service": Menu({"1": Goto("support"), "2": Submenu("parts"), "8": Back()}, tries=2),
        "parts": Menu({"5": Goto("jan"), "8": Back()}, default=Goto("sales"), timeout=4),
    }
)


def leading(menus: Menus | None = TREE, directory: Places = OFFICE, **options: Any) -> Caller:
    caller = Caller(KeypadSession(directory, menus, **options))
    caller.start()
    caller.actions.clear()
    return caller


def passive(menus: Menus | None = TREE, directory: Places = OFFICE) -> Caller:
    return Caller(KeypadSession(directory, menus))


def said(actions: list[Action]) -> list[Prompt]:
    """What is being said after all."""
    play = actions[-1]
    assert isinstance(play, Play)
    return [part.prompt for part in play.parts]


def labels(actions: list[Action]) -> list[str]:
    play = actions[-1]
    assert isinstance(play, Play)
    return [item.label for part in play.parts for item in part.items]


def test_the_menu_is_said_first_after_whatever_the_edge_has_to_say() -> None:
    caller = Caller(KeypadSession(OFFICE))
    actions = caller.start()
    assert said(actions) == [Prompt.INTRO, Prompt.MENU]
    assert labels(actions) == ["sales", "support", "Front desk", ""]


@pytest.mark.parametrize(
    ("keys", "destination"),
    [
        ("0", "desk"),
        ("1", "sales"),
        ("201", "anna"),
        ("305", "jan"),
        ("2#1", "support"),
        ("21", "support"),
        ("225", "jan"),
        ("2*1", "sales"),
        ("22*1", "support"),
        ("2281", "support"),
        ("280", "desk"),
        ("3305", "jan"),
        ("4526", "jan"),
        ("4685537", "jan"),
        ("42662#1", "anna"),
        ("40", "desk"),
        ("4*1", "sales"),
        ("91", "sales"),
        ("20*1", "sales"),
        ("1111", "sales"),
    ],
)
@pytest.mark.parametrize("lead", [True, False], ids=["leading", "passive"])
def test_keys_typed_ahead_reach_their_destination_on_the_last_key(
    keys: str, destination: str, lead: bool
) -> None:
    caller = leading() if lead else passive()
    caller.press(keys, gap=0.2)
    assert caller.session.transferring
    assert caller.actions[0] == StopSpeech()
    assert [a for a in caller.actions if isinstance(a, Transfer)] == [Transfer(destination)]


def test_a_menu_that_the_caller_is_already_past_is_not_said() -> None:
    caller = leading()
    actions = caller.press("22", gap=0.2)
    assert [type(action) for action in actions] == [StopSpeech, StopSpeech, Play]
    assert labels(actions) == ["Jan Müller", ""]
    assert caller.press("5", gap=0.2) == [StopSpeech(), Transfer("jan")]


def test_a_submenu_is_said_after_the_pause_that_an_extension_needs() -> None:
    caller = leading()
    assert caller.press("2") == [StopSpeech()]
    assert caller.wait(1.9) == []
    assert said(caller.wait(0.2)) == [Prompt.MENU]


def test_a_key_stops_the_speech_also_when_it_means_nothing() -> None:
    caller = leading()
    actions = caller.press("7")
    assert actions == [StopSpeech()]
    assert said(caller.wait(2.1)) == [Prompt.INVALID, Prompt.MENU]


def test_without_longer_entries_a_wrong_key_is_told_at_once() -> None:
    caller = leading(Menus({"main": Menu({"1": Goto("sales")})}))
    actions = caller.press("7")
    assert actions[0] == StopSpeech()
    assert said(actions) == [Prompt.INVALID, Prompt.MENU]


@pytest.mark.parametrize("keys", ["", "7#", "#"], ids=["nothing", "wrong keys", "only #"])
def test_after_the_tries_the_caller_goes_to_the_default_and_then_to_a_goodbye(keys: str) -> None:
    caller = leading()

    def all_tries() -> list[Action]:
        return [action for _ in range(3) for action in [*caller.press(keys), *caller.wait(10.0)]]

    *before, last = all_tries()
    assert sum(isinstance(action, Play) for action in before) == 2, "the menu is said three times"
    assert last == Transfer("desk", by_default=True)
    caller.take(caller.session.transfer_ended(Outcome.BUSY, caller.now))
    assert all_tries()[-1] == Goodbye()
    assert caller.session.next_deadline() is None
    assert caller.press("0") == []


def test_no_input_and_wrong_keys_share_the_tries() -> None:
    caller = leading()
    assert said(caller.wait(9.1)) == [Prompt.NO_INPUT, Prompt.MENU]
    caller.press("7#")
    assert caller.wait(9.1)[-1] == Transfer("desk", by_default=True)


def test_a_valid_choice_gives_the_tries_back() -> None:
    caller = leading()
    for _ in range(5):
        caller.press("7#")
        caller.press("7#")
        caller.press("9")
    assert not caller.session.transferring


def test_a_submenu_has_its_own_tries_and_the_default_of_the_one_above() -> None:
    caller = leading()
    caller.press("2#")
    assert said(caller.wait(9.1)) == [Prompt.NO_INPUT, Prompt.MENU]
    assert caller.wait(9.1) == [Transfer("desk", by_default=True)]


def test_a_submenu_may_have_its_own_default_and_time() -> None:
    caller = leading()
    caller.press("22")
    caller.wait(6.9)
    assert said(caller.wait(0.2)) == [Prompt.NO_INPUT, Prompt.MENU]
    caller.wait(7.1)
    assert caller.wait(7.1) == [Transfer("sales", by_default=True)]


def test_without_a_default_the_tries_end_in_a_goodbye() -> None:
    caller = leading(Menus({"main": Menu({"1": Goto("sales")}, tries=1)}))
    assert caller.wait(9.1) == [Goodbye()]


def test_speech_puts_the_no_input_off() -> None:
    caller = leading()
    caller.wait(8.0)
    caller.session.activity(caller.now)
    assert caller.wait(5.9) == []
    assert said(caller.wait(0.2)) == [Prompt.NO_INPUT, Prompt.MENU]


def test_a_prompt_that_never_ends_counts_as_said_after_its_limit() -> None:
    caller = Caller(KeypadSession(OFFICE, TREE, prompt_limit=60.0), speaking=float("inf"))
    caller.start()
    assert caller.wait(65.9) == []
    assert said(caller.wait(0.2)) == [Prompt.NO_INPUT, Prompt.MENU]


def test_the_end_of_a_prompt_that_was_replaced_does_not_start_the_wait() -> None:
    caller = leading()
    first = 1
    caller.press("7#")
    caller.take(caller.session.prompt_finished(first, caller.now))
    assert caller.session.next_deadline() == pytest.approx(caller.now + 120.0)


def test_the_star_clears_what_was_typed_and_says_the_menu_again() -> None:
    caller = leading()
    actions = caller.press("20*")
    assert said(actions) == [Prompt.MENU]
    assert caller.press("1")[-1] == Transfer("sales")


def test_the_star_goes_back_one_menu_at_a_time_and_repeats_the_first() -> None:
    caller = leading()
    caller.press("2#")
    service = labels(caller.press("#*"))
    caller.press("22")
    assert labels(caller.press("*")) == ["support", "parts", ""]
    assert labels(caller.press("*")) == service
    assert labels(caller.press("*")) == service


def test_a_wrong_extension_is_told_as_one() -> None:
    caller = leading()
    assert said(caller.press("3#")) == [Prompt.EXTENSION]
    assert said(caller.press("999#")) == [Prompt.EXTENSION_UNKNOWN, Prompt.EXTENSION]


def test_names_that_fit_are_read_out_with_a_key_each() -> None:
    caller = leading()
    assert said(caller.press("4")) == [Prompt.NAME]
    assert caller.press("76") == [StopSpeech(), StopSpeech()]
    caller.press("4")
    actions = caller.wait(2.1)
    assert said(actions) == [Prompt.NAME_CHOICES]
    assert labels(actions) == ["Anna Smith"]
    assert caller.press("1")[-1] == Transfer("anna")


@pytest.mark.parametrize(
    ("keys", "prompt"), [("52#", Prompt.NAME_SHORT), ("5299#", Prompt.NAME_UNKNOWN)]
)
def test_letters_that_find_nobody_are_told_as_what_they_are(keys: str, prompt: Prompt) -> None:
    caller = leading()
    caller.press("4")
    assert said(caller.press(keys)) == [prompt, Prompt.NAME]


def kims(count: int) -> Places:
    people = (place(f"k{n}", spoken=f"Kim {word}") for n, word in enumerate(WORDS[:count]))
    return Places(place("desk", key="0"), *people, operator="desk")


WORDS = [f"{a}{b}o" for a in "adgj" for b in "bmpt"] + ["wo"] * 10
SPELL = Menus({"main": Menu({"4": DialByName()}, default=Goto("desk"))})


def test_eight_names_are_read_out_and_more_are_narrowed_first() -> None:
    caller = leading(SPELL, kims(8))
    assert len(labels(caller.press("4546#"))) == 8
    caller = leading(SPELL, kims(16))
    assert said(caller.press("4546#")) == [Prompt.NAME_MORE]
    actions = caller.press("2#")
    assert labels(actions) == ["Kim abo", "Kim amo", "Kim apo", "Kim ato"]


def test_letters_that_fit_nobody_any_more_are_told_instead_of_the_names_before() -> None:
    caller = leading(SPELL, kims(16))
    caller.press("4546#")
    assert said(caller.press("999#")) == [Prompt.NAME_UNKNOWN, Prompt.NAME_MORE]


@pytest.mark.parametrize("how", ["#", "silence"])
def test_names_that_cannot_be_narrowed_are_read_out_page_by_page(how: str) -> None:
    caller = leading(SPELL, kims(20))
    caller.press("4546#")
    first = labels(caller.press("#") if how == "#" else caller.wait(9.1))
    second = labels(caller.press("9"))
    third = labels(caller.press("9"))
    assert [len(first), len(second), len(third)] == [9, 9, 4]
    assert first[-1] == second[-1] == ""
    assert caller.press("4")[-1] == Transfer("k19")


def test_back_from_the_names_is_to_their_spelling() -> None:
    caller = leading(SPELL, kims(8))
    caller.press("4546#")
    assert said(caller.press("*")) == [Prompt.NAME]
    assert said(caller.press("*")) == [Prompt.MENU]


@pytest.mark.parametrize("keys", ["0123456789#", "AB", "1111"])
def test_while_a_transfer_is_pending_no_key_but_the_star_does_anything(keys: str) -> None:
    caller = leading()
    caller.press("1")
    assert caller.press(keys) == []
    assert caller.wait(200.0) == []
    assert caller.press("*") == [Cancel()]
    assert caller.session.transferring, "the engine decides whether it is too late"


def test_a_star_sent_twice_cancels_once_and_does_not_leave_the_menu() -> None:
    caller = leading()
    caller.press("1*")
    caller.take(caller.session.transfer_ended(Outcome.CANCELLED, caller.now))
    assert caller.press("*", gap=0.05) == []


@pytest.mark.parametrize("outcome", [o for o in Outcome if not o.ends_call])
def test_after_a_transfer_that_failed_the_first_menu_is_said(outcome: Outcome) -> None:
    caller = leading()
    caller.press("225")
    actions = caller.take(caller.session.transfer_ended(outcome, caller.now))
    assert said(actions) == [Prompt.MENU]
    assert caller.press("1")[-1] == Transfer("sales")


@pytest.mark.parametrize("outcome", [o for o in Outcome if o.ends_call])
@pytest.mark.parametrize("asked", [True, False])
def test_after_the_caller_has_gone_nothing_is_said_or_read(outcome: Outcome, asked: bool) -> None:
    caller = leading()
    if asked:
        caller.press("1")
    caller.actions.clear()
    caller.take(caller.session.transfer_ended(outcome, caller.now))
    caller.press("0123*")
    caller.start()
    caller.take(caller.session.transfer_started(caller.now))
    caller.wait(500.0)
    assert caller.session.ended
    assert caller.actions == []


def test_what_was_typed_while_a_transfer_was_pending_is_forgotten() -> None:
    caller = leading()
    caller.press("120")
    caller.take(caller.session.transfer_ended(Outcome.BUSY, caller.now))
    assert caller.press("1")[-1] == Transfer("sales")


def test_the_end_of_no_transfer_does_nothing() -> None:
    caller = leading()
    caller.press("2")
    assert caller.session.transfer_ended(Outcome.BUSY, caller.now) == ()
    assert caller.press("01")[-1] == Transfer("anna")


def test_somebody_elses_transfer_closes_the_keypad_too() -> None:
    caller = leading()
    caller.press("20")
    caller.take(caller.session.transfer_started(caller.now))
    assert caller.press("1") == []
    assert caller.press("*") == [Cancel()]
    actions = caller.take(caller.session.transfer_ended(Outcome.NO_ANSWER, caller.now))
    assert said(actions) == [Prompt.MENU]


def test_after_a_failure_the_menu_names_what_can_be_reached_now() -> None:
    words = Menu({"1": Goto("sales"), "2": Goto("support"), "9": Repeat()}, prompt="Ours.")
    caller = leading(Menus({"main": words}))

    def after_failure(alternatives: list[str]) -> tuple[list[str], str]:
        caller.press("1")
        (action,) = caller.session.transfer_ended(
            Outcome.BUSY, caller.now, alternatives=alternatives
        )
        assert isinstance(action, Play)
        (part,) = action.parts
        return [item.key for item in part.items], part.text

    assert after_failure(["support"]) == (["2", "9"], "")
    assert after_failure(["sales", "support"]) == (["1", "2", "9"], "Ours.")
    assert after_failure([]) == (["1", "2", "9"], "Ours.")


def test_own_words_are_said_in_the_language_of_the_line() -> None:
    menu = Menu({"1": Goto("sales")}, prompt={"de": "Hallo", "en": "Hello"})
    for language, text in [("de", "Hallo"), ("en", "Hello"), ("es", "")]:
        session = KeypadSession(OFFICE, Menus({"main": menu}), language=language)
        (action,) = session.start(0.0)
        assert isinstance(action, Play)
        assert action.parts[1].text == text


def test_beside_an_agent_nothing_is_said_that_no_key_asked_for() -> None:
    caller = passive()
    assert caller.session.next_deadline() is None
    assert caller.wait(1000.0) == []
    caller.press("1")
    assert caller.take(caller.session.transfer_ended(Outcome.BUSY, caller.now)) == []
    assert caller.session.next_deadline() is None


@pytest.mark.parametrize("keys", ["7", "77#", "*", "#", "A", "8*"])
def test_beside_an_agent_keys_that_mean_nothing_do_not_stop_it(keys: str) -> None:
    caller = passive()
    caller.press(keys)
    caller.wait(100.0)
    assert caller.actions == []


@pytest.mark.parametrize(
    ("keys", "length"), [("20", 2), ("2099", 4), ("20#", 2), ("20*", 2), ("30", 2)]
)
def test_an_agent_stopped_for_nothing_gets_its_turn_back(keys: str, length: int) -> None:
    extensions = Places(place("anna", extension="201"), place("ben", extension="301"))
    caller = passive(None, extensions)
    caller.press(keys)
    caller.wait(10.0)
    assert caller.actions[0] == StopSpeech()
    assert caller.actions[-1] == Resume(length)
    assert caller.actions.count(Resume(length)) == 1


def test_beside_an_agent_a_submenu_is_said_and_left_again_in_silence() -> None:
    caller = passive()
    assert said(caller.press("4")) == [Prompt.NAME]
    assert caller.wait(9.1) == [Resume(0)]
    assert caller.press("1")[-1] == Transfer("sales"), "the keys mean the first menu's again"


def test_beside_an_agent_the_star_leaves_a_submenu_for_the_agent() -> None:
    caller = passive()
    caller.press("4")
    assert caller.press("*") == [StopSpeech(), Resume(0)]


def test_beside_an_agent_too_many_wrong_keys_in_a_submenu_end_it() -> None:
    caller = passive()
    caller.press("2#")
    assert said(caller.press("7")) == [Prompt.INVALID, Prompt.MENU]
    assert caller.press("7") == [StopSpeech(), Resume(0)]


def test_beside_an_agent_the_menu_is_said_when_a_key_asks_for_it() -> None:
    caller = passive()
    assert said(caller.press("9")) == [Prompt.MENU]
    assert caller.wait(1000.0) == []


@pytest.mark.parametrize("keys", ["20", "4"])
def test_taking_the_lead_does_not_talk_over_a_caller_at_the_keys(keys: str) -> None:
    caller = passive()
    caller.press(keys)
    assert caller.start() == []
    assert caller.wait(9.1) != [], "but the wait is bounded from now on"


def test_taking_the_lead_leaves_the_caller_in_his_submenu() -> None:
    caller = passive()
    caller.press("4")
    caller.wait(4.0)
    assert caller.start() == []
    assert said(caller.wait(6.0)) == [Prompt.NO_INPUT, Prompt.NAME]


def test_taking_the_lead_during_a_transfer_says_the_menu_when_it_fails() -> None:
    caller = passive()
    caller.press("1")
    assert caller.start() == []
    assert said(caller.take(caller.session.transfer_ended(Outcome.BUSY, caller.now))) == [
        Prompt.MENU
    ]


def test_the_lead_is_taken_once() -> None:
    caller = leading()
    assert not caller.session.passive
    assert caller.start() == []


def test_a_caller_who_only_repeats_the_menu_is_sent_on_in_the_end() -> None:
    caller = leading(most_prompts=10)
    for _ in range(30):
        caller.press("9")
    assert caller.actions.count(Transfer("desk", by_default=True)) == 1
    assert sum(isinstance(action, Play) for action in caller.actions) == 9


@pytest.mark.parametrize("punctual", [True, False])
def test_a_key_after_the_pause_is_read_where_the_pause_led(punctual: bool) -> None:
    caller = leading()
    caller.press("2")
    if punctual:
        caller.wait(2.5)
    else:
        caller.now += 2.5
    caller.press("2", gap=0.0)
    assert caller.press("5")[-1] == Transfer("jan")


def test_menus_that_cannot_be_carried_out_are_refused_at_once() -> None:
    with pytest.raises(MenuError) as caught:
        KeypadSession(OFFICE, Menus({"main": Menu({"1": Goto("nobody"), "2": Submenu("gone")})}))
    assert [fault.value for fault in caught.value.faults] == ["nobody", "gone"]


def test_a_prompt_limit_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="prompt_limit"):
        KeypadSession(OFFICE, prompt_limit=0.0)


@pytest.mark.parametrize("code", [12, 13, 14, 15, 16, 255, -1])
def test_letters_and_flash_do_nothing_in_any_state(code: int) -> None:
    for keys in ("", "2", "77", "4", "1"):
        caller = leading()
        caller.press(keys)
        before = repr(caller.session), caller.session.next_deadline()
        assert caller.session.key(code, caller.now) == ()
        assert (repr(caller.session), caller.session.next_deadline()) == before


def test_the_repr_tells_how_many_digits_were_typed_and_not_which() -> None:
    caller = leading()
    caller.press("30")
    assert repr(caller.session) == "<KeypadSession leading, reading, 2 digits typed>"


def test_a_caller_who_speaks_ends_the_prompt_and_is_not_asked_whether_he_is_there() -> None:
    caller = leading()
    caller.wait(1)
    assert caller.take(caller.session.conversing(caller.now)) == [StopSpeech()]
    assert caller.wait(60) == []


def test_when_nobody_speaks_any_more_the_menu_follows_after_the_wait() -> None:
    caller = leading()
    caller.take(caller.session.conversing(caller.now))
    caller.wait(20)
    caller.session.listen(caller.now)
    assert caller.wait(5.9) == []
    assert said(caller.wait(0.2)) == [Prompt.NO_INPUT, Prompt.MENU]


def test_an_open_question_is_answered_by_the_keys_1_and_2_without_a_pause() -> None:
    for key, yes in (("1", True), ("2", False)):
        caller = leading()
        caller.take(caller.session.conversing(caller.now))
        caller.session.listen(caller.now, question=True)
        assert caller.press(key) == [StopSpeech(), Answered(yes)]


def test_other_keys_mean_what_they_did_while_a_question_is_open() -> None:
    caller = leading()
    caller.session.listen(caller.now, question=True)
    assert caller.press("305")[-1] == Transfer("jan")
    caller = leading()
    caller.session.listen(caller.now, question=True)
    assert caller.press("0")[-1] == Transfer("desk")


def test_after_an_answer_the_keys_are_the_menus_again() -> None:
    caller = leading()
    caller.session.listen(caller.now, question=True)
    caller.press("2")
    assert caller.press("1", gap=0.5)[-1] == Transfer("sales")


def test_a_menu_that_is_said_again_closes_the_question() -> None:
    caller = leading()
    caller.wait(5)
    caller.session.listen(caller.now, question=True)
    assert said(caller.wait(7)) == [Prompt.NO_INPUT, Prompt.MENU]
    assert caller.press("1")[-1] == Transfer("sales")


def test_digits_that_are_being_typed_are_no_answer() -> None:
    caller = leading()
    caller.press("20")
    caller.session.listen(caller.now, question=True)
    assert caller.press("1")[-1] == Transfer("anna")


def test_a_question_changes_nothing_while_a_transfer_is_pending() -> None:
    caller = leading()
    caller.press("1")
    caller.session.listen(caller.now, question=True)
    assert caller.session.conversing(caller.now) == ()
    assert caller.press("12") == []
