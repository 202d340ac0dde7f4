"""The account, over HTTP, against a Twilio that refuses what its API does not describe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from receptionist.twilio.account import TwilioAccount
from receptionist.twilio.credentials import Credentials
from receptionist.twilio.errors import TwilioError
from receptionist.twilio.facts import OriginationUrl
from receptionist.twilio.plan import AttachNumber, Row
from receptionist.twilio.transport import ATTEMPTS
from tests.support.twilio.server import (
    ACCOUNT,
    KEY,
    KEY_SECRET,
    TOKEN,
    Fault,
    Twilio,
    serving,
    sid,
)

NUMBER = "+15105550100"
TRUNKS = "/v1/Trunks"


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with serving() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def account(twilio: Twilio, waits: list[float]) -> Iterator[TwilioAccount]:
    credentials = Credentials(ACCOUNT, ACCOUNT, TOKEN)
    with TwilioAccount(credentials, base_url=twilio.url, sleep=waits.append) as opened:
        yield opened


def refusal(account: TwilioAccount) -> TwilioError:
    with pytest.raises(TwilioError) as raised:
        account.trunks()
    return raised.value


def test_all_pages_of_a_list_are_read(twilio: Twilio, account: TwilioAccount) -> None:
    made = [twilio.add_trunk(friendly_name=f"trunk {place}") for place in range(5)]
    assert [trunk.sid for trunk in account.trunks()] == made
    assert len(twilio.requests) == 3


def test_a_trunk_is_read_in_full(twilio: Twilio, account: TwilioAccount) -> None:
    made = twilio.add_trunk(
        friendly_name="Acme",
        domain_name="Acme.pstn.twilio.com",
        transfer_mode="sip-only",
        disaster_recovery_url="https://example.com/twiml",
    )
    late = twilio.add_url(made, "sip:b.example.com", priority=20)
    off = twilio.add_url(made, "sip:c.example.com", enabled=False, priority=30)
    early = twilio.add_url(made, "sip:a.example.com", weight=5)
    for number in ("+15105550102", "+15105550101", "+15105550103"):
        twilio.add_number(number, trunk_sid=made)
    trunk = account.trunk(made)
    assert trunk.label == f"{made} (Acme)"
    assert (trunk.domain, trunk.transfer_mode) == ("acme.pstn.twilio.com", "sip-only")
    assert (trunk.caller_id, trunk.recovery_url) == (
        "from-transferee",
        "https://example.com/twiml",
    )
    assert trunk.origination == (
        OriginationUrl(early, "sip:a.example.com", weight=5),
        OriginationUrl(late, "sip:b.example.com", priority=20),
        OriginationUrl(off, "sip:c.example.com", enabled=False, priority=30),
    )
    assert trunk.numbers == ("+15105550101", "+15105550102", "+15105550103")


def test_a_number_is_found_to_the_digit_on_whatever_page(
    twilio: Twilio, account: TwilioAccount
) -> None:
    # Twilio answers with every number that holds the digits.
    for tail in ("1", "2", "3"):
        twilio.add_number(NUMBER + tail)
    trunk = twilio.add_trunk()
    made = twilio.add_number(NUMBER, trunk_sid=trunk, voice_url="https://example.com/voice")
    found = account.number(NUMBER)
    assert found is not None
    assert (found.sid, found.trunk_sid, found.answered_by) == (made, trunk, "a webhook")
    assert account.number("+15105550199") is None


def test_what_answers_a_number_without_a_trunk_is_known(
    twilio: Twilio, account: TwilioAccount
) -> None:
    twilio.add_number(NUMBER, voice_application_sid=sid("AP", 1))
    found = account.number(NUMBER)
    assert found is not None and found.answered_by == "an application"


def test_an_api_key_asks_for_the_account(twilio: Twilio) -> None:
    made = twilio.add_number(NUMBER)
    with TwilioAccount(Credentials(ACCOUNT, KEY, KEY_SECRET), base_url=twilio.url) as opened:
        found = opened.number(NUMBER)
    assert found is not None and found.sid == made
    assert twilio.requests[0][1] == f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json"


def test_transfers_are_set_and_answered_as_twilio_has_them(
    twilio: Twilio, account: TwilioAccount
) -> None:
    made = twilio.add_trunk()
    after = account.set_transfers(made, "enable-all", None)
    assert (after.transfer_mode, after.caller_id) == ("enable-all", "from-transferee")
    account.set_transfers(made, "sip-only", "from-transferor")
    assert [form for _, form in twilio.changes] == [
        {"TransferMode": "enable-all"},
        {"TransferMode": "sip-only", "TransferCallerId": "from-transferor"},
    ]


@pytest.mark.parametrize("wrong", ["account", "token"])
def test_wrong_credentials_name_the_variables_and_no_secret(twilio: Twilio, wrong: str) -> None:
    user = "AC" + "0" * 32 if wrong == "account" else ACCOUNT
    credentials = Credentials(ACCOUNT, user, "nonsense")
    with TwilioAccount(credentials, base_url=twilio.url) as opened:
        error = refusal(opened)
    assert (error.status, error.code) == (401, 20003)
    assert "TWILIO_ACCOUNT_SID" in str(error)
    assert "nonsense" not in f"{error} {credentials}"


def test_an_unknown_trunk_is_said(account: TwilioAccount) -> None:
    with pytest.raises(TwilioError, match="does not know it.*HTTP 404, code 20404") as raised:
        account.trunk(sid("TK", 99))
    assert raised.value.status == 404


def test_too_many_requests_are_sent_again_when_twilio_says(
    twilio: Twilio, account: TwilioAccount, waits: list[float]
) -> None:
    made = twilio.add_trunk()
    twilio.faults = [Fault(429, headers={"Retry-After": "3"}), Fault(429)]
    assert [trunk.sid for trunk in account.trunks()] == [made]
    assert waits == [3.0, 2.0]


def test_a_change_refused_for_too_many_requests_is_made_once(
    twilio: Twilio, account: TwilioAccount
) -> None:
    made, number = twilio.add_trunk(), twilio.add_number(NUMBER)
    twilio.faults = [Fault(429)]
    assert account.make(AttachNumber((Row("number", "", ""),), number), made) == made
    assert twilio.numbers[number]["trunk_sid"] == made


def test_patience_ends(twilio: Twilio, account: TwilioAccount, waits: list[float]) -> None:
    twilio.faults = [Fault(429, headers={"Retry-After": "1"})] * ATTEMPTS
    assert "run it again in 1 s" in str(refusal(account))
    assert len(waits) == ATTEMPTS - 1


def test_nobody_waits_for_minutes(
    twilio: Twilio, account: TwilioAccount, waits: list[float]
) -> None:
    twilio.faults = [Fault(429, headers={"Retry-After": "600"})]
    assert "in 600 s" in str(refusal(account))
    assert not waits


def test_a_date_in_retry_after_is_no_number_of_seconds(
    twilio: Twilio, account: TwilioAccount, waits: list[float]
) -> None:
    later = {"Retry-After": "Fri, 20 Nov 2026 22:00:00 GMT"}
    twilio.faults = [Fault(429, headers=later)] * ATTEMPTS
    assert "in a minute" in str(refusal(account))
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(403, '{"code": 20403, "message": "no"}'), "may not do this.*HTTP 403, code 20403"),
        (Fault(503, "<html>"), "a fault of its own .HTTP 503."),
        (Fault(500, '{"code": "x"}'), "HTTP 500"),
        (Fault(302, ""), "refuses this .HTTP 302"),
        (Fault(400, '["what"]'), "no reason was given"),
        (Fault(400, '{"code": 21219, "message": "+15105550100 is\\nnot yours"}'), "…0100 is not"),
        (Fault(200, "<html>a portal</html>"), "not Twilio's"),
        (Fault(200, "[]"), "not Twilio's"),
        (Fault(200, '{"error": "x", "meta": {}}'), "not Twilio's"),
    ],
)
def test_every_other_answer_is_said_in_a_sentence(
    twilio: Twilio, account: TwilioAccount, fault: Fault, words: str
) -> None:
    twilio.faults = [fault]
    with pytest.raises(TwilioError, match=words) as raised:
        account.trunks()
    assert NUMBER not in str(raised.value)


def test_a_time_out_of_a_change_says_that_nobody_knows(twilio: Twilio) -> None:
    made = twilio.add_trunk()
    twilio.silent.set()
    credentials = Credentials(ACCOUNT, ACCOUNT, TOKEN)
    with TwilioAccount(credentials, base_url=twilio.url, timeout=0.2) as opened:
        error = refusal(opened)
        assert "did not answer within 0.2 seconds" in str(error)
        assert "not known" not in str(error)
        with pytest.raises(TwilioError, match="whether the change was made is not known"):
            opened.set_transfers(made, "enable-all", None)


def test_a_twilio_that_cannot_be_reached_is_said() -> None:
    with serving() as twilio:
        url = twilio.url
    with TwilioAccount(Credentials(ACCOUNT, ACCOUNT, TOKEN), base_url=url) as opened:
        assert "cannot be reached" in str(refusal(opened))


def test_without_a_base_url_twilios_own_hosts_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy sees where a request is going to, and sends it nowhere.
    with serving() as twilio:
        monkeypatch.setenv("HTTPS_PROXY", twilio.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with TwilioAccount(Credentials(ACCOUNT, ACCOUNT, TOKEN)) as opened:
            assert "HTTPS_PROXY" in str(refusal(opened))
        assert twilio.tunnels == ["trunking.twilio.com:443"]
