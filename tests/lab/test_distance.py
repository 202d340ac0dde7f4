from __future__ import annotations

import asyncio
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest

from lab.distance import ONE_WAY, Distance
from lab.pcap import Address
from lab.ports import SIZE, PortBlock, PortRange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

HOST = "127.0.0.1"


class Peer(asyncio.DatagramProtocol):
    """Someone who sends and receives datagrams."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self.address = Address(host, port)
        self.got: asyncio.Queue[tuple[bytes, Address]] = asyncio.Queue()

    async def open(self) -> Peer:
        loop = asyncio.get_running_loop()
        self.transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(self.address.host, self.address.port)
        )
        return self

    def datagram_received(self, data: bytes, peer: tuple[str, int]) -> None:
        self.got.put_nowait((data, Address(*peer)))

    def send(self, text: str, to: Address) -> None:
        self.transport.sendto(text.encode(), (to.host, to.port))

    async def next(self) -> tuple[str, Address]:
        data, source = await asyncio.wait_for(self.got.get(), 5)
        return data.decode(), source


@pytest.fixture
def ports() -> Iterator[PortRange]:
    block = PortBlock()
    yield PortRange(range(block.first, block.first + SIZE))
    block.close()


@pytest.fixture
async def server(ports: PortRange) -> AsyncIterator[Peer]:
    peer = await Peer(ports.take()).open()
    yield peer
    peer.transport.close()


@pytest.fixture
async def phones(ports: PortRange) -> AsyncIterator[list[Peer]]:
    peers = [await Peer(ports.take()).open() for _ in range(2)]
    yield peers
    for peer in peers:
        peer.transport.close()


async def test_to_either_side_the_other_lives_at_the_relay(
    ports: PortRange, server: Peer, phones: list[Peer]
) -> None:
    phone = phones[0]
    distance = Distance(server.address, Address(HOST, ports.take()), ports.take)
    await distance.open()
    try:
        started = asyncio.get_running_loop().time()
        phone.send(
            f"INVITE sip:x@{distance.near}\r\nContact: <sip:p@{phone.address}>\r\n\r\nc={HOST}",
            distance.near,
        )
        text, far = await server.next()
        assert asyncio.get_running_loop().time() - started >= ONE_WAY
        assert {far} == distance.far
        assert text == f"INVITE sip:x@{server.address}\r\nContact: <sip:p@{far}>\r\n\r\nc={HOST}"
        server.send(f"REFER sip:p@{far}\r\nContact: <sip:s@{server.address}>\r\n\r\n", far)
        text, source = await phone.next()
        assert source == distance.near
        assert text == (f"REFER sip:p@{phone.address}\r\nContact: <sip:s@{distance.near}>\r\n\r\n")
    finally:
        distance.close()


async def test_two_phones_are_two_addresses(
    ports: PortRange, server: Peer, phones: list[Peer]
) -> None:
    distance = Distance(server.address, Address(HOST, ports.take()), ports.take)
    await distance.open()
    try:
        for number, phone in enumerate(phones):
            phone.send(f"INVITE {number}", distance.near)
        sources = dict([await server.next(), await server.next()])
        assert set(sources.values()) == distance.far
        for number, phone in enumerate(phones):
            server.send(f"BYE {number}", sources[f"INVITE {number}"])
            assert (await phone.next())[0] == f"BYE {number}"
    finally:
        distance.close()


async def test_a_phone_of_another_network_is_not_heard(ports: PortRange, server: Peer) -> None:
    near = Address(HOST, ports.take())
    distance = Distance(server.address, near, ports.take, network=IPv4Network(f"{HOST}/32"))
    await distance.open()
    stranger = await Peer(ports.take(), "127.0.0.2").open()
    neighbour = await Peer(ports.take()).open()
    try:
        stranger.send("INVITE from far", near)
        neighbour.send("INVITE from near", near)
        assert (await server.next())[0] == "INVITE from near"
        assert len(distance.far) == 1
    finally:
        stranger.transport.close()
        neighbour.transport.close()
        distance.close()
