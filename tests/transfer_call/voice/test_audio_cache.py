from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from transfer_call.voice.audio_cache import DAY, AudioCache
from transfer_call.voice.sound import RATE, Pcm, to_wav

PCM = Pcm(RATE, b"\1\2" * 100)


def test_audio_is_there_after_it_was_written(tmp_path: Path) -> None:
    cache = AudioCache(tmp_path)
    assert cache.read("key") is None
    assert not cache.holds("key")
    cache.write("key", PCM)
    assert cache.holds("key")
    assert AudioCache(tmp_path).read("key") == PCM


def test_files_and_folders_are_their_owners_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        AudioCache(tmp_path / "audio").write("key", PCM)
    finally:
        os.umask(old)
    assert (tmp_path / "audio").stat().st_mode & 0o777 == 0o700
    [file] = (tmp_path / "audio").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"RIFF", to_wav(PCM)[:-10], to_wav(Pcm(8000, b"\0\0"))])
def test_a_file_that_cannot_be_played_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.wav").write_bytes(content)
    cache = AudioCache(tmp_path)
    assert cache.read("key") is None
    cache.write("key", PCM)
    assert cache.read("key") == PCM


def test_many_writers_of_one_sentence_leave_one_whole_file(tmp_path: Path) -> None:
    long = Pcm(RATE, b"\1\2" * 50_000)
    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(AudioCache(tmp_path).write, "key", long) for _ in range(40)]:
            future.result()
    assert [file.name for file in tmp_path.iterdir()] == ["key.wav"]
    assert AudioCache(tmp_path).read("key") == long


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "key.wav").mkdir()
    with pytest.raises(OSError):
        AudioCache(tmp_path).write("key", PCM)
    assert [file.name for file in tmp_path.iterdir()] == ["key.wav"]


def test_memory_gives_up_what_was_not_played_for_longest(tmp_path: Path) -> None:
    cache = AudioCache(tmp_path, memory=3 * len(PCM.samples))
    for key in ("a", "b", "c"):
        assert cache.has_room(PCM)
        cache.remember(key, PCM)
    assert not cache.has_room(PCM)
    assert cache.recall("a") == PCM
    cache.remember("d", PCM)
    assert [cache.recall(key) is not None for key in "abcd"] == [True, False, True, True]


def test_remembering_again_takes_no_more_memory(tmp_path: Path) -> None:
    cache = AudioCache(tmp_path, memory=2 * len(PCM.samples))
    for _ in range(5):
        cache.remember("a", PCM)
    assert cache.has_room(PCM)


def test_what_is_larger_than_the_memory_is_kept_alone(tmp_path: Path) -> None:
    cache = AudioCache(tmp_path, memory=10)
    cache.remember("a", PCM)
    cache.remember("b", PCM)
    assert cache.recall("a") is None
    assert cache.recall("b") == PCM


def aged(path: Path, days: float) -> None:
    at = path.stat().st_mtime - days * DAY
    os.utime(path, (at, at))


def test_what_nobody_says_any_more_is_deleted_once_it_was_not_used_for_long(tmp_path: Path) -> None:
    cache = AudioCache(tmp_path)
    for key, days in (("said", 90), ("old", 31), ("new", 29)):
        cache.write(key, PCM)
        aged(tmp_path / f"{key}.wav", days)
    assert cache.prune({"said"}, 30 * DAY) == 1
    assert (cache.holds("said"), cache.holds("old"), cache.holds("new")) == (True, False, True)
    assert cache.prune({"said"}, 0.0) == 1
    assert (cache.holds("said"), cache.holds("new")) == (True, False)


def test_reading_is_using(tmp_path: Path) -> None:
    cache = AudioCache(tmp_path)
    cache.write("name", PCM)
    aged(tmp_path / "name.wav", 90)
    assert cache.read("name") == PCM
    assert cache.prune((), 30 * DAY) == 0
    assert cache.holds("name")


def test_the_remains_of_a_crash_are_deleted_and_what_is_not_ours_is_not(tmp_path: Path) -> None:
    for name in (".key.0123", ".key.4567", "notes.txt"):
        (tmp_path / name).write_bytes(b"half")
    aged(tmp_path / ".key.0123", 1)
    aged(tmp_path / "notes.txt", 90)
    assert AudioCache(tmp_path).prune((), 0.0) == 0
    assert {path.name for path in tmp_path.iterdir()} == {".key.4567", "notes.txt"}


def test_there_is_nothing_to_delete_where_nothing_was_kept(tmp_path: Path) -> None:
    assert AudioCache(tmp_path / "audio").prune((), 0.0) == 0
