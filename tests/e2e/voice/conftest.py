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
from receptionist.words import vocabulary
from tests.e2e.matrix.reception import open_reception
from tests.e2e.voice.talks import Talk, known
from transfer_call.business import load

if TYPE_CHECKING:
    from pathlib import Path

    from lab.openai.script import Service
    from lab.openai.server import Request
    from lab.stack import Stack
    from tests.e2e.matrix.reception import Reception, Seen

TEST_SECONDS = 200
AT_ONCE = 5


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
        rendered: The words that the worker has them speak beside the calls, to keep them.
    """

    server: ScriptedOpenAI
    calls: Sequence[Seen]
    rendered: frozenset[str]

    @property
    def seen(self) -> Seen:
        """The first call."""
        return self.calls[0]

    def asked(self, *services: Service, call: int = 0) -> list[Request]:
        """What has been asked of these services, or of any, since that call began."""
        began = self.calls[call].dialog.invite.at
        return [
            one
            for one in self.server.requests
            if one.at > began
            and (not services or one.service in services)
            and one.body.get("input") not in self.rendered
        ]


class Talks:
    """Holds talks, a few at a time; each once, however often it is asked for."""

    def __init__(
        self,
        reception: Reception,
        servers: dict[str, ScriptedOpenAI],
        rendered: dict[str, frozenset[str]],
    ) -> None:
        self._reception = reception
        self._servers = servers
        self._rendered = rendered
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
            return Held(self._servers[name], calls, self._rendered[name])


def _talks(session: pytest.Session) -> dict[str, Talk]:
    """The talks of the selected tests, by the names of their lines."""
    marked = [item.get_closest_marker("talk") for item in session.items]
    talks = dict.fromkeys(mark.args[0] for mark in marked if mark is not None)
    # Words are rendered in the order of the lines: no greeting waits for services that fail.
    ordered = sorted(talks, key=lambda talk: bool(talk.broken))
    return {f"talk-{number}": talk for number, talk in enumerate(ordered)}


def _rendered(file: Path, text: str) -> frozenset[str]:
    """The fixed words of this line."""
    file.write_text(text, "utf-8")
    [line] = load(file).lines
    return frozenset(text for said in vocabulary(line) for text in [*said.first, *said.later])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def talks(
    stack: Stack, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Talks]:
    selected = _talks(request.session)
    await asyncio.to_thread(known)
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
        rendered = {
            name: _rendered(tmp_path_factory.mktemp(name) / "line.yaml", text)
            for name, text in files.items()
        }
        talks = Talks(reception, servers, rendered)
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
