"""What `check` says about a trunk, broken setup by broken setup."""

from __future__ import annotations

from dataclasses import replace

import pytest

from receptionist.twilio.facts import Number, OriginationUrl, Trunk
from receptionist.twilio.findings import (
    AddressKind,
    kinds_in_use,
    number_finding,
    trunk_findings,
)
from transfer_call.directory import TransferTarget

SID = "TK" + "0" * 32
READY = Trunk(
    SID,
    transfer_mode="enable-all",
    recovery_url="https://example.com/twiml",
    origination=(OriginationUrl("OU1", "sip:acme.sip.livekit.cloud"),),
)
TELEPHONE, SIP = AddressKind.TELEPHONE, AddressKind.SIP
ALL, NONE = "twilio_no_telephone_transfers", "twilio_no_transfers"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("tel:+12125550123", TELEPHONE),
        ("sip:+12125550123@acme.pstn.twilio.com", TELEPHONE),
        ("sip:+12125550123@acme.pstn.ashburn.twilio.com", TELEPHONE),
        ("sip:+12125550123@pbx.example.com", SIP),
        ("sip:desk@pbx.example.com", SIP),
        ("sip:desk@acme.pstn.twilio.com.example.com", SIP),
    ],
)
def test_a_number_at_a_twilio_host_is_the_telephone_network(
    address: str, kind: AddressKind
) -> None:
    assert kinds_in_use([TransferTarget.parse(address, country="US")]) == {kind}


@pytest.mark.parametrize(
    ("mode", "kinds", "code", "needed"),
    [
        ("enable-all", {TELEPHONE, SIP}, None, ""),
        ("sip-only", {SIP}, None, ""),
        ("sip-only", {TELEPHONE, SIP}, ALL, "enable-all"),
        ("disable-all", {SIP}, NONE, "sip-only"),
        ("disable-all", {TELEPHONE}, NONE, "enable-all"),
        ("disable-all", set(), None, ""),
        ("", {SIP}, "twilio_transfers_not_known", "sip-only"),
    ],
)
def test_transfers_must_be_enabled_for_the_addresses_in_use(
    mode: str, kinds: set[AddressKind], code: str | None, needed: str
) -> None:
    found = trunk_findings(replace(READY, transfer_mode=mode), kinds)
    assert [one.code for one in found] == ([code] if code else [])
    for one in found:
        assert one.mend == f"receptionist twilio enable-transfers --trunk {SID} --mode {needed}"
        assert one.fault is (mode != "")


@pytest.mark.parametrize("urls", [(), (OriginationUrl("OU1", "sip:a.example", enabled=False),)])
def test_calls_that_go_nowhere_are_a_fault(urls: tuple[OriginationUrl, ...]) -> None:
    (found,) = trunk_findings(replace(READY, origination=urls), [SIP])
    assert (found.code, found.fault) == ("twilio_no_origination", True)


def test_a_trunk_without_a_way_out_is_a_warning() -> None:
    (found,) = trunk_findings(replace(READY, recovery_url=""), [SIP])
    assert (found.code, found.fault) == ("twilio_no_disaster_recovery", False)


@pytest.mark.parametrize(("answered_by", "fault"), [("", True), ("a webhook", False)])
def test_a_number_on_no_trunk_is_a_fault_unless_something_else_answers_it(
    answered_by: str, fault: bool
) -> None:
    found = number_finding(Number("PN1", "+15105550100", answered_by=answered_by))
    assert (found.code, found.fault) == ("twilio_number_without_trunk", fault)
    assert answered_by in found.what and answered_by in found.caller
