"""Distance between phones and the bridge: signalling takes a while, as on a network.

livekit-sip can lose an answer to its REFER that comes within a millisecond, which only
happens when the phone is on the same machine. This stands between them like a NAT: to a
phone it is the bridge, and to the bridge each phone lives at a port of its own here.
"""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from lab.pcap import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

ONE_WAY = 0.015
"""Seconds; there and back again is what `lab.scenario` waits before it answers a REFER."""


class Distance:
    """Relays SIP over UDP between any number of phones and one server.

    Attributes:
        near: Where phones find the server.
        far: Where the server finds phones.
    """

    def __init__(
        self,
        server: Address,
        near: Address,
        take_port: Callable[[], int],
        *,
        network: IPv4Network | None = None,
    ) -> None:
        """Describe it.

        Args:
            server: Where the server listens.
            near: Where phones shall find it.
            take_port: A free port of the same host for each phone that comes.
            network: Where phones may be; None: anywhere.
        """
        self._network = network
        self.near = near
        self.far: set[Address] = set()
        self._server = server
        self._take_port = take_port
        self._ways: dict[Address, asyncio.Task[asyncio.DatagramTransport]] = {}
        self._deliveries: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to relay."""
        self._near_transport = await _listen(self.near, self._from_phone)

    def close(self) -> None:
        """Stop relaying."""
        for delivery in self._deliveries:
            delivery.cancel()
        for way in self._ways.values():
            if way.done():
                way.result().close()
            way.cancel()
        self._near_transport.close()

    def _from_phone(self, data: bytes, phone: Address) -> None:
        if self._network is not None and IPv4Address(phone.host) not in self._network:
            return
        if phone not in self._ways:
            self._ways[phone] = asyncio.create_task(self._introduce(phone))
        self._later(self._to_server(data, phone))

    async def _introduce(self, phone: Address) -> asyncio.DatagramTransport:
        far = Address(self.near.host, self._take_port())
        self.far.add(far)

        def from_server(data: bytes, _: Address) -> None:
            data = _readdress(data, {far: phone, self._server: self.near})
            self._later(self._to_phone(data, phone))

        return await _listen(far, from_server)

    async def _to_server(self, data: bytes, phone: Address) -> None:
        transport = await asyncio.shield(self._ways[phone])
        far = Address(*transport.get_extra_info("sockname"))
        await asyncio.sleep(ONE_WAY)
        data = _readdress(data, {phone: far, self.near: self._server})
        transport.sendto(data, (self._server.host, self._server.port))

    async def _to_phone(self, data: bytes, phone: Address) -> None:
        await asyncio.sleep(ONE_WAY)
        self._near_transport.sendto(data, (phone.host, phone.port))

    def _later(self, delivery: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(delivery)
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[bytes, Address], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, peer: tuple[str, int]) -> None:
        self._receive(data, Address(*peer))


async def _listen(
    address: Address, receive: Callable[[bytes, Address], None]
) -> asyncio.DatagramTransport:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Receiver(receive), local_addr=(address.host, address.port)
    )
    return transport


def _readdress(data: bytes, addresses: dict[Address, Address]) -> bytes:
    """Put other addresses in the headers; the body, where media are agreed on, stays."""
    head, separator, body = data.partition(b"\r\n\r\n")
    for old, new in addresses.items():
        head = head.replace(str(old).encode(), str(new).encode())
    return head + separator + body
