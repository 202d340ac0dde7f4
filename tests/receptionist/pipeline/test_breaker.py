from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from livekit.agents import APIConnectionError

from receptionist.pipeline.breaker import Breaker
from receptionist.pipeline.diagnosis import SHORT
from receptionist.pipeline.services import Service
from tests.support.openai import KeptState
from transfer_call.adapters.sql_engine import upgrade
from transfer_call.adapters.sql_record import SqlRecord

HOST = "api.example.com"


class Clock:
    now = datetime(2026, 3, 4, 17, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def a_breaker(state: KeptState, clock: Clock, provider: str = HOST) -> Breaker:
    breaker = Breaker(state, provider, now=clock)
    await breaker.load()
    return breaker


async def test_what_one_call_finds_the_next_knows_for_a_while() -> None:
    state, clock = KeptState(), Clock()
    one = await a_breaker(state, clock)
    assert one.down() == frozenset()

    one.failed(Service.LLM, APIConnectionError())
    await one.aclose()

    assert one.down() == {Service.LLM}
    other = await a_breaker(state, clock)
    assert other.down() == {Service.LLM}
    assert (await a_breaker(state, clock, "other.example.com")).down() == frozenset()
    clock.now += SHORT
    assert other.down() == frozenset()
    assert (await a_breaker(state, clock)).down() == frozenset()


async def test_a_service_that_fails_again_after_its_pause_is_left_alone_for_longer() -> None:
    state, clock = KeptState(), Clock()
    one = await a_breaker(state, clock)
    one.failed(Service.STT, APIConnectionError())
    await one.aclose()
    clock.now += SHORT

    other = await a_breaker(state, clock)
    other.failed(Service.STT, APIConnectionError())

    outage = other.outage(Service.STT)
    assert outage is not None
    assert (outage.failures, outage.until - clock.now) == (2, 2 * SHORT)


async def test_a_service_that_answers_again_is_well_for_everybody() -> None:
    state, clock = KeptState(), Clock()
    one = await a_breaker(state, clock)
    one.failed(Service.TTS, APIConnectionError())
    clock.now += SHORT
    one.answered(Service.TTS)
    await one.aclose()

    assert (await a_breaker(state, clock))._known == {}


async def test_the_operator_reads_what_failed_and_why_and_nothing_of_the_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    breaker = await a_breaker(KeptState(), Clock())
    with caplog.at_level(logging.INFO):
        breaker.failed(Service.STT, APIConnectionError("the caller said something"))
        breaker.answered(Service.STT)
    failed, well = (record.getMessage() for record in caplog.records)
    assert failed == f"speech to text at {HOST} has failed: the connection fails or breaks"
    assert well == f"speech to text at {HOST} answers again"


async def test_the_record_keeps_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'record.db'}"
    upgrade(url)
    record = SqlRecord(url, tmp_path / "spool")
    await record.warm()
    one = Breaker(record, HOST)
    one.failed(Service.REALTIME, APIConnectionError())
    await one.aclose()

    later = Breaker(record, HOST, now=lambda: datetime.now(UTC) + timedelta(seconds=1))
    await later.load()

    assert later.down() == {Service.REALTIME}
    await record.aclose()
