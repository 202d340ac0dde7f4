"""A receptionist and an agent with broken models on one stack; all their calls side by side.

A test names its call by ``@pytest.mark.dials(DIALLED)`` and gets it, made, as `dialog`; or, to
the agent, by ``@pytest.mark.trial(TRIAL)``, as `tried`. All calls of the selected tests begin
with the first of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.e2e.keypad.dead_openai import DeadOpenAI
from tests.e2e.keypad.reception import Reception, open_reception
from tests.e2e.keypad.trials import Trials, broken_agent

if TYPE_CHECKING:
    from lab.dialog import Dialog
    from lab.stack import Stack
    from tests.e2e.stage import Played

TEST_SECONDS = 180
"""The first test waits for the workers, and each for calls that were before its own."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "dials(dialled): the call that the test is about")
    config.addinivalue_line("markers", "trial(trial): the call to the broken agent")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("dials") or item.get_closest_marker("trial"):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reception(stack: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Reception]:
    async with open_reception(stack) as reception:
        for item in request.session.items:
            if marker := item.get_closest_marker("dials"):
                reception.begin(marker.args[0])
        yield reception


@pytest_asyncio.fixture(loop_scope="session")
async def dialog(reception: Reception, request: pytest.FixtureRequest) -> Dialog:
    """The call of the test's mark, made."""
    marker = request.node.get_closest_marker("dials")
    assert marker is not None, "the test names no call"
    return await reception.begin(marker.args[0])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def trials(stack: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Trials]:
    async with DeadOpenAI() as server, broken_agent(stack):
        trials = Trials(stack, server)
        for item in request.session.items:
            if marker := item.get_closest_marker("trial"):
                trials.begin(marker.args[0])
        yield trials
        await trials.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def tried(trials: Trials, request: pytest.FixtureRequest) -> Played:
    """The call of the test's mark, made."""
    marker = request.node.get_closest_marker("trial")
    assert marker is not None, "the test names no call"
    return await trials.begin(marker.args[0])
