"""The table of SIP codes, spoken aloud; what a whole reply means is in test_outcomes.py."""

from __future__ import annotations

import pytest
from livekit.protocol.sip import SIPStatusCode

from transfer_call.transfer.outcome import Outcome, Responsible
from transfer_call.transfer.sip_status import SIP_STATUSES, sip_status

BUSY = {486, 600}
NO_ANSWER = {408, 480, 487}
DECLINED = {603, 607, 608}
NOT_PERMITTED = {403}
WRONG_IN_THE_FILE = {404, 410, 484, 485, 604} | {440, 482, 483} | set(range(300, 400))
REFUSES_REFER = {401, 402, 403, 405, 407, 416, 420, 421, 429, 489, 494, 501, 603}


def test_every_final_code_has_one_outcome_when_a_notify_brings_it() -> None:
    expected = dict.fromkeys(range(300, 700), Outcome.UNREACHABLE)
    expected |= dict.fromkeys(BUSY, Outcome.BUSY)
    expected |= dict.fromkeys(NO_ANSWER, Outcome.NO_ANSWER)
    expected |= dict.fromkeys(DECLINED, Outcome.DECLINED)
    expected |= dict.fromkeys(NOT_PERMITTED, Outcome.NOT_PERMITTED)

    assert {code: row.outcome for code in range(300, 700) if (row := sip_status(code))} == expected


def test_nobody_must_act_on_people_the_operator_on_numbers_the_carrier_on_the_rest() -> None:
    expected = dict.fromkeys(range(300, 700), Responsible.CARRIER)
    expected |= dict.fromkeys(BUSY | NO_ANSWER | DECLINED, Responsible.NOBODY)
    expected |= dict.fromkeys(WRONG_IN_THE_FILE, Responsible.OPERATOR)

    rows = [row for code in range(300, 700) if (row := sip_status(code))]
    assert {row.code: row.responsible for row in rows} == expected
    assert all(bool(row.detail) == (row.responsible is not Responsible.NOBODY) for row in rows)


def test_these_codes_and_no_others_say_that_the_carrier_does_not_transfer() -> None:
    found = {code for code in range(300, 700) if (row := sip_status(code)) and row.refuses_refer}

    assert found == REFUSES_REFER


@pytest.mark.parametrize("code", [-1, 0, 100, 180, 199, 200, 202, 204, 299, 700, 999])
def test_a_code_that_is_no_failure_has_no_row(code: int) -> None:
    assert sip_status(code) is None


def test_every_failure_code_of_the_protocol_has_a_row_of_its_own() -> None:
    named = {code for code in SIPStatusCode.values() if code >= 300}

    assert named - set(SIP_STATUSES) == set(), "livekit.protocol has codes that have no row here"
