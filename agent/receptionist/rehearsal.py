"""A call that nobody makes: what it does for the first time, a caller need not wait for.

The first speech, key and transfer of a process cost several times what later ones do: models of
messages are built, and each page of memory that the fork server shares is copied when it is first
touched. So it is done once in the fork server, which saves memory, and once more in each process
that waits for a call, which saves the caller's time.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING

from livekit import api, rtc
from livekit.agents.voice.io import AudioOutput, AudioOutputCapabilities

from transfer_call.adapters.livekit_api import LiveKitTelephony
from transfer_call.call import Call
from transfer_call.directory import Destination, Directory
from transfer_call.keypad.attached import KeypadMenu
from transfer_call.keypad.room import RoomKeys
from transfer_call.testing import FakeRoom, fake_caller
from transfer_call.voice.rendering import silence
from transfer_call.voice.sound import RATE

from . import entrypoint
from .agent import ReceptionistAgent
from .pipeline.standby import standby_session

if TYPE_CHECKING:
    from livekit.agents import JobProcess

    from transfer_call.business import Line

    from .entrypoint import JobOptions

logger = logging.getLogger("receptionist")

SECONDS = 2.0
"""After which a rehearsal is given up; it takes a small part of one."""


def prepare(options: JobOptions, process: JobProcess) -> None:
    """Make a process ready before it is given a call."""
    line = entrypoint.prepare(options, process)
    rehearse(line)
    asyncio.run(_start_native_library())


def rehearse(line: Line) -> None:
    """Answer, greet, and transfer a caller on a key; blocks, and leaves nothing behind.

    That it fails is no reason not to take calls.
    """
    with _silent():
        try:
            asyncio.run(asyncio.wait_for(_call(line), SECONDS))
        except Exception as error:
            failure = error
        else:
            return
    logger.warning("the rehearsal of a call failed", extra={"pii_error": repr(failure)})


async def _start_native_library() -> None:
    """Make the threads that carry media; they do not survive a fork."""
    source = rtc.AudioSource(RATE, 1)
    rtc.LocalAudioTrack.create_audio_track("rehearsal", source)
    await source.aclose()


async def _call(line: Line) -> None:
    caller = fake_caller()
    room = FakeRoom("rehearsal", [caller])
    directory = Directory(
        [Destination("rehearsal", to="sip:rehearsal@127.0.0.1", key="0", announcement="")],
        country=line.directory.country,
        language=line.language,
    )
    async with _server(room, caller.identity) as url:
        call = Call.start(
            room,  # type: ignore[arg-type]
            telephony=LiveKitTelephony(url, "rehearsal", "rehearsal" * 4),
            phrases=line.phrases,
            audio=_Silence(),
            country=line.directory.country,
        )
        keypad = KeypadMenu(directory, keys=RoomKeys(room))  # type: ignore[arg-type]
        session = standby_session()
        output = _Nowhere()
        session.output.audio = output
        call.attach(session)

        def greet() -> None:
            keypad.serve(call, session)
            keypad.lead(["rehearsal"])

        try:
            await session.start(ReceptionistAgent(line, greet=greet), record=False)
            await output.playing.wait()
            room.press("0")
            await call.wait_ended()
        finally:
            keypad.close()
            await session.aclose()
            await call.aclose()


class _Silence:
    """What is said."""

    async def frames(
        self, sentences: Sequence[str], language: str, *, partial: bool = False
    ) -> AsyncIterator[rtc.AudioFrame]:
        return silence(0.5)


class _Nowhere(AudioOutput):
    """Where it is said; it plays until it is interrupted."""

    def __init__(self) -> None:
        super().__init__(
            label="rehearsal",
            sample_rate=RATE,
            capabilities=AudioOutputCapabilities(pause=True),
        )
        self.playing = asyncio.Event()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self.playing.is_set():
            self.playing.set()
            self.on_playback_started(created_at=time.time())

    def flush(self) -> None:
        super().flush()

    def clear_buffer(self) -> None:
        if self.playing.is_set():
            self.playing.clear()
            self.on_playback_finished(playback_position=0.1, interrupted=True)


@contextlib.asynccontextmanager
async def _server(room: FakeRoom, caller: str) -> AsyncIterator[str]:
    """A LiveKit server as far as a transfer needs one: it succeeds, and the caller leaves."""
    done = api.TransferSIPParticipantResponse(status=api.SIPTransferStatus.STS_TRANSFER_SUCCESSFUL)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := (await reader.readuntil(b"\r\n\r\n")).decode().lower():
                length = head.partition("content-length:")[2].split()[0]
                await reader.readexactly(int(length))
                transfer = "transfersipparticipant" in head
                body = done.SerializeToString() if transfer else b""
                if transfer:
                    asyncio.get_running_loop().call_soon(room.leave, caller)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/protobuf\r\n"
                    b"Content-Length: %d\r\n\r\n" % len(body) + body
                )
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}"
    finally:
        server.close()


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Nothing of it is worth a line in a log."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
