"""Calls that come back from where they were sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.directory import Directory
from transfer_call.directory.destination import CallFacts, Destination, Resolved
from transfer_call.policy import keeps_returning, returned_from
from transfer_call.record import Remembered, SentBefore

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

HISTORY = (
    "<sip:+14155550100@x>;index=1, <sip:desk@pbx.example.com>;index=1.1;rc=1, "
    "<sip:+12125550199@y?Reason=SIP%3Bcause%3D486>;index=1.1.1;mp=1.1"
)


async def ask(name: str, facts: CallFacts) -> Resolved:
    raise AssertionError("nobody asks a resolver about returns")


DIRECTORY = Directory(
    [
        Destination("desk", "sip:desk@pbx.example.com:5070;transport=tls", key="0"),
        Destination("sales", ["+12125550123", "sip:201@pbx.example.com"]),
        Destination("support", "sip:+12125550199@t.example"),
        Destination("doctor", ask),
    ],
    country="US",
)


def sent(*seconds_ago: tuple[str, float]) -> Remembered:
    return Remembered(
        tuple(SentBefore(name, NOW - timedelta(seconds=ago)) for name, ago in seconds_ago)
    )


@pytest.mark.parametrize(
    ("remembered", "names"),
    [
        (sent(), set()),
        (sent(("sales", 0)), {"sales"}),
        (sent(("sales", 90)), {"sales"}),
        (sent(("sales", 90.5)), set()),
        (sent(("sales", 3600)), set()),
        (sent(("sales", -3)), {"sales"}),
        (sent(("gone", 10)), set()),
        (sent(("doctor", 10)), {"doctor"}),
        (sent(("sales", 200), ("desk", 60)), {"sales", "desk"}),
        (sent(("desk", 60), ("sales", 200)), {"sales", "desk"}),
        (sent(("sales", 361), ("desk", 60)), {"desk"}),
        (sent(("sales", 200), ("desk", 100)), set()),
    ],
)
def test_destinations_that_a_caller_has_just_come_back_from_are_skipped(
    remembered: Remembered, names: set[str]
) -> None:
    assert returned_from(remembered, (), NOW, DIRECTORY) == names


@pytest.mark.parametrize(
    ("remembered", "again"),
    [
        (sent(), False),
        (sent(("sales", 10)), False),
        (sent(("sales", 200), ("desk", 60)), True),
        (sent(("sales", 200), ("sales", 60)), True),
        (sent(("sales", 500), ("desk", 60)), False),
        (sent(("sales", 200), ("desk", 100)), False),
    ],
)
def test_after_two_returns_sending_on_is_no_help(remembered: Remembered, again: bool) -> None:
    assert keeps_returning(remembered, NOW) is again


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("<sip:+12125550123@carrier.example>;reason=no-answer;counter=1", {"sales"}),
        ("<tel:+1-212-555-0123>;reason=unconditional", {"sales"}),
        ("<sip:12125550123@carrier.example;user=phone>", {"sales"}),
        ("<sip:2125550123@carrier.example>", {"sales"}),
        ("<sip:%2B12125550123@carrier.example>", {"sales"}),
        ("sip:+12125550123@carrier.example;reason=busy", {"sales"}),
        ("<sip:+12125550123;npdi@carrier.example>", {"sales"}),
        ('"Sales" <sip:201@PBX.example.com:5060;transport=udp>;reason=busy', {"sales"}),
        ("<sip:201@other.example.com>", set()),
        ("<sip:desk@pbx.example.com?Reason=SIP%3Bcause%3D480>;index=1.1", {"desk"}),
        (HISTORY, {"desk", "support"}),
        ("<sip:doctor@pbx.example.com>", set()),
        ("<sip:anonymous@anonymous.invalid>", set()),
        ("", set()),
        ("<>", set()),
        ("<<sip:+12125550123@x>", {"sales"}),
        ("nonsense <sip:>, <tel:>, sip:@, ;;;", set()),
    ],
)
def test_destinations_that_the_network_names_are_skipped(header: str, names: set[str]) -> None:
    assert returned_from(Remembered(), (header,), NOW, DIRECTORY) == names


def test_the_record_and_the_network_add_up() -> None:
    header = "<sip:+12125550199@carrier.example>;reason=no-answer"
    assert returned_from(sent(("sales", 20)), (header,), NOW, DIRECTORY) == {"sales", "support"}


def test_of_a_flood_of_addresses_only_the_first_are_read() -> None:
    flood = ", ".join(["<tel:+15555550199>"] * 5000) + ", <tel:+12125550123>"
    assert returned_from(Remembered(), (flood,), NOW, DIRECTORY) == frozenset()


@settings(max_examples=200, deadline=None)
@given(
    headers=st.lists(
        st.one_of(
            st.text(max_size=80),
            st.text(alphabet='<>sip:tel+12125550123@;?%,. "', max_size=80),
        ),
        max_size=3,
    )
)
def test_no_header_of_the_network_can_break_a_call(headers: list[str]) -> None:
    assert returned_from(Remembered(), headers, NOW, DIRECTORY) <= set(DIRECTORY.names)
