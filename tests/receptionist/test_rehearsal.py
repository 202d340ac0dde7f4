"""The call that nobody makes reaches its REFER, leaves nothing behind, and never fails a start."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any

import pytest

from receptionist import rehearsal
from tests.support.business import write
from transfer_call.adapters.livekit_api import LiveKitTelephony
from transfer_call.business import Line, load
from transfer_call.transfer.telephony import Refer, Reply, ReplyKind

ACME = """\
business: {name: Acme Dental, country: US}
destinations:
  front-desk: {to: "tel:+12125550100", key: "0"}
"""


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return load(write(tmp_path, ACME)).lines[0]


def test_it_goes_all_the_way_to_a_refer_and_its_reply(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies: list[Reply] = []
    real = LiveKitTelephony.refer

    async def refer(self: LiveKitTelephony, request: Refer) -> Reply:
        replies.append(await real(self, request))
        return replies[-1]

    monkeypatch.setattr(LiveKitTelephony, "refer", refer)
    rehearsal.rehearse(line)
    assert [reply.kind for reply in replies] == [ReplyKind.OK]


def test_it_leaves_no_thread_and_says_nothing(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    before = threading.active_count()
    rehearsal.rehearse(line)
    assert threading.active_count() == before
    assert caplog.messages == []


def test_one_that_fails_is_said_and_nothing_else(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refused(*_: Any) -> None:
        raise OSError("no loopback here")

    monkeypatch.setattr(asyncio, "start_server", refused)
    rehearsal.rehearse(line)
    assert caplog.messages == ["the rehearsal of a call failed"]
