"""What a scripted caller does with a REFER, as a scenario for SIPp.

A `Script` is data; `render` writes the XML that SIPp runs. SIPp is strictly sequential, so
every wait is a wait for BYE as well: whatever the bridge does, the call ends cleanly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

from lab.track import Track

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REFER_ANSWERED_AFTER = 0.03
"""Seconds: like a network. livekit-sip can lose an answer that comes within 1 ms."""

REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    202: "Accepted",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    484: "Address Incomplete",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    607: "Unwanted",
    608: "Rejected",
}


@dataclass(frozen=True)
class Notify:
    """A NOTIFY about the transfer (RFC 3515 section 2.4.4).

    Attributes:
        status: What its body reports.
        after: Seconds after the step before it.
        body: Whether it has one.
        event: ``right``: ``refer;id=`` the REFER's CSeq; ``wrong``: another id; ``bare``:
            without id; ``none``: no Event header.
        ends: Whether it terminates the subscription; default: when the status is final.
    """

    status: int = 200
    after: float = 0.2
    body: bool = True
    event: Literal["right", "wrong", "bare", "none"] = "right"
    ends: bool | None = None

    @property
    def terminates(self) -> bool:
        return self.status >= 200 if self.ends is None else self.ends


@dataclass(frozen=True)
class Refer:
    """What the caller does with one REFER.

    Attributes:
        answer: Status of the answer; None: none, ever.
        after: Seconds before the answer.
        notifies: What follows the answer.
        hang_up_after: Seconds from the last of these steps to a BYE; None: no BYE.
        keep_talking: False: RTP stops when the REFER comes.
        then: From the last of these steps on this is played instead.
    """

    answer: int | None = 202
    after: float = REFER_ANSWERED_AFTER
    notifies: tuple[Notify, ...] = (Notify(100), Notify(200))
    hang_up_after: float | None = None
    keep_talking: bool = True
    then: Track | None = None


@dataclass(frozen=True)
class Script:
    """One call, from the INVITE to its end.

    Attributes:
        refers: What is done with the first REFER, the second and so on.
        track: What is played from the answer on.
        patience: Seconds the caller waits for each REFER before he hangs up.
        stays: Seconds he stays after the last REFER's steps before he hangs up, if the
            bridge does not.
        offers_keys: Whether his phone offers to send keys as telephone events (RFC 4733).
        info_after: Seconds from the answer to a key sent as a SIP INFO; None: none is sent.
    """

    refers: tuple[Refer, ...] = (Refer(),)
    track: Track = field(default_factory=Track)
    patience: float = 30.0
    stays: float = 10.0
    offers_keys: bool = True
    info_after: float | None = None


def referred(status: int, *, within: float = 0.2, then: Track | None = None) -> Refer:
    """202, NOTIFY 100, and a NOTIFY with this status: how carriers report an outcome."""
    return Refer(notifies=(Notify(100, after=within / 2), Notify(status, after=within)), then=then)


def refused(status: int) -> Refer:
    """The REFER itself is answered with this status."""
    return Refer(answer=status, notifies=())


def render(script: Script, folder: Path) -> str:
    """The scenario as XML; the RTP it plays is written into ``folder``.

    SIPp's command line supplies ``[service]`` (whom to dial) and ``-key caller``.
    """
    return "\n".join(
        [
            '<?xml version="1.0" encoding="ISO-8859-1"?>',
            '<scenario name="a caller">',
            *_Writer(script, folder).lines(),
            "</scenario>",
        ]
    )


_COMMON = """\
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[caller]@[local_ip]:[local_port]>;tag=[pid]lab[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{to_tag}
Call-ID: [call_id]
CSeq: {cseq} {method}
Contact: <sip:[caller]@[local_ip]:[local_port]>
Max-Forwards: 70"""

_OFFER = """\
v=0
o=lab 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
"""
_OFFER_WITHOUT_KEYS = "".join(
    line.replace(" 0 101", " 0")
    for line in _OFFER.splitlines(keepends=True)
    if not line.startswith(("a=rtpmap:101", "a=fmtp:101"))
)
_KEY_BY_INFO = "Signal=0\nDuration=160\n"

_REPLY = """\
SIP/2.0 {status} {reason}
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[caller]@[local_ip]:[local_port]>{more}
Content-Length: 0
"""

_HANG_UP, _ANSWER_BYE, _END = "900", "901", "902"
_STILL_MILLISECONDS = 40
"""A pause too short to wait for a BYE in."""


class _Writer:
    """Writes one scenario; keeps count of sequence numbers and labels."""

    def __init__(self, script: Script, folder: Path) -> None:
        self._script = script
        self._folder = folder
        self._cseq = 1
        self._label = 0
        self._streams = 0

    def lines(self) -> Iterator[str]:
        offer = _OFFER if self._script.offers_keys else _OFFER_WITHOUT_KEYS
        yield _send(
            self._request("INVITE", target=True, content="application/sdp", body=offer),
            retransmit=True,
        )
        for status in (100, 180, 183):
            yield f'<recv response="{status}" optional="true"/>'
        yield '<recv response="200" rtd="true"/>'
        yield _send(self._request("ACK"))
        yield self._play(self._script.track)
        if self._script.info_after is not None:
            yield from self._wait(self._script.info_after)
            self._cseq += 1
            yield _send(self._request("INFO", content="application/dtmf-relay", body=_KEY_BY_INFO))
        for index, refer in enumerate(self._script.refers):
            yield from self._refer(refer, f"cseq{index}")
        yield from self._wait(self._script.stays)
        yield from self._ending()

    def _refer(self, refer: Refer, cseq: str) -> Iterator[str]:
        timeout = _milliseconds(self._script.patience)
        yield (
            f'<recv request="BYE" optional="true" next="{_ANSWER_BYE}"'
            f' timeout="{timeout}" ontimeout="{_HANG_UP}"/>'
        )
        yield f'<recv request="REFER" timeout="{timeout}" ontimeout="{_HANG_UP}"><action>'
        yield (
            f'<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" check_it="true"'
            f' assign_to="{cseq}"/></action></recv>'
        )
        yield f'<Reference variables="{cseq}"/>'
        if not refer.keep_talking:
            yield self._play(Track(seconds=0.02))  # a new stream stops the one before it
        if refer.answer is not None:
            yield from self._wait(refer.after)
            yield _send(_reply(refer.answer))
            for notify in refer.notifies:
                yield from self._wait(notify.after)
                yield self._notify(notify, cseq)
        if refer.then is not None:
            yield self._play(refer.then)
        if refer.hang_up_after is not None:
            yield from self._wait(refer.hang_up_after)
            yield f'<nop next="{_HANG_UP}"/>'

    def _notify(self, notify: Notify, cseq: str) -> str:
        self._cseq += 1
        event = {
            "right": f"Event: refer;id=[${cseq}]",
            "wrong": "Event: refer;id=99999",
            "bare": "Event: refer",
            "none": "",
        }[notify.event]
        state = "terminated;reason=noresource" if notify.terminates else "active;expires=60"
        body = f"SIP/2.0 {notify.status} {_reason(notify.status)}\n" if notify.body else ""
        return _send(
            self._request(
                "NOTIFY",
                more=[*([event] if event else []), f"Subscription-State: {state}"],
                content="message/sipfrag;version=2.0" if body else "",
                body=body,
            )
        )

    def _ending(self) -> Iterator[str]:
        self._cseq += 1
        yield f'<label id="{_HANG_UP}"/>'
        yield _send(self._request("BYE"), retransmit=True)
        yield f'<recv response="200" timeout="4000" ontimeout="{_END}" next="{_END}"/>'
        yield f'<label id="{_ANSWER_BYE}"/>'
        yield _send(_reply(200))
        yield f'<label id="{_END}"/>'
        yield '<nop><action><exec int_cmd="stop_call"/></action></nop>'

    def _wait(self, seconds: float) -> Iterator[str]:
        milliseconds = _milliseconds(seconds)
        if milliseconds <= _STILL_MILLISECONDS:
            if milliseconds:
                yield f'<pause milliseconds="{milliseconds}"/>'
            return
        self._label += 1
        yield (
            f'<recv request="BYE" timeout="{milliseconds}" ontimeout="{self._label}"'
            f' next="{_ANSWER_BYE}"/>'
        )
        yield f'<label id="{self._label}"/>'

    def _play(self, track: Track) -> str:
        self._streams += 1
        path = escape(str(track.pcap(self._folder, self._streams)))
        return f'<nop><action><exec play_pcap_audio="{path}"/></action></nop>'

    def _request(
        self,
        method: str,
        *,
        target: bool = False,
        more: list[str] | None = None,
        content: str = "",
        body: str = "",
    ) -> str:
        common = _COMMON.format(
            method=method,
            cseq=1 if method == "ACK" else self._cseq,
            to_tag="" if target else "[peer_tag_param]",
        )
        lines = [
            f"{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0",
            common,
            *(["Allow: INVITE, ACK, CANCEL, BYE, REFER, NOTIFY"] if target else []),
            *(more or []),
            *([f"Content-Type: {content}"] if content else []),
            "Content-Length: [len]",
            "",
            body,
        ]
        return "\n".join(lines)


def _reply(status: int) -> str:
    challenge = {401: "WWW-Authenticate", 407: "Proxy-Authenticate"}.get(status)
    more = f'\n{challenge}: Digest realm="lab", nonce="1"' if challenge else ""
    return _REPLY.format(status=status, reason=_reason(status), more=more)


def _reason(status: int) -> str:
    return REASONS.get(status, "Some Reason")


def _send(message: str, *, retransmit: bool = False) -> str:
    attribute = ' retrans="500"' if retransmit else ""
    return f"<send{attribute}><![CDATA[\n{message}\n]]></send>"


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
