from __future__ import annotations

from livekit import rtc

from receptionist.pipeline import last_words
from receptionist.pipeline.last_words import LastWords

RATE = 24_000


def frame(number: int) -> rtc.AudioFrame:
    """A tenth of a second that can be told from others."""
    return rtc.AudioFrame(bytes([number, 0]) * (RATE // 10), RATE, 1, RATE // 10)


def numbers(frames: list[rtc.AudioFrame]) -> list[int]:
    return [bytes(one.data)[0] for one in frames]


def words() -> tuple[LastWords, list[list[int]]]:
    kept, turns = LastWords(), list[list[int]]()
    kept.on_turn = lambda frames: turns.append(numbers(frames))
    return kept, turns


def test_a_turn_is_what_was_said_and_a_little_of_what_was_before() -> None:
    kept, turns = words()
    for number in range(30):
        kept.push(frame(number))
    kept.begin()
    for number in range(30, 60):
        kept.push(frame(number))
    kept.commit()
    assert turns == [list(range(20, 60))]


def test_each_turn_is_told_once() -> None:
    kept, turns = words()
    for number in (1, 2):
        kept.begin()
        kept.push(frame(number))
        kept.commit()
    assert turns == [[1], [2]]


def test_what_nobody_said_is_no_turn() -> None:
    kept, turns = words()
    kept.push(frame(1))
    kept.commit()
    assert turns == []


def test_what_was_thrown_away_is_no_part_of_a_turn() -> None:
    kept, turns = words()
    kept.begin()
    kept.push(frame(1))
    kept.clear()
    kept.begin()
    kept.push(frame(2))
    kept.commit()
    assert turns == [[2]]


def test_of_an_endless_turn_the_end_is_kept() -> None:
    kept, turns = words()
    kept.begin()
    most = round(last_words.LONGEST_SECONDS * 10)
    for number in range(most + 7):
        kept.push(frame(number % 256))
    kept.commit()
    assert turns == [[number % 256 for number in range(7, most + 7)]]
