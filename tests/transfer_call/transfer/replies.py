"""Replies of the API, each with what it comes to: the table of test_outcomes.py."""

from __future__ import annotations

from typing import Any

from transfer_call.transfer import api_errors
from transfer_call.transfer.telephony import Reply, ReplyKind

PREFIX = "twirp error unknown: "


def ok(status: int = 0, **fields: Any) -> Reply:
    return Reply(ReplyKind.OK, transfer_status=status, **fields)


def error(http: int, code: str, message: str, **fields: Any) -> Reply:
    return Reply(
        ReplyKind.TWIRP, http_status=http, twirp_code=code, message=PREFIX + message, **fields
    )


def refused(sip: int, phrase: str = "No", **fields: Any) -> Reply:
    return error(400, "invalid_argument", f"sip status: {sip}: {phrase}", sip_status=sip, **fields)


def notified(sip: int, phrase: str = "No", **fields: Any) -> Reply:
    message = f"call transfer failed: sip status: {sip}: {phrase}"
    return error(429, "resource_exhausted", message, sip_status=sip, **fields)


def plain(http: int) -> Reply:
    """An answer without a Twirp body, as the SDK reads it."""
    return Reply(ReplyKind.TWIRP, http_status=http, twirp_code="unknown")


def transport(message: str = "") -> Reply:
    return Reply(ReplyKind.TRANSPORT, message=message)


# What the server said; the reply; its outcome and detail while the caller is in the room; and
# the outcome once he is seen to be gone.
ROWS: list[tuple[str, Reply, str, str, str]] = [
    # Success and what looks like it.
    ("released: NOTIFY 200, or a hang-up", ok(), "connected", "stayed", "handed_off"),
    (
        "newer: NOTIFY 200",
        ok(2, transfer_reason="STR_COMPLETED", transfer_id="SXF_1"),
        "connected",
        "confirmed",
        "connected",
    ),
    (
        "newer: the call ended first",
        error(409, "aborted", "call ended before transfer completed"),
        "handed_off",
        "call_ended",
        "handed_off",
    ),
    (
        "newer: the call ended first, by its reason only",
        error(409, "aborted", "", transfer_reason="STR_CALL_ENDED"),
        "handed_off",
        "call_ended",
        "handed_off",
    ),
    ("a response that says failed", ok(1), "unknown", "not_completed", "handed_off"),
    (
        "a response that says ongoing",
        ok(0, transfer_id="SXF_1"),
        "unknown",
        "not_completed",
        "handed_off",
    ),
    ("a response of a status nobody knows", ok(7), "unknown", "not_completed", "handed_off"),
    (
        "a response that failed with 486",
        ok(1, transfer_reason="STR_REJECTED", sip_status=486),
        "busy",
        "",
        "busy",
    ),
    (
        "a response that failed with 603, told neither by REFER nor by NOTIFY",
        ok(1, transfer_reason="STR_REJECTED", sip_status=603),
        "declined",
        "",
        "declined",
    ),
    (
        "a response that failed because the call ended",
        ok(1, transfer_reason="STR_CALL_ENDED"),
        "handed_off",
        "call_ended",
        "handed_off",
    ),
    (
        "a response that contradicts itself",
        ok(1, transfer_reason="STR_COMPLETED"),
        "unknown",
        "not_completed",
        "handed_off",
    ),
    # A SIP status, by NOTIFY and by the answer to REFER.
    ("NOTIFY 486", notified(486), "busy", "", "busy"),
    ("NOTIFY 480", notified(480), "no_answer", "", "no_answer"),
    ("NOTIFY 603", notified(603), "declined", "", "declined"),
    ("NOTIFY 404", notified(404), "unreachable", "wrong_number", "unreachable"),
    ("NOTIFY 302", notified(302), "unreachable", "moved", "unreachable"),
    ("NOTIFY 503", notified(503), "unreachable", "carrier_fault", "unreachable"),
    ("NOTIFY 405", notified(405), "unreachable", "carrier_fault", "unreachable"),
    ("NOTIFY 403", notified(403), "not_permitted", "address_forbidden", "not_permitted"),
    ("NOTIFY 202", notified(202), "unknown", "odd_status", "handed_off"),
    (
        "NOTIFY 202 of a released server, whose error has no SIP status",
        error(500, "unknown", "call transfer failed: sip status: 202: Accepted"),
        "unknown",
        "odd_status",
        "handed_off",
    ),
    (
        "newer: NOTIFY 486",
        notified(486, transfer_reason="STR_REJECTED", transfer_id="SXF_1"),
        "busy",
        "",
        "busy",
    ),
    (
        "newer: rejected without a SIP status",
        error(400, "invalid_argument", "no", transfer_reason="STR_REJECTED"),
        "unreachable",
        "rejected",
        "unreachable",
    ),
    ("REFER 603", refused(603), "not_permitted", "refer_refused", "not_permitted"),
    ("REFER 405", refused(405), "not_permitted", "refer_refused", "not_permitted"),
    ("REFER 407", refused(407), "not_permitted", "refer_refused", "not_permitted"),
    ("REFER 486", refused(486), "busy", "", "busy"),
    ("REFER 404", refused(404), "unreachable", "wrong_number", "unreachable"),
    ("REFER 302", refused(302), "unreachable", "moved", "unreachable"),
    ("REFER 408", refused(408), "no_answer", "", "no_answer"),
    ("REFER 481", refused(481), "unreachable", "carrier_fault", "unreachable"),
    ("REFER 503", refused(503), "unreachable", "carrier_fault", "unreachable"),
    # Nobody knows.
    (
        "no final NOTIFY",
        error(408, "deadline_exceeded", "request timed out"),
        "unknown",
        "timed_out",
        "handed_off",
    ),
    (
        "no final NOTIFY, the bridge's timer",
        error(408, "canceled", "refer canceled"),
        "unknown",
        "timed_out",
        "handed_off",
    ),
    (
        "newer: no final NOTIFY",
        error(408, "canceled", "refer canceled: context deadline exceeded"),
        "unknown",
        "timed_out",
        "handed_off",
    ),
    (
        "newer: no final NOTIFY, by its reason",
        error(408, "canceled", "", transfer_reason="STR_RINGING_TIMEOUT"),
        "unknown",
        "timed_out",
        "handed_off",
    ),
    (
        "a 202 that the bridge lost",
        error(408, "canceled", "transaction failed to complete (0 intermediate responses)"),
        "unknown",
        "refer_unanswered",
        "handed_off",
    ),
    (
        "newer: subscription ended without a result",
        error(
            500,
            "internal",
            "call transfer failed: REFER subscription terminated without a final status",
        ),
        "unknown",
        "subscription_ended",
        "handed_off",
    ),
    (
        "newer: subscription ended, by its reason",
        error(500, "internal", "", transfer_reason="STR_SUBSCRIPTION_TERMINATED"),
        "unknown",
        "subscription_ended",
        "handed_off",
    ),
    (
        "newer: cancelled",
        error(408, "canceled", "", transfer_reason="STR_CANCELED"),
        "unknown",
        "server_cancelled",
        "handed_off",
    ),
    (
        "cancelled by nobody known",
        error(408, "canceled", "stopped"),
        "unknown",
        "server_cancelled",
        "handed_off",
    ),
    (
        "the bridge shuts down",
        error(408, "canceled", "service shutting down"),
        "unknown",
        "bridge_stopping",
        "handed_off",
    ),
    (
        "REFER could not be written",
        error(500, "unknown", "write udp: refused"),
        "unknown",
        "server_fault",
        "handed_off",
    ),
    ("a reverse proxy's 502", plain(502), "unknown", "server_fault", "handed_off"),
    (
        "409 without a reason",
        error(409, "aborted", "aborted"),
        "unknown",
        "server_fault",
        "handed_off",
    ),
    (
        "412 without a SIP status",
        error(412, "failed_precondition", "no"),
        "unknown",
        "server_fault",
        "handed_off",
    ),
    (
        "a reason nobody knows",
        error(500, "internal", "", transfer_reason="STR_NEW"),
        "unknown",
        "server_fault",
        "handed_off",
    ),
    (
        "an error that says completed",
        error(500, "internal", "", transfer_reason="STR_COMPLETED"),
        "unknown",
        "not_completed",
        "handed_off",
    ),
    ("client time-out", Reply(ReplyKind.TIMEOUT), "unknown", "timed_out", "handed_off"),
    ("connection cut", transport(), "unknown", "connection_lost", "handed_off"),
    (
        "unreadable reply",
        transport(api_errors.UNREADABLE),
        "unknown",
        "unreadable_reply",
        "handed_off",
    ),
    (
        "an exception nobody foresaw",
        transport(api_errors.UNEXPECTED),
        "unknown",
        "client_fault",
        "handed_off",
    ),
    ("cancelled request", Reply(ReplyKind.CANCELLED), "unknown", "request_cancelled", "handed_off"),
    # The caller was gone before.
    (
        "the participant is gone",
        error(404, "not_found", "participant does not exist"),
        "misconfigured",
        "not_in_room",
        "caller_left",
    ),
    (
        "the room is gone",
        error(404, "not_found", "requested room does not exist"),
        "misconfigured",
        "not_in_room",
        "caller_left",
    ),
    (
        "the bridge does not know the call",
        error(404, "not_found", "unknown call"),
        "misconfigured",
        "not_in_room",
        "caller_left",
    ),
    (
        "no bridge answers for the call",
        error(503, "unavailable", "no response from servers"),
        "misconfigured",
        "no_bridge",
        "caller_left",
    ),
    # Ours to mend: the caller's presence changes nothing.
    (
        "another transfer is running",
        error(400, "invalid_argument", "call already being transferred elsewhere"),
        "misconfigured",
        "already_transferring",
        "misconfigured",
    ),
    (
        "the call is not answered yet",
        error(412, "failed_precondition", "can't transfer non established call"),
        "misconfigured",
        "not_answered",
        "misconfigured",
    ),
    (
        "not a SIP participant",
        error(400, "invalid_argument", "no SIP session associated with participant"),
        "misconfigured",
        "not_sip",
        "misconfigured",
    ),
    (
        "a number that forbids transfers",
        error(501, "unimplemented", "we don't yet support transfers for this phone number type"),
        "not_permitted",
        "number_forbids_transfer",
        "not_permitted",
    ),
    (
        "a bad address",
        Reply(
            ReplyKind.TWIRP,
            http_status=400,
            twirp_code="invalid_argument",
            message="transfer_to must be a valid SIP(s) or TEL URI (sip:, sips: or tel:)",
        ),
        "misconfigured",
        "request_refused",
        "misconfigured",
    ),
    (
        "a wrong key, answered in plain text",
        plain(401),
        "misconfigured",
        "wrong_key",
        "misconfigured",
    ),
    (
        "missing grants",
        error(401, "unauthenticated", "permissions denied"),
        "misconfigured",
        "missing_grants",
        "misconfigured",
    ),
    (
        "403 without a SIP status",
        error(403, "permission_denied", "no"),
        "misconfigured",
        "forbidden",
        "misconfigured",
    ),
    (
        "429 without a SIP status",
        error(429, "resource_exhausted", "quota"),
        "misconfigured",
        "api_limit",
        "misconfigured",
    ),
    (
        "a region pin, answered in plain text",
        plain(451),
        "misconfigured",
        "region_pinned",
        "misconfigured",
    ),
    (
        "no such route",
        error(404, "bad_route", "no handler"),
        "misconfigured",
        "not_livekit",
        "misconfigured",
    ),
    ("another web server's 404", plain(404), "misconfigured", "not_livekit", "misconfigured"),
    ("another web server's 405", plain(405), "misconfigured", "not_livekit", "misconfigured"),
    (
        "a server without SIP",
        error(500, "internal", "sip not connected (redis required)"),
        "misconfigured",
        "no_sip_service",
        "misconfigured",
    ),
    ("no URL or key", Reply(ReplyKind.CONFIG), "misconfigured", "no_api_key", "misconfigured"),
    (
        "no connection at all",
        transport(api_errors.NOT_SENT),
        "misconfigured",
        "not_connected",
        "misconfigured",
    ),
]
