"""The REFER itself: where it goes, in which dialog, and what it carries."""

from __future__ import annotations

import pytest

from tests.e2e.plays import FRONT_DESK, SALES_ANNOUNCED
from tests.e2e.scene import DESK, SALES
from tests.e2e.stage import Played

pytestmark = pytest.mark.e2e


@pytest.mark.play(FRONT_DESK)
def test_the_key_0_sends_one_refer_to_exactly_the_configured_address(played: Played) -> None:
    (refer,) = played.refers
    assert refer.header("Refer-To") == f"<{DESK}>"


@pytest.mark.play(SALES_ANNOUNCED)
def test_a_telephone_number_is_sent_as_a_tel_uri(played: Played) -> None:
    (refer,) = played.refers
    assert refer.header("Refer-To") == SALES


@pytest.mark.play(FRONT_DESK)
def test_the_refer_is_in_the_callers_own_dialog(played: Played) -> None:
    (refer,) = played.refers
    invite, answer = played.dialog.invite, played.dialog.answer
    assert answer is not None
    assert refer.call_id == invite.call_id
    assert (refer.from_tag, refer.to_tag) == (answer.to_tag, invite.from_tag)
    assert f"<{refer.uri}>" == invite.header("Contact")
    assert refer.header("Contact") == answer.header("Contact")
    assert refer.destination == invite.source


@pytest.mark.play(FRONT_DESK)
def test_the_configured_headers_come_with_the_refer(played: Played) -> None:
    (refer,) = played.refers
    assert refer.header("X-Department") == "front desk"
    assert refer.header("X-Caller") == played.dialog.invite.from_user
