"""Who is tried next, who is not, and what a caller hears meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.e2e.matrix.businesses import DESK, SALES
from tests.e2e.matrix.reception import Seen
from tests.e2e.matrix.replies import PHRASES
from tests.e2e.matrix.routes import (
    KIND_CLOSED,
    NEXT_ADDRESS,
    NOT_ON_AFTER_UNKNOWN,
    ON_AFTER,
    ON_AFTER_REFUSAL,
)
from tests.e2e.matrix.words import Words
from transfer_call.transfer.outcome import Outcome

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="session"),
]


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(outcome, marks=pytest.mark.scenario(ON_AFTER[status]), id=outcome)
        for status, outcome in (
            (486, Outcome.BUSY),
            (480, Outcome.NO_ANSWER),
            (603, Outcome.DECLINED),
            (404, Outcome.UNREACHABLE),
        )
    ],
)
async def test_the_next_destination_is_tried_and_the_caller_told_why(
    outcome: Outcome, seen: Sequence[Seen], words: Words
) -> None:
    (call,) = seen
    assert call.referred_to == [SALES, DESK]
    assert call.outcomes == [outcome, Outcome.CONNECTED]
    first, second = call.refers
    told = await words.heard(
        PHRASES.trying_next(outcome, "sales", "front desk"), call, after=first.at
    )
    assert told is not None and told < second.at


@pytest.mark.scenario(ON_AFTER_REFUSAL)
async def test_where_a_carrier_refuses_numbers_the_next_destination_on_a_pbx_is_tried(
    seen: Sequence[Seen],
) -> None:
    (call,) = seen
    assert call.referred_to == [SALES, DESK]
    assert call.outcomes == [Outcome.NOT_PERMITTED, Outcome.CONNECTED]


@pytest.mark.scenario(NEXT_ADDRESS)
async def test_the_next_address_of_a_destination_is_tried(
    seen: Sequence[Seen], words: Words
) -> None:
    (call,) = seen
    assert call.referred_to == ["tel:+12125550125", "tel:+12125550126"]
    assert call.outcomes == [Outcome.BUSY, Outcome.CONNECTED]
    first, second = call.refers
    told = await words.heard(PHRASES.still_trying(), call, after=first.at)
    assert told is not None and told < second.at


@pytest.mark.scenario(NOT_ON_AFTER_UNKNOWN)
async def test_nobody_else_is_tried_while_it_may_still_be_ringing(seen: Sequence[Seen]) -> None:
    (call,) = seen
    assert call.referred_to == ["tel:+12125550127"]
    assert call.outcomes == [Outcome.UNKNOWN]


@pytest.mark.scenario(KIND_CLOSED)
async def test_a_kind_of_address_that_the_carrier_refuses_is_not_tried_again_in_the_call(
    seen: Sequence[Seen],
) -> None:
    (call,) = seen
    assert call.referred_to == ["tel:+12125550124", DESK]
    assert [(one.destination, one.outcome, one.detail) for one in call.call.attempts] == [
        ("billing", Outcome.NOT_PERMITTED, "refer_refused"),
        ("support", Outcome.NOT_PERMITTED, "refused_before"),
        ("front-desk", Outcome.CONNECTED, "stayed"),
    ]
