from __future__ import annotations

import pytest

from receptionist.pipeline.choose import Pipeline, choose
from receptionist.pipeline.services import Service

STT, LLM, TTS, REALTIME = Service


@pytest.mark.parametrize(
    ("wanted", "down", "chosen"),
    [
        ("auto", (), Pipeline.CASCADE),
        ("cascade", (), Pipeline.CASCADE),
        ("realtime", (), Pipeline.REALTIME),
        ("standby", (), Pipeline.STANDBY),
        ("auto", (REALTIME,), Pipeline.CASCADE),
        ("auto", (TTS,), Pipeline.CASCADE),
        ("auto", (STT,), Pipeline.STANDBY),
        ("cascade", (LLM, TTS), Pipeline.CASCADE),
        ("cascade", (STT, LLM, TTS), Pipeline.STANDBY),
        ("realtime", (STT, LLM, TTS), Pipeline.REALTIME),
        ("realtime", (REALTIME,), Pipeline.CASCADE),
        ("realtime", (REALTIME, TTS), Pipeline.CASCADE),
        ("realtime", (REALTIME, STT), Pipeline.STANDBY),
        ("standby", tuple(Service), Pipeline.STANDBY),
    ],
)
def test_a_call_gets_what_its_line_wants_and_what_answers(
    wanted: str, down: tuple[Service, ...], chosen: Pipeline
) -> None:
    assert choose(wanted, key=True, down=down) is chosen


@pytest.mark.parametrize("wanted", ["auto", "cascade", "realtime", "standby"])
def test_without_a_key_there_is_standby(wanted: str) -> None:
    assert choose(wanted, key=False) is Pipeline.STANDBY
