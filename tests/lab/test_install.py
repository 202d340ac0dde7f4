from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.install import cache, debian, privileges, servers, tools
from lab.install.__main__ import main
from lab.install.console import CannotInstallError, Progress, clock

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that comes first on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_installer_needs_nothing_but_the_standard_library() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r});"
        " import lab.install.__main__ as m; bad = {n.partition('.')[0] for n in sys.modules}"
        " - set(sys.stdlib_module_names) - {'lab', '__main__'}; sys.exit(repr(bad) if bad else 0)"
    )
    run = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_only_what_is_missing_is_installed(path: Path) -> None:
    known = [*debian.PACKAGES[2:]]
    lines = "\n".join(f"echo {name} installed" for name in known)
    script(path / "dpkg-query", f"{lines}\necho {debian.PACKAGES[1]} config-files\nexit 1")
    assert debian.missing_packages() == list(debian.PACKAGES[:2])


def test_who_cannot_install_is_told_the_command_once(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script(path / "dpkg-query", "exit 1")
    monkeypatch.setattr(debian, "root_prefix", lambda: None)
    assert main(["packages"]) == 1
    said = capsys.readouterr().err
    assert said.count("apt-get install -y --no-install-recommends baresip-core") == 1
    assert "Traceback" not in said


def test_installing_starts_no_daemon_and_leaves_a_policy_as_it_was(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, cluster = tmp_path / "policy-rc.d", tmp_path / "etc" / "cluster.conf"
    monkeypatch.setattr(debian, "_POLICY", policy)
    monkeypatch.setattr(debian, "_NO_CLUSTER", cluster)
    monkeypatch.setattr(debian, "root_prefix", list)
    script(path / "dpkg-query", "exit 1")
    seen = tmp_path / "seen"
    script(path / "apt-get", f"cat {policy} {cluster} >> {seen}; echo $* >> {seen}")
    debian.install_packages()
    lines = seen.read_text().splitlines()
    assert lines[:3] == ["#!/bin/sh", "exit 101", "create_main_cluster = false"]
    assert "update -q" in lines
    assert not policy.exists()
    assert not cluster.exists()
    policy.write_text("the operator's own")
    debian.install_packages()
    assert policy.read_text() == "the operator's own"


def test_a_failing_apt_is_one_message(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debian, "_POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(debian, "_NO_CLUSTER", tmp_path / "cluster.conf")
    monkeypatch.setattr(debian, "root_prefix", list)
    script(path / "dpkg-query", "exit 1")
    script(path / "apt-get", "exit 100")
    with pytest.raises(CannotInstallError, match="exit code 100"):
        debian.install_packages()
    assert not (tmp_path / "policy-rc.d").exists()


def test_the_versions_come_from_go_mod() -> None:
    assert servers.pinned_version("github.com/livekit/sip").startswith("v1.")
    with pytest.raises(CannotInstallError, match="does not require"):
        servers.pinned_version("github.com/livekit/nothing")


def test_servers_of_the_pinned_versions_on_the_path_are_used(path: Path) -> None:
    sip = servers.pinned_version("github.com/livekit/sip")
    server = servers.pinned_version("github.com/livekit/livekit-server")
    script(path / "livekit-sip", f": 'mod\tgithub.com/livekit/sip\t{sip}\th1:x'")
    script(path / "livekit-server", f"echo livekit-server version {server[1:]}")
    assert servers.find_servers() == (path / "livekit-server", path / "livekit-sip")


def test_servers_of_other_versions_are_not(path: Path) -> None:
    script(path / "livekit-sip", "echo SIP version 0.0.1")
    script(path / "livekit-server", "echo livekit-server version 0.0.1")
    assert servers.find_servers() is None


def test_a_build_that_fails_says_why_and_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = script(path / "go", "echo 'undefined: everything' >&2; exit 2")
    monkeypatch.setattr(servers, "go", lambda: (fake, True))
    monkeypatch.setattr(servers, "find_servers", lambda: None)
    with pytest.raises(CannotInstallError, match="undefined: everything"):
        servers.install_servers()
    assert list(cache.cache_dir().glob("build-*")) == []
    assert list(cache.cache_dir().glob("servers-*")) == []


def test_a_build_is_put_in_place_when_it_is_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = script(
        path / "go",
        "case $1 in list) echo one; echo two;; build) echo one >&2; out=$4;"
        ' echo x > "$out/server"; echo y > "$out/livekit-sip";; esac',
    )
    monkeypatch.setattr(servers, "go", lambda: (fake, True))
    monkeypatch.setattr(servers, "_on_path", lambda *_: None)
    built = servers.install_servers()
    assert built.livekit_server.read_text() == "x\n"
    assert built.livekit_sip.read_text() == "y\n"
    said = capsys.readouterr().err
    assert "0 of 2 packages" in said
    assert servers.install_servers() == built
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("said", "version"),
    [("go1.26.8", (1, 26)), ("go1.19", (1, 19)), ("devel go1.99-abc", (0, 0)), ("", (0, 0))],
)
def test_the_version_of_a_go_toolchain(path: Path, said: str, version: tuple[int, int]) -> None:
    assert tools._go_version(str(script(path / "go", f"echo '{said}'"))) == version


def test_a_shim_that_finds_no_uv_is_not_a_uv(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(path / "uv", "echo 'uv: command not found' >&2; exit 127")
    monkeypatch.setattr(tools, "program_from_pypi", lambda *_: Path("/from/pypi"))
    assert tools.uv() == Path("/from/pypi")


def test_who_is_not_root_gets_copies_with_a_capability(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(privileges, "root_prefix", list)
    for name in ("dumpcap", "sipp"):
        script(path / name, "")
    seen = path / "seen"
    script(path / "setcap", f'echo "$*" >> {seen}')
    assert privileges.privileged_program("dumpcap") is None
    privileges.grant_privileges()
    folder = cache.cache_dir() / "privileged"
    assert seen.read_text().splitlines() == [
        f"cap_net_raw,cap_net_admin=eip {folder / 'dumpcap'}",
        f"cap_net_raw=eip {folder / 'sipp'}",
    ]
    assert folder.stat().st_mode & 0o077 == 0


def test_who_cannot_give_the_capability_is_told_how(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(privileges, "root_prefix", lambda: None)
    for name in ("dumpcap", "sipp", "setcap"):
        script(path / name, "")
    with pytest.raises(CannotInstallError, match=r"(?s)as root.*setcap cap_net_raw.*dumpcap.*sipp"):
        privileges.grant_privileges()


def test_progress_that_is_not_on_a_terminal_is_whole_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    progress = Progress("building", total=4, estimate=240)
    for _ in range(2):
        now[0] += 10
        progress.step()
    now[0] += 20
    progress.finish("done")
    assert capsys.readouterr().err.splitlines() == [
        "building: 0 of 4 packages, 0:00 elapsed, about 4:00 left",
        "building: 2 of 4 packages, 0:20 elapsed, about 0:20 left",
        "building: done (0:40)",
    ]


def test_minutes_and_seconds() -> None:
    assert [clock(seconds) for seconds in (0, 59.9, 61, 3600)] == ["0:00", "0:59", "1:01", "60:00"]


@pytest.mark.parametrize("arguments", [["nothing"], ["uv", "servers"]])
def test_a_part_that_does_not_exist(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "usage" in capsys.readouterr().err
