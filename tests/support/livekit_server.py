"""A LiveKit server's API, as far as operators' commands use it, over HTTP on the loopback.

It keeps trunks and rules as livekit-server does: it gives ids, checks keys and grants, replaces
as a whole, and refuses two trunks for one number. What the released server cannot be made to do
(a key with few grants, another clock) is set as a field.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from threading import Thread
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from google.protobuf.message import Message
from livekit import api
from livekit.protocol import agent, agent_dispatch, models, room as rooms, sip

KEY, SECRET = "devkey", "a-secret-of-at-least-thirty-two-bytes"

AGE_SECONDS = 65.3
"""How long everybody has been in his room."""

_ADMIN = (
    "CreateSIPInboundTrunk", "UpdateSIPInboundTrunk", "ListSIPInboundTrunk", "DeleteSIPTrunk",
    "ListSIPOutboundTrunk", "CreateSIPDispatchRule", "UpdateSIPDispatchRule",
    "ListSIPDispatchRule", "DeleteSIPDispatchRule",
)  # fmt: skip


class Refusal(Exception):
    """An error as Twirp encodes it."""

    def __init__(self, status: int, code: str, message: str, **meta: str) -> None:
        self.status, self.code, self.message, self.meta = status, code, message, meta


@dataclass
class LiveKitServer:
    """What there is, what is allowed, and what was asked.

    Attributes:
        agents: The names under which workers take jobs.
        without: Grants that the key does not have: roomList, roomAdmin, sip.admin, sip.call.
        clock: How many seconds its clock is behind.
        has_sip: Whether there is a SIP service.
        tells_of_jobs: Whether dispatches show the jobs that workers have taken.
        strange: Whether it is something else altogether.
        asked: The methods, in order.
        transfer: What becomes of a transfer; default: the empty reply.
    """

    url: str = ""
    trunks: dict[str, sip.SIPInboundTrunkInfo] = field(default_factory=dict)
    outbound: dict[str, sip.SIPOutboundTrunkInfo] = field(default_factory=dict)
    rules: dict[str, sip.SIPDispatchRuleInfo] = field(default_factory=dict)
    rooms: dict[str, list[models.ParticipantInfo]] = field(default_factory=dict)
    agents: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    clock: float = 0.0
    has_sip: bool = True
    tells_of_jobs: bool = True
    strange: bool = False
    asked: list[str] = field(default_factory=list)
    transfers: list[sip.TransferSIPParticipantRequest] = field(default_factory=list)
    transfer: Any = None
    _jobs: dict[str, list[agent_dispatch.AgentDispatch]] = field(default_factory=dict)

    @property
    def changes(self) -> list[str]:
        """The methods that change something."""
        return [one for one in self.asked if one.startswith(("Create", "Update", "Delete"))]

    def add_trunk(self, **fields: Any) -> str:
        """A trunk that somebody else has made."""
        return self._store(self.trunks, "ST_", "sip_trunk_id", sip.SIPInboundTrunkInfo(**fields))

    def add_rule(self, *, agents: tuple[str, ...] = (), rule: Any = None, **fields: Any) -> str:
        """A dispatch rule that somebody else has made; individual rooms by default."""
        individual = api.SIPDispatchRule(
            dispatch_rule_individual=api.SIPDispatchRuleIndividual(room_prefix="call")
        )
        info = sip.SIPDispatchRuleInfo(
            rule=rule or individual,
            room_config=api.RoomConfiguration(
                agents=[api.RoomAgentDispatch(agent_name=name) for name in agents]
            ),
            **fields,
        )
        return self._store(self.rules, "SDR_", "sip_dispatch_rule_id", info)

    def add_caller(self, room: str, number: str, **attributes: str) -> str:
        """A telephone in a room; returns its identity."""
        identity = f"sip_{number}"
        self.rooms.setdefault(room, []).append(
            models.ParticipantInfo(
                identity=identity,
                kind=models.ParticipantInfo.SIP,
                attributes={
                    "sip.phoneNumber": number,
                    "sip.trunkPhoneNumber": "+16175550100",
                    "sip.callStatus": "active",
                    **attributes,
                },
            )
        )
        return identity

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        date = {"Date": formatdate(time.time() - self.clock, usegmt=True)}
        if self.strange:
            return web.Response(text="<html>hello</html>")
        if request.method == "GET":
            return web.Response(text="OK", headers=date)
        method = request.path.rsplit("/", 1)[-1]
        self.asked.append(method)
        try:
            self._check_key(request, method)
            message = await getattr(self, f"_{method}")(await request.read())
        except Refusal as error:
            body = {"code": error.code, "msg": error.message, "meta": error.meta}
            return web.json_response(body, status=error.status, headers=date)
        return web.Response(body=message.SerializeToString() if message else b"", headers=date)

    def _check_key(self, request: web.Request, method: str) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = api.TokenVerifier(KEY, SECRET).verify(token)
        except Exception:
            raise Refusal(401, "unauthenticated", "invalid token") from None
        wanted = {
            "ListRooms": "roomList",
            "ListParticipants": "roomAdmin",
            "CreateDispatch": "roomAdmin",
            "ListDispatch": "roomAdmin",
            "TransferSIPParticipant": "sip.call",
        }.get(method, "sip.admin" if method in _ADMIN else "")
        had = {
            "roomList": claims.video and claims.video.room_list,
            "roomAdmin": claims.video and claims.video.room_admin,
            "sip.call": claims.sip and claims.sip.call,
            "sip.admin": claims.sip and claims.sip.admin,
        }
        if wanted and (wanted in self.without or not had[wanted]):
            raise Refusal(401, "unauthenticated", "permissions denied")
        if "sip" in method.lower() and method != "TransferSIPParticipant" and not self.has_sip:
            raise Refusal(500, "internal", "sip not connected (redis required)")

    def _store(self, where: dict[str, Any], prefix: str, key: str, info: Any) -> str:
        made = f"{prefix}{len(where) + 1:04}"
        setattr(info, key, made)
        where[made] = info
        return made

    def _refuse_conflicts(self, info: sip.SIPInboundTrunkInfo, own: str) -> None:
        for other in self.trunks.values():
            if other.sip_trunk_id != own and set(other.numbers) & set(info.numbers):
                raise Refusal(400, "invalid_argument", "Conflicting inbound SIP Trunks")

    async def _ListRooms(self, body: bytes) -> Message:
        names = rooms.ListRoomsRequest.FromString(body).names
        found = [name for name in self.rooms if not names or name in names]
        return rooms.ListRoomsResponse(rooms=[models.Room(name=name) for name in found])

    async def _ListParticipants(self, body: bytes) -> Message:
        name = rooms.ListParticipantsRequest.FromString(body).room
        if name not in self.rooms:
            raise Refusal(404, "not_found", "room not found")
        for one in self.rooms[name]:
            one.joined_at_ms = round((time.time() - AGE_SECONDS) * 1000)
        return rooms.ListParticipantsResponse(participants=self.rooms[name])

    async def _DeleteRoom(self, body: bytes) -> Message | None:
        name = rooms.DeleteRoomRequest.FromString(body).room
        self.rooms.pop(name, None)
        self._jobs.pop(name, None)
        return None

    async def _CreateDispatch(self, body: bytes) -> Message:
        request = agent_dispatch.CreateAgentDispatchRequest.FromString(body)
        takes = request.agent_name in self.agents
        jobs = [agent.Job(id="AJ_1")] if takes and self.tells_of_jobs else []
        made = agent_dispatch.AgentDispatch(
            id="AD_1", state=agent_dispatch.AgentDispatchState(jobs=jobs)
        )
        worker = models.ParticipantInfo(identity="agent-AJ_1", kind=models.ParticipantInfo.AGENT)
        self.rooms.setdefault(request.room, [worker] if takes else [])
        self._jobs.setdefault(request.room, []).append(made)
        return made

    async def _ListDispatch(self, body: bytes) -> Message:
        name = agent_dispatch.ListAgentDispatchRequest.FromString(body).room
        return agent_dispatch.ListAgentDispatchResponse(agent_dispatches=self._jobs.get(name, []))

    async def _ListSIPInboundTrunk(self, body: bytes) -> Message:
        wanted = sip.ListSIPInboundTrunkRequest.FromString(body).trunk_ids
        found = [one for key, one in self.trunks.items() if not wanted or key in wanted]
        return sip.ListSIPInboundTrunkResponse(items=found)

    async def _ListSIPOutboundTrunk(self, body: bytes) -> Message:
        return sip.ListSIPOutboundTrunkResponse(items=self.outbound.values())

    async def _CreateSIPInboundTrunk(self, body: bytes) -> Message:
        info = sip.CreateSIPInboundTrunkRequest.FromString(body).trunk
        self._refuse_conflicts(info, "")
        self._store(self.trunks, "ST_", "sip_trunk_id", info)
        return info

    async def _UpdateSIPInboundTrunk(self, body: bytes) -> Message:
        request = sip.UpdateSIPInboundTrunkRequest.FromString(body)
        if request.sip_trunk_id not in self.trunks:
            raise Refusal(404, "not_found", "requested sip trunk does not exist")
        self._refuse_conflicts(request.replace, request.sip_trunk_id)
        request.replace.sip_trunk_id = request.sip_trunk_id
        self.trunks[request.sip_trunk_id] = request.replace
        return request.replace

    async def _DeleteSIPTrunk(self, body: bytes) -> Message:
        del self.trunks[sip.DeleteSIPTrunkRequest.FromString(body).sip_trunk_id]
        return sip.SIPTrunkInfo()

    async def _ListSIPDispatchRule(self, body: bytes) -> Message:
        wanted = sip.ListSIPDispatchRuleRequest.FromString(body).dispatch_rule_ids
        found = [one for key, one in self.rules.items() if not wanted or key in wanted]
        return sip.ListSIPDispatchRuleResponse(items=found)

    async def _CreateSIPDispatchRule(self, body: bytes) -> Message:
        info = sip.CreateSIPDispatchRuleRequest.FromString(body).dispatch_rule
        if missing := set(info.trunk_ids) - set(self.trunks):
            raise Refusal(400, "invalid_argument", f"no trunk {missing}")
        self._store(self.rules, "SDR_", "sip_dispatch_rule_id", info)
        return info

    async def _UpdateSIPDispatchRule(self, body: bytes) -> Message:
        request = sip.UpdateSIPDispatchRuleRequest.FromString(body)
        request.replace.sip_dispatch_rule_id = request.sip_dispatch_rule_id
        self.rules[request.sip_dispatch_rule_id] = request.replace
        return request.replace

    async def _DeleteSIPDispatchRule(self, body: bytes) -> Message:
        key = sip.DeleteSIPDispatchRuleRequest.FromString(body).sip_dispatch_rule_id
        return self.rules.pop(key)

    async def _TransferSIPParticipant(self, body: bytes) -> Message | None:
        request = sip.TransferSIPParticipantRequest.FromString(body)
        present = self.rooms.get(request.room_name, [])
        if request.participant_identity not in [one.identity for one in present]:
            raise Refusal(404, "not_found", "participant does not exist")
        self.transfers.append(request)
        if self.transfer is not None:
            return await self.transfer(request)  # type: ignore[no-any-return]
        return None


@contextmanager
def livekit_server() -> Iterator[LiveKitServer]:
    """Run one on a free port, in a thread of its own: commands run their own event loop."""
    fake = LiveKitServer()
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", fake.handle)
        async with TestServer(app) as server:
            fake.url = f"ws://{server.host}:{server.port}"
            stop = asyncio.Event()
            started.set_result((asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(10)
    try:
        yield fake
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
