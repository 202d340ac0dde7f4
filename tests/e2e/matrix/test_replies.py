"""Whatever the carrier answers: its outcome, what the caller hears, and nothing left behind."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.e2e.matrix.businesses import ANNOUNCED, SALES
from tests.e2e.matrix.reception import Seen
from tests.e2e.matrix.replies import CASES, PHRASES, Case
from tests.e2e.matrix.words import Words
from transfer_call.transfer.detail import Detail
from transfer_call.transfer.outcome import GRACE_SECONDS, Outcome

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="session"),
]


def _params(*cases: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(case, marks=pytest.mark.scenario(case.scenario), id=case.name)
            for case in cases
        ],
    )


every_case = _params(*CASES)
every_refer = _params(*(case for case in CASES if case.refer))
every_failure = _params(*(case for case in CASES if case.told and not case.unheard))
every_unknown = _params(
    *(case for case in CASES if case.outcome is Outcome.UNKNOWN and not case.unheard)
)
every_unheard = _params(*(case for case in CASES if case.unheard))
every_end = _params(*(case for case in CASES if not case.told))

SOON = 2.0
"""Seconds within which bad news must be told."""


@every_case
async def test_the_record_says_what_came_of_it(case: Case, seen: Sequence[Seen]) -> None:
    (call,) = seen
    recorded = [
        (attempt.outcome, attempt.sip_status, attempt.reported_by, attempt.detail)
        for attempt in call.call.attempts
    ]
    assert recorded == [(case.outcome, case.sip_status, case.reported_by, case.detail)]
    assert call.call.attempts[0].later == case.later
    assert call.call.end_reason == case.outcome
    assert call.call.ended_at is not None


@every_case
async def test_exactly_one_refer_is_sent_unless_the_caller_is_gone(
    case: Case, seen: Sequence[Seen]
) -> None:
    (call,) = seen
    assert call.referred_to == ([SALES] if case.refer else [])


@every_case
async def test_nothing_is_left_of_the_call(case: Case, seen: Sequence[Seen]) -> None:
    (call,) = seen
    end = call.dialog.end
    assert end is not None
    assert [reply.status for reply in call.dialog.replies(end)][-1:] == [200]
    assert call.room_gone is not None and call.room_gone < case.ends_within
    assert call.job_gone is not None and call.job_gone < case.ends_within + SOON


@every_case
async def test_the_program_itself_has_no_fault(case: Case, seen: Sequence[Seen]) -> None:
    (call,) = seen
    assert [line.message for line in call.log if line.fault] == []


@every_refer
async def test_the_announcement_is_heard_to_its_end_before_the_refer(
    case: Case, seen: Sequence[Seen], words: Words
) -> None:
    (call,) = seen
    (refer,) = call.refers
    began = await words.heard([ANNOUNCED], call, after=call.answered, before=refer.at)
    assert began is not None
    last = call.heard.last_audible(before=refer.at)
    assert last is not None and refer.at - last < 1.0


@every_failure
async def test_a_caller_who_is_not_put_through_hears_why(
    case: Case, seen: Sequence[Seen], words: Words
) -> None:
    (call,) = seen
    known = case.known_at(call)
    heard = await words.heard(case.told, call, after=known)
    assert heard is not None
    patience = GRACE_SECONDS if case.outcome is Outcome.UNKNOWN else 0.0
    assert heard - known < patience + SOON


@every_unknown
async def test_a_caller_of_whom_nothing_is_known_yet_is_asked_to_stay(
    case: Case, seen: Sequence[Seen], words: Words
) -> None:
    (call,) = seen
    known = case.known_at(call)
    heard = await words.heard(PHRASES.please_wait(), call, after=known)
    assert heard is not None
    assert heard - known < SOON


@every_unheard
async def test_words_do_not_reach_a_caller_who_is_gone_or_kept_by_the_bridge(
    case: Case, seen: Sequence[Seen], words: Words
) -> None:
    (call,) = seen
    assert await words.heard(case.told, call, after=case.known_at(call)) is None


@every_end
async def test_nothing_is_said_to_a_caller_who_is_gone(case: Case, seen: Sequence[Seen]) -> None:
    (call,) = seen
    after = call.refers[0].at if call.refers else 0.0
    said = call.spoken(after)
    if case.refer is None:
        said = [text for text in said if text not in _BEFORE]
    elif case.detail == Detail.LEFT_AFTER_TIMEOUT:
        said = [text for text in said if text not in PHRASES.please_wait()]
    assert said == []


_BEFORE = (
    (
        "Welcome to Acme. You can say who you want to speak to, or use the keys of your phone. "
        "For sales, press 1. For the front desk, press 0."
    ),
    ANNOUNCED,
)
