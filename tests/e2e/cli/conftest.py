"""One operator whose line `setup` has made and whose worker answers, for all tests here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.e2e.cli.operator import Done, Operator

if TYPE_CHECKING:
    from lab.stack import Stack

LOCAL = ("--allow-address", "127.0.0.0/8")


@dataclass(frozen=True)
class Made:
    """What the first runs of his commands did.

    Attributes:
        operator: Who typed them.
        before: ``check --online`` when there was nothing yet.
        setup: ``setup`` for the first time.
    """

    operator: Operator
    before: Done
    setup: Done


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def made(stack: Stack) -> AsyncIterator[Made]:
    operator = Operator(stack, "operator", "+15105590100")
    before = await operator.types("check", "--online", "--json")
    setup = await operator.types("setup", "--yes", *LOCAL)
    with operator.worker():
        yield Made(operator, before, setup)


@pytest_asyncio.fixture(loop_scope="session")
async def operator(made: Made) -> Operator:
    return made.operator
