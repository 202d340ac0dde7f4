"""baresip, driven over its control socket (module ctrl_tcp: JSON in netstrings)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from lab.audio import silence
from lab.distance import Distance
from lab.pcap import Address
from lab.processes import LabError
from lab.sounds import endless

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from lab.audio import Samples
    from lab.processes import Process
    from lab.stack import Stack

_MODULES = "/usr/lib/baresip/modules"
_PORTS = 22  # SIP, TLS next to it, and RTP with RTCP for up to ten calls
_UNSEEN_PORTS = 6  # control socket; SIP, TLS next to it, and the way to a far bridge
_START_SECONDS = 15.0
_LONGEST_PATH = 127
"""baresip's buffer for the name of a sound file."""

_CONFIG = """\
poll_method epoll
call_local_timeout 3600
statmode_default off
call_max_calls 8
sip_listen {host}:{sip}
net_interface {host}
rtp_ports {rtp_first}-{rtp_last}
jitter_buffer_delay 1-5
audio_source aufile,{says}
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
snd_path {recordings}
ctrl_tcp_listen {host}:{control}
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""


@dataclass(frozen=True)
class PhoneEvent:
    """Something that happened to a phone, such as ``CALL_ESTABLISHED``."""

    at: float
    """Seconds since 1970."""
    kind: str
    call: str
    """baresip's name of the call."""
    outgoing: bool
    detail: str


class Softphone:
    """One phone; exists inside ``async with``.

    Attributes:
        uri: Under which it can be called.
        addresses: Where SIP messages from and to it are seen.
        bridge: Where it finds the SIP bridge.
        recordings: Where it leaves what it heard and said: ``call-01-heard.wav`` and so on.
        events: What happened to it so far.
        on_event: Called for each event as it happens.
    """

    def __init__(
        self,
        stack: Stack,
        user: str,
        *,
        says: Samples | None = None,
        answers: bool = False,
        far: bool = False,
    ) -> None:
        """Describe it.

        Args:
            stack: The lab it lives in.
            user: The user part of its address: a number or a name.
            says: What it says in every call from the beginning, 8000 samples per second.
            answers: Whether it picks up by itself.
            far: Whether the bridge is as far away as on a network; see `lab.distance`.
        """
        self.user = user
        self.events: list[PhoneEvent] = []
        self.on_event: Callable[[PhoneEvent], None] = lambda _: None
        self._stack = stack
        self._says = says if says is not None else silence(0.1)
        self._answers = answers
        self._far = far
        self._distance: Distance | None = None
        self._changed = asyncio.Condition()
        self._replies: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def __aenter__(self) -> Self:
        host = self._stack.host
        self._rtp = self._stack.ports.take(_PORTS)
        self._unseen = self._stack.unseen_ports.take(_UNSEEN_PORTS)
        control = self._unseen
        sip = Address(host, self._rtp)
        self.bridge = self._stack.sip_address
        if self._far:
            # The way between phone and relay is no news: the capture sees the way beyond.
            sip, near = Address(host, self._unseen + 2), Address(host, self._unseen + 4)
            self._distance = Distance(self.bridge, near, lambda: self._rtp)
            await self._distance.open()
            self.bridge = near
        self.uri = f"sip:{self.user}@{sip}"
        self.addresses = frozenset({sip, Address(host, self._rtp)})
        folder = self._stack.folder / f"phone-{self._rtp}"
        self.recordings = folder / "heard"
        self.recordings.mkdir(parents=True)
        (folder / "config").write_text(
            _CONFIG.format(
                host=host,
                sip=sip.port,
                control=control,
                rtp_first=self._rtp + 2,
                rtp_last=self._rtp + _PORTS - 1,
                says=self._file(self._says),
                recordings=self.recordings,
                modules=_MODULES,
            )
        )
        mode = "auto" if self._answers else "manual"
        (folder / "accounts").write_text(f"<{self.uri}>;regint=0;answermode={mode}\n")
        self.process: Process = self._stack.spawn(
            f"phone-{self.user.lstrip('+')}", ["baresip", "-f", folder]
        )
        try:
            await self._connect(host, control)
        except BaseException:
            self.process.stop(grace=0)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(LabError):
            await self.command("quit")
            await self.process.wait(3)
        self._reading.cancel()
        self._writer.close()
        self.process.stop(grace=1)
        if self._distance is not None:
            self._distance.close()
        self._stack.ports.give_back(self._rtp, _PORTS)
        self._stack.unseen_ports.give_back(self._unseen, _UNSEEN_PORTS)

    async def command(self, name: str, argument: str = "", *, timeout: float = 5.0) -> str:
        """Have baresip do something.

        Returns:
            What it says to that.

        Raises:
            LabError: It refuses, or does not answer.
        """
        token = f"{name}-{time.monotonic_ns()}"
        request = {"command": name, "token": token}
        if argument:
            request["params"] = argument
        text = json.dumps(request)
        reply = self._replies[token] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(f"{len(text)}:{text},".encode())
            answer = await asyncio.wait_for(reply, timeout)
        except (TimeoutError, ConnectionError):
            raise self.process.error(f"did not answer {name}") from None
        finally:
            del self._replies[token]
        if not answer["ok"]:
            raise self.process.error(f"refused {name} {argument}: {answer['data']}")
        return str(answer["data"])

    async def say(self, sound: Samples) -> None:
        """Say this from now on, in calls that are up and in those to come.

        A call that is just being set up keeps what it was set up with.
        """
        await self.command("ausrc", f"aufile,{self._file(sound)}")

    async def hang_up(self) -> None:
        """End the current call; refuse it (486) when it is still ringing here."""
        await self.command("hangup")

    async def wait_for(
        self, kind: str, timeout: float, *, since: float = 0.0, outgoing: bool | None = None
    ) -> PhoneEvent:
        """The first event of this kind.

        Args:
            kind: Such as ``CALL_CLOSED``.
            timeout: Seconds to wait for it.
            since: It must not be older than this, in seconds since 1970.
            outgoing: Of a call it made (or did not make).

        Raises:
            LabError: There is none in time; the text names those there were.
        """

        def found() -> PhoneEvent | None:
            for event in self.events:
                if event.kind == kind and event.at >= since and outgoing in (None, event.outgoing):
                    return event
            return None

        async with self._changed:
            try:
                async with asyncio.timeout(timeout):
                    await self._changed.wait_for(lambda: found() is not None)
            except TimeoutError:
                seen = ", ".join(event.kind for event in self.events) or "none"
                raise LabError(
                    f"The phone of {self.user} had no {kind} within {timeout:g} s, only: {seen}"
                ) from None
        event = found()
        assert event is not None
        return event

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something has happened to it that makes this true."""
        async with self._changed:
            await self._changed.wait_for(true)

    def heard(self) -> list[Path]:
        """What it heard: one WAV file per call that was answered, in that order."""
        return sorted(self.recordings.glob("call-*-heard.wav"))

    def _name_recordings(self) -> None:
        """Give the files of the call that has just begun their names.

        baresip names them by the second and would write the next call of the same second
        over this one.
        """
        number = len(self.heard()) + 1
        for theirs, ours in (("dec", "heard"), ("enc", "said")):
            for path in self.recordings.glob(f"dump-*-{theirs}.wav"):
                path.rename(self.recordings / f"call-{number:02}-{ours}.wav")

    def _file(self, sound: Samples) -> Path:
        path = endless(sound, self._stack.folder)
        if len(str(path)) > _LONGEST_PATH:
            raise LabError(f"The path is too long for baresip: {path}. Set TMPDIR to a short one.")
        return path

    async def _connect(self, host: str, port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                reader, self._writer = await asyncio.open_connection(host, port)
                break
            except ConnectionError:
                if not self.process.running:
                    raise self.process.error("ended") from None
                if time.monotonic() > deadline:
                    raise self.process.error("does not listen for commands") from None
                await asyncio.sleep(0.02)
        self._reading = asyncio.create_task(self._read(reader))
        await self.command("listcalls")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                length = int((await reader.readuntil(b":"))[:-1])
                message = json.loads((await reader.readexactly(length + 1))[:-1])
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            if message.get("response"):
                reply = self._replies.get(message.get("token", ""))
                if reply is not None and not reply.done():
                    reply.set_result(message)
            elif message.get("event"):
                event = PhoneEvent(
                    at=time.time(),
                    kind=message.get("type", ""),
                    call=message.get("id", ""),
                    outgoing=message.get("direction") == "outgoing",
                    detail=message.get("param", ""),
                )
                if event.kind == "CALL_ESTABLISHED":
                    self._name_recordings()
                async with self._changed:
                    self.events.append(event)
                    self._changed.notify_all()
                self.on_event(event)
