"""The LiveKit server as the operator's commands use it: the one place that speaks to its API."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import aiohttp
from google.protobuf.message import DecodeError
from livekit import api

from .protobuf import outbound_of, rule_of, trunk_of
from .server_findings import Server
from .snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livekit.protocol.models import ParticipantInfo

    from ..settings import Settings

REQUEST_SECONDS = 10.0
WORKER_SECONDS = 5.0
"""How long a worker may take to accept a job."""
_POLL_SECONDS = 0.1
_NOBODY = "receptionist-check"
"""A room and an identity that never are."""

_CUT = (aiohttp.ClientError, TimeoutError, DecodeError, OSError)


class LiveKitError(Exception):
    """The server cannot do what was asked; the text is for the operator."""


@dataclass(frozen=True, slots=True)
class LiveCaller:
    """A telephone in a room.

    Attributes:
        room: Its room; LiveKit makes the name from the caller's number.
        identity: The same.
        number: The caller's number, as the carrier gives it, or ``""``.
        called: The number that was dialled, or ``""``.
        status: ``ringing``, ``active``, ``dialing``, ``hangup`` …, or ``""``.
        seconds: Since it joined.
        attributes: All that the bridge says about it.
    """

    room: str
    identity: str
    number: str
    called: str
    status: str
    seconds: float
    attributes: dict[str, str]


class LiveKit:
    """A LiveKit server and a key of it; to be had from `livekit`."""

    def __init__(self, url: str, client: api.LiveKitAPI, session: aiohttp.ClientSession) -> None:
        self._url = f"http{url.removeprefix('ws')}" if url.startswith("ws") else url
        self._session = session
        self.client = client

    async def look(self) -> Server:
        """What a few harmless requests show of the server and the key. Raises nothing."""
        try:
            skew = await self._skew()
            await self.client.room.list_rooms(api.ListRoomsRequest(names=[_NOBODY]))
        except api.ServerError as error:
            if error.status == 401:
                return Server(key_refused=True, skew=skew)
            if error.status != 403:
                return Server(unreachable=_answer(error), skew=skew)
            return Server(missing_grants=("roomList",), skew=skew)
        except _CUT as error:
            return Server(unreachable=_reason(error))
        missing, without_sip = await self._missing_grants()
        return Server(missing_grants=missing, skew=skew, without_sip=without_sip)

    async def snapshot(self) -> Snapshot:
        """The trunks and dispatch rules there are.

        Raises:
            LiveKitError: They cannot be had.
        """
        async with said("the trunks cannot be listed"):
            sip = self.client.sip
            trunks = await sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())
            outbound = await sip.list_outbound_trunk(api.ListSIPOutboundTrunkRequest())
            rules = await sip.list_dispatch_rule(api.ListSIPDispatchRuleRequest())
        return Snapshot(
            tuple(map(trunk_of, trunks.items)),
            tuple(map(outbound_of, outbound.items)),
            tuple(map(rule_of, rules.items)),
        )

    async def callers(self, room: str = "") -> list[LiveCaller]:
        """The telephones in all rooms, or in one, the oldest first.

        Raises:
            LiveKitError: They cannot be had.
        """
        async with said("the rooms cannot be listed"):
            rooms = [room]
            if not room:
                listed = await self.client.room.list_rooms(api.ListRoomsRequest())
                rooms = [one.name for one in listed.rooms]
            found = await asyncio.gather(*map(self._participants, rooms))
        now = time.time()
        callers = [
            _caller(name, one, now)
            for name, participants in zip(rooms, found, strict=True)
            for one in participants
            if one.kind == one.SIP
        ]
        return sorted(callers, key=lambda one: -one.seconds)

    async def takes_jobs(self, agent: str) -> bool:
        """Whether a worker accepts a job for `agent`; it sees a room without a caller and ends.

        Raises:
            LiveKitError: No job can be offered.
        """
        room = f"{_NOBODY}-{uuid.uuid4().hex[:8]}"
        async with said("no job can be offered to the worker"):
            try:
                await self.client.agent_dispatch.create_dispatch(
                    api.CreateAgentDispatchRequest(agent_name=agent, room=room)
                )
                return await self._accepted(room)
            finally:
                await self.client.room.delete_room(api.DeleteRoomRequest(room=room))

    async def _accepted(self, room: str) -> bool:
        deadline = time.monotonic() + WORKER_SECONDS
        while time.monotonic() < deadline:
            # The server tells of the job seconds after the worker has joined, or before.
            dispatches = await self.client.agent_dispatch.list_dispatch(room)
            if any(one.state.jobs for one in dispatches) or await self._participants(room):
                return True
            await asyncio.sleep(_POLL_SECONDS)
        return False

    async def _participants(self, room: str) -> Iterable[ParticipantInfo]:
        try:
            request = api.ListParticipantsRequest(room=room)
            return (await self.client.room.list_participants(request)).participants
        except api.ServerError as error:
            if error.status == 404:
                return ()
            raise

    async def _skew(self) -> float | None:
        before = time.time()
        async with self._session.get(self._url, allow_redirects=False) as response:
            said = response.headers.get("Date", "")
        middle = (before + time.time()) / 2
        try:
            # It tells whole seconds, rounded down.
            return middle - parsedate_to_datetime(said).timestamp() - 0.5
        except ValueError:
            return None

    async def _missing_grants(self) -> tuple[tuple[str, ...], bool]:
        """Grants that are missing, and whether there is no SIP service at all."""
        client = self.client
        transfer = api.TransferSIPParticipantRequest(
            room_name=_NOBODY, participant_identity=_NOBODY, transfer_to="tel:+12125550100"
        )
        requests = {
            "sip.admin": client.sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest()),
            "roomAdmin": client.room.list_participants(api.ListParticipantsRequest(room=_NOBODY)),
            # There is nobody to transfer, which only a key that may do it is told.
            "sip.call": client.sip.transfer_sip_participant(transfer),
        }
        answers = await asyncio.gather(*requests.values(), return_exceptions=True)
        errors = {
            grant: answer
            for grant, answer in zip(requests, answers, strict=True)
            if isinstance(answer, api.ServerError)
        }
        missing = tuple(grant for grant, error in errors.items() if error.status in (401, 403))
        return missing, any("sip not connected" in (e.message or "") for e in errors.values())


@asynccontextmanager
async def livekit(settings: Settings) -> AsyncIterator[LiveKit]:
    """The server that the settings name; nothing is connected before the first request."""
    timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = api.LiveKitAPI(
            settings.livekit_url,
            settings.livekit_api_key,
            settings.livekit_api_secret.get_secret_value(),
            session=session,
            failover=False,
        )
        yield LiveKit(settings.livekit_url, client, session)


@asynccontextmanager
async def said(what: str) -> AsyncIterator[None]:
    """Turns what the SDK raises into words for the operator.

    Raises:
        LiveKitError: The request failed; the text begins with `what`.
    """
    try:
        yield
    except api.ServerError as error:
        raise LiveKitError(f"{what}: {_answer(error)}") from None
    except _CUT as error:
        raise LiveKitError(f"{what}: {_reason(error)}") from None


def _answer(error: api.ServerError) -> str:
    if error.status == 401:
        return "the LiveKit server refuses LIVEKIT_API_KEY with LIVEKIT_API_SECRET"
    return f"the LiveKit server answered {error.status}, {error.message or error.code}"


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"it does not answer within {REQUEST_SECONDS:g} seconds"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "there is no such host"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not valid"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return "what answers is no LiveKit server"


def _caller(room: str, one: ParticipantInfo, now: float) -> LiveCaller:
    attributes = dict(one.attributes)
    joined = one.joined_at_ms / 1000 or float(one.joined_at)
    return LiveCaller(
        room=room,
        identity=one.identity,
        number=attributes.get("sip.phoneNumber", ""),
        called=attributes.get("sip.trunkPhoneNumber", ""),
        status=attributes.get("sip.callStatus", ""),
        seconds=max(0.0, now - joined),
        attributes=attributes,
    )
