from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.worker import Worker

BARE_WORKER = [
    *(sys.executable, "-m", "livekit.agents", "start"),
    str(Path(__file__).parents[2] / "lab" / "bare_worker.py"),
]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with Stack(agent_name="bare") as stack:
        yield stack


@pytest.fixture(scope="session")
def bare_worker(stack: Stack) -> Iterator[Worker]:
    """Transfers to tel:+12125550123 on the key 0."""
    with stack.worker(BARE_WORKER, env={"BARE_TRANSFER_TO": "tel:+12125550123"}) as worker:
        yield worker
