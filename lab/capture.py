"""What was on the wire: SIP messages and the audio of each call, on one clock.

dumpcap writes while the lab runs; this reads along, about a quarter of a second behind (the
kernel hands packets over in blocks). Times are the kernel's, taken when a packet passed, in
seconds since 1970: the same clock as `time.time` in every process here.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from lab.dialog import Dialog
from lab.pcap import PcapReader
from lab.rtp import parse_rtp
from lab.sip_message import parse_sip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from lab.dialog import Stream
    from lab.pcap import Address
    from lab.sip_message import SipMessage

_POLL_SECONDS = 0.01


class Capture:
    """A capture file that may still be growing."""

    def __init__(self, path: Path, *, marks: Address | None = None) -> None:
        """Open it.

        Args:
            path: The file.
            marks: An address whose datagrams are captured and mean nothing to anyone, for
                `caught_up`; None for a capture that is complete.
        """
        self.path = path
        self._marks = marks
        self._marks_seen = 0
        self._marks_sent = 0
        self._file = path.open("rb")
        self._reader = PcapReader()
        self._messages: list[SipMessage] = []
        self._streams: defaultdict[Address, Stream] = defaultdict(list)

    def close(self) -> None:
        self._file.close()

    async def caught_up(self, timeout: float = 10.0) -> None:
        """Wait until everything that is on the wire now has been read.

        Raises:
            TimeoutError: The capture does not get on.
        """
        if self._marks is None:
            return
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"mark", (self._marks.host, self._marks.port))
        self._marks_sent += 1
        mine = self._marks_sent
        async with asyncio.timeout(timeout):
            while self._marks_seen < mine:
                await asyncio.sleep(_POLL_SECONDS)
                self._read()

    def messages(self, call_id: str | None = None) -> list[SipMessage]:
        """All SIP messages so far, or those of one call; retransmissions included."""
        self._read()
        if call_id is None:
            return list(self._messages)
        return [message for message in self._messages if message.call_id == call_id]

    def dialogs(self, *, to_user: str | None = None) -> list[Dialog]:
        """The calls so far, in the order of their INVITEs.

        Args:
            to_user: Only those whose Request-URI has this user part.
        """
        found: dict[str, list[SipMessage]] = {}
        for message in self.messages():
            if message.call_id in found or (message.is_request and message.method == "INVITE"):
                found.setdefault(message.call_id, []).append(message)
        dialogs = [Dialog(messages, self._stream) for messages in found.values()]
        if to_user is None:
            return dialogs
        return [d for d in dialogs if d.invite.uri.partition(":")[2].startswith(f"{to_user}@")]

    def dialog(self, call_id: str) -> Dialog:
        """One call as it is so far; ask again for more.

        Raises:
            KeyError: No INVITE of this Call-ID was seen.
        """
        messages = self.messages(call_id)
        if not any(message.method == "INVITE" for message in messages):
            raise KeyError(call_id)
        return Dialog(messages, self._stream)

    async def wait_for(
        self, wanted: Callable[[SipMessage], bool], timeout: float, *, call_id: str | None = None
    ) -> SipMessage:
        """The first message that is wanted, waiting for it if need be.

        Raises:
            TimeoutError: There was none in time; the text shows the messages there were.
        """
        deadline = time.monotonic() + timeout
        while True:
            messages = self.messages(call_id)
            for message in messages:
                if wanted(message):
                    return message
            if time.monotonic() > deadline:
                seen = "\n".join(f"  {m.at:.3f} {m.source} {m}" for m in messages[-30:])
                raise TimeoutError(f"not on the wire within {timeout:g} s; seen was:\n{seen}")
            await asyncio.sleep(_POLL_SECONDS)

    async def follow(self) -> AsyncIterator[SipMessage]:
        """Every message from the first on, each as it comes, without end."""
        position = 0
        while True:
            messages = self.messages()
            for message in messages[position:]:
                yield message
            position = len(messages)
            await asyncio.sleep(_POLL_SECONDS)

    def _stream(self, destination: Address) -> Stream:
        self._read()
        return self._streams.get(destination, [])

    def _read(self) -> None:
        for datagram in self._reader.feed(self._file.read()):
            if datagram.destination == self._marks:
                self._marks_seen += 1
            elif message := parse_sip(datagram):
                self._messages.append(message)
            elif packet := parse_rtp(datagram.payload):
                self._streams[datagram.destination].append((datagram.at, packet))


def is_request(method: str) -> Callable[[SipMessage], bool]:
    """For `Capture.wait_for`: a request with this method."""
    return lambda message: message.is_request and message.method == method


def is_response(status: int, method: str) -> Callable[[SipMessage], bool]:
    """For `Capture.wait_for`: a response with this status to this method."""
    return lambda message: message.status == status and message.method == method
