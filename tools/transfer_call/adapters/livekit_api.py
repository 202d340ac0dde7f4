"""The LiveKit server API behind `Telephony`: one warm connection, and no exception gets out."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import ssl
from urllib.parse import urlsplit

import aiohttp
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError
from livekit import api

from ..transfer.api_errors import NOT_SENT, UNEXPECTED, UNREADABLE
from ..transfer.telephony import Refer, Reply, ReplyKind

logger = logging.getLogger("transfer_call")

KEEP_WARM_SECONDS = 25.0
"""Between two small requests on an idle connection. livekit-server itself never closes one;
proxies and load balancers before it do after 60 s and more."""
KEEPALIVE_SECONDS = 600.0
"""Longer than aiohttp's 15 s, after which the first REFER would connect anew."""
REQUEST_SECONDS = 10.0
"""For every request but the transfer itself, which waits for its `ringing_timeout`."""
DELETE_RETRY_SECONDS = (0.3, 1.0)
"""Waits between tries to delete a room: a caller left in it would hear silence."""


class LiveKitTelephony:
    """A client of its own for the transfers of one call.

    Failover is off: the SDK would send the same transfer up to three times to LiveKit Cloud when
    the first has ended in an HTTP 5xx, and the carrier would see a REFER each time.
    """

    def __init__(
        self, url: str | None = None, api_key: str | None = None, api_secret: str | None = None
    ) -> None:
        """Take the server's address and key; nothing is connected yet.

        Args:
            url: Default: ``LIVEKIT_URL``.
            api_key: Default: ``LIVEKIT_API_KEY``.
            api_secret: Default: ``LIVEKIT_API_SECRET``. With neither key nor secret given,
                a ``LIVEKIT_TOKEN`` with the grants ``sip.call`` and ``roomAdmin`` will do.

        Raises:
            ValueError: One of them is missing or no address; the text says which and what to do.
        """
        self._url = url or os.environ.get("LIVEKIT_URL", "")
        self._token = ""
        if not api_key and not api_secret:
            self._token = os.environ.get("LIVEKIT_TOKEN", "")
            api_key = os.environ.get("LIVEKIT_API_KEY")
            api_secret = os.environ.get("LIVEKIT_API_SECRET")
        if not self._url:
            raise ValueError("no LiveKit server: set LIVEKIT_URL or pass url")
        parts = urlsplit(self._url)
        if parts.scheme not in ("ws", "wss", "http", "https") or not parts.hostname:
            raise ValueError("LIVEKIT_URL or url is no server's address, such as wss://host")
        if not self._token and not (api_key and api_secret):
            raise ValueError(
                "no key for the LiveKit server: set LIVEKIT_API_KEY and LIVEKIT_API_SECRET "
                "or pass api_key and api_secret"
            )
        self._api_key, self._api_secret = api_key, api_secret
        self._encrypted = parts.scheme in ("wss", "https")
        self._session: aiohttp.ClientSession | None = None
        self._client: api.LiveKitAPI | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._keeping_warm: asyncio.Task[None] | None = None
        self._in_flight = 0
        self._closed = False

    async def warm(self) -> None:
        """Connect with a real request, and keep the connection open until `aclose`.

        Asked for again, it waits for the first. A server that cannot be asked is logged, not
        raised: the call goes on without transfers.
        """
        if self._closed:
            return
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
        await asyncio.shield(self._connecting)

    async def _connect(self) -> None:
        try:
            client = await self._api()
            await client.room.list_rooms(api.ListRoomsRequest(names=["warm"]))
        except api.ServerError as error:
            if error.status == 401 and not self._token:
                logger.error("LiveKit refuses the API key: no transfer will work")
            elif error.status != 401:
                logger.warning("LiveKit answered HTTP %s to the first request", error.status)
        except Exception as error:
            logger.warning(
                "LiveKit's API cannot be reached (%s)",
                type(error).__name__,
                extra={"pii_error": repr(error)},
            )
        self._keeping_warm = asyncio.create_task(self._keep_warm())

    async def refer(self, request: Refer) -> Reply:
        """Ask for one transfer and wait for its end. Raises nothing but CancelledError."""
        if self._closed:
            return Reply(ReplyKind.TRANSPORT, message=NOT_SENT)
        self._in_flight += 1
        try:
            client = await self._api()
            response = await client.sip.transfer_sip_participant(_message(request))
        except Exception as error:
            reply = reply_from_error(error)
            logger.info(
                "transfer request failed (%s): HTTP %s %s, SIP status %s, reason %s",
                reply.kind,
                reply.http_status or "none",
                reply.twirp_code,
                reply.sip_status or "none",
                reply.transfer_reason or "none",
                extra={"pii_error": repr(error)},
            )
            return reply
        finally:
            self._in_flight -= 1
        return _reply(response)

    async def delete_room(self, room: str) -> None:
        """Delete the room, which hangs up everyone in it. A missing room is no error."""
        if self._closed:
            return
        for wait in (*DELETE_RETRY_SECONDS, None):
            try:
                client = await self._api()
                await client.room.delete_room(api.DeleteRoomRequest(room=room))
            except api.ServerError as error:
                if error.status == 404:
                    return
                reason, hopeless = f"HTTP {error.status}", error.status < 500
            except Exception as error:
                reason, hopeless = type(error).__name__, False
            else:
                return
            if hopeless or wait is None:
                logger.error("the room could not be deleted: %s", reason)
                return
            await asyncio.sleep(wait)

    async def aclose(self) -> None:
        """Close the connection. Nothing more is sent."""
        self._closed = True
        warming = [task for task in (self._connecting, self._keeping_warm) if task is not None]
        for task in warming:
            task.cancel()
        await asyncio.gather(*warming, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _api(self) -> api.LiveKitAPI:
        if self._client is not None:
            return self._client
        tls = await asyncio.to_thread(tls_context) if self._encrypted else True
        # Another task may have connected meanwhile.
        if self._client is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=KEEPALIVE_SECONDS, ssl=tls),
                timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
            )
            self._client = api.LiveKitAPI(
                self._url,
                self._api_key,
                self._api_secret,
                token=self._token or None,
                session=self._session,
                failover=False,
            )
        return self._client

    async def _keep_warm(self) -> None:
        # A plain GET: LiveKit answers it as a health check, without a look at keys or rooms.
        url = f"http{self._url.removeprefix('ws')}" if self._url.startswith("ws") else self._url
        while True:
            await asyncio.sleep(KEEP_WARM_SECONDS)
            if self._in_flight or self._session is None:
                continue
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with self._session.get(url, allow_redirects=False) as response:
                    await response.read()


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The process's one context for the LiveKit server, from the system's trust store.

    Reading the store takes up to 600 ms on a busy machine: never call it on the event loop.
    """
    return ssl.create_default_context()


def _message(request: Refer) -> api.TransferSIPParticipantRequest:
    return api.TransferSIPParticipantRequest(
        room_name=request.room,
        participant_identity=request.identity,
        transfer_to=request.to,
        play_dialtone=request.play_dialtone,
        headers=dict(request.headers),
        # The server counts whole seconds; 0 would mean "at once".
        ringing_timeout=Duration(seconds=max(1, int(request.ringing_timeout))),
    )


def _reply(response: api.TransferSIPParticipantResponse) -> Reply:
    reason = (
        api.SIPTransferReason.Name(response.reason)
        if response.reason in api.SIPTransferReason.values()
        else f"STR_{response.reason}"
    )
    return Reply(
        ReplyKind.OK,
        sip_status=int(response.sip_status.code) or None,
        transfer_status=int(response.status),
        transfer_reason="" if reason == "STR_UNSPECIFIED" else reason,
        transfer_id=response.transfer_id,
    )


def reply_from_error(error: Exception) -> Reply:
    """Take apart whatever the SDK raised for a transfer."""
    if isinstance(error, api.ServerError):
        metadata = error.metadata
        sip_status = metadata.get("sip_status_code", "")
        return Reply(
            ReplyKind.TWIRP,
            http_status=error.status,
            twirp_code=error.code or "",
            message=error.message or "",
            sip_status=int(sip_status) if sip_status.isdecimal() else None,
            transfer_reason=metadata.get("sip_transfer_reason", ""),
            transfer_id=metadata.get("sip_transfer_id", ""),
        )
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        return Reply(ReplyKind.TRANSPORT, message=NOT_SENT)
    if isinstance(error, (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError)):
        return Reply(ReplyKind.CONFIG)
    if isinstance(error, TimeoutError):
        return Reply(ReplyKind.TIMEOUT)
    if isinstance(error, aiohttp.ClientError):
        return Reply(ReplyKind.TRANSPORT)
    if isinstance(error, DecodeError):
        return Reply(ReplyKind.TRANSPORT, message=UNREADABLE)
    return Reply(ReplyKind.TRANSPORT, message=UNEXPECTED)
