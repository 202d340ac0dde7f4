"""One stack, one receptionist with many lines, and scenarios that run side by side.

A test names its scenario by ``@pytest.mark.scenario(SCENARIO)`` and gets its calls, made, as
`seen`. The scenarios of all selected tests begin with the first of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from lab.stack import Stack
from tests.e2e.matrix import businesses
from tests.e2e.matrix.reception import open_reception
from tests.e2e.matrix.report import MATRIX, table
from tests.e2e.matrix.resolver import Resolver
from tests.e2e.matrix.stage import Programme, Stage, Take
from tests.e2e.matrix.words import Words

if TYPE_CHECKING:
    from tests.e2e.matrix.reception import Seen

TEST_SECONDS = 300
"""The first test waits for the receptionist, and each for scenarios that were before its own."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "scenario(scenario): what the test is about")
    config.stash[MATRIX] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("scenario") is not None:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    matrix = terminalreporter.config.stash[MATRIX]
    if lines := table(matrix):
        terminalreporter.section("transfers as seen")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def lab_stack() -> Iterator[Stack]:
    with Stack(agent_name="nobody") as stack:
        yield stack


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def programme(lab_stack: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Programme]:
    async with (
        Resolver(businesses.SECRET) as resolver,
        open_reception(
            lab_stack, businesses.files(resolver.url), agent_name="receptionist"
        ) as reception,
    ):
        programme = Programme(Stage(lab_stack, reception, resolver, Words(lab_stack)))
        for item in request.session.items:
            if marker := item.get_closest_marker("scenario"):
                programme.begin(marker.args[0])
        yield programme
        await programme.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def take(programme: Programme, request: pytest.FixtureRequest) -> Take:
    """What came of the test's scenario."""
    marker = request.node.get_closest_marker("scenario")
    assert marker is not None, "the test names no scenario"
    scenario = marker.args[0]
    take = await programme.begin(scenario)
    request.config.stash[MATRIX][scenario.name] = take.calls
    return take


@pytest.fixture
def seen(take: Take) -> Sequence[Seen]:
    """The calls of the test's scenario, made."""
    return take.calls


@pytest.fixture
def stage(programme: Programme) -> Stage:
    """Where the scenarios are played."""
    return programme.stage


@pytest.fixture
def words(stage: Stage) -> Words:
    """How what is said sounds."""
    return stage.words
