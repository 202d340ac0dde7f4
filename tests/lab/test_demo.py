"""The demo and the lab that stays up, as people run them."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lab import demo

ROOT = Path(__file__).parents[2]


def test_a_call_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["c"]) == 2
    assert "usage: python -m lab.demo [a|b]" in capsys.readouterr().err


@pytest.mark.e2e
@pytest.mark.timeout(240)
def test_the_demo_shows_two_calls_in_which_people_really_talked() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "lab.demo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("they talked") == 2
    for word in ("INVITE", "REFER", "202", "NOTIFY 200", "BYE", "key 0", "NOTIFY 486", "«"):
        assert word in run.stdout
    folder = Path(run.stdout.split()[-1])
    recordings = sorted(path.name for path in folder.glob("*.wav"))
    assert recordings == [
        f"{call}-{who}.wav"
        for call in "ab"
        for who in (
            "caller-hears-front-desk",
            "caller-hears-receptionist",
            "front-desk-hears-caller",
        )
    ]


@pytest.mark.e2e
@pytest.mark.timeout(240)
def test_the_lab_stays_up_until_ctrl_c() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "lab.up"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as up:
        assert up.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = up.stdout.readline()
            assert line, said
            said += line
        found = re.search(r"sip:\+\d+@([\d.]+):(\d+)", said)
        assert found
        address = found[1], int(found[2])
        assert _answers_options(address)
        up.send_signal(signal.SIGINT)
        assert up.wait(20) == 0
    folder = re.search(r"Logs: (\S+)", said)
    assert folder
    assert not Path(folder[1]).exists()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(address)


def _answers_options(address: tuple[str, int]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(5)
        phone.connect(address)
        host, port = phone.getsockname()
        phone.send(
            (
                f"OPTIONS sip:lab@{address[0]}:{address[1]} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK1\r\n"
                f"From: <sip:me@{host}:{port}>;tag=1\r\nTo: <sip:lab@{address[0]}>\r\n"
                "Call-ID: up@lab\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
            ).encode()
        )
        return phone.recv(4096).startswith(b"SIP/2.0 200")
