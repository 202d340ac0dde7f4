"""One stack, one worker, and calls that run side by side while their tests wait for them.

A test names its call by ``@pytest.mark.play(PLAY)`` and gets it, made, as `played`. All calls
of the selected tests begin with the first of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from lab.stack import Stack
from tests.e2e.stage import Played, Stage, voice_agent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from lab.worker import Worker

TEST_SECONDS = 240
"""The first test waits for the worker, and each for calls that were before its own."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "play(play): the call that the test is about")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("play") is not None:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with Stack(agent_name="receptionist") as stack:
        yield stack


@pytest.fixture(scope="session")
def worker(stack: Stack) -> Iterator[Worker]:
    """A voice agent that does what its scene says."""
    with voice_agent(stack, "voice") as worker:
        yield worker


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(
    stack: Stack, worker: Worker, request: pytest.FixtureRequest
) -> AsyncIterator[Stage]:
    stage = Stage(stack, "voice")
    for item in request.session.items:
        if marker := item.get_closest_marker("play"):
            stage.begin(marker.args[0])
    yield stage
    await stage.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def played(stage: Stage, request: pytest.FixtureRequest) -> Played:
    """The call of the test's mark, made."""
    marker = request.node.get_closest_marker("play")
    assert marker is not None, "the test names no call"
    return await stage.begin(marker.args[0])
