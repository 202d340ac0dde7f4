"""The LiveKit API of a lab: lines that can be dialled, and what is in the rooms."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.protobuf.duration_pb2 import Duration
from livekit import api
from livekit.protocol.models import ParticipantInfo

from lab.servers_config import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.pcap import Address

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Line:
    """A number that can be dialled, and the agent that is sent to its calls."""

    number: str
    """E.164."""
    agent_name: str
    uri: str
    """What a phone dials."""
    room_prefix: str
    """Of the rooms its calls get; no other line's rooms begin so."""
    trunk_id: str
    rule_id: str


class Rooms:
    """Asks the server; holds no connection, so it can be used from any event loop."""

    def __init__(self, url: str, key: str, secret: str, sip_address: Address) -> None:
        self._url, self._key, self._secret = url, key, secret
        self._sip_address = sip_address
        # Calls come from this machine, in the end: phones of others go through `lab.distance`.
        self._callers = "127.0.0.0/8" if sip_address.host == LOOPBACK else f"{sip_address.host}/32"
        self._counter = itertools.count(1)

    def api(self) -> api.LiveKitAPI:
        """A client of its own, to be used in ``async with``."""
        return api.LiveKitAPI(self._url, self._key, self._secret)

    async def add_line(
        self,
        agent_name: str,
        *,
        number: str = "",
        metadata: str = "",
        media_timeout: float | None = None,
        more_agents: Sequence[str] = (),
    ) -> Line:
        """Make a number that can be dialled: an inbound trunk and a dispatch rule for it alone.

        Args:
            agent_name: Who is sent to a call's room.
            number: In E.164; default one that no other line of this lab has.
            metadata: What the agent is told with each of its jobs.
            media_timeout: Seconds without RTP that end a call; default what the bridge has.
            more_agents: Further agents sent to every call.
        """
        count = next(self._counter)
        number = number or f"+1510555{count:04d}"
        prefix = f"call-{count}-"
        trunk = api.SIPInboundTrunkInfo(
            name=f"line {count}", numbers=[number], allowed_addresses=[self._callers]
        )
        if media_timeout is not None:
            timeout = Duration()
            timeout.FromMilliseconds(round(media_timeout * 1000))
            trunk.media.media_timeout.CopyFrom(timeout)
        agents = [
            api.RoomAgentDispatch(agent_name=name, metadata=metadata)
            for name in (agent_name, *more_agents)
        ]
        async with self.api() as client:
            trunk = await client.sip.create_inbound_trunk(
                api.CreateSIPInboundTrunkRequest(trunk=trunk)
            )
            rule = await client.sip.create_dispatch_rule(
                api.CreateSIPDispatchRuleRequest(
                    dispatch_rule=api.SIPDispatchRuleInfo(
                        name=f"line {count}",
                        trunk_ids=[trunk.sip_trunk_id],
                        rule=api.SIPDispatchRule(
                            dispatch_rule_individual=api.SIPDispatchRuleIndividual(
                                room_prefix=prefix
                            )
                        ),
                        room_config=api.RoomConfiguration(agents=agents),
                    )
                )
            )
        uri = f"sip:{number}@{self._sip_address}"
        return Line(number, agent_name, uri, prefix, trunk.sip_trunk_id, rule.sip_dispatch_rule_id)

    async def names(self, prefix: str = "") -> list[str]:
        """The rooms there are now."""
        async with self.api() as client:
            rooms = (await client.room.list_rooms(api.ListRoomsRequest())).rooms
        return sorted(room.name for room in rooms if room.name.startswith(prefix))

    async def participants(self, room: str) -> list[ParticipantInfo]:
        """Who is in a room; nobody when there is no such room."""
        async with self.api() as client:
            try:
                answer = await client.room.list_participants(api.ListParticipantsRequest(room=room))
            except api.TwirpError as error:
                if error.code == api.TwirpErrorCode.NOT_FOUND:
                    return []
                raise
        return list(answer.participants)

    async def delete(self, room: str) -> None:
        """Delete a room: everyone in it is thrown out."""
        async with self.api() as client:
            await client.room.delete_room(api.DeleteRoomRequest(room=room))

    async def until_gone(self, prefix: str = "", *, timeout: float = 10.0) -> float:
        """Wait until no room begins with ``prefix``.

        Returns:
            When that was first seen, in seconds since 1970.

        Raises:
            TimeoutError: There still is one.
        """
        deadline = time.monotonic() + timeout
        while left := await self.names(prefix):
            if time.monotonic() > deadline:
                raise TimeoutError(f"still there after {timeout:g} s: {', '.join(left)}")
            await asyncio.sleep(_POLL_SECONDS)
        return time.time()

    async def until_there(self, prefix: str = "", *, timeout: float = 10.0) -> str:
        """Wait for a room that begins with ``prefix``.

        Returns:
            Its name.

        Raises:
            TimeoutError: There is none.
        """
        deadline = time.monotonic() + timeout
        while not (found := await self.names(prefix)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no room {prefix}* after {timeout:g} s")
            await asyncio.sleep(_POLL_SECONDS)
        return found[0]
