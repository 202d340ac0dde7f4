from __future__ import annotations

import socket

import pytest

from lab.ports import SIZE, NoPortsError, PortBlock, PortRange
from lab.servers_config import Layout


def test_two_labs_never_share_a_port() -> None:
    one, two = PortBlock(), PortBlock()
    try:
        assert abs(one.first - two.first) >= SIZE
    finally:
        one.close()
        two.close()


def test_a_block_that_was_let_go_can_be_had_again() -> None:
    one = PortBlock()
    first = one.first
    one.close()
    two = PortBlock()
    two.close()
    assert two.first == first


def test_a_block_with_a_port_in_use_is_passed_over() -> None:
    probe = PortBlock()
    probe.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", probe.first + 517))
        other = PortBlock()
        other.close()
    assert other.first > probe.first


def test_ports_are_even_apart_and_not_given_twice() -> None:
    ports = PortRange(range(11_000, 12_000))
    taken = [ports.take(3) for _ in range(10)]
    assert all(port % 2 == 0 for port in taken)
    assert len({port for first in taken for port in range(first, first + 3)}) == 30
    ports.give_back(taken[0], 3)
    assert ports.take(3) not in taken  # others first: someone may still send to it


def test_a_used_up_range_says_so_and_can_be_refilled() -> None:
    ports = PortRange(range(11_000, 11_100))
    first = ports.take(60)
    with pytest.raises(NoPortsError):
        ports.take(60)
    ports.give_back(first, 60)
    assert ports.take(60) == first


def test_what_is_captured_and_what_is_not_never_overlap() -> None:
    layout = Layout.of(range(11_000, 12_000), None)
    servers = {layout.redis, layout.http, layout.rtc_tcp, layout.rtc_udp, layout.nobody}
    ports = [*servers, *layout.unseen, layout.sip, *layout.rtp, *layout.phones]
    assert len(ports) == len(set(ports))
    assert {layout.sip, *layout.rtp, *layout.phones} <= set(layout.captured)
    assert not {*servers, *layout.unseen} & set(layout.captured)
