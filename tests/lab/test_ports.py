from __future__ import annotations

import socket

import pytest

from lab.ports import NoPortsError, PortBlock


def test_two_labs_never_share_a_port() -> None:
    one, two = PortBlock(), PortBlock()
    try:
        assert not set(range(one.first, one.last + 1)) & set(range(two.first, two.last + 1))
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
    block = PortBlock()
    try:
        taken = [block.take(3) for _ in range(10)]
        assert all(port % 2 == 0 for port in taken)
        ports = [port for first in taken for port in range(first, first + 3)]
        assert len(set(ports)) == 30
        block.give_back(taken[0], 3)
        assert block.take(3) not in taken  # others first: someone may still send to it
    finally:
        block.close()


def test_a_used_up_block_says_so_and_can_be_refilled() -> None:
    block = PortBlock()
    try:
        first = block.take(600)
        with pytest.raises(NoPortsError):
            block.take(600)
        block.give_back(first, 600)
        assert block.take(600)
    finally:
        block.close()
