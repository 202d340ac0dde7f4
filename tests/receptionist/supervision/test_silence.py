from __future__ import annotations

import pytest

from receptionist.supervision.silence import Help, Silence, Sound


def watch() -> Silence:
    """After the greeting, at 100 s: it is the caller's turn."""
    silence = Silence(6.0, 10.0)
    silence.active(90.0)
    silence.begins(Sound.AGENT)
    silence.ends(Sound.AGENT, 100.0)
    return silence


def until(silence: Silence, end: float) -> list[tuple[float, Help]]:
    """What is done by `end`, each at the moment it is due; words take no time."""
    done = []
    while (at := silence.deadline()) is not None and at <= end:
        assert silence.due(at - 0.01) is None
        if (help_ := silence.due(at)) is not None:
            done.append((at, help_))
        if help_ is Help.GOODBYE:
            break
    return done


def test_a_caller_who_says_nothing_is_asked_twice_and_told_goodbye() -> None:
    assert until(watch(), 200) == [
        (110.0, Help.STILL_THERE),
        (120.0, Help.STILL_THERE),
        (130.0, Help.GOODBYE),
    ]


def test_a_caller_who_waits_for_an_answer_hears_something_then_keys_then_the_operator() -> None:
    silence = watch()
    silence.caller_spoke(101.0)
    assert silence.owed
    assert until(silence, 300) == [
        (107.0, Help.BEAR_WITH_ME),
        (113.0, Help.KEYS),
        (119.0, Help.OPERATOR),
    ]


def test_saying_hello_again_does_not_begin_it_anew() -> None:
    silence = watch()
    silence.caller_spoke(101.0)
    until(silence, 107)
    silence.begins(Sound.CALLER)
    silence.ends(Sound.CALLER, 109.0)
    silence.caller_spoke(109.5)
    assert until(silence, 116) == [(115.0, Help.KEYS)]


def test_an_answer_of_the_agent_ends_it_and_the_next_silence_is_the_callers() -> None:
    silence = watch()
    silence.caller_spoke(101.0)
    until(silence, 107)
    silence.begins(Sound.AGENT)
    silence.ends(Sound.AGENT, 111.0)
    silence.agent_answered(111.0)
    assert until(silence, 122) == [(121.0, Help.STILL_THERE)]
    silence.caller_spoke(123.0)
    assert until(silence, 130) == [(129.0, Help.BEAR_WITH_ME)]


@pytest.mark.parametrize("sound", Sound)
def test_nothing_is_due_while_something_is_heard_or_a_transfer_runs(sound: Sound) -> None:
    silence = watch()
    silence.caller_spoke(101.0)
    silence.begins(sound)
    assert silence.deadline() is None
    assert silence.due(500.0) is None
    silence.ends(sound, 500.0)
    assert silence.deadline() == 506.0


def test_words_of_ours_count_from_their_end() -> None:
    silence = watch()
    silence.caller_spoke(101.0)
    assert silence.due(107.0) is Help.BEAR_WITH_ME
    silence.begins(Sound.AGENT)
    silence.ends(Sound.AGENT, 109.0)
    assert silence.deadline() == 115.0


def test_keys_and_speech_are_signs_of_life() -> None:
    for sign in ("key", "speech"):
        silence = watch()
        assert len(until(silence, 120)) == 2
        if sign == "key":
            silence.active(125.0)
        else:
            silence.begins(Sound.CALLER)
            silence.ends(Sound.CALLER, 125.0)
        assert until(silence, 146) == [(135.0, Help.STILL_THERE), (145.0, Help.STILL_THERE)]


def test_a_call_that_has_not_begun_is_not_silent() -> None:
    assert Silence(6.0, 10.0).deadline() is None
    silence = Silence(6.0, 10.0)
    silence.ends(Sound.AGENT, 5.0)
    assert silence.deadline() is None
