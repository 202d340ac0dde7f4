"""Distance between a phone and the bridge: signalling takes a while, as on a network.

livekit-sip can lose an answer to its REFER that comes within a millisecond, which only
happens when the phone is on the same machine. This stands between the two like a NAT:
to either side it looks as if the other lived at its own address.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.pcap import Address

ONE_WAY = 0.015
"""Seconds; there and back again is what `lab.scenario` waits before it answers a REFER."""


class Distance:
    """Relays SIP between one phone and one server."""

    def __init__(self, phone: Address, server: Address, near: Address, far: Address) -> None:
        """Describe it.

        Args:
            phone: Where the phone listens.
            server: Where the server listens.
            near: Where the phone finds the server.
            far: Where the server finds the phone.
        """
        self._phone, self._server, self._near, self._far = phone, server, near, far
        self._transports: list[asyncio.DatagramTransport] = []

    async def open(self) -> None:
        """Begin to relay."""
        loop = asyncio.get_running_loop()
        near, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(self._from_phone), local_addr=(self._near.host, self._near.port)
        )
        far, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(self._from_server), local_addr=(self._far.host, self._far.port)
        )
        self._transports = [near, far]

    def close(self) -> None:
        """Stop relaying."""
        for transport in self._transports:
            transport.close()

    def _from_phone(self, data: bytes) -> None:
        data = _readdress(data, {self._phone: self._far, self._near: self._server})
        self._send(self._transports[1], data, self._server)

    def _from_server(self, data: bytes) -> None:
        data = _readdress(data, {self._far: self._phone, self._server: self._near})
        self._send(self._transports[0], data, self._phone)

    def _send(self, transport: asyncio.DatagramTransport, data: bytes, to: Address) -> None:
        def deliver() -> None:
            if not transport.is_closing():
                transport.sendto(data, (to.host, to.port))

        asyncio.get_running_loop().call_later(ONE_WAY, deliver)


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[bytes], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        self._receive(data)


def _readdress(data: bytes, addresses: dict[Address, Address]) -> bytes:
    """Put other addresses in the headers; the body, where media are agreed on, stays."""
    head, separator, body = data.partition(b"\r\n\r\n")
    for old, new in addresses.items():
        head = head.replace(str(old).encode(), str(new).encode())
    return head + separator + body
