"""Hosts and credentials: what can be used and what is said of the rest."""

from __future__ import annotations

import pytest

from receptionist.twilio.credentials import Credentials, CredentialsError, read_credentials
from receptionist.twilio.sip_url import (
    SipHostError,
    Transport,
    origination_url,
    same_place,
    transport_of,
)
from tests.support.twilio.server import ACCOUNT, KEY

BY_TOKEN = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "hush"}
BY_KEY = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "hush"}


@pytest.mark.parametrize(
    ("host", "transport", "url"),
    [
        ("acme.sip.livekit.cloud", "udp", "sip:acme.sip.livekit.cloud"),
        ("sip:Acme.sip.livekit.cloud", "tcp", "sip:acme.sip.livekit.cloud;transport=tcp"),
        ("sip.example.com:5060", "udp", "sip:sip.example.com"),
        (" sip.example.com:5070/ ", "tcp", "sip:sip.example.com:5070;transport=tcp"),
        ("8.8.4.4", "udp", "sip:8.8.4.4"),
    ],
)
def test_a_host_becomes_an_origination_url(host: str, transport: Transport, url: str) -> None:
    assert origination_url(host, transport) == url


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("", "is not a SIP host"),
        ("localhost", "is not a SIP host"),
        ("wss://acme.livekit.cloud", "is not a SIP host"),
        ("acme.livekit.cloud", "address of the LiveKit project"),
        ("sips:sip.example.com", "no calls to sips"),
        ("sip.example.com:", "no port"),
        ("sip.example.com:0", "no port"),
        ("sip.example.com:65536", "no port"),
        ("a@sip.example.com", "is not a SIP host"),
        ("sip.example.com;lr", "is not a SIP host"),
        ("10.0.0.1", "not a public address"),
        ("127.0.0.1:5060", "not a public address"),
        ("100.64.1.1", "not a public address"),
    ],
)
def test_a_host_that_twilio_cannot_reach_is_refused(host: str, words: str) -> None:
    with pytest.raises(SipHostError, match=words):
        origination_url(host)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sip:a.example", "sip:A.example:5060;transport=tcp", True),
        ("sip://a.example:5060", "sip:trunk@a.example", True),
        ("sip:a.example", "sip:a.example:5070", False),
        ("sip:a.example", "sip:b.example", False),
        ("tel:+1", "tel:+1", False),
    ],
)
def test_urls_are_the_same_by_host_and_port(one: str, other: str, same: bool) -> None:
    assert same_place(one, other) is same


@pytest.mark.parametrize(
    ("url", "transport"),
    [("sip:a.example", "udp"), ("sip:a;Transport=TCP", "tcp"), ("sip:a;x=1;transport=tls", "tls")],
)
def test_the_transport_is_udp_unless_named(url: str, transport: str) -> None:
    assert transport_of(url) == transport


def test_a_key_is_preferred_to_the_token() -> None:
    assert read_credentials(BY_TOKEN) == Credentials(ACCOUNT, ACCOUNT, "hush")
    both = read_credentials(BY_TOKEN | BY_KEY)
    assert both == Credentials(ACCOUNT, KEY, "hush")
    assert "hush" not in repr(both)
    assert both.variables.endswith("TWILIO_API_KEY and TWILIO_API_SECRET")


@pytest.mark.parametrize(
    ("environment", "faults"),
    [
        ({}, ["TWILIO_ACCOUNT_SID: is not set", "TWILIO_AUTH_TOKEN: is not set"]),
        ({**BY_TOKEN, "TWILIO_AUTH_TOKEN": " "}, ["TWILIO_AUTH_TOKEN: is not set"]),
        ({**BY_TOKEN, "TWILIO_ACCOUNT_SID": KEY}, ["TWILIO_ACCOUNT_SID: is not the account's SID"]),
        ({**BY_TOKEN, "TWILIO_API_KEY": KEY}, ["TWILIO_API_SECRET: is not set"]),
        ({**BY_TOKEN, "TWILIO_API_SECRET": "x"}, ["TWILIO_API_KEY: is not set"]),
        ({**BY_KEY, "TWILIO_API_KEY": "hush"}, ["TWILIO_API_KEY: is not an API key's SID"]),
    ],
)
def test_each_variable_that_cannot_be_used_is_named_without_its_value(
    environment: dict[str, str], faults: list[str]
) -> None:
    with pytest.raises(CredentialsError) as raised:
        read_credentials(environment)
    said = raised.value.faults
    assert len(said) == len(faults)
    assert all(one.startswith(other) for one, other in zip(said, faults, strict=True))
    assert "hush" not in str(raised.value)
