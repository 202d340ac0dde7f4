"""A call as it would have been on the wire: the caller presses 0 and talks with the front desk.

Everyone's voice is a tone of 0.5 s that comes at a known time; times are from the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.audio import RINGING_TONE, tone
from lab.capture import Capture
from lab.ladder import Step, key_step, signal_step, words_step
from lab.page.facts import Attempt, CallFacts
from lab.page.gather import gather
from lab.pcap import Address, Datagram, write_pcap
from lab.track import EVENTS, Key, Sound, Track

if TYPE_CHECKING:
    from pathlib import Path

ANSWERED = 1_700_000_000.0
TITLE = "Call x: <b>someone</b> & someone else"
LANES = ("caller", "receptionist", "front desk")
GREETING, ANNOUNCEMENT = 0.2, 2.0
DESK, CALLER = 6.0, 7.0
VOICE_SECONDS = 0.5
KEY = 1.5
RINGING = (4.0, 5.0)
END = 9.0

SIP = {name: Address("127.0.0.1", 5000 + n) for n, name in enumerate(LANES)}
MEDIA = {name: Address("127.0.0.1", 6000 + 10 * n) for n, name in enumerate(LANES)}
SECOND = Address("127.0.0.1", 6100)
"""Where the caller's phone wants the sound of its second call."""
NAMES = {address: name for name, address in SIP.items()}

GREETED = "Welcome <script>alert(1)</script>to & fro."
QUESTION = "Hello, I have a question."


def made_call(folder: Path, *, talk: bool = True, succeeded: bool = True) -> CallFacts:
    """The facts of it.

    Args:
        folder: For its capture.
        talk: Whether it gets to the front desk.
        succeeded: What is said of it.
    """
    path = folder / "wire.pcap"
    write_pcap(path, sorted(_datagrams(talk), key=lambda datagram: datagram.at))
    capture = Capture(path)
    try:
        dialogs = capture.dialogs()
        steps = [step for d in dialogs for m in d.messages if (step := signal_step(m, _name))]
        steps += [key_step(key, *LANES[:2]) for key in dialogs[0].keys()]
        steps += [one for one in _words() if talk or one.source == "receptionist"]
        return gather(
            TITLE,
            LANES,
            sorted(steps, key=lambda step: step.at),
            dialogs,
            _name,
            attempts=[Attempt("sales", "busy", 486), Attempt("front-desk", "connected", None)],
            notes=["the two talked"],
            succeeded=succeeded,
        )
    finally:
        capture.close()


def _name(address: Address) -> str:
    return NAMES.get(address, "")


def _words() -> list[Step]:
    said = (
        (GREETING, "receptionist", GREETED),
        (ANNOUNCEMENT, "receptionist", "I'll put you through."),
        (DESK, "front desk", "Front desk."),
        (CALLER, "caller", QUESTION),
    )
    return [words_step(ANSWERED + at, who, text) for at, who, text in said]


def _datagrams(talk: bool) -> list[Datagram]:
    bridge, desk = "receptionist", "front desk"
    ringing = Sound(tone(RINGING_TONE, RINGING[1] - RINGING[0]), RINGING[0])
    made = [
        _sip(-0.5, "caller", bridge, "INVITE sip:x SIP/2.0", "1 INVITE", "a", MEDIA["caller"]),
        _sip(0.0, bridge, "caller", "SIP/2.0 200 OK", "1 INVITE", "a", MEDIA[bridge]),
        _sip(4.0, bridge, "caller", "REFER sip:x SIP/2.0", "2 REFER", "a"),
        _sip(4.05, "caller", bridge, "SIP/2.0 202 Accepted", "2 REFER", "a"),
        _sip(5.6, bridge, "caller", "BYE sip:x SIP/2.0", "4 BYE", "a"),
        *_rtp(0.0, MEDIA[bridge], 5.6, (Key("0", KEY),)),
        *_rtp(0.0, MEDIA["caller"], 5.6, (_voice(GREETING), _voice(ANNOUNCEMENT), ringing)),
    ]
    if talk:
        made += [
            _sip(4.1, "caller", desk, "INVITE sip:y SIP/2.0", "1 INVITE", "b", SECOND),
            _sip(5.0, desk, "caller", "SIP/2.0 200 OK", "1 INVITE", "b", MEDIA[desk]),
            _sip(5.1, "caller", bridge, "NOTIFY sip:x SIP/2.0", "3 NOTIFY", "a", "SIP/2.0 200 OK"),
            _sip(END, "caller", desk, "BYE sip:y SIP/2.0", "2 BYE", "b"),
            *_rtp(5.0, MEDIA[desk], END - 5.0, (_voice(CALLER - 5.0),)),
            *_rtp(5.0, SECOND, END - 5.0, (_voice(DESK - 5.0),)),
        ]
    return made


def _voice(at: float) -> Sound:
    return Sound(tone(300, VOICE_SECONDS), at)


def _sip(
    at: float,
    source: str,
    target: str,
    first: str,
    cseq: str,
    call: str,
    body: Address | str = "",
) -> Datagram:
    if isinstance(body, Address):
        body = (
            f"v=0\r\nc=IN IP4 {body.host}\r\nm=audio {body.port} RTP/AVP 0 {EVENTS}\r\n"
            f"a=rtpmap:{EVENTS} telephone-event/8000\r\n"
        )
    refer = "Refer-To: <sip:desk@127.0.0.1>\r\n" if first.startswith("REFER") else ""
    text = f"{first}\r\nCall-ID: {call}\r\n{refer}CSeq: {cseq}\r\n\r\n{body}"
    return Datagram(ANSWERED + at, SIP[source], SIP[target], text.encode())


def _rtp(
    start: float, target: Address, seconds: float, items: tuple[Key | Sound, ...]
) -> list[Datagram]:
    packets = Track(items, seconds=seconds).packets(stream=target.port)
    return [
        Datagram(ANSWERED + start + at, Address("127.0.0.1", 9), target, packet.pack())
        for at, packet in packets
    ]
