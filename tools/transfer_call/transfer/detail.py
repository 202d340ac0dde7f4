"""The codes that say why an outcome is what it is."""

from __future__ import annotations

from enum import StrEnum


class Detail(StrEnum):
    """Why an outcome is what it is, for the operator; docs/outcomes.md explains each."""

    CONFIRMED = "confirmed"
    STAYED = "stayed"
    LEFT_AT_ONCE = "left_at_once"
    CALL_ENDED = "call_ended"
    LEFT_WHILE_PENDING = "left_while_pending"
    LEFT_AFTER_TIMEOUT = "left_after_timeout"
    LEFT_AFTER_UNKNOWN = "left_after_unknown"
    CALLER_GONE = "caller_gone"

    MOVED = "moved"
    WRONG_NUMBER = "wrong_number"
    LOOP = "loop"
    CARRIER_FAULT = "carrier_fault"
    ADDRESS_FORBIDDEN = "address_forbidden"
    REFER_REFUSED = "refer_refused"
    REJECTED = "rejected"
    NUMBER_FORBIDS_TRANSFER = "number_forbids_transfer"

    TIMED_OUT = "timed_out"
    REFER_UNANSWERED = "refer_unanswered"
    SUBSCRIPTION_ENDED = "subscription_ended"
    ODD_STATUS = "odd_status"
    NOT_COMPLETED = "not_completed"
    SERVER_CANCELLED = "server_cancelled"
    BRIDGE_STOPPING = "bridge_stopping"
    SERVER_FAULT = "server_fault"
    CONNECTION_LOST = "connection_lost"
    UNREADABLE_REPLY = "unreadable_reply"
    CLIENT_FAULT = "client_fault"
    REQUEST_CANCELLED = "request_cancelled"

    NO_API_KEY = "no_api_key"
    WRONG_KEY = "wrong_key"
    MISSING_GRANTS = "missing_grants"
    FORBIDDEN = "forbidden"
    NOT_CONNECTED = "not_connected"
    NOT_LIVEKIT = "not_livekit"
    REGION_PINNED = "region_pinned"
    API_LIMIT = "api_limit"
    NO_SIP_SERVICE = "no_sip_service"
    NO_BRIDGE = "no_bridge"
    NOT_IN_ROOM = "not_in_room"
    NOT_SIP = "not_sip"
    NOT_ANSWERED = "not_answered"
    ALREADY_TRANSFERRING = "already_transferring"
    REQUEST_REFUSED = "request_refused"
