"""The API client over real HTTP, against what LiveKit servers old and new answer."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator

import aiohttp
import pytest
from google.protobuf.message import DecodeError
from livekit.api import ServerError, SipCallError, TokenVerifier
from livekit.protocol.sip import (
    SIPStatus,
    SIPStatusCode,
    SIPTransferReason,
    SIPTransferStatus,
    TransferSIPParticipantResponse,
)

from transfer_call.adapters import livekit_api
from transfer_call.adapters.livekit_api import LiveKitTelephony, reply_from_error
from transfer_call.transfer.outcome import Outcome
from transfer_call.transfer.outcomes import classify
from transfer_call.transfer.telephony import Refer, Reply, ReplyKind

from .twirp_server import (
    KEY,
    SECRET,
    Answer,
    TwirpServer,
    cut,
    garbage,
    response,
    text,
    twirp_error,
    twirp_server,
)

REFER = Refer(room="call-1", identity="sip_+14155550123", to="tel:+12125550123", ringing_timeout=1)


@pytest.fixture
async def server() -> AsyncIterator[TwirpServer]:
    async with twirp_server() as running:
        yield running


@pytest.fixture
async def telephony(server: TwirpServer) -> AsyncIterator[LiveKitTelephony]:
    client = LiveKitTelephony(server.url, KEY, SECRET)
    yield client
    await client.aclose()


def said(
    status: SIPTransferStatus, reason: SIPTransferReason | int, sip: SIPStatusCode | None = None
) -> Answer:
    message = TransferSIPParticipantResponse(transfer_id="SXF_1", status=status)
    message.reason = reason  # type: ignore[assignment]
    if sip is not None:
        message.sip_status.CopyFrom(SIPStatus(code=sip))
    return response(message)


NEW_SUCCESS = said(SIPTransferStatus.STS_TRANSFER_SUCCESSFUL, SIPTransferReason.STR_COMPLETED)
NEW_ONGOING = said(SIPTransferStatus.STS_TRANSFER_ONGOING, SIPTransferReason.STR_UNSPECIFIED)
NEW_FAILED = said(
    SIPTransferStatus.STS_TRANSFER_FAILED,
    SIPTransferReason.STR_REJECTED,
    SIPStatusCode.SIP_STATUS_BUSY_HERE,
)

REPLIES: list[tuple[str, Answer, Outcome]] = [
    ("released: success", text(200, ""), Outcome.CONNECTED),
    ("newer: successful", NEW_SUCCESS, Outcome.CONNECTED),
    ("newer: ongoing", NEW_ONGOING, Outcome.UNKNOWN),
    ("newer: failed", NEW_FAILED, Outcome.BUSY),
    (
        "newer: call ended",
        twirp_error(
            409,
            "aborted",
            "call ended before transfer completed",
            sip_transfer_reason="STR_CALL_ENDED",
            sip_transfer_id="SXF_1",
        ),
        Outcome.HANDED_OFF,
    ),
    (
        "newer: rejected by NOTIFY",
        twirp_error(
            429,
            "resource_exhausted",
            "twirp error unknown: call transfer failed: sip status: 486: Busy Here",
            sip_status_code="486",
            sip_status="Busy Here",
            sip_transfer_reason="STR_REJECTED",
        ),
        Outcome.BUSY,
    ),
    (
        "newer: ringing time-out",
        twirp_error(
            408,
            "canceled",
            "refer canceled: context deadline exceeded",
            sip_transfer_reason="STR_RINGING_TIMEOUT",
        ),
        Outcome.UNKNOWN,
    ),
    (
        "newer: subscription terminated",
        twirp_error(
            500,
            "internal",
            "call transfer failed: REFER subscription terminated without a final status",
            sip_transfer_reason="STR_SUBSCRIPTION_TERMINATED",
        ),
        Outcome.UNKNOWN,
    ),
    (
        "newer: cancelled",
        twirp_error(408, "canceled", "", sip_transfer_reason="STR_CANCELED"),
        Outcome.UNKNOWN,
    ),
    (
        "released: REFER refused",
        twirp_error(
            403,
            "permission_denied",
            "twirp error unknown: sip status: 603: Declined",
            sip_status_code="603",
            sip_status="Declined",
        ),
        Outcome.NOT_PERMITTED,
    ),
    (
        "released: declined by NOTIFY",
        twirp_error(
            403,
            "permission_denied",
            "twirp error unknown: call transfer failed: sip status: 603: Declined",
            sip_status_code="603",
            sip_status="Declined",
        ),
        Outcome.DECLINED,
    ),
    ("a SIP status that is no number", twirp_error(429, "x", "", sip_status_code="busy"),
     Outcome.MISCONFIGURED),
    ("no bridge", twirp_error(503, "unavailable", "no response from servers"),
     Outcome.MISCONFIGURED),
    ("wrong key, in plain text", text(401, "invalid API key"), Outcome.MISCONFIGURED),
    ("a proxy's page", text(502, "<html>", "text/html"), Outcome.UNKNOWN),
    ("a region pin", text(451, "wrong region"), Outcome.MISCONFIGURED),
    ("an error that is a JSON list", text(400, "[]", "application/json"), Outcome.UNKNOWN),
    ("a reply that is not protobuf", garbage, Outcome.UNKNOWN),
    ("the connection cut", cut, Outcome.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("case", "answer", "outcome"), REPLIES, ids=[row[0] for row in REPLIES])
async def test_whatever_the_server_answers_is_one_reply_to_one_request(
    server: TwirpServer,
    telephony: LiveKitTelephony,
    monkeypatch: pytest.MonkeyPatch,
    case: str,
    answer: Answer,
    outcome: Outcome,
) -> None:
    # The SDK's failover engages for hosts of LiveKit Cloud: let it take this one for such a host.
    monkeypatch.setattr("livekit.api._failover.is_cloud", lambda host: True)
    server.transfer = answer

    reply = await telephony.refer(REFER)

    assert classify(reply, caller_present=True).outcome is outcome
    assert server.asked == [("POST", "TransferSIPParticipant")]


async def test_what_newer_servers_tell_is_kept(
    server: TwirpServer, telephony: LiveKitTelephony
) -> None:
    server.transfer = NEW_FAILED

    assert await telephony.refer(REFER) == Reply(
        ReplyKind.OK,
        sip_status=486,
        transfer_status=1,
        transfer_reason="STR_REJECTED",
        transfer_id="SXF_1",
    )


async def test_a_reason_newer_than_this_client_is_kept_as_unknown(
    server: TwirpServer, telephony: LiveKitTelephony
) -> None:
    server.transfer = said(SIPTransferStatus.STS_TRANSFER_FAILED, 77)

    reply = await telephony.refer(REFER)

    assert reply.transfer_reason == "STR_77"
    assert classify(reply, caller_present=True).outcome is Outcome.UNKNOWN


async def test_the_request_carries_the_fields_and_the_grants_of_exactly_that_room(
    server: TwirpServer, telephony: LiveKitTelephony
) -> None:
    await telephony.refer(
        Refer(
            room="call-1",
            identity="sip_1",
            to="sip:desk@pbx.example.com",
            play_dialtone=True,
            headers={"X-Department": "sales"},
            ringing_timeout=45,
        )
    )

    (message,) = server.transfers
    assert message.room_name == "call-1"
    assert message.participant_identity == "sip_1"
    assert message.transfer_to == "sip:desk@pbx.example.com"
    assert message.play_dialtone is True
    assert dict(message.headers) == {"X-Department": "sales"}
    assert (message.ringing_timeout.seconds, message.ringing_timeout.nanos) == (45, 0)
    claims = TokenVerifier(KEY, SECRET).verify(server.tokens[0])
    assert claims.sip is not None and claims.sip.call
    assert claims.video is not None
    assert (claims.video.room_admin, claims.video.room) == (True, "call-1")


@pytest.mark.parametrize("seconds", [0, -5])
async def test_a_ringing_timeout_is_never_below_one_second(
    server: TwirpServer, telephony: LiveKitTelephony, seconds: int
) -> None:
    await telephony.refer(Refer("r", "i", "tel:+1", play_dialtone=False, ringing_timeout=seconds))

    assert server.transfers[0].ringing_timeout.seconds == 1
    assert server.transfers[0].play_dialtone is False


async def test_a_server_that_never_answers_is_a_time_out_after_one_request(
    server: TwirpServer, telephony: LiveKitTelephony, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livekit.api._dial_timeout.RINGING_TIMEOUT_MARGIN", -0.8)
    server.silent = True

    assert await telephony.refer(REFER) == Reply(ReplyKind.TIMEOUT)
    assert len(server.transfers) == 1


async def test_a_server_that_is_not_there_was_never_asked() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = LiveKitTelephony(f"ws://127.0.0.1:{taken.getsockname()[1]}", KEY, SECRET)
        reply = await client.refer(REFER)
        await client.aclose()

    verdict = classify(reply, caller_present=True)
    assert (verdict.outcome, verdict.detail) == (Outcome.MISCONFIGURED, "not_connected")


@pytest.mark.parametrize("url", ["ws://", "livekit.example.com", "ftp://x"])
def test_what_is_no_servers_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        LiveKitTelephony(url, KEY, SECRET)


async def test_cancelling_the_waiter_is_the_only_thing_that_raises(
    server: TwirpServer, telephony: LiveKitTelephony
) -> None:
    server.silent = True
    asking = asyncio.create_task(telephony.refer(REFER))
    await server.arrived.wait()

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_the_transfer_uses_the_connection_that_was_warmed(
    server: TwirpServer, telephony: LiveKitTelephony
) -> None:
    await telephony.warm()
    await telephony.refer(REFER)

    assert server.asked == [("POST", "ListRooms"), ("POST", "TransferSIPParticipant")]
    assert server.peers[0] == server.peers[1]


async def test_an_idle_connection_is_kept_warm_without_the_key(
    server: TwirpServer, telephony: LiveKitTelephony, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(livekit_api, "KEEP_WARM_SECONDS", 0.01)
    await telephony.warm()

    await server.health.get()
    await server.health.get()

    assert [method for method, _ in server.asked[:3]] == ["POST", "GET", "GET"]
    assert len(set(server.peers[:3])) == 1
    assert server.tokens[1] == ""


async def test_a_pending_transfer_is_left_alone_by_the_keeping_warm(
    server: TwirpServer, telephony: LiveKitTelephony, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(livekit_api, "KEEP_WARM_SECONDS", 0.001)
    await telephony.warm()
    server.silent = True
    asking = asyncio.create_task(telephony.refer(REFER))
    await server.arrived.wait()
    seen = len(server.asked)

    for _ in range(50):
        await asyncio.sleep(0.001)

    assert len(server.asked) == seen
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


@pytest.mark.parametrize(
    ("answer", "level", "words"),
    [
        (text(401, "no"), logging.ERROR, "refuses the API key"),
        (text(503, "no"), logging.WARNING, "HTTP 503"),
        (cut, logging.WARNING, "cannot be reached"),
    ],
)
async def test_a_server_that_cannot_be_warmed_is_said_and_not_raised(
    server: TwirpServer,
    telephony: LiveKitTelephony,
    caplog: pytest.LogCaptureFixture,
    answer: Answer,
    level: int,
    words: str,
) -> None:
    server.rooms = answer

    await telephony.warm()

    (record,) = (r for r in caplog.records if r.name == "transfer_call")
    assert record.levelno == level
    assert words in record.getMessage()


async def test_a_failed_transfer_is_logged_without_a_number(
    server: TwirpServer, telephony: LiveKitTelephony, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "transfer_call")
    server.transfer = twirp_error(404, "not_found", "no tel:+12125550123", sip_status_code="404")

    await telephony.refer(REFER)

    assert "SIP status 404" in caplog.text
    assert "2125550123" not in caplog.text


async def test_a_room_is_deleted_with_one_request(
    server: TwirpServer, telephony: LiveKitTelephony
) -> None:
    await telephony.delete_room("call-1")

    assert server.deleted == ["call-1"]


@pytest.mark.parametrize(
    ("answers", "tries", "given_up"),
    [
        ([twirp_error(404, "not_found", "requested room does not exist")], 1, False),
        ([text(503)], 2, False),
        ([cut, text(500)], 3, False),
        ([text(500), text(500), text(500)], 3, True),
        ([text(401)], 1, True),
    ],
)
async def test_deleting_a_room_is_tried_again_only_where_that_can_help(
    server: TwirpServer,
    telephony: LiveKitTelephony,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    answers: list[Answer],
    tries: int,
    given_up: bool,
) -> None:
    monkeypatch.setattr(livekit_api, "DELETE_RETRY_SECONDS", (0.0, 0.0))
    server.delete = list(answers)

    await telephony.delete_room("call-1")

    assert len(server.deleted) == tries
    assert ("could not be deleted" in caplog.text) is given_up


async def test_nothing_is_sent_after_closing(server: TwirpServer) -> None:
    client = LiveKitTelephony(server.url, KEY, SECRET)
    await client.warm()
    await client.aclose()
    await client.aclose()

    await client.warm()
    await client.delete_room("call-1")
    reply = await client.refer(REFER)

    assert classify(reply, caller_present=True).outcome is Outcome.MISCONFIGURED
    assert server.asked == [("POST", "ListRooms")]


async def test_a_token_from_the_environment_is_sent_as_it_is(
    server: TwirpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEKIT_URL", server.url)
    monkeypatch.setenv("LIVEKIT_TOKEN", "signed.by.someone")
    client = LiveKitTelephony()

    await client.refer(REFER)

    assert server.tokens == ["signed.by.someone"]
    await client.aclose()


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, "LIVEKIT_URL"),
        ({"LIVEKIT_URL": "ws://x"}, "LIVEKIT_API_KEY"),
        ({"LIVEKIT_URL": "ws://x", "LIVEKIT_API_KEY": "k"}, "LIVEKIT_API_SECRET"),
    ],
)
def test_a_missing_setting_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], missing: str
) -> None:
    for name in ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "LIVEKIT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ValueError, match=missing):
        LiveKitTelephony()


async def test_a_server_over_tls_is_asked_with_the_systems_trust_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[ssl.SSLContext] = []
    real = livekit_api.tls_context

    def noted() -> ssl.SSLContext:
        made.append(real())
        return made[-1]

    monkeypatch.setattr(livekit_api, "tls_context", noted)
    client = LiveKitTelephony("wss://127.0.0.1:1", KEY, SECRET)

    reply = await client.refer(REFER)
    await client.refer(REFER)

    assert classify(reply, caller_present=True).detail == "not_connected"
    assert len(made) == 1
    assert real() is real()
    await client.aclose()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), Reply(ReplyKind.TIMEOUT)),
        (aiohttp.ServerTimeoutError(), Reply(ReplyKind.TIMEOUT)),
        (aiohttp.ConnectionTimeoutError(), Reply(ReplyKind.TRANSPORT, message="not sent")),
        (aiohttp.ServerDisconnectedError(), Reply(ReplyKind.TRANSPORT)),
        (aiohttp.ClientOSError(104, "reset"), Reply(ReplyKind.TRANSPORT)),
        (aiohttp.InvalidURL("ws://["), Reply(ReplyKind.CONFIG)),
        (DecodeError(), Reply(ReplyKind.TRANSPORT, message="unreadable")),
        (RuntimeError("Session is closed"), Reply(ReplyKind.TRANSPORT, message="unexpected")),
        (ValueError("odd"), Reply(ReplyKind.TRANSPORT, message="unexpected")),
        (
            ServerError("unknown", "", status=401),
            Reply(ReplyKind.TWIRP, http_status=401, twirp_code="unknown"),
        ),
        (
            SipCallError(
                "aborted", "m", status=409, metadata={"sip_transfer_reason": "STR_CALL_ENDED"}
            ),
            Reply(
                ReplyKind.TWIRP,
                http_status=409,
                twirp_code="aborted",
                message="m",
                transfer_reason="STR_CALL_ENDED",
            ),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_class_of_exception_is_a_reply(error: Exception, expected: Reply) -> None:
    assert reply_from_error(error) == expected
