"""Workers that are told to stop finish what they began; what is killed leaves the truth behind."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.e2e.matrix.businesses import SALES
from tests.e2e.matrix.endings import (
    JOB_KILLED_ANNOUNCING,
    JOB_KILLED_CONNECTED,
    JOB_KILLED_PENDING,
    SIGKILL,
    SIGTERM,
)
from tests.e2e.matrix.reception import Seen
from tests.e2e.matrix.stage import Take
from transfer_call.transfer.outcome import Outcome

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="session"),
]


@pytest.mark.scenario(SIGTERM)
async def test_a_worker_that_is_told_to_stop_finishes_its_transfers(take: Take) -> None:
    for call in take.calls:
        assert call.referred_to == [SALES]
        assert call.outcomes == [Outcome.CONNECTED]
        assert call.call.end_reason == Outcome.CONNECTED
        assert call.room_gone is not None and call.room_gone < 2.0


@pytest.mark.scenario(SIGTERM)
async def test_a_worker_that_is_told_to_stop_exits_with_code_0(take: Take) -> None:
    assert take.exit_code == 0


@pytest.mark.scenario(SIGKILL)
async def test_jobs_end_with_a_worker_that_is_killed(take: Take) -> None:
    assert take.exit_code == -9
    for call in take.calls:
        assert call.job_gone is not None and call.job_gone < 1.0


@pytest.mark.scenario(SIGKILL)
async def test_a_refer_outlives_its_worker_and_its_attempt_stays_unknown(take: Take) -> None:
    pending, _ = take.calls
    assert pending.referred_to == [SALES]
    assert [m.reported for m in pending.dialog.requests("NOTIFY")][-1] == 200
    assert pending.dialog.end is not None
    assert pending.dialog.end.source != pending.dialog.invite.source
    assert pending.outcomes == [Outcome.UNKNOWN]
    assert pending.call.attempts[0].ended_at is None


@pytest.mark.scenario(SIGKILL)
async def test_a_worker_killed_while_announcing_leaves_a_call_without_an_attempt(
    take: Take,
) -> None:
    _, announced = take.calls
    assert announced.referred_to == []
    assert announced.outcomes == []
    assert announced.call.ended_at is None


@pytest.mark.scenario(SIGKILL)
async def test_rooms_of_a_worker_that_was_killed_end_with_their_callers(take: Take) -> None:
    for call in take.calls:
        assert call.room_gone is not None


@pytest.mark.scenario(JOB_KILLED_ANNOUNCING)
async def test_a_job_killed_while_announcing_leaves_a_call_without_an_attempt(
    seen: Sequence[Seen],
) -> None:
    (call,) = seen
    assert call.referred_to == []
    assert call.outcomes == []
    assert call.call.ended_at is None
    assert call.room_gone is not None


@pytest.mark.scenario(JOB_KILLED_PENDING)
async def test_a_job_killed_while_pending_leaves_an_unknown_attempt(seen: Sequence[Seen]) -> None:
    (call,) = seen
    assert call.referred_to == [SALES]
    assert call.outcomes == [Outcome.UNKNOWN]
    assert call.call.attempts[0].ended_at is None
    assert call.room_gone is not None


@pytest.mark.scenario(JOB_KILLED_CONNECTED)
async def test_a_caller_is_put_through_although_the_job_was_killed(seen: Sequence[Seen]) -> None:
    (call,) = seen
    assert call.dialog.end is not None
    assert call.dialog.end.source != call.dialog.invite.source
    assert call.outcomes == [Outcome.UNKNOWN]
    assert call.room_gone is not None
