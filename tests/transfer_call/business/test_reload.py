from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.business import SMALL, write, write_wav
from transfer_call.business import BusinessFileError
from transfer_call.business.last_good import LastGood
from transfer_call.business.reload import LiveBusiness

LONG_AFTER = 4_000_000_000 * 1_000_000_000
"""A clock so late that no file has just been changed."""


def live(path: Path, state: Path | None = None, now: int = LONG_AFTER) -> LiveBusiness:
    return LiveBusiness(path, state_dir=state, env={}, now_ns=lambda: now)


def named(name: str) -> str:
    return SMALL.replace("Acme", name)


def test_an_edit_is_used_from_the_next_call_on(tmp_path: Path) -> None:
    path = write(tmp_path, named("One"))
    business = live(path)
    assert business.current().business.lines[0].business == "One"
    write(tmp_path, named("Two or so"))
    assert business.current().business.lines[0].business == "Two or so"


def test_nothing_is_read_again_while_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    business = live(write(tmp_path, SMALL))
    first = business.current()
    monkeypatch.setattr(Path, "open", None)
    assert business.current() is first


def test_so_soon_after_a_change_the_time_stamp_is_not_believed(tmp_path: Path) -> None:
    path = write(tmp_path, named("One"))
    changed = path.stat().st_ctime_ns
    business = live(path, now=changed + 1_000_000)
    first = business.current()
    assert business.current() is not first
    settled = live(path, now=changed + 5_000_000_000)
    first = settled.current()
    assert settled.current() is first


def test_a_file_that_is_named_counts_like_the_one_that_names_it(tmp_path: Path) -> None:
    people = write(tmp_path, "name,address\nAnn,+12125550124\n", "p.csv")
    business = live(write(tmp_path, f"{SMALL}people: p.csv\n"))
    assert "Ann" in business.current().business.lines[0].directory
    people.write_text("name,address\nBo Diaz,+12125550124\n")
    assert "Bo Diaz" in business.current().business.lines[0].directory


def test_a_broken_edit_keeps_the_last_good_file_and_says_so_at_every_call(tmp_path: Path) -> None:
    path = write(tmp_path, named("One"))
    business = live(path)
    good = business.current()
    write(tmp_path, named("Two").replace("sales:", "sales"))
    for _ in range(2):
        current = business.current()
        assert current.business is good.business
        assert [fault.line for fault in current.faults] == [5]
    write(tmp_path, named("Three"))
    mended = business.current()
    assert (mended.business.lines[0].business, mended.faults) == ("Three", ())


def test_a_file_that_vanishes_and_comes_back_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, named("One"))
    business = live(path)
    business.current()
    path.unlink()
    assert "does not exist" in business.current().faults[0].message
    write(tmp_path, named("Two"))
    assert business.current().business.lines[0].business == "Two"


def test_a_missing_file_of_people_that_appears_is_noticed(tmp_path: Path) -> None:
    business = live(write(tmp_path, SMALL))
    business.current()
    write(tmp_path, f"{SMALL}people: p.csv\n")
    assert business.current().faults
    write(tmp_path, "name,address\nAnn,+12125550124\n", "p.csv")
    assert not business.current().faults


def test_the_last_good_files_survive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", "name,address\nAnn,+12125550124\n", "p.csv")
    write(tmp_path / "sub", f"{named('One')}people: p.csv\n", "north.yaml")
    text = 'lines: {"+14155550100": sub/north.yaml}\nunknown_number: refuse\n'
    path = write(tmp_path, text)
    live(path, state).current()
    (tmp_path / "sub" / "p.csv").write_text("broken")
    (tmp_path / "sub" / "north.yaml").unlink()
    again = live(path, state).current()
    assert again.faults
    assert again.business.lines[0].directory.names == ("sales", "Ann")


def test_a_recording_that_changes_is_noticed_and_kept_files_do_without_it(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav")
    path = write(tmp_path, f"{SMALL}greeting: Hello.\nrecordings: {{Hello.: a.wav}}\n")
    business = live(path, tmp_path / "state")
    assert business.current().business.lines[0].recordings == {"Hello.": wav}
    wav.write_text("no sound")
    [fault] = business.current().faults
    assert fault.field == "recordings.Hello."
    again = live(path, tmp_path / "state").current()
    assert again.faults
    assert again.business.lines[0].recordings == {}


def test_relative_and_absolute_names_are_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, named("One"))
    live(Path("acme.yaml"), tmp_path / "state").current()
    write(tmp_path, "broken")
    assert live(tmp_path / "acme.yaml", tmp_path / "state").current().business.lines


def test_without_a_good_file_ever_the_faults_are_raised(tmp_path: Path) -> None:
    path = write(tmp_path, "broken")
    with pytest.raises(BusinessFileError, match="not a list of keys"):
        live(path, tmp_path / "state").current()
    with pytest.raises(BusinessFileError):
        live(path).current()


def test_the_copy_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    state = tmp_path / "state"
    live(write(tmp_path, SMALL), state).current()
    [copy] = state.iterdir()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700


def test_who_only_looks_leaves_no_copy_but_uses_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    path = write(tmp_path, SMALL)
    looking = LiveBusiness(path, state_dir=state, keep=False, env={})
    looking.current()
    assert not state.exists()
    live(path, state).current()
    write(tmp_path, "broken")
    assert LiveBusiness(path, state_dir=state, keep=False, env={}).current().faults


def test_a_secret_of_the_environment_is_not_in_the_copy(tmp_path: Path) -> None:
    state = tmp_path / "state"
    path = write(tmp_path, SMALL.replace('"+12125550123"', "${N}"))
    LiveBusiness(path, state_dir=state, env={"N": "+12125550199"}).current()
    [copy] = state.iterdir()
    assert "+12125550199" not in copy.read_text()


@pytest.mark.parametrize(
    "damage",
    ["", "{", "null", "[]", '{"format": 1}', '{"format": 1, "files": {"a": 1}}', "[" * 9999],
)
def test_a_damaged_copy_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    state = tmp_path / "state"
    path = write(tmp_path, SMALL)
    live(path, state).current()
    [copy] = state.iterdir()
    copy.write_text(damage)
    write(tmp_path, "broken")
    with pytest.raises(BusinessFileError):
        live(path, state).current()


def test_a_copy_that_cannot_be_used_any_more_does_not_hide_the_faults(tmp_path: Path) -> None:
    state = tmp_path / "state"
    path = write(tmp_path, SMALL.replace('"+12125550123"', "${N}"))
    LiveBusiness(path, state_dir=state, env={"N": "+12125550199"}).current()
    write(tmp_path, "broken")
    with pytest.raises(BusinessFileError, match="not a list of keys"):
        live(path, state).current()


def test_a_copy_that_cannot_be_written_is_said_and_the_call_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "a file where the folder should be", "state")
    with caplog.at_level(logging.WARNING, "transfer_call"):
        assert live(write(tmp_path, SMALL), tmp_path / "state").current().business.lines
    [record] = caplog.records
    assert "cannot be kept" in record.message


def test_whoever_else_writes_nobody_sees_half_a_copy(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)

    def work(name: str) -> bool:
        kept = LastGood(tmp_path / "state", path)
        for n in range(20):
            kept.save({path: named(f"{name}{n}").encode()})
            assert kept.reading() is not None
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, "abcd"))
    [_] = (tmp_path / "state").iterdir()
    write(tmp_path, "broken")
    kept_last = live(path, tmp_path / "state").current().business.lines[0].business
    assert kept_last in ("a19", "b19", "c19", "d19")


def test_a_file_put_in_place_of_the_other_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, named("One"))
    stamp = path.stat()
    business = live(path)
    business.current()
    other = write(tmp_path, named("Two"), "other.yaml")
    os.utime(other, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    other.replace(path)
    assert business.current().business.lines[0].business == "Two"
