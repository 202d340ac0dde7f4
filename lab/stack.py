"""A real LiveKit server and SIP bridge on this machine, for as long as a ``with`` block.

```python
with Stack() as stack:
    with stack.worker([sys.executable, "-m", "livekit.agents", "start", "agent.py"]):
        ...  # phones dial stack.line.uri
```
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import shutil
import socket
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from lab.capture import Capture
from lab.install.privileges import privileged_program
from lab.install.servers import find_servers
from lab.pcap import Address
from lab.ports import SIZE, PortBlock, PortRange
from lab.processes import LabError, Process, Supervisor
from lab.rooms import Line, Rooms
from lab.servers_config import (
    LOOPBACK,
    Keys,
    Layout,
    bridge_config,
    livekit_config,
    redis_arguments,
)
from lab.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from types import TracebackType

T = TypeVar("T")

_START_SECONDS = 30.0
_POLL_SECONDS = 0.02
_INSTALL = "Run `python3 -m lab.install` first."


class Stack:
    """Redis, livekit-server, livekit-sip and a packet capture, on ports of their own.

    Several may run side by side. Everything it starts dies with it: at the end of the block,
    on an exception or Ctrl-C, and when this process is killed.

    Attributes:
        line: The number that can be dialled from the start.
        rooms: The server's API.
        capture: Everything that phones and bridge said to each other.
        folder: Logs, configurations and whatever the phones leave; removed at the end.
        ports: Ports for whoever else needs some; UDP on them is captured.
        unseen_ports: The same, but what is said there is not captured.
    """

    line: Line
    rooms: Rooms
    capture: Capture
    folder: Path
    ports: PortRange
    unseen_ports: PortRange

    def __init__(
        self,
        *,
        agent_name: str = "receptionist",
        number: str = "",
        host: str = LOOPBACK,
        sip_port: int | None = None,
        media_timeout: float | None = None,
        media_timeout_initial: float | None = None,
        keep: bool = False,
    ) -> None:
        """Describe it; nothing runs before the block is entered.

        Args:
            agent_name: Who is sent to calls of the first line.
            number: Of the first line, in E.164; default one of the lab's own.
            host: The address of this machine that phones can reach; the servers behind the
                bridge stay on loopback in any case.
            sip_port: Where the bridge listens for SIP; default a free one.
            media_timeout: Seconds without RTP that end a call; None for the bridge's own (15).
            media_timeout_initial: The same before the first packet; None for its own (30).
            keep: Leave the folder where it is at the end, or set LAB_KEEP=1.
        """
        self.host = host
        self._agent_name = agent_name
        self._number = number
        self._sip_port = sip_port
        self._media_timeout = media_timeout
        self._media_timeout_initial = media_timeout_initial
        self._keep = keep or os.environ.get("LAB_KEEP", "") not in ("", "0")
        self._keys = Keys()
        self._supervisor: Supervisor | None = None
        self._names: Counter[str] = Counter()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    @property
    def url(self) -> str:
        """Of livekit-server."""
        return f"ws://{LOOPBACK}:{self._layout.http}"

    @property
    def sip_address(self) -> Address:
        """Where the bridge listens for SIP."""
        return Address(self.host, self._layout.sip)

    @property
    def env(self) -> dict[str, str]:
        """The environment a worker needs to find the server."""
        return {
            "LIVEKIT_URL": self.url,
            "LIVEKIT_API_KEY": self._keys.key,
            "LIVEKIT_API_SECRET": self._keys.secret,
        }

    def worker(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        name: str = "worker",
        cwd: Path | None = None,
        ready: str = "registered worker",
        timeout: float = 60.0,
    ) -> Worker:
        """A worker, to be used in ``with``: it starts there, and is ready inside.

        Args:
            argv: Its command line.
            env: On top of `env` and this process' own without its LIVEKIT_, OPENAI_ and
                RECEPTIONIST_ variables.
            name: Of its log file, and in errors.
            cwd: Its working directory; default the lab's folder, so that no .env is found.
            ready: What its log says when it takes jobs.
            timeout: Seconds until then.
        """
        return Worker(self, argv, env or {}, name, cwd or self.folder, ready, timeout)

    def spawn(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        executable: Path | str | None = None,
        stdout: Path | None = None,
    ) -> Process:
        """Start a process that dies with the lab.

        Its log is ``folder/<name>.log``; a number is added when that name was used before.
        """
        if self._supervisor is None:
            raise LabError("The lab is not running.")
        self._names[name] += 1
        if self._names[name] > 1:
            name = f"{name}-{self._names[name]}"
        log = self.folder / f"{name}.log"
        return self._supervisor.start(
            name, argv, log=log, env=env, cwd=cwd, executable=executable, stdout=stdout
        )

    def processes(self) -> list[int]:
        """All living processes of the lab, by process id."""
        return self._supervisor.tree() if self._supervisor else []

    def _start(self) -> None:
        servers = find_servers()
        if servers is None:
            raise LabError(f"livekit-server and livekit-sip are not built yet. {_INSTALL}")
        block = PortBlock(self.host)
        self._layout = Layout.of(range(block.first, block.first + SIZE), self._sip_port)
        self.ports = PortRange(self._layout.phones)
        self.unseen_ports = PortRange(self._layout.unseen)
        self.folder = Path(tempfile.mkdtemp(prefix="lab-"))
        # The supervisor holds the block from now on: as long as anything of the lab lives.
        self._supervisor = Supervisor(inherit=[block.holder.fileno()])
        block.close()
        if not self._keep:
            self._supervisor.ask("remove", folder=str(self.folder))
        redis = self._start_redis()
        capturing = self._start_capture()
        _until(lambda: self._redis_answers(), redis, "does not answer PING")

        config = self.folder / "livekit-server.yaml"
        config.write_text(livekit_config(self._layout, self._keys))
        server = self.spawn("livekit-server", [servers.livekit_server, "--config", config])
        config = self.folder / "livekit-sip.yaml"
        config.write_text(
            bridge_config(
                self._layout,
                self._keys,
                self.host,
                media_timeout=self._media_timeout,
                media_timeout_initial=self._media_timeout_initial,
            )
        )
        bridge = self.spawn("livekit-sip", [servers.livekit_sip, "--config", config])
        _until(lambda: self._server_answers(), server, "does not answer HTTP")
        _until(lambda: self._bridge_answers(), bridge, "does not answer OPTIONS")
        _until(lambda: bool(self.capture.messages()), capturing, "does not see SIP packets")
        self.rooms = Rooms(self.url, self._keys.key, self._keys.secret, self.sip_address)
        self.line = _run(self.rooms.add_line(self._agent_name, number=self._number))

    def _stop(self) -> None:
        if self._supervisor is None:
            return
        if hasattr(self, "capture"):
            self.capture.close()
        self._supervisor.close()
        self._supervisor = None
        if not self._keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _start_redis(self) -> Process:
        arguments = ["redis-server", *redis_arguments(self._layout, self.folder)]
        # Debian's redis-tools has the server's binary under another name; it does what its
        # own name says.
        program = shutil.which("redis-server") or shutil.which("redis-check-rdb")
        if program is None:
            raise LabError(f"redis-server is missing. {_INSTALL}")
        return self.spawn("redis", arguments, executable=program)

    def _start_capture(self) -> Process:
        dumpcap = privileged_program("dumpcap")
        if dumpcap is None:
            raise LabError(f"dumpcap is missing, or may not capture. {_INSTALL}")
        captured = self._layout.captured
        wanted = f"udp and (portrange {captured[0]}-{captured[-1]} or port {self._layout.sip})"
        interface = "lo" if self.host == LOOPBACK else "any"
        path = self.folder / "wire.pcap"
        process = self.spawn(
            "dumpcap",
            # -P: the classic format; to stdout, because only there it writes at once.
            [dumpcap, "-q", "-P", "-i", interface, "-f", wanted, "-w", "-"],
            stdout=path,
        )
        _until(path.exists, process, "does not start")
        self.capture = Capture(path, marks=Address(self.host, self.ports.take()))
        return process

    def _redis_answers(self) -> bool:
        with socket.create_connection((LOOPBACK, self._layout.redis), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")

    def _server_answers(self) -> bool:
        address = f"http://{LOOPBACK}:{self._layout.http}/"
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)

    def _bridge_answers(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.5)
            client.connect((self.host, self._layout.sip))
            host, port = client.getsockname()
            lines = (
                f"OPTIONS sip:lab@{self.sip_address} SIP/2.0",
                f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{time.monotonic_ns()}",
                f"From: <sip:lab@{host}:{port}>;tag=lab",
                f"To: <sip:lab@{self.sip_address}>",
                f"Call-ID: {time.monotonic_ns()}@lab",
                "CSeq: 1 OPTIONS",
                "Max-Forwards: 70",
                "Content-Length: 0",
            )
            client.send("\r\n".join((*lines, "", "")).encode())
            return client.recv(4096).startswith(b"SIP/2.0 200")


def _until(answers: Callable[[], bool], process: Process, otherwise: str) -> None:
    """Ask again and again until the answer is yes, as long as the process lives."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            if answers():
                return
        except OSError:
            pass
        if (code := process.code) is not None:
            raise process.error(f"ended with exit code {code}")
        if time.monotonic() > deadline:
            raise process.error(f"{otherwise} after {_START_SECONDS:g} s")
        time.sleep(_POLL_SECONDS)


def _run(work: Coroutine[None, None, T]) -> T:
    """Run a coroutine to its end, also where an event loop is already running."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
