"""What may be dialled, and what the operator is told when it may not."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from transfer_call.directory.phone_number import NumberType
from transfer_call.directory.target import TransferTarget
from transfer_call.policy import (
    DiallingPolicy,
    PolicyError,
    Reason,
    check,
    check_store_down,
    is_international,
    rate_blocked,
)
from transfer_call.record import RateExceeded, Rates

US = DiallingPolicy(country="US", sip_hosts=frozenset({"pbx.example.com", "t.example"}))


def reason(policy: DiallingPolicy, text: str, *, caller: str = "", called: str = "") -> str | None:
    target = TransferTarget.parse(text, country=policy.country)
    refusal = check(target, policy, caller=caller, called=called)
    return None if refusal is None else refusal.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+12125550123", None),
        ("+18005550123", None),
        ("sip:desk@pbx.example.com", None),
        ("sip:201@pbx.example.com", None),
        ("sip:+12125550123@t.example", None),
        ("+14165550123", "country"),  # Canada
        ("+18765550123", "country"),  # Jamaica
        ("+18095550123", "country"),  # Dominican Republic
        ("+16715550123", "country"),  # Guam
        ("+19005550123", "number_type"),
        ("+15005550123", "number_type"),
        ("+15555550123", "unassigned"),
        ("+442079460123", "country"),
        ("+449098790123", "country"),
        ("+80012345678", "country"),
        ("+870773111632", "country"),
        ("+881612345678", "country"),
        ("+8823421234", "country"),
        ("+883510012345", "country"),
        ("+878101234567890", "country"),
        ("+979123456789", "country"),
        ("911", "emergency"),
        ("112", "emergency"),
        ("411", "short_code"),
        ("sip:911@pbx.example.com", "emergency"),
        ("sip:411@t.example;user=phone", "short_code"),
        ("sip:*97@pbx.example.com", "feature_code"),
        ("sip:+19005550123@t.example", "number_type"),
        ("sip:19005550123@t.example", "number_type"),
        ("sip:9005550123@t.example", "number_type"),
        ("sip:%2B19005550123@t.example", "number_type"),
        ("sip:+18765550123@t.example", "country"),
        ("sip:011442079460123@t.example", "country"),
        ("sip:9011442079460123@t.example", "unassigned"),
        ("sip:desk@other.example.com", "sip_host"),
        ("sip:desk@example.com", "sip_host"),
        ("sip:desk@x.pbx.example.com", "sip_host"),
        ("sip:desk@pbx.example.com.evil.example", "sip_host"),
        ("sip:+12125550123@other.example.com", "sip_host"),
    ],
)
def test_a_line_may_dial_its_own_country_and_its_own_hosts(text: str, expected: str | None) -> None:
    assert reason(US, text) == expected


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        ("RU", "+77012345678", "country"),
        ("KZ", "+79123456789", "country"),
        ("KZ", "+77012345678", None),
        ("GB", "+447781123456", "country"),
        ("GB", "+441534456789", "country"),
        ("GB", "+441624756789", "country"),
        ("GG", "+442079460123", "country"),
        ("GG", "+447781123456", None),
        ("GB", "+443031231234", "number_type"),
        ("GB", "+447012345678", "number_type"),
        ("CA", "+18005550123", None),
        ("CA", "+12125550123", "country"),
        ("CA", "+19005550123", "number_type"),
        ("IT", "+390669812345", "country"),
        ("CX", "+61412345678", None),
    ],
)
def test_countries_that_share_a_code_are_told_apart(
    country: str, text: str, expected: str | None
) -> None:
    assert reason(DiallingPolicy(country=country), text) == expected


def test_nothing_may_be_dialled_by_a_policy_of_no_country() -> None:
    assert reason(DiallingPolicy(), "+12125550123") == "country"
    assert reason(DiallingPolicy(), "sip:desk@pbx.example.com") == "sip_host"


@pytest.mark.parametrize(
    "called", ["+14155550100", "14155550100", "4155550100", "(415)555-0100", "415.555.0100"]
)
@pytest.mark.parametrize("text", ["+14155550100", "sip:+14155550100@t.example", "sip:4155550100@x"])
def test_the_number_that_was_dialled_is_never_dialled_however_it_is_written(
    called: str, text: str
) -> None:
    assert reason(US, text, called=called) == "own_number"


def test_the_lines_own_numbers_and_the_caller_are_never_dialled_not_even_as_exceptions() -> None:
    own = frozenset({"415-555-0100", "+1 555 555 0100"})
    everything = DiallingPolicy(
        country="US",
        own_numbers=own,
        exceptions=own | {"+12125550123", "+15555550199"},
        number_types=frozenset(NumberType),
    )
    assert reason(everything, "+14155550100") == "own_number"
    assert reason(everything, "+15555550100") == "own_number"
    assert reason(everything, "+12125550123", caller="+12125550123") == "caller"
    assert reason(everything, "+12125550123", caller="2125550123") == "caller"
    assert reason(everything, "+15555550199", caller="+15555550199") == "caller"
    assert reason(everything, "+12125550123", caller="anonymous", called="desk") is None


def test_listed_countries_and_codes_replace_the_lines_own() -> None:
    policy = DiallingPolicy(country="US", countries=frozenset({"ca", "GB", "+800"}))
    assert reason(policy, "+14165550123") is None
    assert reason(policy, "+442079460123") is None
    assert reason(policy, "+80012345678") is None
    assert reason(policy, "+12125550123") == "country"
    assert reason(policy, "+80812345678") == "country"


def test_listed_types_replace_the_ordinary_ones() -> None:
    policy = DiallingPolicy(country="GB", number_types=frozenset({"uan", "emergency"}))
    assert reason(policy, "+443031231234") is None
    assert reason(policy, "999") is None
    assert reason(policy, "+442079460123") == "number_type"
    assert reason(policy, "111") == "short_code"


def test_satellite_numbers_need_both_their_code_and_their_type() -> None:
    code = DiallingPolicy(country="US", countries=frozenset({"US", "+881"}))
    both = DiallingPolicy(
        country="US", countries=frozenset({"+881"}), number_types=frozenset({"satellite"})
    )
    assert reason(code, "+881612345678") == "number_type"
    assert reason(both, "+881612345678") is None


def test_exceptions_are_single_addresses_however_they_are_written() -> None:
    policy = DiallingPolicy(
        country="US",
        exceptions=frozenset({"1-900-555-0123", "sip:112@PBX.example.com", "sip:1234567@acc.net"}),
    )
    assert reason(policy, "+19005550123") is None
    assert reason(policy, "sip:112@pbx.example.com") is None
    assert reason(policy, "sip:1234567@acc.net") is None
    assert reason(policy, "+19005550124") == "number_type"
    assert reason(policy, "sip:911@pbx.example.com") == "sip_host"


def test_hosts_that_destinations_name_may_be_dialled() -> None:
    targets = [TransferTarget.parse("sip:desk@pbx.local"), TransferTarget.parse("+12125550123")]
    policy = DiallingPolicy(sip_hosts=frozenset({"T.example"})).for_line("US", targets)
    assert policy.sip_hosts == {"pbx.local", "t.example"}
    assert policy.country == "US"
    assert reason(policy, "+12125550123") is None
    assert DiallingPolicy(country="GB").for_line("US", []).country == "GB"


def test_every_wrong_value_of_a_policy_is_reported_at_once() -> None:
    with pytest.raises(PolicyError) as error:
        DiallingPolicy(
            country="XX",
            countries=frozenset({"USA"}) | {"+999"},
            number_types=frozenset({"cheap"}),
            sip_hosts=frozenset({"sip:pbx.example.com"}),
            exceptions=frozenset({"sales"}),
            own_numbers=frozenset({"sip:desk@pbx"}),
            max_attempts=0,
            max_seconds=0,
            store_down="ignore",
        )
    assert [each.field for each in error.value.faults] == [
        "country",
        "countries",
        "countries",
        "number_types",
        "sip_hosts",
        "exceptions",
        "own_numbers",
        "max_attempts",
        "max_seconds",
        "store_down",
    ]
    assert all(each.message for each in error.value.faults)
    assert "countries" in str(error.value)


REFUSALS = {
    Reason.OWN_NUMBER: ("+14155550100", {"called": "+14155550100"}),
    Reason.CALLER: ("+12125550123", {"caller": "+12125550123"}),
    Reason.SIP_HOST: ("sip:desk@other.example.com", {}),
    Reason.EMERGENCY: ("911", {}),
    Reason.SHORT_CODE: ("411", {}),
    Reason.FEATURE_CODE: ("sip:*97@pbx.example.com", {}),
    Reason.UNASSIGNED: ("+15555550123", {}),
    Reason.COUNTRY: ("+442079460123", {}),
    Reason.NUMBER_TYPE: ("+19005550123", {}),
}


@pytest.mark.parametrize("expected", [each for each in Reason if each is not Reason.STORE_DOWN])
def test_each_refusal_tells_the_operator_what_to_do_and_no_number(expected: Reason) -> None:
    text, facts = REFUSALS[expected]
    refusal = check(TransferTarget.parse(text, country="US"), US, **facts)
    assert refusal is not None
    assert refusal.reason == expected
    assert len(refusal.detail) > 20
    assert not any(each.isdigit() for each in refusal.detail)
    assert "{" not in refusal.detail


@pytest.mark.parametrize(
    ("store_down", "national", "international"),
    [
        ("allow", None, None),
        ("block_international", None, "store_down"),
        ("block", "store_down", "store_down"),
    ],
)
def test_without_the_record_the_configured_choice_holds(
    store_down: str, national: str | None, international: str | None
) -> None:
    policy = DiallingPolicy(country="US", store_down=store_down)
    for abroad, expected in ((False, national), (True, international)):
        refusal = check_store_down(policy, international=abroad)
        assert (None if refusal is None else refusal.reason) == expected


def test_without_configuration_and_record_no_call_goes_abroad() -> None:
    assert check_store_down(DiallingPolicy(), international=True) is not None
    assert check_store_down(DiallingPolicy(), international=False) is None


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+12125550123", "US", False),
        ("+14165550123", "US", True),
        ("+18005550123", "CA", False),
        ("+18765550123", "US", True),
        ("+80012345678", "US", True),
        ("+15555550123", "US", True),
        ("sip:desk@pbx", "US", False),
        ("sip:+442079460123@t", "US", True),
        ("911", "US", False),
    ],
)
def test_what_leaves_the_country_is_known(text: str, country: str, expected: bool) -> None:
    assert is_international(TransferTarget.parse(text, country=country), country) is expected


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        ("per_call", "10 in one call"),
        ("per_caller", "10 in 3600 seconds"),
        ("per_destination", "20 in 60 seconds"),
        ("international", "20 in 86400 seconds"),
    ],
)
def test_an_exceeded_rate_is_named_with_its_limit(rate: str, told: str) -> None:
    refusal = rate_blocked(RateExceeded(rate), Rates())
    assert refusal.reason == f"rate_{rate}"
    assert f"rates.{rate}" in refusal.detail
    assert told in refusal.detail


def test_the_operators_page_names_every_reason_rate_and_type() -> None:
    page = (Path(__file__).parents[3] / "docs" / "dialling-policy.md").read_text("utf-8")
    rates = [f"rate_{each.name}" for each in fields(Rates)]
    assert [each for each in (*Reason, *NumberType, *rates) if f"`{each}`" not in page] == []
