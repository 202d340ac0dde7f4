from __future__ import annotations

from pathlib import Path

import pytest

from lab.page.facts import STEP, CallFacts, Strip
from lab.page.gather import gather
from tests.lab.page import made_call as made


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> CallFacts:
    return made.made_call(tmp_path_factory.mktemp("call"))


def loud(strips: tuple[Strip, ...], who: str) -> list[tuple[float, float]]:
    """From when to when someone is loud in them."""
    found: list[tuple[float, float]] = []
    for strip in strips:
        for index, level in enumerate(strip.levels):
            if strip.who == who and level > 0.1:
                at = strip.start + index * STEP
                if found and at - found[-1][1] < 3 * STEP:
                    found[-1] = (found[-1][0], at + STEP)
                else:
                    found.append((at, at + STEP))
    return found


def test_all_times_are_from_the_answer(facts: CallFacts) -> None:
    assert facts.start == pytest.approx(-0.5, abs=0.001)
    assert facts.end == pytest.approx(made.END, abs=0.03)
    (answer,) = (step for step in facts.steps if step.label == "200" and step.at == 0)
    assert answer.source == "receptionist"
    assert facts.began.timestamp() == pytest.approx(made.ANSWERED - 0.5)


def test_the_phones_are_those_that_people_used(facts: CallFacts, tmp_path: Path) -> None:
    assert [phone.who for phone in facts.phones] == ["caller", "front desk"]
    alone = made.made_call(tmp_path, talk=False)
    assert [phone.who for phone in alone.phones] == ["caller"]


@pytest.mark.parametrize(
    ("phone", "hears", "voice", "at"),
    [
        (0, True, "receptionist", [made.GREETING, made.ANNOUNCEMENT]),
        (0, True, "front desk", [made.DESK]),
        (0, False, "caller", [made.CALLER]),
        (1, True, "caller", [made.CALLER]),
        (1, False, "front desk", [made.DESK]),
    ],
)
def test_every_voice_is_loud_when_it_speaks_and_only_then(
    facts: CallFacts, phone: int, hears: bool, voice: str, at: list[float]
) -> None:
    one = facts.phones[phone]
    spans = loud(one.hears if hears else one.says, voice)
    assert [start for start, _ in spans] == pytest.approx(at, abs=2 * STEP)
    assert [end for _, end in spans] == pytest.approx(
        [start + made.VOICE_SECONDS for start in at], abs=2 * STEP
    )


def test_the_bridges_ringing_is_not_the_receptionists_voice(facts: CallFacts) -> None:
    ((start, end),) = loud(facts.phones[0].hears, "ringing tone")
    assert (start, end) == pytest.approx(made.RINGING, abs=0.1)


def test_words_last_as_long_as_they_are_heard(facts: CallFacts) -> None:
    caller, desk = facts.phones
    assert [(words.who, words.text) for words in caller.said] == [("caller", made.QUESTION)]
    assert [words.who for words in caller.heard] == ["receptionist", "receptionist", "front desk"]
    assert desk.heard == caller.said
    for words in (*caller.said, *caller.heard):
        assert words.end - words.start == pytest.approx(made.VOICE_SECONDS, abs=0.06)


def test_what_nobody_said_on_a_phone_is_not_on_it(tmp_path: Path) -> None:
    (caller,) = made.made_call(tmp_path, talk=False).phones
    assert not caller.said
    assert [words.who for words in caller.heard] == ["receptionist", "receptionist"]


def test_keys_are_on_the_phone_that_pressed_them(facts: CallFacts) -> None:
    caller, desk = facts.phones
    assert [key.digit for key in caller.keys] == ["0"]
    assert caller.keys[0].at == pytest.approx(made.KEY, abs=0.001)
    assert not desk.keys


def test_a_clip_lasts_from_the_first_sound_to_the_last(facts: CallFacts) -> None:
    caller, desk = facts.phones
    assert caller.clip.start == pytest.approx(0.0, abs=0.05)
    assert caller.clip.seconds == pytest.approx(made.END, abs=0.1)
    assert desk.clip.start == pytest.approx(5.0, abs=0.05)
    assert desk.clip.seconds == pytest.approx(made.END - 5.0, abs=0.1)


def test_a_call_that_nobody_answered_has_no_page() -> None:
    with pytest.raises(ValueError, match="not answered"):
        gather("x", made.LANES, [], [], str, attempts=[], notes=[], succeeded=False)
