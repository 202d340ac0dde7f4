from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from transfer_call.adapters import record_entry as entries, spool as spool_module
from transfer_call.adapters.record_entry import Entry
from transfer_call.adapters.spool import Spool

from .rows import NOW


def ended(name: str) -> Entry:
    return entries.call_ended(name, "hang_up", NOW)


# As `Spool.take` does; the package itself would take seconds to import.
TAKE_AND_DIE = "import os, sys; os.rename(sys.argv[1], sys.argv[2])"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "state" / "spool")


def drained(spool: Spool) -> list[Entry]:
    """Everything that waits, taken as a database that is well takes it."""
    found: list[Entry] = []
    while entries := spool.take():
        found += entries
        spool.done()
    return found


def test_what_was_appended_is_replayed_once_and_in_order(spool: Spool) -> None:
    assert not spool.pending()
    spool.append(ended("1"), ended("2"))
    spool.append(ended("3"))

    assert spool.pending()
    assert drained(spool) == [ended("1"), ended("2"), ended("3")]
    assert not spool.pending()


def test_the_file_is_for_its_owner_only_whatever_the_umask(spool: Spool) -> None:
    before = os.umask(0)
    try:
        spool.append(ended("1"))
    finally:
        os.umask(before)

    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.path.parent.stat().st_mode) == 0o700


def test_what_was_taken_and_not_written_is_taken_again(spool: Spool) -> None:
    spool.append(ended("1"))

    assert spool.take() == [ended("1")]
    spool.release()

    assert spool.pending()
    assert drained(spool) == [ended("1")]


def test_what_a_process_took_before_it_died_is_taken_by_the_next(spool: Spool) -> None:
    spool.append(ended("1"), ended("2"))
    code = os.spawnvp(
        os.P_WAIT,
        sys.executable,
        [sys.executable, "-c", TAKE_AND_DIE, str(spool.path), str(spool.taken)],
    )
    spool.append(ended("3"))

    assert code == 0
    assert spool.path.read_text().count("\n") == 1
    assert drained(spool) == [ended("1"), ended("2"), ended("3")]


def test_a_line_that_a_full_disk_cut_off_is_kept_aside_and_hurts_no_other(spool: Spool) -> None:
    spool.append(ended("1"))
    with spool.path.open("a") as file:
        file.write('{"fact": "call_en')
    spool.append(ended("2"))

    assert drained(spool) == [ended("1"), ended("2")]
    assert spool.rejected.read_text() == '{"fact": "call_en\n'
    assert stat.S_IMODE(spool.rejected.stat().st_mode) == 0o600


def test_what_can_never_be_written_is_kept_aside(
    spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    spool.append(ended("1"), ended("2"))

    spool.done(spool.take()[:1])

    assert not spool.pending()
    assert entries.from_line(spool.rejected.read_text()) == ended("1")
    assert "1 entries of the record's spool cannot be written" in caplog.text


def test_a_line_that_cannot_be_read_is_kept_aside_once_however_often_it_is_taken(
    spool: Spool,
) -> None:
    spool.append(ended("1"))
    with spool.path.open("a") as file:
        file.write("nonsense\n")

    for _ in range(3):
        spool.take()
        spool.release()
    drained(spool)

    assert spool.rejected.read_text() == "nonsense\n"


def test_a_file_with_nothing_readable_is_emptied(spool: Spool) -> None:
    spool.path.parent.mkdir()
    spool.path.write_text("nonsense\nmore of it\n")

    assert drained(spool) == []
    assert not spool.pending()


def test_a_long_file_is_taken_piece_by_piece(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "BATCH", 3)
    written = [ended(str(number)) for number in range(8)]
    spool.append(*written)

    sizes = []
    while taken := spool.take():
        sizes.append(len(taken))
        assert spool.pending()
        spool.done()

    assert sizes == [3, 3, 2]
    assert not spool.pending()
    assert stat.S_IMODE(spool.taken.stat().st_mode) == 0o600


def test_entries_can_be_added_while_others_are_taken(spool: Spool) -> None:
    spool.append(ended("1"))
    assert spool.take() == [ended("1")]

    spool.append(ended("2"))
    spool.done()

    assert drained(spool) == [ended("2")]


def test_only_one_process_takes_at_a_time(spool: Spool) -> None:
    spool.append(ended("1"))
    other = Spool(spool.path)
    assert other.take() == [ended("1")]

    assert spool.take() == []
    assert spool.pending()

    other.done()
    assert not spool.pending()


def test_nothing_waiting_is_nothing_to_take(spool: Spool) -> None:
    assert spool.take() == []
    spool.done()
    spool.release()


def test_a_file_that_cannot_be_written_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        Spool(tmp_path).append(ended("1"))


def test_a_file_that_cannot_be_read_raises(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(ended("1"))
    spool.taken.mkdir()

    with pytest.raises(OSError):
        spool.take()
