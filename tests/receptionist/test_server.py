"""What the worker says, and with which exit code, when it cannot start or go on."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit.agents import AgentServer

import receptionist.worker
from receptionist import rendering, startup
from receptionist.server import EXIT_BAD_INPUT, EXIT_STOPPED, ReceptionistServer
from receptionist.settings import read_settings
from transfer_call.business import Business

SECRET = "hunter2-" * 4
GOOD = """\
business: {name: Acme Dental, country: US}
destinations:
  front-desk: {to: "tel:+12125550123", key: "0"}
"""


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A working directory with a good file, and an environment with all that is needed."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("LIVEKIT_", "RECEPTIONIST_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LIVEKIT_URL", "ws://127.0.0.1:1")
    monkeypatch.setenv("LIVEKIT_API_KEY", "key")
    monkeypatch.setenv("LIVEKIT_API_SECRET", SECRET)
    monkeypatch.setenv("RECEPTIONIST_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("RECEPTIONIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE", "0")
    monkeypatch.setenv("LIVEKIT_AGENTS_LOOP_BLOCK_WARN_MS", "0")
    (tmp_path / "receptionist.yaml").write_text(GOOD)


@pytest.fixture
def _rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing_to_render(business: Business, cache_dir: Path, key: str) -> None:
        pass

    monkeypatch.setattr(rendering, "render", nothing_to_render)


def exit_code(server: ReceptionistServer) -> int:
    with pytest.raises(SystemExit) as left:
        asyncio.run(server.run())
    assert isinstance(left.value.code, int)
    return left.value.code


def _write(text: str) -> None:
    Path("receptionist.yaml").write_text(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("business: [", "receptionist.yaml:"),
        ("", "receptionist.yaml"),
        (
            GOOD + "greting: Hello\n",
            'receptionist.yaml:4: greting: unknown key - did you mean "greeting"?',
        ),
        (GOOD.replace("+12125550123", "+1900"), "receptionist.yaml:3: destinations.front-desk.to:"),
        (GOOD + '  sales: {to: "tel:+12125550124", key: "0"}\n', "receptionist.yaml:4:"),
        (GOOD.replace("tel:+12125550123", "${SALES}"), "environment variable SALES is not set"),
    ],
)
def test_a_business_file_that_cannot_be_used_is_refused_with_its_line(
    capfd: pytest.CaptureFixture[str], text: str, fault: str
) -> None:
    _write(text)

    assert exit_code(ReceptionistServer(*read_settings())) == EXIT_BAD_INPUT

    said = capfd.readouterr().err
    assert fault in said
    assert "Traceback" not in said


def test_own_prompts_with_a_gap_are_refused_with_their_line(
    capfd: pytest.CaptureFixture[str],
) -> None:
    Path("words").mkdir()
    Path("words", "receptionist.md").write_text("You answer.\nFor {buisness}.\n")
    _write(GOOD + "prompts: words\n")

    assert exit_code(ReceptionistServer(*read_settings())) == EXIT_BAD_INPUT

    said = capfd.readouterr().err
    assert "words/receptionist.md:2: knows no {buisness}; its placeholders: {business}" in said


@pytest.mark.parametrize(
    ("variable", "value", "fault"),
    [
        ("RECEPTIONIST_CONFIG", "nowhere.yaml", "nowhere.yaml: does not exist"),
        ("RECEPTIONIST_HEALTH_PORT", "http", "RECEPTIONIST_HEALTH_PORT: 'http' is not a TCP port"),
        ("RECEPTIONIST_STATE_DIR", "/proc/state", "RECEPTIONIST_STATE_DIR: '/proc/state' cannot"),
        ("RECEPTIONIST_RECORD_URL", "mysql://u:hunter2@h/d", "RECEPTIONIST_RECORD_URL: "),
        ("LIVEKIT_URL", "livekit.example.com", "LIVEKIT_URL: 'livekit.example.com' is not"),
        ("LIVEKIT_API_KEY", "", "LIVEKIT_API_KEY: is not set"),
        ("LIVEKIT_API_SECRET", "", "LIVEKIT_API_SECRET: is not set"),
    ],
)
def test_a_variable_that_cannot_be_used_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    fault: str,
) -> None:
    monkeypatch.setenv(variable, value)

    assert exit_code(ReceptionistServer(*read_settings())) == EXIT_BAD_INPUT

    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert fault in said
    assert "hunter2" not in said


def test_flags_are_taken_instead_of_variables(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"):
        monkeypatch.delenv(name)
    _write("business: {}")
    server = ReceptionistServer(*read_settings())
    server.update_options(ws_url="ws://127.0.0.1:1", api_key="key", api_secret="secret")

    assert exit_code(server) == EXIT_BAD_INPUT

    assert "LIVEKIT_" not in capfd.readouterr().err


@pytest.mark.parametrize(("status", "refused"), [(401, True), (503, False), (200, False)])
async def test_a_key_is_bad_input_only_when_the_server_says_so(status: int, refused: bool) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text="invalid API key")

    app = web.Application()
    app.router.add_post("/{any:.*}", answer)
    async with TestServer(app) as server:
        fault = await startup.refused_key(f"ws://127.0.0.1:{server.port}", "key", SECRET)

    assert (fault is not None) == refused
    assert "hunter2" not in str(fault)


async def test_a_server_that_is_not_there_yet_is_waited_for() -> None:
    assert await startup.refused_key("ws://127.0.0.1:1", "key", SECRET) is None


@pytest.mark.usefixtures("_rendered")
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("failed to connect to livekit after 16 attempts"), "after 16 attempts"),
        (OSError(errno.EADDRINUSE, "address already in use"), "RECEPTIONIST_HEALTH_PORT"),
    ],
)
def test_a_worker_that_cannot_go_on_says_why_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: Exception,
    reason: str,
) -> None:
    closed = []

    async def fails(self: AgentServer, **_: bool) -> None:
        raise error

    async def drains(self: AgentServer, timeout: object) -> None:
        closed.append("drained")

    async def closes(self: AgentServer) -> None:
        closed.append("closed")

    monkeypatch.setattr(AgentServer, "run", fails)
    monkeypatch.setattr(AgentServer, "drain", drains)
    monkeypatch.setattr(AgentServer, "aclose", closes)

    assert exit_code(ReceptionistServer(*read_settings())) == EXIT_STOPPED

    last = capfd.readouterr().err.splitlines()[-1]
    assert last.startswith("receptionist: the worker stopped: ")
    assert reason in last
    assert closed == ["drained", "closed"]


async def test_a_worker_that_is_told_to_stop_while_it_starts_has_nothing_to_drain() -> None:
    server = ReceptionistServer(*read_settings())
    starting = asyncio.create_task(server.run())
    await asyncio.sleep(0)

    await server.drain()
    await server.aclose()

    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting


@pytest.mark.usefixtures("_rendered")
def test_a_broken_edit_does_not_keep_a_restarted_worker_from_the_last_good_file(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    served = []

    async def runs(self: AgentServer, **_: bool) -> None:
        served.append("calls")

    monkeypatch.setattr(AgentServer, "run", runs)
    asyncio.run(ReceptionistServer(*read_settings()).run())
    _write("business: [")

    asyncio.run(ReceptionistServer(*read_settings()).run())

    assert served == ["calls", "calls"]
    assert "the last good one is in force" in caplog.text


WORKER = receptionist.worker.__file__
CONFIG = "receptionist.yaml"


def test_both_ways_to_start_refuse_bad_input_alike() -> None:
    _write(GOOD + "greting: Hello\n")
    starts = [
        ["-m", "livekit.agents", "start", WORKER],
        ["-c", "from receptionist.cli import main; main()", "start", "--config", CONFIG],
    ]
    processes = [
        subprocess.Popen(
            [sys.executable, *start],
            env={**os.environ, "LIVEKIT_URL": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for start in starts
    ]
    ends = [(*process.communicate(timeout=55), process.returncode) for process in processes]

    for out, err, code in ends:
        assert code == EXIT_BAD_INPUT
        assert [line.split(":")[1].strip() for line in err.splitlines()] == [CONFIG, "LIVEKIT_URL"]
        assert "Traceback" not in out + err
