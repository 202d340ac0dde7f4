"""The Twilio of these tests takes nothing that its API does not describe."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.twilio.contract import documents
from tests.support.twilio.server import sid
from tests.support.twilio.validation import FORM, Contract, NotInContract

TRUNK = f"/v1/Trunks/{sid('TK', 1)}"
URLS = f"{TRUNK}/OriginationUrls"
CONTRACT = Contract(documents())
WHOLE_URL = "SipUrl=sip%3Aa.example&FriendlyName=a&Priority=1&Weight=1&Enabled=True"


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", TRUNK, ""),
        ("GET", "/v1/Trunks?PageSize=100", ""),
        ("POST", TRUNK, "TransferMode=enable-all"),
        ("POST", URLS, WHOLE_URL),
        ("POST", f"{TRUNK}/PhoneNumbers", f"PhoneNumberSid={sid('PN', 1)}"),
    ],
)
def test_what_is_described_is_taken(method: str, target: str, body: str) -> None:
    path, _, query = target.partition("?")
    CONTRACT.check_request(method, path, query, FORM, body)


@pytest.mark.parametrize(
    ("method", "target", "body", "words"),
    [
        ("PUT", TRUNK, "", "there is no PUT"),
        ("GET", "/v1/Trunk", "", "there is no GET"),
        ("GET", "/v1/Trunks/TK1", "", "Sid"),
        ("GET", f"/v1/Trunks/{sid('AC', 1)}", "", "Sid"),
        ("GET", "/v1/Trunks?PageSize=5000", "", "PageSize"),
        ("GET", "/v1/Trunks?PageSize=many", "", "not of type integer"),
        ("GET", "/v1/Trunks?Name=a", "", "no parameter"),
        ("GET", TRUNK, "a=b", "there is a body"),
        ("POST", TRUNK, "TransferMode=enable-some", "TransferMode"),
        ("POST", TRUNK, "transfer_mode=enable-all", "no field transfer_mode"),
        ("POST", TRUNK, "TransferMode=enable-all&TransferMode=sip-only", "twice"),
        ("POST", TRUNK, "DisasterRecoveryMethod=PUT", "DisasterRecoveryMethod"),
        ("POST", URLS, WHOLE_URL.replace("Enabled=True", "Enabled=yes"), "Enabled"),
        ("POST", URLS, WHOLE_URL.replace("&Weight=1", ""), "Weight"),
        ("POST", f"{TRUNK}/PhoneNumbers", "PhoneNumberSid=%2B15105550100", "PhoneNumberSid"),
    ],
)
def test_what_is_not_described_is_refused(method: str, target: str, body: str, words: str) -> None:
    path, _, query = target.partition("?")
    with pytest.raises(NotInContract, match=words):
        CONTRACT.check_request(method, path, query, FORM, body)


def test_a_body_that_is_no_form_is_refused() -> None:
    with pytest.raises(NotInContract, match="is not a form"):
        CONTRACT.check_request("POST", TRUNK, "", "application/json", "{}")


@pytest.mark.parametrize(
    "answer", [{"sid": "TK1"}, {"transfer_mode": "enable-some"}, {"friendly_name": 1}, []]
)
def test_answers_are_held_against_it_too(answer: Any) -> None:
    with pytest.raises(NotInContract):
        CONTRACT.check_answer("GET", TRUNK, 200, answer)
