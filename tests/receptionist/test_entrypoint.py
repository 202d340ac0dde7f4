"""The parts of a job that need no session: who is served, by which line, and who is not."""

from __future__ import annotations

import asyncio
import pickle
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from receptionist import entrypoint
from receptionist.entrypoint import JobOptions, answer, finish, prepare
from receptionist.settings import Settings
from tests.support.business import write
from transfer_call.adapters.sql_engine import upgrade
from transfer_call.adapters.sql_record import SqlRecord
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.business import Line
from transfer_call.directory import Override
from transfer_call.testing import FakeRoom, FakeTelephony, fake_caller

ACME = """\
business: {name: Acme Dental, country: US}
destinations:
  front-desk: {to: "tel:+12125550100", key: "0"}
  sales: {to: "tel:+12125550123", key: "1"}
"""


class Job:
    """A job's context, as far as it is used before there is a session."""

    def __init__(self, options: JobOptions, *callers: Any) -> None:
        self.room = FakeRoom("call-1", callers)
        self.log_context_fields: dict[str, Any] = {}
        self.ended: list[str] = []
        self.proc = SimpleNamespace(userdata={})
        process: Any = self.proc
        prepare(options, process)

    async def connect(self, **_: Any) -> None:
        pass

    def shutdown(self, reason: str) -> None:
        self.ended.append(reason)


@pytest.fixture(autouse=True)
def telephony(monkeypatch: pytest.MonkeyPatch) -> FakeTelephony:
    """What every job of a test telephones with."""
    telephony = FakeTelephony()
    monkeypatch.setattr(entrypoint, "LiveKitTelephony", lambda: telephony)
    return telephony


@pytest.fixture
def options(tmp_path: Path) -> JobOptions:
    write(tmp_path, ACME)
    return JobOptions(
        config=tmp_path / "acme.yaml",
        state_dir=tmp_path / "state",
        cache_dir=tmp_path / "cache",
        record_url=f"sqlite:///{tmp_path / 'record.db'}",
        spool=tmp_path / "spool",
        log_pii=False,
    )


def test_what_is_sent_to_job_processes_can_be_sent() -> None:
    sent: Any = (partial(prepare, JobOptions.of(Settings())), answer, finish)

    received: Any = pickle.loads(pickle.dumps(sent))

    assert received[0].args == sent[0].args
    assert received[1:] == (answer, finish)


async def test_a_job_without_a_telephone_caller_ends_and_says_so(
    options: JobOptions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(entrypoint, "CALLER_SECONDS", 0.01)
    job: Any = Job(options)

    await answer(job)

    assert job.ended == ["no caller"]
    assert "no telephone caller joined the room" in caplog.text


async def test_a_room_that_closes_before_the_caller_joins_ends_the_job(
    options: JobOptions,
) -> None:
    job: Any = Job(options)
    answering = asyncio.create_task(answer(job))
    await asyncio.sleep(0)

    await job.room.disconnect()
    await asyncio.wait_for(answering, 5)

    assert job.ended == ["no caller"]


async def test_a_call_to_a_number_that_no_line_answers_is_refused(
    options: JobOptions, tmp_path: Path, telephony: FakeTelephony
) -> None:
    lines = write(
        tmp_path, 'lines: {"+14155550100": acme.yaml}\nunknown_number: refuse\n', "lines.yaml"
    )
    caller = fake_caller()
    caller.attributes["sip.trunkPhoneNumber"] = "+14155550199"
    job: Any = Job(
        JobOptions(
            lines, options.state_dir, options.cache_dir, options.record_url, options.spool, False
        ),
        caller,
    )

    await answer(job)

    assert telephony.deleted == ["call-1"]
    assert telephony.closed
    assert job.ended == ["number not served"]


def _close(options: JobOptions, line: Line, destination: str) -> None:
    now = datetime.now(UTC)
    upgrade(options.record_url)
    with SqlStore(options.record_url) as store:
        closed = Override("closed", destination, now + timedelta(days=1))
        store.set_override(line.name, closed, now)


async def test_todays_exceptions_hold_from_the_next_call_on(options: JobOptions) -> None:
    job: Any = Job(options)
    [line] = job.proc.userdata["receptionist"].ready.business().lines
    _close(options, line, "sales")
    record = SqlRecord(options.record_url, options.spool)

    directory = await entrypoint._directory_today(record, line)
    await record.aclose()

    assert not directory.is_open("sales", datetime.now(UTC))
    assert line.directory.is_open("sales", datetime.now(UTC))


async def test_an_exception_for_somebody_who_is_gone_is_said_and_left_out(
    options: JobOptions, caplog: pytest.LogCaptureFixture
) -> None:
    job: Any = Job(options)
    [line] = job.proc.userdata["receptionist"].ready.business().lines
    _close(options, line, "marketing")
    _close(options, line, "sales")
    record = SqlRecord(options.record_url, options.spool)

    directory = await entrypoint._directory_today(record, line)
    await record.aclose()

    assert not directory.is_open("sales", datetime.now(UTC))
    [said] = caplog.records
    assert said.levelname == "ERROR"


def test_an_edit_is_used_by_the_next_call_and_a_broken_one_is_said(
    options: JobOptions, caplog: pytest.LogCaptureFixture
) -> None:
    ready = Job(options).proc.userdata["receptionist"].ready
    options.config.write_text(ACME.replace("sales", "orders"))
    assert "orders" in ready.business().lines[0].directory
    options.config.write_text("business: [")

    business = ready.business()

    assert "orders" in business.lines[0].directory
    assert "the last good one is" in caplog.text
