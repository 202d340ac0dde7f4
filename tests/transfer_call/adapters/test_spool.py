from __future__ import annotations

import fcntl
import os
import stat
import threading
from pathlib import Path

import pytest

from transfer_call.adapters import record_entry as entries, spool as spool_module
from transfer_call.adapters.record_entry import Entry
from transfer_call.adapters.spool import Spool

from .rows import NOW


def ended(name: str) -> Entry:
    return entries.call_ended(name, "hang_up", NOW)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "state" / "spool")


def taken(spool: Spool) -> list[Entry]:
    """Everything that waits, taken as a database that is well takes it."""
    found: list[Entry] = []

    def write(batch: list[Entry]) -> list[Entry]:
        found.extend(batch)
        return []

    while spool.pending():
        spool.replay(write)
    return found


def test_what_was_appended_is_replayed_once_and_in_order(spool: Spool) -> None:
    assert not spool.pending()
    spool.append(ended("1"), ended("2"))
    spool.append(ended("3"))

    assert spool.pending()
    assert taken(spool) == [ended("1"), ended("2"), ended("3")]
    assert not spool.pending()


def test_the_file_is_for_its_owner_only_whatever_the_umask(spool: Spool) -> None:
    before = os.umask(0)
    try:
        spool.append(ended("1"))
    finally:
        os.umask(before)

    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.path.parent.stat().st_mode) == 0o700


def test_a_database_that_is_still_ill_leaves_everything_where_it_is(spool: Spool) -> None:
    spool.append(ended("1"))

    def ill(batch: list[Entry]) -> list[Entry]:
        raise OSError

    with pytest.raises(OSError):
        spool.replay(ill)

    assert taken(spool) == [ended("1")]


def test_a_line_that_a_full_disk_cut_off_is_kept_aside_and_hurts_no_other(spool: Spool) -> None:
    spool.append(ended("1"))
    with spool.path.open("a") as file:
        file.write('{"fact": "call_en')
    spool.append(ended("2"))

    assert taken(spool) == [ended("1"), ended("2")]
    assert spool.rejected.read_text() == '{"fact": "call_en\n'
    assert stat.S_IMODE(spool.rejected.stat().st_mode) == 0o600


def test_what_can_never_be_written_is_kept_aside(
    spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    spool.append(ended("1"), ended("2"))

    assert spool.replay(lambda batch: batch[:1]) == 1

    assert not spool.pending()
    assert entries.from_line(spool.rejected.read_text()) == ended("1")
    assert "1 entries of the record's spool cannot be written" in caplog.text


def test_a_long_file_is_replayed_piece_by_piece(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "BATCH", 3)
    written = [ended(str(number)) for number in range(8)]
    spool.append(*written)
    batches: list[int] = []

    def write(batch: list[Entry]) -> list[Entry]:
        batches.append(len(batch))
        return []

    assert spool.replay(write) == 3
    assert spool.pending()
    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600
    assert taken(spool) == written[3:]
    assert batches == [3]


def test_what_is_appended_during_a_replay_is_not_lost(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "BATCH", 1)
    spool.append(ended("1"), ended("2"))
    other = threading.Thread(target=spool.append, args=(ended("3"),))

    def write(batch: list[Entry]) -> list[Entry]:
        # It opens the file and waits for its lock, while this replay puts another in its place.
        other.start()
        other.join(0.05)
        return []

    assert spool.replay(write) == 1
    other.join()

    assert taken(spool) == [ended("2"), ended("3")]


def test_only_one_process_replays_at_a_time(spool: Spool) -> None:
    spool.append(ended("1"))
    with spool.path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        assert spool.replay(lambda batch: pytest.fail("replayed by two")) == 0

    assert taken(spool) == [ended("1")]


def test_nothing_waiting_is_nothing_to_do(spool: Spool) -> None:
    assert spool.replay(lambda batch: pytest.fail("nothing to write")) == 0


def test_a_file_that_cannot_be_written_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        Spool(tmp_path).append(ended("1"))


def test_a_file_that_cannot_be_read_is_said_and_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "folder").mkdir()

    assert Spool(tmp_path / "folder").replay(lambda batch: batch) == 0
    assert "cannot be read: IsADirectoryError" in caplog.text
