from __future__ import annotations

import pytest

from lab.call_keys import HangUp, Press, Say, Typing


def typed(keys: str) -> tuple[list[Press | Say | HangUp], str]:
    """What comes of keys, and what the terminal shows for them."""
    typing, shown = Typing(), ""
    wanted: list[Press | Say | HangUp] = []
    for key in keys:
        if (one := typing.feed(key)) is not None:
            wanted.append(one)
        shown += typing.echo
    return wanted, shown


@pytest.mark.parametrize("key", "0123456789*#")
def test_the_keys_of_a_telephone_are_pressed_at_once(key: str) -> None:
    assert typed(key) == ([Press(key)], "")


@pytest.mark.parametrize("key", ["h", "H", "\x04"])
def test_the_call_can_be_ended(key: str) -> None:
    assert typed(key) == ([HangUp()], "")


def test_the_end_of_the_input_ends_the_call_whatever_is_being_written() -> None:
    typing = Typing()
    typing.feed("s")
    typing.feed("x")
    assert typing.feed("") == HangUp()


def test_after_s_all_is_text_until_enter() -> None:
    wanted, shown = typed("sroom 10, h\n5")
    assert wanted == [Say("room 10, h"), Press("5")]
    assert shown == "  say: room 10, h\n"


def test_text_can_be_corrected_as_far_as_there_is_some() -> None:
    wanted, shown = typed("s\x7fab\x7fc\r")
    assert wanted == [Say("ac")]
    assert shown == "  say: ab\b \bc\n"


@pytest.mark.parametrize("keys", ["s \n", "x", "\n", "\x1b"])
def test_other_keys_do_nothing(keys: str) -> None:
    assert typed(keys)[0] == []
