from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.keypad.keys import FixedKeys
from transfer_call.keypad.reader import (
    LONGEST_ENTRY,
    Chosen,
    Cleared,
    Invalid,
    NoInput,
    Reader,
    Result,
    digit_of,
)

SINGLE = {"0": "operator", "1": "sales", "2": "support"}
EXTENSIONS = SINGLE | {"201": "anna", "305": "ben"}
LONG = EXTENSIONS | {"2015": "carol"}

Press = tuple[str, float]


def reader(entries: dict[str, str], debounce: float = 0.08) -> Reader[str]:
    return Reader(FixedKeys(entries), debounce=debounce)


def read(
    entries: dict[str, str],
    presses: Sequence[Press],
    *,
    debounce: float = 0.08,
    punctual: bool = True,
) -> list[Result[str]]:
    """The results of keys pressed after gaps, and then silence, with one vocabulary."""
    keys = FixedKeys(entries)
    machine = Reader(keys, debounce=debounce)
    results: list[Result[str]] = []
    now = 0.0

    def take(result: Result[str] | None) -> None:
        while result is not None:
            results.append(result)
            result = machine.expect(keys, now)

    for digit, gap in presses:
        target = now + gap
        while punctual and (due := machine.next_deadline()) is not None and due <= target:
            now = due
            take(machine.tick(now))
        now = target
        take(machine.feed(digit, now))
    while (due := machine.next_deadline()) is not None:
        now = due
        take(machine.tick(now))
    return results


def typed(digits: str, gap: float = 0.3) -> list[Press]:
    return [(digit, gap) for digit in digits]


@pytest.mark.parametrize(
    ("entries", "presses", "results"),
    [
        pytest.param(SINGLE, typed("1"), [Chosen("sales")], id="a key"),
        pytest.param(SINGLE, typed("9"), [Invalid(1)], id="a key that means nothing"),
        pytest.param(SINGLE, typed("91"), [Invalid(1), Chosen("sales")], id="corrected"),
        pytest.param(SINGLE, typed("11"), [Chosen("sales")] * 2, id="a key twice"),
        pytest.param(SINGLE, typed("1#"), [Chosen("sales")], id="# after a choice is no choice"),
        pytest.param(SINGLE, typed("#"), [], id="# alone"),
        pytest.param(SINGLE, typed("*"), [Cleared(0)], id="* alone"),
        pytest.param(EXTENSIONS, typed("201"), [Chosen("anna")], id="an extension"),
        pytest.param(EXTENSIONS, typed("2"), [Chosen("support")], id="a key within an extension"),
        pytest.param(EXTENSIONS, typed("2#"), [Chosen("support")], id="ended by #"),
        pytest.param(EXTENSIONS, typed("20"), [Invalid(2)], id="an extension given up"),
        pytest.param(EXTENSIONS, typed("20*1"), [Cleared(2), Chosen("sales")], id="cleared"),
        pytest.param(EXTENSIONS, typed("251"), [Invalid(3)], id="a wrong one, ending in a key"),
        pytest.param(EXTENSIONS, typed("251#1"), [Invalid(3), Chosen("sales")], id="ended wrong"),
        pytest.param(EXTENSIONS, typed("91*1"), [Cleared(2), Chosen("sales")], id="wrong, cleared"),
        pytest.param(LONG, typed("201"), [Chosen("anna")], id="within a longer one"),
        pytest.param(LONG, typed("2015"), [Chosen("carol")], id="the longer one"),
        pytest.param(
            EXTENSIONS,
            [("2", 0.3), ("0", 1.9), ("1", 1.9)],
            [Chosen("anna")],
            id="slowly, but within the pause",
        ),
        pytest.param(
            EXTENSIONS,
            [("2", 0.3), ("0", 2.1), ("1", 2.1)],
            [Chosen("support"), Chosen("operator"), Chosen("sales")],
            id="slower than the pause",
        ),
    ],
)
@pytest.mark.parametrize("punctual", [True, False], ids=["punctual ticks", "late ticks"])
def test_digits_become_entries(
    entries: dict[str, str], presses: list[Press], results: list[Result[str]], punctual: bool
) -> None:
    assert read(entries, presses, punctual=punctual) == results


@pytest.mark.parametrize(
    ("entries", "before", "last"),
    [(SINGLE, "", "1"), (EXTENSIONS, "20", "1"), (LONG, "201", "5")],
)
def test_a_choice_fires_on_its_last_digit_when_no_longer_entry_can_match(
    entries: dict[str, str], before: str, last: str
) -> None:
    machine = reader(entries)
    for at, digit in enumerate(before):
        assert machine.feed(digit, at * 0.3) is None
    assert isinstance(machine.feed(last, 5.0 if not before else 1.5), Chosen)


def test_an_ambiguous_choice_waits_for_the_pause_between_digits_and_no_longer() -> None:
    machine = reader(LONG)
    for at, digit in enumerate("201"):
        machine.feed(digit, at * 0.5)
    assert machine.next_deadline() == 3.0
    assert machine.tick(2.999) is None
    assert machine.tick(3.0) == Chosen("anna")


def test_silence_is_told_once_and_only_while_waited_for() -> None:
    machine = reader(SINGLE)
    assert machine.tick(1000.0) is None
    machine.wait(1000.0, 6.0)
    assert machine.next_deadline() == 1006.0
    assert machine.tick(1005.9) is None
    assert machine.tick(1006.0) == NoInput()
    assert machine.tick(2000.0) is None
    assert machine.next_deadline() is None


def test_an_entry_that_has_begun_ends_the_wait() -> None:
    machine = reader(EXTENSIONS)
    machine.wait(0.0, 6.0)
    machine.feed("2", 5.5)
    assert machine.tick(6.5) is None
    assert machine.next_deadline() == 7.5


def test_a_wait_that_comes_after_the_first_digit_does_not_interrupt_the_entry() -> None:
    machine = reader(EXTENSIONS)
    machine.feed("2", 0.0)
    machine.wait(0.5, 0.5)
    assert machine.next_deadline() == 2.0
    assert machine.feed("0", 1.9) is None
    assert machine.feed("1", 3.8) == Chosen("anna")
    assert machine.expect(FixedKeys(EXTENSIONS), 3.8) is None


@pytest.mark.parametrize("speaks", [True, False], ids=["speech", "a stray #"])
def test_other_activity_begins_the_wait_anew(speaks: bool) -> None:
    machine = reader(SINGLE)
    machine.wait(0.0, 6.0)
    if speaks:
        machine.activity(4.0)
    else:
        assert machine.feed("#", 4.0) is None
    assert machine.next_deadline() == 10.0


def test_keys_after_a_choice_wait_until_it_is_known_what_they_mean() -> None:
    machine = reader(SINGLE)
    assert machine.feed("1", 0.0) == Chosen("sales")
    assert machine.feed("2", 0.3) is None
    assert machine.next_deadline() is None
    assert machine.expect(FixedKeys({"2": "prices"}), 0.4) == Chosen("prices")


def submenus(entries: dict[str, str], opening: frozenset[str]) -> FixedKeys[str]:
    return FixedKeys(entries, opening=opening.__contains__)


@pytest.mark.parametrize("end", ["#", "pause"])
@pytest.mark.parametrize("ahead", ["5", "0"])
def test_digits_typed_ahead_go_to_the_menu_that_their_first_digit_opens(
    ahead: str, end: str
) -> None:
    machine = Reader(submenus(LONG, frozenset({"support"})))
    inner = FixedKeys({"5": "repairs", "0": "operator", "07": "plumber"})
    assert machine.feed("2", 0.0) is None
    result = machine.feed(ahead, 0.3)
    if ahead == "0":
        assert result is None, "20 still begins an extension"
        result = machine.feed("#", 0.6) if end == "#" else machine.tick(2.3)
    assert result == Chosen("support")
    now = 2.3 if end == "pause" else 0.6
    assert machine.expect(inner, now) == Chosen(inner.entry(ahead)), "and it has ended already"


def test_digits_typed_ahead_leave_as_much_as_possible_to_the_first_menu() -> None:
    entries = {"2": "support", "20": "spare parts", "2015": "carol"}
    machine = Reader(submenus(entries, frozenset({"support", "spare parts"})))
    assert [machine.feed(digit, 0.0) for digit in "20"] == [None, None]
    assert machine.feed("9", 0.3) == Chosen("spare parts")
    assert machine.expect(FixedKeys({"9": "screws", "09": "no"}), 0.3) == Chosen("screws")


def test_digits_after_a_destination_that_make_no_extension_do_not_choose_it() -> None:
    assert read(EXTENSIONS, typed("25")) == [Invalid(2)]


def test_a_closed_reader_hears_only_the_star() -> None:
    machine = reader(EXTENSIONS)
    machine.feed("2", 0.0)
    machine.close()
    assert [machine.feed(key, 1.0 + at) for at, key in enumerate("0123456789#")] == [None] * 11
    assert machine.next_deadline() is None
    assert machine.feed("*", 20.0) == Cleared(0)
    assert machine.expect(FixedKeys(SINGLE), 21.0) is None, "what was typed is forgotten"
    assert machine.feed("1", 22.0) == Chosen("sales")


def test_closing_forgets_what_was_typed_ahead() -> None:
    machine = reader(SINGLE)
    assert machine.feed("1", 0.0) == Chosen("sales")
    assert machine.feed("2", 0.3) is None
    machine.close()
    assert machine.expect(FixedKeys(SINGLE), 1.0) is None


def test_a_wrong_entry_that_never_stops_is_over_at_some_length() -> None:
    results = read(EXTENSIONS, typed("9" * (LONGEST_ENTRY * 2)))
    assert results == [Invalid(LONGEST_ENTRY)] * 2


@pytest.mark.parametrize(
    ("gap", "debounce", "count"),
    [
        (0.02, 0.08, 1),
        (0.079, 0.08, 1),
        (0.15, 0.08, 2),
        (0.15, 0.12, 2),
        (0.02, 0.0, 2),
        (0.19, 0.2, 1),
    ],
)
def test_the_same_key_counts_once_within_the_debounce_and_twice_after_it(
    gap: float, debounce: float, count: int
) -> None:
    presses = [("1", 0.3), ("1", gap)]
    assert read(SINGLE, presses, debounce=debounce) == [Chosen("sales")] * count


def test_a_held_key_that_is_sent_over_and_over_counts_once() -> None:
    assert read(SINGLE, [("1", 0.05)] * 60) == [Chosen("sales")]


def test_a_different_key_within_the_debounce_counts() -> None:
    assert read(EXTENSIONS, typed("305", gap=0.05)) == [Chosen("ben")]


@pytest.mark.parametrize("debounce", [-0.01, 0.21, float("nan")])
def test_a_debounce_that_would_swallow_real_presses_is_refused(debounce: float) -> None:
    with pytest.raises(ValueError, match=r"debounce must be from 0 to 0\.2"):
        reader(SINGLE, debounce=debounce)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_a_pause_between_digits_of_no_length_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="between_digits"):
        Reader(FixedKeys(SINGLE), between_digits=seconds)


def test_event_codes_are_digits_star_and_hash_and_nothing_else() -> None:
    known = {code: digit_of(code) for code in range(-300, 300) if digit_of(code) is not None}
    assert known == dict(enumerate("0123456789*#"))


DIGITS = st.text("0123456789", min_size=1, max_size=4)
VOCABULARIES = st.dictionaries(DIGITS, DIGITS.map("place-{}".format), min_size=1, max_size=8)
# Sums and halves of 64ths of a second are exact: no time falls beside a limit by rounding.
GAPS = st.sampled_from([6 / 64, 10 / 64, 0.5, 127 / 64, 2.0, 2.5, 9.0])
KEYS = st.sampled_from("00112233456789*#")
PRESSES = st.lists(st.tuples(KEYS, GAPS), max_size=12)
HUMAN_GAPS = st.sampled_from([0.16, 0.5, 1.9, 2.5])
ECHOES = st.none() | st.sampled_from([0.001, 0.02, 0.079])


@given(VOCABULARIES, PRESSES)
@settings(max_examples=60, deadline=None)
def test_nothing_is_chosen_that_was_not_typed_from_end_to_end(
    entries: dict[str, str], presses: list[Press]
) -> None:
    keys = FixedKeys(entries)
    machine = Reader(keys)
    now, since = 0.0, ""
    for digit, gap in [*presses, ("#", 5.0)]:
        due = machine.next_deadline()
        if due is not None and due <= now + gap:
            since = check(machine.tick(due), since, entries)
            assert machine.expect(keys, due) is None
        now += gap
        since += digit.strip("*#")
        result = machine.feed(digit, now)
        if result is not None:
            since = check(result, since, entries)
            assert machine.expect(keys, now) is None
        assert machine.length == len(since)


def check(result: Result[str] | None, since: str, entries: dict[str, str]) -> str:
    """What the digits since the last result must have come to; none of them is left."""
    if isinstance(result, Chosen):
        assert entries[since] == result.entry
    elif isinstance(result, Invalid):
        assert since not in entries
        assert result.length == len(since)
    else:
        assert result == Cleared(len(since))
    return ""


@given(VOCABULARIES, PRESSES)
@settings(max_examples=60, deadline=None)
def test_a_choice_never_waits_when_it_need_not(
    entries: dict[str, str], presses: list[Press]
) -> None:
    keys = FixedKeys(entries)
    machine = Reader(keys)
    now = 0.0
    for digit, gap in presses:
        now += gap
        if machine.tick(now) is not None:
            machine.expect(keys, now)
        if machine.feed(digit, now) is not None:
            machine.expect(keys, now)
        if machine.length and not machine.lost:
            assert any(len(other) > machine.length for other in entries)
        if machine.length:
            assert machine.next_deadline() == now + 2.0 or digit == "#"


@given(VOCABULARIES, PRESSES)
@settings(max_examples=60, deadline=None)
def test_late_ticks_change_no_result(entries: dict[str, str], presses: list[Press]) -> None:
    assert read(entries, presses, punctual=False) == read(entries, presses, punctual=True)


@given(VOCABULARIES, st.lists(st.tuples(KEYS, HUMAN_GAPS, ECHOES), max_size=12))
@settings(max_examples=60, deadline=None)
def test_re_sent_keys_change_no_result(
    entries: dict[str, str], presses: list[tuple[str, float, float | None]]
) -> None:
    sent: list[Press] = []
    since_echo = 0.0
    for digit, gap, echo in presses:
        sent.append((digit, gap - since_echo))
        since_echo = echo or 0.0
        if echo is not None:
            sent.append((digit, echo))
    assert read(entries, sent) == read(entries, [(digit, gap) for digit, gap, _ in presses])


@given(VOCABULARIES, PRESSES, st.data())
@settings(max_examples=60, deadline=None)
def test_letters_and_flash_anywhere_change_nothing(
    entries: dict[str, str], presses: list[Press], data: st.DataObject
) -> None:
    noisy: list[Press] = []
    for digit, gap in presses:
        if data.draw(st.booleans()):
            stray = data.draw(st.sampled_from(["A", "b", "D", "", "\x00", "10", "x"]))
            noisy += [(stray, gap / 2), (digit, gap - gap / 2)]
        else:
            noisy.append((digit, gap))
    assert read(entries, noisy) == read(entries, presses)


@given(st.integers(1, 8), st.data())
@settings(max_examples=30, deadline=None)
def test_no_result_and_no_repr_tells_which_digits_were_typed(
    length: int, data: st.DataObject
) -> None:
    def shown() -> list[str]:
        machine = reader({"1" * 9: "nobody"})
        wrong = data.draw(st.text("023456789", min_size=length, max_size=length))
        seen = [repr(machine.feed(digit, float(at))) for at, digit in enumerate(wrong)]
        return [*seen, repr(machine), repr(machine.feed("#", 20.0)), repr(machine)]

    assert shown() == shown()
