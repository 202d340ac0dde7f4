"""A phone that rings and then says no, with any status: busy, declined, out of order."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Self

from lab.pcap import Address, Datagram
from lab.sip_message import SipMessage, parse_sip

if TYPE_CHECKING:
    from types import TracebackType

    from lab.stack import Stack

_ANSWERED = {"CANCEL": "200 OK", "BYE": "200 OK", "OPTIONS": "200 OK"}


class RefusingPhone(asyncio.DatagramProtocol):
    """Exists inside ``async with``.

    Attributes:
        uri: Under which it can be called.
        calls: The INVITEs it got.
    """

    def __init__(
        self, stack: Stack, status: str = "486 Busy Here", *, user: str = "busy", after: float = 0.1
    ) -> None:
        """Describe it.

        Args:
            stack: The lab.
            status: What it answers, such as ``603 Decline``.
            user: The user part of its SIP address.
            after: Seconds it rings before.
        """
        self.calls: list[SipMessage] = []
        self._stack = stack
        self._status = status
        self._user = user
        self._after = after
        self._pending: dict[str, asyncio.TimerHandle] = {}

    async def __aenter__(self) -> Self:
        self._port = self._stack.ports.take()
        self.uri = f"sip:{self._user}@{self._stack.host}:{self._port}"
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(self._stack.host, self._port)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for timer in self._pending.values():
            timer.cancel()
        self._transport.close()
        self._stack.ports.give_back(self._port)

    def datagram_received(self, data: bytes, peer: tuple[str, int]) -> None:
        here = Address(self._stack.host, self._port)
        message = parse_sip(Datagram(time.time(), Address(*peer), here, data))
        if message is None or not message.is_request:
            return
        if message.method == "INVITE":
            if message.call_id in self._pending:
                return  # a retransmission
            self.calls.append(message)
            self._reply(message, "180 Ringing")
            self._pending[message.call_id] = asyncio.get_running_loop().call_later(
                self._after, self._reply, message, self._status
            )
        elif answer := _ANSWERED.get(message.method):
            self._reply(message, answer)

    def _reply(self, request: SipMessage, status: str) -> None:
        lines = [f"SIP/2.0 {status}"]
        lines += [f"Via: {via}" for via in request.all("via")]
        to = request.header("to")
        lines += [
            f"From: {request.header('from')}",
            f"To: {to}" if ";tag=" in to else f"To: {to};tag=refusing{self._port}",
            f"Call-ID: {request.call_id}",
            f"CSeq: {request.header('cseq')}",
            "Content-Length: 0",
        ]
        data = "\r\n".join((*lines, "", "")).encode()
        self._transport.sendto(data, (request.source.host, request.source.port))
