from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from receptionist.cli.app import app
from receptionist.twilio.credentials import VARIABLES
from tests.support.business import write
from tests.support.livekit_server import KEY, SECRET, LiveKitServer, livekit_server
from transfer_call.voice.sound import RATE, Pcm

BUSINESS = """\
business:
  name: Acme
  country: US
  numbers: ["+16175550100"]
destinations:
  sales: {to: "+12125550123", key: "1"}
  desk: {to: "sip:desk@pbx.example.com", key: "0"}
"""

Run = Callable[..., Result]


class Hum:
    """A voice that needs no time."""

    def voice_id(self, language: str) -> str:
        return f"hum {language}"

    async def render(self, text: str, language: str) -> Pcm:
        wave = np.sin(np.arange(RATE // 10) / 4) * 9000
        return Pcm(RATE, wave.astype("<i2").tobytes())


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def server() -> Iterator[LiveKitServer]:
    with livekit_server() as server:
        yield server


@pytest.fixture
def run(tmp_path: Path, cache: Path, server: LiveKitServer, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder of its own, with the fake server and a small business."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, BUSINESS, "receptionist.yaml")
    for name, value in {
        "LIVEKIT_URL": server.url,
        "LIVEKIT_API_KEY": KEY,
        "LIVEKIT_API_SECRET": SECRET,
        "RECEPTIONIST_STATE_DIR": str(tmp_path / "state"),
        "RECEPTIONIST_CACHE_DIR": str(cache),
        "COLUMNS": "80",
    }.items():
        monkeypatch.setenv(name, value)
    for module in ("transfer_call.voice.rendering", "receptionist.rendering"):
        monkeypatch.setattr(f"{module}.LocalVoice", Hum)
    for name in ("RECEPTIONIST_RECORD_URL", "RECEPTIONIST_CONFIG", "OPENAI_API_KEY", *VARIABLES):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments: str, code: int = 0, answers: str = "") -> Result:
        result = CliRunner().invoke(app, arguments, input=answers)
        assert result.exit_code == code, result.output
        assert "+1617555" not in result.output or "--numbers" in arguments, result.output
        return result

    return invoke
