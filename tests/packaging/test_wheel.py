"""What a user gets who installs the wheel and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "own_agent.py"
DRIVER = Path(__file__).with_name("run_own_agent.py")


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def uv() -> str:
    found = shutil.which("uv")
    assert found is not None, "uv is not on PATH; run the tests with `make test`"
    return found


@pytest.fixture(scope="module")
def wheel(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(uv, "build", "--wheel", "--out-dir", out, ROOT, cwd=out)
    [built] = out.glob("*.whl")
    return built


def test_the_wheel_holds_the_packages_and_their_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"transfer_call", "receptionist", "receptionist_prompts"}
    for needed in (
        "transfer_call/py.typed",
        "transfer_call/voice/phrases/de.toml",
        "receptionist_prompts/receptionist.md",
    ):
        assert needed in names
    assert any("migrations/versions" in name for name in names)


def test_a_starter_agent_with_ten_lines_more_transfers_its_caller(
    uv: str, wheel: Path, tmp_path: Path
) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    run(uv, "venv", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    run(uv, "pip", "install", "--python", python, wheel, cwd=tmp_path)
    installed = run(uv, "pip", "list", "--python", python, cwd=tmp_path)
    assert "sqlalchemy" not in installed.lower()
    assert "silero" not in installed.lower()
    reply = json.loads(run(python, DRIVER, EXAMPLE, cwd=tmp_path).splitlines()[-1])
    assert reply == {"to": "tel:+12125550123", "identity": "sip_+14155550123"}


def test_no_more_than_ten_lines_are_added_to_the_starter_agent() -> None:
    added = [line for line in EXAMPLE.read_text().splitlines() if line.endswith("# +")]
    assert 0 < len(added) <= 10
