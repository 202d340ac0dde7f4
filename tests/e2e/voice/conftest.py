"""One stack, one receptionist with a line for each talk, and talks that run side by side.

A test names its talk by ``@pytest.mark.talk(TALK)`` and gets it, made, as `held`. All talks of the
selected tests begin with the first of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from lab.openai.server import ScriptedOpenAI
from tests.e2e.matrix.reception import open_reception
from tests.e2e.voice.talks import Talk

if TYPE_CHECKING:
    from lab.stack import Stack
    from tests.e2e.matrix.reception import Reception, Seen

TEST_SECONDS = 200
AT_ONCE = 3


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "talk(talk): the talk that the test is about")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("talk") is not None:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@dataclass(frozen=True)
class Held:
    """A talk that was held.

    Attributes:
        server: The line's services, which serve nobody else.
        calls: In the order in which they were made.
    """

    server: ScriptedOpenAI
    calls: Sequence[Seen]

    @property
    def seen(self) -> Seen:
        """The first call."""
        return self.calls[0]


class Talks:
    """Holds talks, a few at a time; each once, however often it is asked for."""

    def __init__(self, reception: Reception, servers: dict[str, ScriptedOpenAI]) -> None:
        self._reception = reception
        self._servers = servers
        self._room = asyncio.Semaphore(AT_ONCE)
        self._held: dict[str, asyncio.Task[Held]] = {}

    def begin(self, name: str, talk: Talk) -> asyncio.Task[Held]:
        """Hold it as soon as there is room for it."""
        if name not in self._held:
            self._held[name] = asyncio.create_task(self._hold(name, talk))
        return self._held[name]

    async def aclose(self) -> None:
        """Forget what has not been held."""
        for task in self._held.values():
            task.cancel()
        await asyncio.gather(*self._held.values(), return_exceptions=True)

    async def _hold(self, name: str, talk: Talk) -> Held:
        async with self._room:
            calls = [await self._reception.call(name, talk.script()) for _ in range(talk.calls)]
            return Held(self._servers[name], calls)


def _talks(session: pytest.Session) -> dict[str, Talk]:
    """The talks of the selected tests, by the names of their lines."""
    marked = [item.get_closest_marker("talk") for item in session.items]
    talks = dict.fromkeys(mark.args[0] for mark in marked if mark is not None)
    return {f"talk-{number}": talk for number, talk in enumerate(talks)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def talks(stack: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Talks]:
    selected = _talks(request.session)
    async with AsyncExitStack() as opened:
        servers = {
            name: await opened.enter_async_context(ScriptedOpenAI({"*": talk.model()}))
            for name, talk in selected.items()
        }
        files = {name: talk.file(servers[name].base_url) for name, talk in selected.items()}
        reception = await opened.enter_async_context(
            open_reception(
                stack, files, agent_name="voice-reception", env={"OPENAI_API_KEY": "a key"}
            )
        )
        talks = Talks(reception, servers)
        for name, talk in selected.items():
            talks.begin(name, talk)
        yield talks
        await talks.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def held(talks: Talks, request: pytest.FixtureRequest) -> Held:
    """The test's talk, held."""
    mark = request.node.get_closest_marker("talk")
    assert mark is not None, "the test names no talk"
    name = next(name for name, talk in _talks(request.session).items() if talk is mark.args[0])
    return await talks.begin(name, mark.args[0])
