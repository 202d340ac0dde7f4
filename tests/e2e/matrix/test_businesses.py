"""What an operator has written, on the wire: hours, addresses, lines, and what is never dialled."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.matrix.businesses import DESK, PREMIUM, SALES
from tests.e2e.matrix.reception import RECEPTIONIST, Seen
from tests.e2e.matrix.replies import PHRASES
from tests.e2e.matrix.resolver import ANNOUNCED, HEADERS, ON_CALL
from tests.e2e.matrix.routes import (
    CLOSED,
    CLOSED_THEN_NEXT,
    RESOLVED,
    RESOLVED_PREMIUM,
    RESOLVER_BROKEN,
    RETURNS,
    ROTATION,
    TWO_LINES,
)
from tests.e2e.matrix.stage import Stage
from tests.e2e.matrix.words import Words
from transfer_call.transfer.outcome import Outcome

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="session"),
]


@pytest.mark.scenario(CLOSED_THEN_NEXT)
async def test_callers_of_who_is_closed_are_sent_to_the_next(
    seen: Sequence[Seen], words: Words
) -> None:
    (call,) = seen
    assert call.referred_to == [DESK]
    assert call.outcomes == [Outcome.CONNECTED]
    said = PHRASES.trying_next(Outcome.CLOSED, "sales", "front desk")
    assert await words.heard(said, call, after=call.answered) is not None


@pytest.mark.scenario(CLOSED)
async def test_where_nobody_else_is_there_the_caller_hears_that_it_is_closed(
    seen: Sequence[Seen], words: Words
) -> None:
    (call,) = seen
    assert call.referred_to == []
    assert call.outcomes == [Outcome.CLOSED]
    assert await words.heard(PHRASES.closed("billing"), call, after=call.answered) is not None


@pytest.mark.scenario(ROTATION)
async def test_each_call_begins_with_the_next_address(seen: Sequence[Seen]) -> None:
    begun = [call.referred_to for call in seen]
    addresses = [[f"tel:+1212555013{digit}"] for digit in "1231"]
    assert begun == addresses


@pytest.mark.scenario(RESOLVED)
async def test_the_address_comes_from_the_operators_server(
    seen: Sequence[Seen], words: Words, stage: Stage
) -> None:
    (call,) = seen
    (refer,) = call.refers
    assert call.referred_to == [ON_CALL]
    assert {name: refer.header(name) for name in HEADERS} == HEADERS
    assert await words.heard([ANNOUNCED], call, after=call.answered) is not None
    asked = stage.resolver.asked["/on-call"][-1]
    assert (asked["destination"], asked["line"]) == ("on-call", "rota")
    assert (asked["caller"], asked["call_id"]) == (call.call.caller, call.call.call_id)


@pytest.mark.scenario(RESOLVED_PREMIUM)
async def test_a_premium_number_is_not_dialled_whoever_names_it(
    seen: Sequence[Seen], words: Words, stage: Stage
) -> None:
    (call,) = seen
    assert stage.resolver.asked["/premium"]
    assert call.referred_to == []
    assert call.outcomes == [Outcome.BLOCKED]
    said = PHRASES.failed(Outcome.BLOCKED, "premium")
    assert await words.heard(said, call, after=call.answered) is not None


@pytest.mark.scenario(RESOLVER_BROKEN)
async def test_where_the_server_fails_the_next_destination_is_tried(seen: Sequence[Seen]) -> None:
    (call,) = seen
    assert call.referred_to == [DESK]
    assert call.outcomes == [Outcome.CONNECTED]


@pytest.mark.scenario(RETURNS)
async def test_a_caller_who_comes_back_is_not_sent_there_again(
    seen: Sequence[Seen], words: Words
) -> None:
    first, second, third = seen
    assert first.referred_to == [SALES]
    assert second.referred_to == [DESK]
    assert third.referred_to == []
    assert third.outcomes == [Outcome.BLOCKED]
    said = PHRASES.no_longer_reachable("sales")
    assert await words.heard(said, third, after=third.answered) is not None


@pytest.mark.scenario(TWO_LINES)
async def test_each_number_is_answered_as_its_own_line(
    seen: Sequence[Seen], stage: Stage, words: Words
) -> None:
    for call, name, address in zip(
        seen, ("north", "south"), ("tel:+12125550141", "tel:+12125550142"), strict=True
    ):
        assert call.referred_to == [address]
        assert call.call.line == name
        assert call.call.called == stage.reception.lines[name].number
        assert call.spoken()[0].startswith(f"Welcome to Acme in the {name}.")


async def test_a_file_with_a_premium_number_is_refused_before_anything_starts(
    tmp_path: Path,
) -> None:
    (tmp_path / "receptionist.yaml").write_text(PREMIUM, "utf-8")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LIVEKIT_", "RECEPTIONIST_"))
    }
    process = await asyncio.create_subprocess_exec(
        RECEPTIONIST,
        "start",
        *("--url", "ws://127.0.0.1:9", "--api-key", "key", "--api-secret", "secret"),
        cwd=tmp_path,
        env={**kept, "XDG_STATE_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    (fault,) = said.decode().splitlines()
    assert "receptionist.yaml:3" in fault
    assert "premium" in fault.lower()
