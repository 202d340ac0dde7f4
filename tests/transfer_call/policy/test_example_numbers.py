"""Every kind of number of every country, as phonenumbers gives examples of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType as Type
from phonenumbers.shortnumberinfo import SUPPORTED_SHORT_REGIONS

from transfer_call.directory.target import TargetError, TransferTarget
from transfer_call.policy import DiallingPolicy, check

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)
ORDINARY = (Type.FIXED_LINE, Type.MOBILE, Type.FIXED_LINE_OR_MOBILE, Type.VOIP, Type.TOLL_FREE)
DEAR = (
    Type.PREMIUM_RATE,
    Type.SHARED_COST,
    Type.PERSONAL_NUMBER,
    Type.PAGER,
    Type.UAN,
    Type.VOICEMAIL,
)
POLICIES = {country: DiallingPolicy(country=country) for country in COUNTRIES}
# Its mobile numbers are written nationally with digits that the number itself does not hold.
LOCAL_FORM_ONLY = {("AR", Type.MOBILE)}


def examples(country: str, types: tuple[int, ...]) -> Iterator[tuple[int, PhoneNumber]]:
    for each in types:
        number = phonenumbers.example_number_for_type(country, each)
        if number is not None:
            yield each, number


def dialled(number: PhoneNumber) -> TransferTarget:
    return TransferTarget.parse(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def reason(target: TransferTarget, country: str) -> str | None:
    refusal = check(target, POLICIES[country])
    return None if refusal is None else refusal.reason


def test_there_are_examples_of_all_countries_and_types() -> None:
    found = [(country, each) for country in COUNTRIES for each, _ in examples(country, ORDINARY)]
    assert {country for country, _ in found} == set(COUNTRIES)
    assert len(found) > 900
    assert {each for country in COUNTRIES for each, _ in examples(country, DEAR)} == set(DEAR)


def test_ordinary_numbers_of_the_own_country_may_be_dialled_and_others_not() -> None:
    for country in COUNTRIES:
        for _, number in examples(country, ORDINARY):
            assert reason(dialled(number), country) is None, (country, number)
        for _, number in examples(country, DEAR):
            assert reason(dialled(number), country) == "number_type", (country, number)


def test_a_number_is_the_same_in_national_form_and_in_a_sip_address() -> None:
    for country in COUNTRIES:
        for each, number in examples(country, ORDINARY + DEAR):
            target = dialled(number)
            sip = TransferTarget.parse(f"sip:{target.number}@trunk.example")
            assert (sip.number, sip.region, sip.number_type) == (
                target.number,
                target.region,
                target.number_type,
            )
            national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
            if (country, each) in LOCAL_FORM_ONLY:
                with pytest.raises(TargetError):
                    TransferTarget.parse(national, country=country)
            else:
                assert TransferTarget.parse(national, country=country) == target


def test_no_number_of_another_country_may_be_dialled() -> None:
    """Countries of one calling code share toll-free numbers, and nothing else that is ordinary."""
    for country in COUNTRIES:
        for each, number in examples(country, ORDINARY + DEAR):
            target = dialled(number)
            for other in {"US", "RU", "DE"} - {country}:
                code = phonenumbers.country_code_for_region(other)
                expected: str | None = "country"
                if number.country_code == code and each == Type.TOLL_FREE:
                    expected = None
                elif number.country_code == code and target.region == other and each in DEAR:
                    expected = "number_type"
                assert reason(target, other) == expected, (country, number, other)


def test_numbers_of_no_country_may_not_be_dialled_from_any() -> None:
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        number = phonenumbers.example_number_for_non_geo_entity(code)
        assert number is not None
        for country in ("US", "GB", "DE"):
            assert reason(dialled(number), country) == "country"


def test_emergency_numbers_and_short_codes_may_not_be_dialled() -> None:
    refused = Counter[str]()
    for country in sorted(set(SUPPORTED_SHORT_REGIONS) & set(COUNTRIES)):
        metadata = phonenumbers.PhoneMetadata.short_metadata_for_region(country)
        assert metadata is not None
        emergency = metadata.emergency and metadata.emergency.example_number
        if emergency:
            for text in (emergency, f"tel:{emergency}", f"sip:{emergency}@trunk.example"):
                target = TransferTarget.parse(text, country=country)
                policy = DiallingPolicy(country=country, sip_hosts=frozenset({"trunk.example"}))
                refusal = check(target, policy)
                assert refusal is not None
                assert refusal.reason == "emergency", (country, text)
        for kind in ("toll_free", "standard_rate", "premium_rate", "short_code", "sms_services"):
            described = getattr(metadata, kind)
            if not described or not described.example_number:
                continue
            try:
                target = TransferTarget.parse(described.example_number, country=country)
            except TargetError:
                continue
            expected = ("emergency", "short_code", "unassigned")
            assert reason(target, country) in expected, (country, described)
            refused[target.number_type] += 1
    assert refused["short_code"] > 150
    assert refused["emergency"] > 150
