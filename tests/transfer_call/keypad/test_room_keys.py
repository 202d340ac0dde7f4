from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from livekit import rtc

from transfer_call.keypad.room import HELD_KEYS, RoomKeys


class Room(rtc.EventEmitter[str]):
    """A room of which only the DTMF events matter."""

    def press(self, code: int, participant: Any) -> None:
        self.emit("sip_dtmf_received", rtc.SipDTMF(code=code, digit="?", participant=participant))


def sip(identity: str) -> Any:
    return SimpleNamespace(identity=identity, kind=rtc.ParticipantKind.PARTICIPANT_KIND_SIP)


def web(identity: str) -> Any:
    return SimpleNamespace(identity=identity, kind=rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD)


def keys_in(room: Room) -> RoomKeys:
    return RoomKeys(room)  # type: ignore[arg-type]


def test_keys_pressed_before_the_caller_is_known_are_handed_on_first_and_in_order() -> None:
    room, pressed = Room(), list[int]()
    keys = keys_in(room)
    room.press(2, sip("caller"))
    room.press(0, sip("somebody"))
    room.press(1, sip("caller"))
    keys.serve("caller", lambda code, at: pressed.append(code))
    room.press(11, sip("caller"))
    assert pressed == [2, 1, 11]


def test_only_the_callers_own_keys_count() -> None:
    room, pressed = Room(), list[int]()
    keys_in(room).serve("caller", lambda code, at: pressed.append(code))
    room.press(1, sip("second caller"))
    room.press(2, web("caller"))
    room.press(3, None)
    room.press(4, sip("caller"))
    assert pressed == [4]


def test_no_more_than_a_few_keys_are_kept_for_a_caller_who_is_not_known_yet() -> None:
    room, pressed = Room(), list[int]()
    keys = keys_in(room)
    for _ in range(HELD_KEYS * 2):
        room.press(5, sip("caller"))
    keys.serve("caller", lambda code, at: pressed.append(code))
    assert len(pressed) == HELD_KEYS


def test_a_closed_keypad_hands_on_nothing() -> None:
    room, pressed = Room(), list[int]()
    keys = keys_in(room)
    keys.serve("caller", lambda code, at: pressed.append(code))
    keys.close()
    room.press(1, sip("caller"))
    assert pressed == []
