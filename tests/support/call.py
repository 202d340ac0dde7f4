"""A call under test: a fake room, telephone system and session around the real `Call`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.support.session import ScriptedSession
from transfer_call.adapters.memory_record import MemoryRecord
from transfer_call.call import Call
from transfer_call.directory import Destination, Directory
from transfer_call.testing import FakeCaller, FakeRoom, FakeTelephony, fake_caller
from transfer_call.transfer.request import Source, TransferRequest, TransferResult

if TYPE_CHECKING:
    from transfer_call.events import Event
    from transfer_call.record import Record
    from transfer_call.transfer.telephony import Reply

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
"""A Wednesday; 12:00 in New York."""

SALES = "tel:+12125550123"
DESK = "sip:desk@pbx.example.com"


def directory(**changes: Any) -> Directory:
    """Sales on the telephone network, the front desk on a PBX."""
    sales: dict[str, Any] = {"name": "sales", "to": SALES, "key": "1", "description": "orders"}
    desk: dict[str, Any] = {"name": "front-desk", "to": DESK, "key": "0", "description": "else"}
    sales.update(changes.pop("sales", {}))
    desk.update(changes.pop("desk", {}))
    more = changes.pop("more", ())
    return Directory([Destination(**sales), Destination(**desk), *more], country="US", **changes)


class CallUnderTest:
    def __init__(
        self,
        *replies: Reply,
        who: Directory | None = None,
        session: ScriptedSession | None = None,
        record: Record | None = None,
        caller: FakeCaller | None = None,
        now: datetime = NOON,
        call_id: str = "call-id",
    ) -> None:
        self.directory = who or directory()
        self.caller = caller or fake_caller()
        self.room = FakeRoom("call-1", [self.caller])
        self.telephony = FakeTelephony(*replies, room=self.room)
        self.session = session or ScriptedSession()
        self.record = record or MemoryRecord()
        self.events: list[Event] = []
        self.now = now
        room: Any = self.room
        speaking: Any = self.session
        self.call = Call.start(
            room,
            session=speaking,
            telephony=self.telephony,
            record=self.record,
            on_event=self._on_event,
            call_id=call_id,
            now=lambda: self.now,
        )

    async def _on_event(self, event: Event) -> None:
        self.events.append(event)

    def request(self, destination: str = "sales", source: Source = Source.TOOL) -> TransferRequest:
        return TransferRequest(destination, directory=self.directory, source=source)

    async def transfer(
        self, destination: str = "sales", source: Source = Source.TOOL
    ) -> TransferResult:
        return await asyncio.wait_for(self.call.transfer(self.request(destination, source)), 10)

    def begin(
        self, destination: str = "sales", source: Source = Source.TOOL
    ) -> asyncio.Task[TransferResult]:
        return asyncio.create_task(self.transfer(destination, source))

    async def until(self, condition: Any) -> None:
        """Let the loop run until `condition()` holds."""
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0)

    def hang_up(self) -> None:
        self.room.leave(self.caller.identity)


@asynccontextmanager
async def a_call(*replies: Reply, **parts: Any) -> AsyncIterator[CallUnderTest]:
    under_test = CallUnderTest(*replies, **parts)
    try:
        yield under_test
    finally:
        under_test.telephony.release()
        await asyncio.wait_for(under_test.call.aclose(), 10)
