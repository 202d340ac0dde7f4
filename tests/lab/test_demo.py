"""The demo and the lab that stays up, as people run them."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from opening_hours import OpeningHours

from lab import demo
from lab.demo_business import closed_until_tomorrow
from lab.demo_calls import CALLS
from tests.lab.browser import LOADED, chromium, close_page, open_page

ROOT = Path(__file__).parents[2]


def test_a_call_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["x"]) == 2
    assert f"usage: python -m lab.demo [{'|'.join(CALLS)}]" in capsys.readouterr().err


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_billing_is_closed_whenever_the_demo_runs_and_opens_the_next_morning(now: datetime) -> None:
    hours = OpeningHours(closed_until_tomorrow(now))
    assert not hours.is_open(now)
    opens = hours.next_change(now)
    assert opens is not None
    assert opens.replace(tzinfo=None) == datetime.combine(now + timedelta(days=1), time(9))


@dataclass(frozen=True)
class Shown:
    """What someone sees who runs the demo."""

    text: str
    folder: Path


@pytest.fixture(scope="module")
def shown() -> Shown:
    run = subprocess.run(
        [sys.executable, "-m", "lab.demo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return Shown(run.stdout, Path(run.stdout.split()[-1]))


@pytest.mark.e2e
@pytest.mark.timeout(300)
def test_the_demo_shows_calls_in_which_people_really_talked(shown: Shown) -> None:
    talks = [which for which, call in CALLS.items() if call.talks_with]
    assert shown.text.count("they talked") == len(talks)
    for word in ("INVITE", "REFER", "202", "NOTIFY 200", "BYE", "key 0", "NOTIFY 486", "«"):
        assert word in shown.text
    assert "They're back tomorrow at nine" in shown.text
    assert "Sales, is that right?" in shown.text
    recordings = {path.name for path in shown.folder.glob("*.wav")}
    assert recordings >= {f"{which}-caller-hears-receptionist.wav" for which in CALLS}
    assert len(recordings) == len(CALLS) + 2 * len(talks)


@pytest.mark.e2e
@pytest.mark.timeout(300)
async def test_each_call_of_the_demo_has_a_page_that_plays_it(shown: Shown) -> None:
    async with chromium() as browser:
        for which, call in CALLS.items():
            path = shown.folder / f"{which}.html"
            assert str(path) in shown.text
            opened = await open_page(browser, path, width=390)
            page = opened.page
            assert call.title in await page.title()
            assert "All went as it was meant to" in await page.inner_text(".verdict")
            seconds = await page.evaluate(LOADED)
            assert len(seconds) == (2 if call.talks_with else 1)
            assert min(seconds) > 5
            drawn = page.locator("path.bridge")
            assert len(await drawn.first.get_attribute("d") or "") > 1000
            assert await page.evaluate("document.documentElement.scrollWidth") == 390
            await close_page(opened)


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
