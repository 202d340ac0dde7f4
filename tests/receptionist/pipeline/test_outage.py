from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from livekit.agents import APIConnectionError, APIStatusError, APITimeoutError

from receptionist.pipeline.diagnosis import LONG, LONGEST, SHORT, outage_after
from receptionist.pipeline.outage import Outage, outages_in, state_key
from receptionist.pipeline.services import Service

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)


def refused(status: int, retry_after: str | None = None, code: str = "") -> APIStatusError:
    """An error as livekit's plugins make it of one of OpenAI's client."""
    headers = {} if retry_after is None else {"retry-after": retry_after}
    try:
        try:
            raise _ClientError(headers)
        except _ClientError:
            raise APIStatusError("no", status_code=status, body={"code": code}) from None
    except APIStatusError as error:
        return error


class _ClientError(Exception):
    def __init__(self, headers: dict[str, str]) -> None:
        self.response = SimpleNamespace(headers=headers)


@pytest.mark.parametrize(
    ("error", "pause", "reason"),
    [
        (APITimeoutError(), SHORT, "does not answer in time"),
        (TimeoutError(), SHORT, "does not answer in time"),
        (APIConnectionError(), SHORT, "connection fails or breaks"),
        (KeyError("text"), SHORT, "cannot be used (KeyError)"),
        (refused(500), SHORT, "answers 500"),
        (refused(401), LONG, "OPENAI_API_KEY"),
        (refused(403), LONG, "may not use it"),
        (refused(404), LONG, "no such model"),
        (refused(429), SHORT, "429"),
        (refused(429, "7"), timedelta(seconds=7), "429"),
        (refused(429, "86400"), LONGEST, "429"),
        (refused(503, "0"), timedelta(0), "answers 503"),
        (refused(429, "Wed, 21 Oct 2026 07:28:00 GMT"), SHORT, "429"),
        (refused(429, code="insufficient_quota"), LONG, "no credit left"),
    ],
)
def test_a_failed_service_is_left_alone_for_as_long_as_its_failure_says(
    error: BaseException, pause: timedelta, reason: str
) -> None:
    outage = outage_after(error, NOW)
    assert outage.until - NOW == pause
    assert reason in outage.reason
    assert outage.failures == 1


def test_each_further_failure_doubles_the_pause_up_to_a_limit() -> None:
    outage, pauses = None, []
    for _ in range(6):
        outage = outage_after(APITimeoutError(), NOW, outage)
        pauses.append((outage.until - NOW).total_seconds())
    assert pauses == [30, 60, 120, 240, 300, 300]


def test_an_outage_is_the_same_after_it_was_in_the_record() -> None:
    outage = outage_after(refused(500), NOW)
    assert Outage.from_json(outage.to_json()) == outage


def test_the_operator_is_told_which_services_are_left_alone_in_his_own_time() -> None:
    outage = outage_after(refused(401), NOW)
    kept = {state_key("api.example.com:8443", Service.LLM): outage.to_json()}
    here = NOW.astimezone(timezone(timedelta(hours=-5)))
    [line] = outages_in(kept, here)
    assert line == (
        "the language model at api.example.com:8443 is left alone until 12:05:00: "
        "the key is refused; check OPENAI_API_KEY"
    )
    assert outages_in(kept, here + LONG) == []
