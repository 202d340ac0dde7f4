from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from lab.capture import Capture
from lab.live_ladder import LiveLadder
from lab.pcap import Address, Datagram, write_pcap

if TYPE_CHECKING:
    from pathlib import Path

CALLER, BRIDGE = Address("127.0.0.1", 1), Address("127.0.0.1", 2)
NAMES = {CALLER: "caller", BRIDGE: "receptionist"}


def sip(at: float, source: Address, first: str, cseq: str, call: str = "a") -> Datagram:
    there = BRIDGE if source == CALLER else CALLER
    return Datagram(
        at, source, there, f"{first}\r\nCall-ID: {call}\r\nCSeq: {cseq}\r\n\r\n".encode()
    )


async def test_a_call_in_the_order_of_its_time_whatever_is_seen_first(tmp_path: Path) -> None:
    write_pcap(
        tmp_path / "wire.pcap",
        [
            sip(5.0, CALLER, "INVITE sip:x@y SIP/2.0", "1 INVITE", "an earlier call"),
            sip(10.0, CALLER, "INVITE sip:x@y SIP/2.0", "1 INVITE"),
            sip(10.5, BRIDGE, "SIP/2.0 200 OK", "1 INVITE"),
            sip(12.0, BRIDGE, "REFER sip:x@y SIP/2.0", "2 REFER"),
            sip(12.5, BRIDGE, "REFER sip:x@y SIP/2.0", "2 REFER"),
        ],
    )
    log = tmp_path / "log"
    said = [("1970-01-01T00:00:04+00:00", "Before."), ("1970-01-01T00:00:11+00:00", "Hello.")]
    log.write_text(
        "".join(
            json.dumps({"message": "spoke", "pii_text": text, "timestamp": at}) + "\n"
            for at, text in said
        )
    )
    lines: list[str] = []
    capture = Capture(tmp_path / "wire.pcap")
    ladder = LiveLadder(
        capture,
        ["caller", "receptionist"],
        lambda address: NAMES.get(address, ""),
        log=log,
        since=9.0,
        write=lines.append,
    )
    await ladder.finish(asyncio.create_task(ladder.run()))
    capture.close()
    assert [line.split()[0] for line in lines] == ["seconds", "-0.500", "0.000", "0.500", "1.500"]
    assert "« Hello. »" in lines[3]
