"""Keys as phones send them, on calls to a receptionist that needs no AI service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.rtp import FLASH
from lab.scenario import Script
from lab.track import Key, Track
from tests.e2e.keypad.lines import ANN, BILLING, DESK, SALES, SUPPORT
from tests.e2e.keypad.reception import Dialled
from tests.e2e.recognition import find_all
from tests.e2e.voices import sound_of

if TYPE_CHECKING:
    from lab.dialog import Dialog
    from tests.e2e.keypad.reception import Reception

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

AT_ONCE = 0.02
"""Seconds after the answer: the second packet that the caller sends."""
SOON = 0.3
"""Seconds that the last of a sentence may come after the first packet of the key."""
AS_GREETED = 2.5
"""Seconds after the answer when the greeting is being said."""
MENU = "For sales, press 1."
GOODBYE = "Thank you for calling. Goodbye."


def presses(*keys: Key, line: str = "nested") -> Dialled:
    return Dialled(line, lambda: Script(track=Track(keys), patience=20.0))


def typed(keys: str, at: float, apart: float = 0.2) -> tuple[Key, ...]:
    return tuple(Key(digit, at=at + apart * place) for place, digit in enumerate(keys))


def without_keys(line: str) -> Dialled:
    """A caller whose phone can send no telephone events."""
    return Dialled(line, lambda: Script(track=Track(), offers_keys=False))


AHEAD = presses(*typed("123", at=0.5))
TWICE = presses(*typed("11", at=1.0, apart=0.25))
HELD = presses(Key("1", at=1.0, seconds=1.5), *typed("23", at=4.0))
NO_DIGITS = presses(
    *(Key(key, at=1.0 + 0.3 * place) for place, key in enumerate(("A", "B", "C", "D", FLASH))),
    Key("0", at=5.0),
)
EXTENSION = presses(*typed("2204", at=1.5))
EXTENSION_DIRECTLY = presses(*typed("204", at=1.5), line="plain")
NAME = presses(*typed("3533", at=1.5), Key("1", at=7.0))
FIRST = presses(Key("0", at=AT_ONCE), line="plain")
INTERRUPTS = presses(Key("2", at=AS_GREETED), Key("0", at=7.0), line="plain")
SAYS_NOTHING = without_keys("goodbye")
SAYS_NOTHING_AND_IS_SENT_ON = without_keys("default")
BY_INFO = Dialled(
    "plain", lambda: Script(track=Track((Key("0", at=5.0),)), info_after=1.5, patience=15.0)
)


EN_ESPANOL = presses(Key("2", at=AS_GREETED), Key("1", at=10.0), line="tongues")


def refers(dialog: Dialog) -> list[str]:
    """Where the caller was sent."""
    return [refer.header("Refer-To").strip("<>") for refer in dialog.requests("REFER")]


@pytest.mark.dials(AHEAD)
async def test_digits_typed_ahead_are_used_in_the_menus_they_lead_to(dialog: Dialog) -> None:
    assert refers(dialog) == [SUPPORT]
    # The greeting alone takes longer than typing: nothing of the three menus was waited for.
    assert dialog.requests("REFER")[0].at - dialog.keys()[-1].at < 1.0


@pytest.mark.dials(TWICE)
async def test_the_same_digit_twice_counts_twice(dialog: Dialog) -> None:
    assert [key.digit for key in dialog.keys()] == ["1", "1"]
    assert refers(dialog) == [BILLING]


@pytest.mark.dials(HELD)
async def test_a_key_that_is_held_counts_once(dialog: Dialog) -> None:
    held = dialog.keys()[0]
    assert held.seconds > 1.4
    assert refers(dialog) == [SUPPORT]


@pytest.mark.dials(NO_DIGITS)
async def test_a_to_d_and_flash_choose_nothing_and_the_next_key_counts(dialog: Dialog) -> None:
    assert [key.digit for key in dialog.keys()] == ["A", "B", "C", "D", "0"]
    assert refers(dialog) == [DESK]
    assert dialog.requests("REFER")[0].at > dialog.keys()[-1].at


@pytest.mark.dials(FIRST)
async def test_a_key_in_the_first_moment_after_the_answer_is_not_lost(dialog: Dialog) -> None:
    (key,) = dialog.keys()
    assert dialog.answer is not None
    assert key.at - dialog.answer.at < 0.1
    assert refers(dialog) == [DESK]


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("asked for", marks=pytest.mark.dials(EXTENSION)),
        pytest.param("in the menu", marks=pytest.mark.dials(EXTENSION_DIRECTLY)),
    ],
)
async def test_an_extension_is_dialled(how: str, dialog: Dialog) -> None:
    assert refers(dialog) == [ANN]


@pytest.mark.dials(NAME)
async def test_a_name_is_spelled_and_chosen(dialog: Dialog) -> None:
    assert refers(dialog) == [ANN]


@pytest.mark.dials(INTERRUPTS)
async def test_a_key_stops_the_sentence_at_once(dialog: Dialog) -> None:
    key = dialog.keys()[0]
    # It begins an extension, so that nothing is said before the pause between digits is over.
    around = dialog.heard().between(key.at - 0.5, key.at + 1.5)
    last = around.last_audible()
    assert last is not None
    assert around.between(around.start, key.at).audible()
    assert last - key.at < SOON


@pytest.mark.dials(EN_ESPANOL)
async def test_a_caller_hears_the_menu_and_the_announcement_in_the_language_of_the_key(
    dialog: Dialog,
) -> None:
    heard = dialog.heard()
    (menu,) = find_all(sound_of("Para hablar con ventas, marque 1.", "es"), heard)
    (back,) = find_all(sound_of("For English, press 2."), heard)
    (announced,) = find_all(sound_of("Le paso con sales.", "es"), heard)
    language, chosen = dialog.keys()
    assert language.at < menu.start < back.start < chosen.at < announced.start
    assert refers(dialog) == [SALES]
    assert announced.end < dialog.requests("REFER")[0].at


@pytest.mark.dials(SAYS_NOTHING)
async def test_a_phone_without_keys_hears_the_menu_and_goodbye(dialog: Dialog) -> None:
    assert dialog.answer is not None
    assert dialog.answer.event_payload_type() is None
    heard = dialog.heard()
    assert len(find_all(sound_of(MENU), heard)) == 2
    (goodbye,) = find_all(sound_of(GOODBYE), heard)
    assert dialog.end is not None
    assert dialog.end.source != dialog.invite.source
    assert goodbye.end < dialog.end.at
    assert refers(dialog) == []


@pytest.mark.dials(SAYS_NOTHING_AND_IS_SENT_ON)
async def test_a_phone_without_keys_is_sent_to_the_default(dialog: Dialog) -> None:
    assert find_all(sound_of(MENU), dialog.heard())
    assert refers(dialog) == [DESK]


@pytest.mark.dials(BY_INFO)
async def test_a_key_by_info_is_refused_and_the_call_goes_on(dialog: Dialog) -> None:
    (info,) = dialog.requests("INFO")
    assert {reply.status for reply in dialog.replies(info)} == {405}
    assert refers(dialog) == [DESK]
    assert dialog.requests("REFER")[0].at > dialog.keys()[0].at > info.at


@pytest.mark.dials(NO_DIGITS)
async def test_nothing_has_failed_inside(dialog: Dialog, reception: Reception) -> None:
    assert dialog.end is not None
    said = reception.worker.process.said()
    assert "failed inside" not in said
    assert "Traceback" not in said
