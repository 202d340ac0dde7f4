"""What each SIP status code says about a transfer: one row per code.

Codes and their meaning: RFC 3261 §21 and IANA's registry "Session Initiation Protocol (SIP)
Parameters". A code that has no row is read as its class.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from .detail import Detail
from .outcome import Outcome, Responsible

_NOBODY, _OPERATOR, _CARRIER = Responsible.NOBODY, Responsible.OPERATOR, Responsible.CARRIER
_BUSY, _NO_ANSWER, _DECLINED = Outcome.BUSY, Outcome.NO_ANSWER, Outcome.DECLINED
_UNREACHABLE, _NOT_PERMITTED = Outcome.UNREACHABLE, Outcome.NOT_PERMITTED


@dataclass(frozen=True, slots=True)
class SipStatus:
    """One final SIP status code that is not a success.

    Attributes:
        code: 300 to 699.
        meaning: The reason phrase.
        outcome: Where a NOTIFY brings it: what the new leg came to.
        detail: See `Detail`; ``""`` when the outcome says all.
        responsible: Who must act.
        refuses_refer: Answered to the REFER itself it says that the carrier does not transfer,
            and nothing about the destination.
    """

    code: int
    meaning: str
    outcome: Outcome
    detail: str = ""
    responsible: Responsible = _NOBODY
    refuses_refer: bool = False


def _moved(code: int, meaning: str) -> SipStatus:
    return SipStatus(code, meaning, _UNREACHABLE, Detail.MOVED, _OPERATOR)


def _wrong(code: int, meaning: str) -> SipStatus:
    return SipStatus(code, meaning, _UNREACHABLE, Detail.WRONG_NUMBER, _OPERATOR)


def _loop(code: int, meaning: str) -> SipStatus:
    return SipStatus(code, meaning, _UNREACHABLE, Detail.LOOP, _OPERATOR)


def _fault(code: int, meaning: str, *, refuses_refer: bool = False) -> SipStatus:
    return SipStatus(code, meaning, _UNREACHABLE, Detail.CARRIER_FAULT, _CARRIER, refuses_refer)


_ROWS = (
    _moved(300, "Multiple Choices"),
    _moved(301, "Moved Permanently"),
    _moved(302, "Moved Temporarily"),
    _moved(305, "Use Proxy"),
    _moved(380, "Alternative Service"),
    _fault(400, "Bad Request"),
    _fault(401, "Unauthorized", refuses_refer=True),
    _fault(402, "Payment Required", refuses_refer=True),
    SipStatus(
        403, "Forbidden", _NOT_PERMITTED, Detail.ADDRESS_FORBIDDEN, _CARRIER, refuses_refer=True
    ),
    _wrong(404, "Not Found"),
    _fault(405, "Method Not Allowed", refuses_refer=True),
    _fault(406, "Not Acceptable"),
    _fault(407, "Proxy Authentication Required", refuses_refer=True),
    SipStatus(408, "Request Timeout", _NO_ANSWER),
    _fault(409, "Conflict"),
    _wrong(410, "Gone"),
    _fault(411, "Length Required"),
    _fault(412, "Conditional Request Failed"),
    _fault(413, "Request Entity Too Large"),
    _fault(414, "Request-URI Too Long"),
    _fault(415, "Unsupported Media Type"),
    # RFC 3261 §21.4.14: of a REFER, the scheme of its Refer-To, which is `tel:` in practice.
    _fault(416, "Unsupported URI Scheme", refuses_refer=True),
    _fault(417, "Unknown Resource-Priority"),
    _fault(420, "Bad Extension", refuses_refer=True),
    _fault(421, "Extension Required", refuses_refer=True),
    _fault(422, "Session Interval Too Small"),
    _fault(423, "Interval Too Brief"),
    _fault(424, "Bad Location Information"),
    _fault(425, "Bad Alert Message"),
    _fault(428, "Use Identity Header"),
    # RFC 3892 §5: the referee wants a Referred-By it can check.
    _fault(429, "Provide Referrer Identity", refuses_refer=True),
    _fault(430, "Flow Failed"),
    _fault(433, "Anonymity Disallowed"),
    _fault(436, "Bad Identity Info"),
    _fault(437, "Unsupported Credential"),
    _fault(438, "Invalid Identity Header"),
    _fault(439, "First Hop Lacks Outbound Support"),
    _loop(440, "Max-Breadth Exceeded"),
    _fault(469, "Bad Info Package"),
    _fault(470, "Consent Needed"),
    SipStatus(480, "Temporarily Unavailable", _NO_ANSWER),
    _fault(481, "Call/Transaction Does Not Exist"),
    _loop(482, "Loop Detected"),
    _loop(483, "Too Many Hops"),
    _wrong(484, "Address Incomplete"),
    _wrong(485, "Ambiguous"),
    SipStatus(486, "Busy Here", _BUSY),
    SipStatus(487, "Request Terminated", _NO_ANSWER),
    _fault(488, "Not Acceptable Here"),
    # RFC 6665 §8.3.2: the event package "refer" is not known there.
    _fault(489, "Bad Event", refuses_refer=True),
    _fault(491, "Request Pending"),
    _fault(493, "Undecipherable"),
    _fault(494, "Security Agreement Required", refuses_refer=True),
    _fault(500, "Server Internal Error"),
    _fault(501, "Not Implemented", refuses_refer=True),
    _fault(502, "Bad Gateway"),
    _fault(503, "Service Unavailable"),
    _fault(504, "Server Time-out"),
    _fault(505, "Version Not Supported"),
    _fault(513, "Message Too Large"),
    SipStatus(600, "Busy Everywhere", _BUSY),
    SipStatus(603, "Decline", _DECLINED, refuses_refer=True),
    _wrong(604, "Does Not Exist Anywhere"),
    _fault(606, "Not Acceptable"),
    SipStatus(607, "Unwanted", _DECLINED),
    SipStatus(608, "Rejected", _DECLINED),
)

SIP_STATUSES = MappingProxyType({row.code: row for row in _ROWS})
"""Every code that has a row of its own."""


def sip_status(code: int) -> SipStatus | None:
    """The row of `code`, that of its class when it has none, ``None`` outside 300 to 699."""
    if code in SIP_STATUSES:
        return SIP_STATUSES[code]
    if 300 <= code < 400:
        return _moved(code, "other redirection")
    if 400 <= code < 700:
        return _fault(code, "other failure")
    return None
