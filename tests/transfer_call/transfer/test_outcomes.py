"""What every reply of the API means; the SIP codes themselves are in test_sip_status.py."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings, strategies as st
from livekit.protocol.sip import SIPTransferReason, SIPTransferStatus

from transfer_call.transfer import api_errors, outcomes
from transfer_call.transfer.detail import Detail
from transfer_call.transfer.outcome import Outcome, Responsible, Settle, Verdict
from transfer_call.transfer.outcomes import address_kind, classify, settled
from transfer_call.transfer.sip_status import sip_status
from transfer_call.transfer.telephony import Reply, ReplyKind

from .replies import ROWS, error, notified, ok, refused, transport

IDS = [row[0] for row in ROWS]


@pytest.mark.parametrize(("said", "reply", "present", "detail", "gone"), ROWS, ids=IDS)
def test_every_reply_has_one_outcome_for_a_caller_who_stays_and_one_for_a_caller_who_left(
    said: str, reply: Reply, present: str, detail: str, gone: str
) -> None:
    verdict = classify(reply, caller_present=True)

    assert (verdict.outcome, verdict.detail) == (present, detail)
    assert settled(verdict, still_there=True).outcome == present
    assert settled(verdict, still_there=False).outcome == gone
    assert classify(reply, caller_present=False).outcome == gone


def test_an_empty_reply_is_watched_for_the_bridges_wait_and_then_certain() -> None:
    verdict = classify(ok(), caller_present=True)

    assert verdict.settle is Settle.STAYS
    assert settled(verdict, still_there=True) == Verdict(Outcome.CONNECTED, detail="stayed")
    assert settled(verdict, still_there=False) == Verdict(Outcome.HANDED_OFF, detail="left_at_once")


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (Reply(ReplyKind.TIMEOUT), "left_after_timeout"),
        (error(408, "canceled", "transaction failed to complete"), "left_after_timeout"),
        (transport(), "left_after_unknown"),
    ],
)
def test_a_caller_who_leaves_while_nobody_knows_was_handed_off_as_far_as_can_be_said(
    reply: Reply, detail: str
) -> None:
    verdict = classify(reply, caller_present=True)

    assert verdict.settle is Settle.LEAVES
    assert settled(verdict, still_there=False) == Verdict(Outcome.HANDED_OFF, detail=detail)


def test_a_caller_who_stays_while_nobody_knows_stays_unknown_with_who_must_act() -> None:
    verdict = settled(classify(Reply(ReplyKind.TIMEOUT), caller_present=True), still_there=True)

    assert verdict == Verdict(Outcome.UNKNOWN, detail="timed_out", responsible=Responsible.CARRIER)


def test_a_notify_has_the_outcome_of_its_row_and_a_refer_too_unless_it_refuses_transfers() -> None:
    for code in range(300, 700):
        row = sip_status(code)
        assert row is not None

        by_notify = classify(notified(code), caller_present=True)
        by_refer = classify(refused(code), caller_present=True)

        expected = Verdict(
            row.outcome,
            sip_status=code,
            reported_by="notify",
            detail=row.detail,
            responsible=row.responsible,
        )
        assert by_notify == expected
        if row.refuses_refer:
            expected = replace(
                expected,
                outcome=Outcome.NOT_PERMITTED,
                detail="refer_refused",
                responsible=Responsible.CARRIER,
            )
        assert by_refer == replace(expected, reported_by="refer")


@pytest.mark.parametrize(
    "message",
    [
        "call transfer failed: sip status: 486: Busy Here",
        "twirp error unknown: call transfer failed: sip status: 486 (BUSY_HERE)",
        "rpc error: call transfer failed: sip status 486: Busy Here",
    ],
)
def test_the_sip_status_is_read_from_the_message_where_the_server_attached_none(
    message: str,
) -> None:
    reply = Reply(ReplyKind.TWIRP, http_status=429, message=message)

    verdict = classify(reply, caller_present=True)

    assert (verdict.outcome, verdict.sip_status) == (Outcome.BUSY, 486)


def test_a_translation_of_the_sip_status_into_http_is_never_taken_for_our_own_error() -> None:
    for http, sip in ((401, 407), (404, 404), (429, 486), (408, 504), (403, 603)):
        message = f"call transfer failed: sip status: {sip}: No"
        verdict = classify(error(http, "x", message, sip_status=sip), caller_present=True)

        assert verdict.outcome is not Outcome.MISCONFIGURED
        assert verdict.settle is Settle.NOTHING


def test_the_id_of_the_transfer_is_kept_through_settling() -> None:
    reply = error(408, "canceled", "refer canceled", transfer_id="SXF_9")

    verdict = classify(reply, caller_present=True)

    assert verdict.transfer_id == "SXF_9"
    assert settled(verdict, still_there=False).transfer_id == "SXF_9"


def test_every_transfer_reason_of_the_protocol_is_mapped() -> None:
    assert set(SIPTransferReason.keys()) - {"STR_UNSPECIFIED"} == set(api_errors.REASONS)


def test_every_transfer_status_of_the_protocol_is_mapped() -> None:
    assert dict(SIPTransferStatus.items()) == {
        "STS_TRANSFER_ONGOING": 0,
        "STS_TRANSFER_FAILED": 1,
        "STS_TRANSFER_SUCCESSFUL": outcomes.SUCCESSFUL,
    }


def test_every_shape_of_reply_has_an_outcome() -> None:
    for kind in ReplyKind:
        assert isinstance(classify(Reply(kind), caller_present=True), Verdict)


def test_no_rule_is_shadowed_by_an_earlier_one() -> None:
    fired = {
        next(i for i, rule in enumerate(api_errors.RULES) if rule.fits(reply))
        for _, reply, *_ in ROWS
        if reply.kind is ReplyKind.TWIRP and not reply.sip_status
    }

    assert fired == set(range(len(api_errors.RULES)))


def test_every_detail_is_reached_by_some_reply() -> None:
    verdicts = [
        classify(reply, caller_present=here) for _, reply, *_ in ROWS for here in (True, False)
    ]
    verdicts += [classify(notified(482), caller_present=True)]
    verdicts += [outcomes.LEFT_WHILE_PENDING, outcomes.CALLER_GONE]

    assert {verdict.detail for verdict in verdicts} - {""} == set(Detail)


@settings(max_examples=200)
@given(
    st.builds(
        Reply,
        kind=st.sampled_from(ReplyKind),
        http_status=st.none() | st.integers(100, 599),
        twirp_code=st.sampled_from(["", "unknown", "canceled", "not_found", "aborted"]),
        message=st.text(max_size=20) | st.sampled_from(["sip status: 486", "unknown call"]),
        sip_status=st.none() | st.integers(-1, 1000),
        transfer_status=st.integers(0, 9),
        transfer_reason=st.sampled_from(["", "STR_NEW", *SIPTransferReason.keys()]),
        transfer_id=st.sampled_from(["", "SXF_1"]),
    ),
    st.booleans(),
)
def test_no_reply_at_all_is_left_without_a_verdict(reply: Reply, present: bool) -> None:
    verdict = classify(reply, caller_present=present)

    assert verdict.detail == "" or verdict.detail in set(Detail)
    assert present or verdict.settle is Settle.NOTHING
    for there in (True, False):
        final = settled(verdict, still_there=there)
        assert final.settle is Settle.NOTHING
        assert settled(final, still_there=not there) == final


@pytest.mark.parametrize(
    ("scheme", "host", "kind"),
    [("tel", "", "tel"), ("sip", "PBX.example.com", "pbx.example.com"), ("sips", "h", "h")],
)
def test_a_kind_of_address_is_the_telephone_network_or_one_sip_host(
    scheme: str, host: str, kind: str
) -> None:
    target = cast("Any", SimpleNamespace(scheme=scheme, host=host))

    assert address_kind(target) == kind
