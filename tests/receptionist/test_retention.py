"""How long the record keeps calls."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from receptionist.retention import delete_older, kept
from receptionist.settings import Settings, read_settings
from transfer_call.adapters.sql_calls import past_calls
from transfer_call.adapters.sql_engine import upgrade
from transfer_call.adapters.sql_store import SqlStore
from transfer_call.record import CallRow


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A call of last week and one of today."""
    settings = Settings(receptionist_state_dir=tmp_path, receptionist_keep_days=3)
    upgrade(settings.record_url)
    now = datetime.now(UTC)
    with SqlStore(settings.record_url) as store:
        for name, days in (("old", 7), ("new", 0)):
            started = now - timedelta(days=days)
            store.call_started(CallRow(name, "main", "room", "", "", started))
    return settings


def left(settings: Settings) -> list[str]:
    with SqlStore(settings.record_url) as store, store.reading() as connection:
        return [call.call_id for call in past_calls(connection)]


class Said(logging.Handler):
    """Waits for the first record."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: asyncio.Queue[str] = asyncio.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.put_nowait(record.getMessage())


async def test_old_calls_are_deleted_when_the_worker_starts(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "receptionist")
    said = Said()
    logging.getLogger("receptionist").addHandler(said)
    try:
        async with kept(settings):
            assert await said.messages.get() == "calls older than 3 days are deleted: 1"
    finally:
        logging.getLogger("receptionist").removeHandler(said)
    assert left(settings) == ["new"]


async def test_they_are_kept_for_ever_unless_the_operator_says_otherwise(
    settings: Settings,
) -> None:
    async with kept(settings.model_copy(update={"receptionist_keep_days": None})):
        pass
    assert left(settings) == ["old", "new"]


def test_a_record_that_cannot_be_written_does_not_stop_the_worker(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "record.db").write_text("no database, but long enough to look at" * 99)
    assert delete_older(f"sqlite:///{tmp_path / 'record.db'}", datetime.now(UTC)) == 0
    assert "old calls cannot be deleted" in caplog.text


def test_a_number_of_days_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECEPTIONIST_KEEP_DAYS", "0")
    (fault,) = read_settings()[1]
    assert str(fault) == "RECEPTIONIST_KEEP_DAYS: '0' is not a whole number of days, at least 1"
