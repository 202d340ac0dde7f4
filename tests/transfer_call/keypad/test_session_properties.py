"""What holds of a caller at the keypad whatever is pressed and whenever."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from tests.support.keypad import Caller, Places, place
from transfer_call.keypad import (
    Action,
    Back,
    DialByName,
    DialExtension,
    Goodbye,
    Goto,
    KeypadSession,
    Menu,
    Menus,
    Play,
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
    place("carol", spoken="Carol Smith", extension="2015"),
    place("jan", spoken="Jan Müller", extension="305"),
    *(place(f"kim-{n}", spoken=f"Kim {'abcdefghijk'[n] * 3}") for n in range(11)),
    operator="desk",
)
SERVICE = {
    "service": Menu({"1": Goto("support"), "2": Submenu("parts"), "8": Back()}, tries=2),
    "parts": Menu({"5": Goto("jan"), "8": Back(), "9": Repeat()}, default=Goto("sales")),
}
PREFIX_FREE = Menus(
    {
        "main": Menu(
            {"1": Goto("sales"), "2": Submenu("service"), "77": Goto("anna"), "9": Repeat()},
            default=Goto("desk"),
        ),
        **SERVICE,
    }
)
EVERYTHING = Menus(
    {
        "main": Menu(
            {
                "1": Goto("sales"),
                "2": Submenu("service"),
                "3": DialExtension(),
                "4": DialByName(),
                "9": Repeat(),
            },
            direct_dial=True,
        ),
        **SERVICE,
    }
)
MENUS = st.sampled_from([None, PREFIX_FREE, EVERYTHING])
GAPS = st.sampled_from([0.01, 0.05, 0.16, 0.4, 1.0, 2.0, 2.5, 7.0, 40.0])
KEYS = st.sampled_from("00112233445566778899**#ABD")
PRESSES = st.lists(st.tuples(KEYS, GAPS), max_size=20)
FAILURES = [outcome for outcome in Outcome if not outcome.ends_call]
SPEAKING = st.sampled_from([0.5, 8.0, float("inf")])


def press_all(caller: Caller, presses: list[tuple[str, float]], outcome: Outcome) -> None:
    for key, gap in presses:
        if caller.session.transferring:
            caller.take(caller.session.transfer_ended(outcome, caller.now))
        caller.press(key, gap=gap)


def count(caller: Caller, kind: type[Action]) -> int:
    return sum(isinstance(action, kind) for action in caller.actions)


@given(MENUS, PRESSES, SPEAKING, st.sampled_from(FAILURES), st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_sequence_of_keys_and_times_ends_after_a_bounded_number_of_prompts(
    menus: Menus | None,
    presses: list[tuple[str, float]],
    speaking: float,
    outcome: Outcome,
    leads_at_once: bool,
) -> None:
    caller = Caller(KeypadSession(OFFICE, menus, most_prompts=12), speaking=speaking)
    if leads_at_once:
        caller.start()
    press_all(caller, presses, outcome)
    caller.start()
    for _ in range(4):
        if caller.session.transferring:
            caller.take(caller.session.transfer_ended(outcome, caller.now))
        caller.wait(3000.0)
    assert caller.session.ended
    assert caller.actions[-1] == Goodbye()
    assert count(caller, Goodbye) == 1
    assert count(caller, Play) <= 12
    assert sum(a == Transfer("desk", True) for a in caller.actions) <= 1
    assert len(caller.actions) <= 2 * len(presses) + 12 + 4


@given(MENUS, PRESSES, SPEAKING)
@settings(max_examples=60, deadline=None)
def test_who_leads_always_has_something_to_do_next(
    menus: Menus | None, presses: list[tuple[str, float]], speaking: float
) -> None:
    caller = Caller(KeypadSession(OFFICE, menus), speaking=speaking)
    caller.start()
    for press in presses:
        press_all(caller, [press], Outcome.BUSY)
        settled = caller.session.transferring or caller.session.ended
        assert settled is (caller.session.next_deadline() is None)


WAYS = {
    "desk": ("0",),
    "sales": ("1",),
    "support": ("1", "2"),
    "anna": ("77", "201"),
    "carol": ("2015",),
    "jan": ("5", "305"),
}
"""The last digits of every way to a destination, but for names and lists of them."""


@given(MENUS, PRESSES, st.booleans())
@settings(max_examples=100, deadline=None)
def test_nothing_is_chosen_that_was_not_typed_last(
    menus: Menus | None, presses: list[tuple[str, float]], lead: bool
) -> None:
    caller = Caller(KeypadSession(OFFICE, menus))
    if lead:
        caller.start()
    typed = ""
    for key, gap in presses:
        if caller.session.transferring:
            caller.take(caller.session.transfer_ended(Outcome.BUSY, caller.now))
            typed = ""
        for late, action in [(True, a) for a in caller.wait(gap)] + [
            (False, a) for a in caller.press(key, gap=0.0)
        ]:
            if not isinstance(action, Transfer) or action.by_default:
                continue
            digits = typed if late or not key.isdigit() else typed + key
            by_name = menus is EVERYTHING and "4" in digits
            # A digit that shows an extension to be none lets what came before it act.
            before = menus is EVERYTHING and typed.endswith(WAYS[action.destination])
            assert by_name or before or digits.endswith(WAYS[action.destination])
        typed += key if key.isdigit() else ""


@given(st.text("0125789*", max_size=12))
@settings(max_examples=100, deadline=None)
def test_typed_ahead_is_the_same_as_typed_slowly_where_no_key_begins_another(keys: str) -> None:
    def chosen(gap: float) -> tuple[list[Action], str]:
        caller = Caller(KeypadSession(OFFICE, PREFIX_FREE, debounce=0.0), speaking=0.1)
        caller.start()
        caller.press(keys, gap=gap)
        transfers: list[Action] = [a for a in caller.actions if isinstance(a, Transfer)]
        return transfers, repr(caller.session)

    assert chosen(0.01) == chosen(0.3) == chosen(1.9)


@given(st.sampled_from(["21", "22*1", "225", "2281", "2280", "22995"]), st.booleans())
def test_typed_ahead_through_a_key_that_begins_an_extension_is_the_same_as_typed_slowly(
    keys: str, lead: bool
) -> None:
    def chosen(gap: float) -> list[Action]:
        caller = Caller(KeypadSession(OFFICE, EVERYTHING), speaking=0.1)
        if lead:
            caller.start()
        caller.press(keys, gap=gap)
        return [action for action in caller.actions if isinstance(action, Transfer)]

    assert chosen(0.1) == chosen(2.5) != []


@given(MENUS, PRESSES, st.data())
@settings(max_examples=60, deadline=None)
def test_letters_and_flash_anywhere_change_no_action(
    menus: Menus | None, presses: list[tuple[str, float]], data: st.DataObject
) -> None:
    calm, noisy = (Caller(KeypadSession(OFFICE, menus)) for _ in range(2))
    for caller in (calm, noisy):
        caller.start()
    for key, gap in presses:
        calm.press(key, gap=gap)
        for code in data.draw(st.lists(st.integers(12, 300), max_size=2)):
            assert noisy.session.key(code, noisy.now) == ()
        noisy.press(key, gap=gap)
    assert noisy.actions == calm.actions


@given(MENUS, PRESSES)
@settings(max_examples=60, deadline=None)
def test_beside_an_agent_silence_is_only_given_back_after_it_was_taken(
    menus: Menus | None, presses: list[tuple[str, float]]
) -> None:
    caller = Caller(KeypadSession(OFFICE, menus))
    press_all(caller, presses, Outcome.BUSY)
    caller.wait(3000.0)
    taken = False
    for action in caller.actions:
        assert not isinstance(action, Goodbye)
        assert isinstance(action, StopSpeech) or taken or isinstance(action, Play)
        if isinstance(action, StopSpeech | Play):
            taken = True
        elif isinstance(action, Resume):
            taken = False
    assert caller.session.next_deadline() is None
